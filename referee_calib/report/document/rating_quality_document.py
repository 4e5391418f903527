"""How the ratings were given, as JSON types: flags by kind, gold claims, what is held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from referee_calib.report.document.json_rows import plain
from referee_calib.report.schema.ratings_schema import RatingQualityJson

if TYPE_CHECKING:
    from referee_calib.analysis.rating_quality import RatingQuality


def rating_quality_document(quality: RatingQuality | None) -> RatingQualityJson | None:
    """Return the summary, None where there is none."""
    if quality is None:
        return None
    return {
        "flags": plain(quality.flags),
        "gold": plain(quality.gold),
        "held": quality.n_held,
        "raters_held": quality.n_raters_held,
    }
