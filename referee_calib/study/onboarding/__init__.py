"""What raters go through before they rate: consent, instructions, practice; and the claims with known levels."""

from referee_calib.study.onboarding.known_claim import ROLES, KnownClaim, Role
from referee_calib.study.onboarding.known_claim_places import SILENT, mix_known
from referee_calib.study.onboarding.known_claims import (
    ONBOARDING_FOLDER,
    every_known_claim,
    import_known_claims,
    known_claim,
    known_claims,
    known_claims_path,
    take_over_known_claims,
)
from referee_calib.study.onboarding.known_claims_file import known_claim_of, read_known_claims
from referee_calib.study.onboarding.onboarding_state import (
    OnboardingState,
    Step,
    decline_consent,
    give_consent,
    grant_attempt,
    mark_feedback_read,
    mark_instructions_read,
    may_rate,
    onboarding_state,
)
from referee_calib.study.onboarding.practice import (
    PracticeAnswer,
    PracticeAttempt,
    PracticeResult,
    add_practice_answer,
    practice_results,
)
from referee_calib.study.onboarding.study_texts import OnboardingText, consent_text, instructions_text

__all__ = [
    "ONBOARDING_FOLDER",
    "ROLES",
    "SILENT",
    "KnownClaim",
    "OnboardingState",
    "OnboardingText",
    "PracticeAnswer",
    "PracticeAttempt",
    "PracticeResult",
    "Role",
    "Step",
    "add_practice_answer",
    "consent_text",
    "decline_consent",
    "every_known_claim",
    "give_consent",
    "grant_attempt",
    "import_known_claims",
    "instructions_text",
    "known_claim",
    "known_claim_of",
    "known_claims",
    "known_claims_path",
    "mark_feedback_read",
    "mark_instructions_read",
    "may_rate",
    "mix_known",
    "onboarding_state",
    "practice_results",
    "read_known_claims",
    "take_over_known_claims",
]
