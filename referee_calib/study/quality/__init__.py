"""Quality of ratings: flags, gold results, and ratings that are held out of the figures."""

from referee_calib.study.onboarding import OnboardingState, PracticeResult, onboarding_state, practice_results
from referee_calib.study.quality.act_checks import act_flags, page_checks
from referee_calib.study.quality.agreement_outliers import outlier_flags
from referee_calib.study.quality.checked_ratings import add_checked_ratings
from referee_calib.study.quality.gold_results import GoldResult, gold_results
from referee_calib.study.quality.held_ratings import held_ratings, hold, hold_flagged, holds, release
from referee_calib.study.quality.quality_flag import FLAG_KINDS, QualityFlag
from referee_calib.study.quality.quality_flags import quality_flags
from referee_calib.study.quality.rating_acts import RatingAct, acts_of
from referee_calib.study.quality.straight_lining import chance_of_run, straight_lining_flags
from referee_calib.study.store.onboarding.held_rating_rows import Hold

__all__ = [
    "FLAG_KINDS",
    "GoldResult",
    "Hold",
    "OnboardingState",
    "PracticeResult",
    "QualityFlag",
    "RatingAct",
    "act_flags",
    "acts_of",
    "add_checked_ratings",
    "chance_of_run",
    "gold_results",
    "held_ratings",
    "hold",
    "hold_flagged",
    "holds",
    "onboarding_state",
    "outlier_flags",
    "page_checks",
    "practice_results",
    "quality_flags",
    "release",
    "straight_lining_flags",
]
