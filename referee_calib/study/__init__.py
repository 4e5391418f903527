"""A study: one folder with its words, videos, claims, ratings and scores. Start with :class:`Study`."""

from referee_calib.study import assignment, onboarding, people, quality
from referee_calib.study.audit import AuditEntry, trail
from referee_calib.study.audit import record as record_audit
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
from referee_calib.study.rater_marks import mark_of
from referee_calib.study.referee_scoring import ScoringResult, ScoringSelection
from referee_calib.study.review.adjudication import Adjudication, adjudicate, adjudications
from referee_calib.study.review.decision import MAX_REASON
from referee_calib.study.review.decision import checked_name as checked_coordinator
from referee_calib.study.review.exclusions import (
    Exclusion,
    ExclusionKind,
    claims_with_excluded,
    exclude,
    exclusions,
    include_again,
    record_state,
)
from referee_calib.study.rubric_copy import rubric_of_study
from referee_calib.study.scale_check import other_rubric
from referee_calib.study.storage.backup import BackupResult, back_up, restore
from referee_calib.study.storage.moving import MoveResult, move_records
from referee_calib.study.study import AddResult, Study
from referee_calib.study.study_config import CONFIG, MEDIA, StudyConfig, read_config, write_config
from referee_calib.study.worklist import WorkItem, Worklist, owns, place_of, read_key, worklist

__all__ = [
    "CONFIG",
    "EXCLUSIONS",
    "MAX_REASON",
    "MEDIA",
    "AddResult",
    "Adjudication",
    "AuditEntry",
    "BackupResult",
    "ClaimDraw",
    "Exclusion",
    "ExclusionKind",
    "ImportProblems",
    "ImportResult",
    "Leftovers",
    "MoveResult",
    "PlayableCopies",
    "Problem",
    "Rater",
    "ScoringResult",
    "ScoringSelection",
    "Study",
    "StudyConfig",
    "Track",
    "VideoRow",
    "WorkItem",
    "Worklist",
    "adjudicate",
    "adjudications",
    "assignment",
    "back_up",
    "broken_row",
    "checked_coordinator",
    "claims_with_excluded",
    "clear_leftovers",
    "draw_claims",
    "exclude",
    "exclusions",
    "exclusive_lock",
    "import_files",
    "include_again",
    "leftovers",
    "make_playable_copies",
    "mark_of",
    "move_records",
    "onboarding",
    "other_rubric",
    "owns",
    "people",
    "personal_order",
    "place_of",
    "playable_copy_of",
    "quality",
    "read_config",
    "read_key",
    "record_audit",
    "record_state",
    "restore",
    "rubric_of_study",
    "stratified_sample",
    "table_lines",
    "trail",
    "video_row",
    "worklist",
    "write_config",
]
