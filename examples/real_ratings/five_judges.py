"""Everything that the page on FETV's five judges says, computed with the public functions of `agreement`."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from fetv_tables import DIMENSIONS, JUDGES, LEVELS, SYSTEMS, FetvTables
from scipy.stats import t

from agreement import (
    Comparison,
    CrossValidation,
    ErrorDifference,
    ErrorSplit,
    Estimate,
    FoldLevels,
    JudgeCorrelations,
    ScoreCurve,
    cohen_kappa,
    compare,
    cross_validate_recalibrator,
    error_differences,
    error_split,
    holm,
    judge_correlations,
    krippendorff_alpha,
    percent_agreement,
    recalibrated_levels,
    score_curve,
)
from referee_calib.thresholds import Thresholds
from referee_calib.verdict_state import decide

KAPPA = "cohen_kappa_quadratic"
FEWEST_PROMPTS = 30  # intervals from fewer clusters are rough
HIGH = 4  # "rated 4 or more"


@dataclass(frozen=True, slots=True)
class PeopleOnDimension:
    """People with people on one dimension."""

    name: str
    percent: Estimate
    alpha: Estimate
    kappa: Estimate
    shares: list[float]  # of each level among all ratings
    means: list[float]  # of each person


@dataclass(frozen=True, slots=True)
class JudgeFindings:
    """One judge of alignment beside the three people."""

    name: str
    n_distinct: int
    correlations: JudgeCorrelations
    within_systems: list[Estimate]  # Spearman's rho with people's mean on each system's videos
    curve: ScoreCurve
    folds: FoldLevels
    comparison: Comparison
    sampled: Comparison  # the same, for raters like these
    split: ErrorSplit
    gain: CrossValidation
    p_holm: float | None
    verdict: str
    verdict_for_like_raters: str

    @property
    def auc(self) -> Estimate:
        """AUC of "rated 4 or more"."""
        return next(one.auc for one in self.curve.thresholds if one.threshold == HIGH)

    @property
    def within(self) -> tuple[float, float, float]:
        """Mean, lowest and highest correlation within a system."""
        values = [float(one.value or 0.0) for one in self.within_systems]
        return float(np.mean(values)), min(values), max(values)

    @property
    def n_above_zero_within(self) -> int:
        """In how many systems the interval lies above 0."""
        return sum(float(one.low or 0.0) > 0 for one in self.within_systems)

    @property
    def lowest_within(self) -> str:
        """The system on whose videos the correlation is lowest."""
        return min(zip(self.within_systems, SYSTEMS, strict=True), key=lambda pair: float(pair[0].value or 0.0))[1]

    @property
    def kappa(self) -> Estimate:
        """Quadratic kappa of the recalibrated levels with people."""
        return self.comparison.human_referee[KAPPA]

    @property
    def loss(self) -> Estimate:
        """What that lies below the kappa of people with people on the same videos."""
        return self.comparison.difference[KAPPA]

    def prompts_for_verdict(self, limit: float, n_prompts: int) -> int:
        """Project how many prompts would have shown a loss beyond the limit."""
        return _prompts(self.loss, n_prompts, offset=limit)


@dataclass(frozen=True, slots=True)
class JudgePair:
    """Two judges' errors on all ratings, and how many prompts would have told them apart."""

    found: ErrorDifference
    told: bool
    prompts: (
        int | None
    )  # None where no number of prompts is in sight: the difference is smaller than a tenth of its limits


@dataclass(frozen=True, slots=True)
class FiveJudges:
    """All numbers of the page."""

    n_videos: int
    n_prompts: int
    n_real: int
    n_ratings: int
    n_unrated: int
    limit: float
    people: list[PeopleOnDimension]
    judges: list[JudgeFindings]  # best first
    pairs: list[JudgePair]
    n_differences: int
    opposite: float  # share of videos on which two people lie three levels or more apart

    @property
    def person(self) -> Estimate:
        """Spearman's rho of one person with the mean of the two others."""
        return self.judges[0].correlations.spearman.person

    @property
    def ceiling(self) -> Estimate:
        """Quadratic kappa of people with people."""
        return self.judges[0].comparison.ceiling[KAPPA]

    @property
    def best(self) -> JudgeFindings:
        """The judge of the highest rank correlation."""
        return self.judges[0]

    @property
    def alike(self) -> list[JudgePair]:
        """Pairs that these data do not tell apart."""
        return [one for one in self.pairs if not one.told]

    @property
    def failing_for_like_raters(self) -> list[str]:
        """Judges that fail for raters like these too."""
        return [one.name for one in self.judges if one.verdict_for_like_raters == "fail"]

    @property
    def hardest(self) -> JudgePair:
        """The pair told apart that takes the most prompts."""
        return max((one for one in self.pairs if one.told), key=lambda one: one.prompts or 0)

    def rater_factor(self, raters: int) -> float:
        """How long an interval for raters like these is with more raters, as a share of that with three.

        As far as it comes from raters: t with J − 1 degrees of freedom over √J.
        """
        return float(t.ppf(0.975, raters - 1) / math.sqrt(raters) / (t.ppf(0.975, 2) / math.sqrt(3)))

    def judge(self, name: str) -> JudgeFindings:
        """Return one judge's findings."""
        return next(one for one in self.judges if one.name == name)


def five_judges(tables: FetvTables) -> FiveJudges:
    """Compute the page."""
    people = [_people(tables, name) for name in DIMENSIONS]
    humans = tables.ratings["alignment"]
    found = [_judge(tables, name) for name in JUDGES]
    adjusted = holm([one.comparison.compared[KAPPA].test.p_value for one in found])
    limit = Thresholds().loss
    judges = [_finished(one, p, limit) for one, p in zip(found, adjusted, strict=True)]
    judges.sort(key=lambda one: -(one.correlations.spearman.judge.value or 0.0))
    expected = {one.name: one.folds.expected for one in judges}
    differences = error_differences(humans, expected, scale=LEVELS, cluster=tables.prompt)
    n_prompts = len(set(tables.prompt))
    return FiveJudges(
        n_videos=len(humans),
        n_prompts=n_prompts,
        n_real=tables.system.count("ground-truth"),
        n_ratings=int((~np.isnan(humans)).sum()),
        n_unrated=tables.n_unrated,
        limit=limit,
        people=people,
        judges=judges,
        pairs=[_pair(one, n_prompts) for one in differences if one.stratum == "all ratings"],
        n_differences=len(differences),
        opposite=float((np.nanmax(humans, axis=1) - np.nanmin(humans, axis=1) >= 3).mean()),
    )


def _people(tables: FetvTables, name: str) -> PeopleOnDimension:
    levels = tables.ratings[name]
    given = {"scale": LEVELS, "cluster": tables.prompt}
    counts = np.array([(levels == level).sum() for level in LEVELS])
    return PeopleOnDimension(
        name=name.replace("_", " "),
        percent=percent_agreement(levels, **given),
        alpha=krippendorff_alpha(levels, level="ordinal", **given),
        kappa=cohen_kappa(levels, weights="quadratic", **given),
        shares=(counts / counts.sum()).tolist(),
        means=np.nanmean(levels, axis=0).tolist(),
    )


def _judge(tables: FetvTables, name: str) -> JudgeFindings:
    score, humans = tables.scores[name], tables.ratings["alignment"]
    given = {"cluster": tables.prompt}
    folds = recalibrated_levels(score, humans, scale=LEVELS, **given)
    system = np.array(tables.system)
    within = [judge_correlations(score[system == one], humans[system == one]).spearman.with_mean for one in SYSTEMS]
    return JudgeFindings(
        name=name,
        n_distinct=len(np.unique(score[~np.isnan(score)])),
        correlations=judge_correlations(score, humans, **given),
        within_systems=within,
        curve=score_curve(score, humans, scale=LEVELS, **given),
        folds=folds,
        comparison=compare(humans, folds.levels, scale=LEVELS, **given),
        sampled=compare(humans, folds.levels, scale=LEVELS, raters="sample", **given),
        split=error_split(humans, folds.expected, scale=LEVELS, **given),
        gain=cross_validate_recalibrator(score, humans, scale=LEVELS, **given),
        p_holm=None,
        verdict="",
        verdict_for_like_raters="",
    )


def _finished(found: JudgeFindings, p: float | None, limit: float) -> JudgeFindings:
    verdicts = [_verdict(one, limit) for one in (found.loss, found.sampled.difference[KAPPA])]
    return replace(found, p_holm=p, verdict=verdicts[0], verdict_for_like_raters=verdicts[1])


def _verdict(difference: Estimate, limit: float) -> str:
    if difference.low is None or difference.high is None:
        return "cannot tell"
    return str(decide(difference.low, difference.high, at_least=-limit))


def _pair(found: ErrorDifference, n_prompts: int) -> JudgePair:
    """Project how many prompts tell the two apart: the value stays, the interval shrinks with 1/√prompts."""
    value, low, high = found.estimate.value, found.estimate.low, found.estimate.high
    told = found.p_holm is not None and found.p_holm < 0.05
    if value is None or low is None or high is None or abs(value) < (high - low) / 20:
        return JudgePair(found, told, None)
    return JudgePair(found, told, _prompts(found.estimate, n_prompts))


def _prompts(found: Estimate, n_prompts: int, offset: float = 0.0) -> int:
    """Return how many prompts put the nearer end of an interval at the offset, and no fewer than 30."""
    value, low, high = (float(one or 0.0) for one in (found.value, found.low, found.high))
    return max(FEWEST_PROMPTS, math.ceil(n_prompts * ((high - low) / 2 / (abs(value) - offset)) ** 2))
