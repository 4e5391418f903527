"""A study from two tables, without any video: people's ratings and judges' scores, read, checked and joined by unit."""

from referee_calib.table_study.read_table_study import read_table_study
from referee_calib.table_study.table_study_folder import create_table_study, is_table_study, open_table_study
from referee_calib.table_study.table_study_options import TableStudyOptions

__all__ = ["TableStudyOptions", "create_table_study", "is_table_study", "open_table_study", "read_table_study"]
