"""A study: one folder with its words, videos, claims, ratings and scores. Start with :class:`Study`."""

from referee_calib.study import assignment, onboarding, people, quality
from referee_calib.study.assignment import assigned_chances, rated_as_assigned
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
    untracked,
    video_row,
)
from referee_calib.study.intake.importing import ImportResult, import_files
from referee_calib.study.onboarding import (
    ONBOARDING_FOLDER,
    KnownClaim,
    OnboardingState,
    OnboardingText,
    PracticeAnswer,
    PracticeAttempt,
    PracticeResult,
    consent_text,
    decline_consent,
    give_consent,
    grant_attempt,
    instructions_text,
    known_claim,
    known_claims,
    mark_feedback_read,
    mark_instructions_read,
    may_rate,
    onboarding_state,
    practice_results,
)
from referee_calib.study.people.raters import Rater, personal_order
from referee_calib.study.people.raters import check_name as check_rater_name
from referee_calib.study.process_lock import exclusive_lock
from referee_calib.study.quality import (
    FLAG_KINDS,
    GoldResult,
    QualityFlag,
    add_checked_ratings,
    gold_results,
    held_ratings,
    holds,
    page_checks,
    quality_flags,
)
from referee_calib.study.quality import hold as hold_ratings
from referee_calib.study.quality import release as release_ratings
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
from referee_calib.study.settings import RatingPageSettings
from referee_calib.study.storage.backup import BackupResult, back_up, restore
from referee_calib.study.storage.moving import MoveResult, move_records
from referee_calib.study.study import AddResult, Study
from referee_calib.study.study_config import CONFIG, MEDIA, StudyConfig, read_config, write_config
from referee_calib.study.worklist import WorkItem, Worklist, owns, place_of, read_key, worklist

__all__ = [
    "CONFIG",
    "EXCLUSIONS",
    "FLAG_KINDS",
    "MAX_REASON",
    "MEDIA",
    "ONBOARDING_FOLDER",
    "AddResult",
    "Adjudication",
    "AuditEntry",
    "BackupResult",
    "ClaimDraw",
    "Exclusion",
    "ExclusionKind",
    "GoldResult",
    "ImportProblems",
    "ImportResult",
    "KnownClaim",
    "Leftovers",
    "MoveResult",
    "OnboardingState",
    "OnboardingText",
    "PlayableCopies",
    "PracticeAnswer",
    "PracticeAttempt",
    "PracticeResult",
    "Problem",
    "QualityFlag",
    "Rater",
    "RatingPageSettings",
    "ScoringResult",
    "ScoringSelection",
    "Study",
    "StudyConfig",
    "Track",
    "VideoRow",
    "WorkItem",
    "Worklist",
    "add_checked_ratings",
    "adjudicate",
    "adjudications",
    "assigned_chances",
    "assignment",
    "back_up",
    "broken_row",
    "check_rater_name",
    "checked_coordinator",
    "claims_with_excluded",
    "clear_leftovers",
    "consent_text",
    "decline_consent",
    "draw_claims",
    "exclude",
    "exclusions",
    "exclusive_lock",
    "give_consent",
    "gold_results",
    "grant_attempt",
    "held_ratings",
    "hold_ratings",
    "holds",
    "import_files",
    "include_again",
    "instructions_text",
    "known_claim",
    "known_claims",
    "leftovers",
    "make_playable_copies",
    "mark_feedback_read",
    "mark_instructions_read",
    "may_rate",
    "move_records",
    "onboarding",
    "onboarding_state",
    "other_rubric",
    "owns",
    "page_checks",
    "people",
    "personal_order",
    "place_of",
    "playable_copy_of",
    "practice_results",
    "quality",
    "quality_flags",
    "rated_as_assigned",
    "read_config",
    "read_key",
    "record_audit",
    "record_state",
    "release_ratings",
    "restore",
    "rubric_of_study",
    "stratified_sample",
    "table_lines",
    "trail",
    "untracked",
    "video_row",
    "worklist",
    "write_config",
]
