"""Agreement on where and when, of a table of marks or of a study's, and what counts as a small difference there."""

from referee_calib.localization.localization_table import THRESHOLDS, LocalizationTable, localization_table

__all__ = ["THRESHOLDS", "LocalizationTable", "localization_table"]
