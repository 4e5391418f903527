"""The shape of ``report.json``: every key with its type; ``docs/report.md`` says what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict

from referee_calib.analysis import ExaminedRewardJson
from referee_calib.report.schema.adjudication_schema import AdjudicatedDimensionJson
from referee_calib.report.schema.dimension_schema import (
    AblationJson,
    DimensionJson,
    EstimateJson,
    RecalibrationJson,
    SubgroupingJson,
)
from referee_calib.report.schema.improvement_schema import ImprovementJson
from referee_calib.report.schema.judge_error_schema import ContinuousJudgeJson, ErrorByAgreementJson
from referee_calib.report.schema.localization_schema import LocalizationJson
from referee_calib.report.schema.ratings_schema import RatingQualityJson, RatingsJson
from referee_calib.report.schema.score_schema import (
    MeanScoresJson,
    MissingScoresJson,
    ParseFailureJson,
    RaterConsistencyJson,
    RecalibratedAgreementJson,
    RepeatedScoresJson,
    ScoreSummaryJson,
)

SCHEMA = "referee-calib/report/4"
Summary = Mapping[str, Any]  # of `perturb` or `probe`, or a part of it, as they wrote it


class CardJson(TypedDict):
    """The answer on one dimension, in quadratic kappa; `second_difference` in ordinal alpha."""

    dimension: str
    title: str
    verdict: str
    short: str
    people: EstimateJson
    referee: EstimateJson
    difference: EstimateJson
    second_difference: EstimateJson
    reason: str | None


class HeadlineJson(TypedDict):
    """The answer in words."""

    sentence: str
    who: str
    leniency: str
    tail: str
    caution: str
    simulated: str
    margin: float
    cards: list[CardJson]


class CheckJson(TypedDict):
    """One threshold held against one interval."""

    dimension: str
    dimension_title: str
    threshold: str
    state: str
    value: float | None
    low: float | None
    high: float | None
    at_least: float | None
    at_most: float | None
    worst: str
    sentence: str
    reason: str
    remark: str
    videos: int
    videos_needed: int | None
    awaits_videos: bool
    not_run: bool
    incomplete: str
    needed: str


class CheckRowJson(TypedDict):
    """One threshold on every dimension."""

    threshold: str
    title: str
    short: str
    limit: str
    checks: list[CheckJson]


class CheckGroupJson(TypedDict):
    """Thresholds about one thing: "agreement", "tail", "robustness", "exploits" or "improvement"."""

    key: str
    title: str
    columns: list[dict[str, str]]
    rows: list[CheckRowJson]


class VerdictJson(TypedDict):
    """Every check, and what follows."""

    state: str
    sentence: str
    gaps: list[str]
    beyond: str
    simulated: bool
    basis: str
    stated: list[str]
    thresholds: dict[str, Any]
    threshold_record: dict[str, Any] | None
    groups: list[CheckGroupJson]
    next_steps: list[str]
    note: str


class ResponseLineJson(TypedDict):
    """One reward at each size of a perturbation; `retained` is the share left at a small step."""

    role: str
    label: str
    mean: list[float | None]
    low: list[float | None]
    high: list[float | None]
    n_claims: list[int]
    n_failed: list[int]
    wrong: list[dict[str, Any]]
    retained: float | None


class ResponseJson(TypedDict):
    """A short look at moved evidence."""

    key: str
    title: str
    x_label: str
    small: float
    deltas: list[float]
    n_claims: int
    n_videos: int
    notes: list[str]
    rewards: list[ResponseLineJson]


class RunJson(TypedDict):
    """What the last ``perturb`` or ``probe`` says about the reward, in its own words and in sentences."""

    note: str
    reward: str
    summary: dict[str, Any] | None
    sentences: list[dict[str, str]]


class RewardSummaryJson(TypedDict):
    """One reward over all rollouts."""

    reward: str
    paid: int
    not_paid: int
    reasons: dict[str, int]
    mean: float | None
    zero: int


class RewardsJson(TypedDict):
    """What each rollout would be paid."""

    examined: ExaminedRewardJson | None
    rollouts: list[dict[str, Any]]
    summary: list[RewardSummaryJson]


class DisagreementJson(TypedDict):
    """A claim that people and the referee see differently; `image` is a data URI."""

    claim: str
    dimension: str
    title: str
    video: str
    rollout: str | None
    question: str
    answer: str | None
    object: str | None
    link: str
    span: list[float] | None
    time: float
    boxes: list[list[float]]
    reference_boxes: list[list[float]]
    people: list[dict[str, Any]]
    people_mean: float
    referee: float
    gap: float
    reply: str
    image: str | None
    image_size: list[int] | None
    note: str


class ExcludedRowsJson(TypedDict):
    """Rows that took no part, by reason."""

    dimension: str
    what: str
    reason: str
    rows: int
    names: list[str]


class RefereeJson(TypedDict):
    """The referee that is reported."""

    fingerprint: str
    description: dict[str, Any]
    scores: list[ScoreSummaryJson]


class RubricJson(TypedDict):
    """The words that people and referee were asked with; `version` is "" where nothing is known of them."""

    version: str
    scales: list[dict[str, Any]]


class ReportJson(TypedDict):
    """The content of ``report.json``."""

    schema: str
    title: str
    study: str
    headline: HeadlineJson
    verdict: VerdictJson | None
    counts: dict[str, int]
    ratings: RatingsJson
    rating_quality: NotRequired[RatingQualityJson | None]  # reports of earlier versions have none
    referee: RefereeJson
    dimensions: list[DimensionJson]
    error_by_agreement: list[ErrorByAgreementJson]
    continuous_judges: list[ContinuousJudgeJson]
    ablation: AblationJson | None
    recalibration: RecalibrationJson | None
    recalibrated_agreement: list[RecalibratedAgreementJson]
    missing_scores: list[MissingScoresJson]
    repeated_scores: list[RepeatedScoresJson]
    rater_consistency: NotRequired[list[RaterConsistencyJson]]  # as localization
    localization: NotRequired[list[LocalizationJson]]  # reports of earlier versions have none
    adjudicated: NotRequired[list[AdjudicatedDimensionJson]]  # only in a report that was asked for it
    mean_scores: MeanScoresJson
    subgrouping: SubgroupingJson
    response_curves: list[ResponseJson]
    robustness: RunJson
    exploits: RunJson
    policy_improvement: NotRequired[ImprovementJson | None]  # reports of earlier versions have none
    rewards: RewardsJson
    disagreements: list[DisagreementJson]
    excluded_rows: list[ExcludedRowsJson]
    parse_failures: list[ParseFailureJson]
    notes: list[str]
    rubric: RubricJson
    methods: list[dict[str, str]]
    references: list[dict[str, str]]
    limits: list[str]
    inputs: list[dict[str, Any]]
    seed: int
    confidence: float
    versions: dict[str, str]
    nouns: dict[str, str]
    results_paragraph: str
