"""Agreement on where and when, of a table of marks or of a study's, and what counts as a small difference there."""

from referee_calib.localization.localization_table import THRESHOLDS, LocalizationTable, localization_table
from referee_calib.localization.study_marks import StudyMarks, study_localization, study_marks

__all__ = ["THRESHOLDS", "LocalizationTable", "StudyMarks", "localization_table", "study_localization", "study_marks"]
