"""Every flag of a study: of single ratings, and of raters as a whole."""

from __future__ import annotations

from collections import defaultdict

from referee_calib.study.onboarding import known_claims
from referee_calib.study.quality.act_checks import act_flags
from referee_calib.study.quality.agreement_outliers import outlier_flags
from referee_calib.study.quality.gold_results import gold_flags, gold_results
from referee_calib.study.quality.quality_flag import QualityFlag
from referee_calib.study.quality.rating_acts import RatingAct, acts_of
from referee_calib.study.quality.straight_lining import straight_lining_flags
from referee_calib.study.study import Study


def quality_flags(study: Study) -> list[QualityFlag]:
    """Return what stands out in the ratings of a study, by the thresholds of ``[quality]`` in ``study.toml``.

    Ratings that are held already are looked at like all others, so that a flag does not vanish by its consequence;
    practice answers are not.
    """
    settings, every = study.config.quality, study.ratings(perturbed=True, held=True, occasion=None)
    practice = {one.claim for one in known_claims(study, "practice")}
    acts = [act for act in acts_of(every) if act.claim not in practice]
    measured = {one.id: one.video for one in study.claims()}
    by_rater: dict[str, list[RatingAct]] = defaultdict(list)
    for act in acts:
        if act.claim in measured:
            by_rater[act.rater].append(act)
    n_levels = {scale.dimension: len(scale.levels) for scale in study.rubric.scales}
    return [
        *_flags_of_acts(study, acts),
        *straight_lining_flags(by_rater, settings),
        *gold_flags(gold_results(study), settings),
        *outlier_flags([one for one in every if one.claim in measured], measured, settings, n_levels),
    ]


def _flags_of_acts(study: Study, acts: list[RatingAct]) -> list[QualityFlag]:
    claims = {one.id: one for one in study.claims(perturbed=True)}
    seconds: dict[str, list[float]] = defaultdict(list)
    for act in acts:
        if act.seconds is not None and not act.skipped:
            seconds[act.rater].append(act.seconds)
    return [
        flag for act in acts for flag in act_flags(act, claims[act.claim], study.config.quality, seconds[act.rater])
    ]
