"""The shape of the parts of ``report.json`` about scores: missing, repeated, recalibrated ones, and their mean."""

from __future__ import annotations

from typing import Any, TypedDict

from referee_calib.report.schema.dimension_schema import DifferenceJson, EstimateJson


class ScoreStatusJson(TypedDict):
    """Rated claims whose scores ended in the same way, and what people say of them."""

    status: str
    title: str
    n_claims: int
    n_videos: int
    people_mean: EstimateJson
    people_agreement: EstimateJson
    levels: list[int]


class MissingInSliceJson(TypedDict):
    """How many claims of one kind have no score."""

    by: str
    value: str
    n_missing: int
    n_claims: int


class MissingBoundsJson(TypedDict):
    """A coefficient's difference from the noise ceiling under four assumptions about the missing scores."""

    name: str
    title: str
    observed: EstimateJson
    at_random: EstimateJson
    worst: EstimateJson
    best: EstimateJson


class LeniencyBoundsJson(TypedDict):
    """Leniency under four assumptions about the missing scores."""

    observed: EstimateJson
    at_random: EstimateJson
    lowest: EstimateJson
    highest: EstimateJson


class MissingScoresJson(TypedDict):
    """Claims without a score on one dimension; `bounds` is empty where at most 2 % are missing."""

    dimension: str
    title: str
    n_asked: int
    n_missing: int
    share: float
    groups: list[ScoreStatusJson]
    difference: EstimateJson | None
    slices: list[MissingInSliceJson]
    bounds: list[MissingBoundsJson]
    leniency: LeniencyBoundsJson | None
    sentence: str


class SampleProjectionJson(TypedDict):
    """What the mean of `samples` samples would reach."""

    samples: int
    reliability: float
    correlation: float | None


class RepeatedScoresJson(TypedDict):
    """Repeats of the referee on one dimension."""

    dimension: str
    title: str
    n_claims: int
    n_samples: int
    n_scores: int
    reliability: EstimateJson
    same_level: EstimateJson
    correlation: EstimateJson
    correlation_of_mean: EstimateJson
    without_noise: float | None
    projections: list[SampleProjectionJson]
    differences: list[DifferenceJson]
    reason: str


class ScoreSummaryJson(TypedDict):
    """How the referee scores on one dimension."""

    dimension: str
    title: str
    n: int
    levels: list[int]
    modal_level: float | None
    scale: list[float]
    modal_share: float | None
    entropy: float | None
    near_constant: bool
    rungs: dict[str, float]
    mass: float | None
    n_mass: int
    line: str


class ConsistencyFiguresJson(TypedDict):
    """Second looks beside first ones, of one rater, or of all where `rater` is ""."""

    rater: str
    n_looks: int
    kappa: EstimateJson
    same_level: EstimateJson
    shift: EstimateJson


class RaterConsistencyJson(TypedDict):
    """People's second looks on one dimension."""

    dimension: str
    title: str
    pooled: ConsistencyFiguresJson
    raters: list[ConsistencyFiguresJson]


class ScoreVariantJson(TypedDict):
    """The score as it is, or recalibrated: quadratic kappa with its difference from the ceiling, and leniency."""

    name: str
    title: str
    ceiling: EstimateJson
    referee: EstimateJson
    difference: EstimateJson
    leniency: EstimateJson
    loss_state: str
    leniency_state: str


class RecalibratedAgreementJson(TypedDict):
    """Both variants on one dimension, or of the composed score, out of fold."""

    subject: str
    title: str
    kind: str
    n_claims: int
    n_videos: int
    reason: str
    variants: list[ScoreVariantJson]
    paired: EstimateJson | None
    paired_p: float | None


class MeanScoreJson(TypedDict):
    """The mean level of one dimension three times; `power` is the weight λ of the referee."""

    dimension: str
    title: str
    people: EstimateJson
    referee: EstimateJson
    prediction_powered: EstimateJson
    power: float | None
    saved: float | None
    n_rated: int
    n_scored_only: int
    n_dropped: int
    notes: list[str]


class MeanScoresJson(TypedDict):
    """The mean level of all scored claims, and how the rated ones were chosen."""

    draw: dict[str, Any] | None
    draw_note: str
    note: str
    titles: dict[str, str]
    dimensions: list[MeanScoreJson]


class ParseFailureJson(TypedDict):
    """Pieces of model text that gave no claim."""

    file: str
    reason: str
    why: str
    count: int
