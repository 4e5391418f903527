"""A study: one folder with its words, videos, claims, ratings and scores. Start with :class:`Study`.

:mod:`.study` is the door, :mod:`.study_folder` the open folder behind it, :mod:`.study_config` and :mod:`.creation`
what lies in it. All SQL is in :mod:`.store`. :mod:`.import_reader`, :mod:`.video_import` and :mod:`.importing` bring
files in, :mod:`.exporting` takes them out, :mod:`.claim_sampling` draws the claims people rate,
:mod:`.referee_scoring` lets a referee judge them.
"""

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
