"""A study: one folder with its words, videos, claims, ratings and scores. Start with :class:`Study`."""

from referee_calib.study.claim_sampling import stratified_sample
from referee_calib.study.importing import ImportResult, import_files
from referee_calib.study.process_lock import exclusive_lock
from referee_calib.study.raters import Rater, personal_order
from referee_calib.study.referee_scoring import ScoringResult, ScoringSelection
from referee_calib.study.study import AddResult, Study
from referee_calib.study.study_config import CONFIG, MEDIA, StudyConfig, read_config, write_config

__all__ = [
    "CONFIG",
    "MEDIA",
    "AddResult",
    "ImportResult",
    "Rater",
    "ScoringResult",
    "ScoringSelection",
    "Study",
    "StudyConfig",
    "exclusive_lock",
    "import_files",
    "personal_order",
    "read_config",
    "stratified_sample",
    "write_config",
]
