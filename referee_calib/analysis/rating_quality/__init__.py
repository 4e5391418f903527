"""What a report says of how the ratings were given: flags, gold claims, and ratings that are held."""

from referee_calib.analysis.rating_quality.quality_summary import FlagCount, RatingQuality, held_rows, rating_quality

__all__ = ["FlagCount", "RatingQuality", "held_rows", "rating_quality"]
