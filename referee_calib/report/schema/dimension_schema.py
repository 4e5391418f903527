"""The shape of the parts of ``report.json`` that belong to one dimension, and of a number with its interval."""

from __future__ import annotations

from typing import Any, TypedDict


class EstimateJson(TypedDict):
    """A number with its interval; `value` is None with a `reason` where the data define none."""

    value: float | None
    low: float | None
    high: float | None
    confidence: float
    method: str
    n_units: int
    n_raters: int
    n_ratings: int
    n_dropped: int
    n_clusters: int | None
    reason: str | None
    standard_error: float | None
    notes: list[str]
    population: str
    averaged_over: float | None


class AllClaimsJson(TypedDict):
    """Either side of a coefficient on all claims that hold it: not to be subtracted."""

    people: EstimateJson
    referee: EstimateJson


class CoefficientJson(TypedDict):
    """One coefficient three times, on the claims that the referee scored and two people rated.

    `all_claims` is None where these are all claims.
    """

    name: str
    title: str
    people: EstimateJson
    referee: EstimateJson
    difference: EstimateJson
    p_value: float | None
    all_claims: AllClaimsJson | None


class RaterEstimateJson(TypedDict):
    """An estimate that belongs to one person."""

    rater: str
    estimate: EstimateJson


class LeniencyJson(TypedDict):
    """Referee minus person, in levels."""

    overall: EstimateJson
    raters: list[RaterEstimateJson]


class CalibrationJson(TypedDict):
    """The CORP curve with its bands and the parts of the squared error."""

    scores: list[float]
    fitted: list[float]
    weight: list[float]
    n_ratings: list[int]
    confidence_low: list[float | None]
    confidence_high: list[float | None]
    consistency_low: list[float | None]
    consistency_high: list[float | None]
    p_calibrated: float | None
    mean_squared_error: float | None
    msc: float | None
    dsc: float | None
    unc: float | None
    msc_corrected: float | None
    dsc_corrected: float | None
    msc_low: float | None
    msc_high: float | None
    noise_floor: float | None
    explained: float | None
    explained_as_is: float | None
    n_blocks: int
    confidence: float
    n_units: int
    n_clusters: int | None
    n_dropped: int
    reason: str | None
    notes: list[str]


class MeasureJson(TypedDict):
    """An estimate under its name."""

    name: str
    title: str
    estimate: EstimateJson


class ConfusionJson(TypedDict):
    """``counts[person's level][referee's level]``: pairs of one rating and one score."""

    rows: str
    columns: str
    counts: list[list[int]]


class LevelsJson(TypedDict):
    """How often each level was given; `shares` is None where none was."""

    counts: list[int]
    shares: list[float] | None


class SubgroupJson(TypedDict):
    """One kind of claim by itself."""

    by: str
    title: str
    value: str
    label: str
    n_claims: int
    n_videos: int
    people: EstimateJson
    referee: EstimateJson
    difference: EstimateJson
    leniency: EstimateJson
    loss: EstimateJson | None
    drawn_leniency: EstimateJson | None
    below_floor: bool


class OppositeEndJson(TypedDict):
    """Claims on which the referee alone stands at one end of the scale; `claims` are their ids."""

    kind: str
    title: str
    claims: list[str]
    n_far: int
    share: EstimateJson
    far_share: EstimateJson
    expected: float | None
    far_expected: float | None
    p_value: float | None


class TailJson(TypedDict):
    """Confident acceptance and rejection; `low`, `high` and `apart` say which levels count."""

    low: float
    high: float
    apart: float
    n_claims: int
    n_videos: int
    ends: list[OppositeEndJson]


class DimensionJson(TypedDict):
    """Everything about one dimension."""

    dimension: str
    title: str
    question: str
    counts: dict[str, int]
    coefficients: list[CoefficientJson]
    leave_one_out: list[RaterEstimateJson]
    leniency: LeniencyJson
    calibration: CalibrationJson
    by_level: list[MeasureJson]
    confusion: ConfusionJson
    prevalence: dict[str, LevelsJson]
    subgroups: list[SubgroupJson]
    tail: TailJson | None
    scale: list[float]
    notes: list[str]


class SubgroupingJson(TypedDict):
    """How claims were divided."""

    definitions: list[dict[str, str]]
    least: dict[str, int]
    note: str


class DifferenceJson(TypedDict):
    """One paired difference of two referees."""

    measure: str
    title: str
    digits: int
    first: str
    second: str
    label: str
    estimate: EstimateJson
    p_value: float | None
    p_holm: float | None


class AblationMeasureJson(TypedDict):
    """One measure of every referee."""

    measure: str
    title: str
    values: dict[str, EstimateJson]


class AblationDimensionJson(TypedDict):
    """Referees side by side on one dimension."""

    dimension: str
    title: str
    n_claims: int
    n_videos: int
    n_dropped: dict[str, int]
    measures: list[AblationMeasureJson]
    differences: list[DifferenceJson]
    notes: list[str]


class EquivalenceJson(TypedDict):
    """What one pair of referees' kappas on one dimension say of sameness: "same", "apart" or "cannot tell"."""

    dimension: str
    title: str
    first: str
    second: str
    label: str
    state: str
    sentence: str
    videos_needed: int | None


class AblationJson(TypedDict):
    """Referees side by side."""

    referees: list[dict[str, str]]
    settings: list[dict[str, Any]]
    n_tests: int
    note: str
    margin: float
    equivalence: list[EquivalenceJson]
    dimensions: list[AblationDimensionJson]


class TrialJson(TypedDict):
    """One form of recalibrator on one dimension, out of fold."""

    kind: str
    title: str
    mse_raw: float
    mse: float
    rps_raw: float
    rps: float
    gain: EstimateJson
    mse_constant: float
    gain_over_constant: EstimateJson
    n_claims: int
    n_videos: int


class RecalibrationDimensionJson(TypedDict):
    """All forms on one dimension."""

    dimension: str
    title: str
    best: str | None
    best_title: str
    trials: list[TrialJson]


class RecalibrationJson(TypedDict):
    """What each form of recalibrator would gain, and change inside groups of rollouts."""

    kinds: list[dict[str, str]]
    best: str | None
    best_title: str
    sentence: str
    command: str | None
    note: str
    dimensions: list[RecalibrationDimensionJson]
    rankings: list[dict[str, Any]]
    rankings_note: str
    left_out: list[dict[str, str]]
