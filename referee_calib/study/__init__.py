"""A study: one folder with its words, videos, claims, ratings and scores. Start with :class:`Study`."""

from referee_calib.study import people
from referee_calib.study.claim_sampling import ClaimDraw, draw_claims, stratified_sample
from referee_calib.study.intake import (
    EXCLUSIONS,
    ImportProblems,
    Leftovers,
    PlayableCopies,
    Problem,
    Track,
    VideoRow,
    broken_row,
    clear_leftovers,
    leftovers,
    make_playable_copies,
    playable_copy_of,
    table_lines,
    video_row,
)
from referee_calib.study.intake.importing import ImportResult, import_files
from referee_calib.study.people.raters import Rater, personal_order
from referee_calib.study.process_lock import exclusive_lock
from referee_calib.study.referee_scoring import ScoringResult, ScoringSelection
from referee_calib.study.study import AddResult, Study
from referee_calib.study.study_config import CONFIG, MEDIA, StudyConfig, read_config, write_config

__all__ = [
    "CONFIG",
    "EXCLUSIONS",
    "MEDIA",
    "AddResult",
    "ClaimDraw",
    "ImportProblems",
    "ImportResult",
    "Leftovers",
    "PlayableCopies",
    "Problem",
    "Rater",
    "ScoringResult",
    "ScoringSelection",
    "Study",
    "StudyConfig",
    "Track",
    "VideoRow",
    "broken_row",
    "clear_leftovers",
    "draw_claims",
    "exclusive_lock",
    "import_files",
    "leftovers",
    "make_playable_copies",
    "people",
    "personal_order",
    "playable_copy_of",
    "read_config",
    "stratified_sample",
    "table_lines",
    "video_row",
    "write_config",
]
