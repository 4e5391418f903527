"""The shape of the parts of ``report.json`` about errors by human agreement and about continuous judges."""

from __future__ import annotations

from typing import Any, TypedDict

from referee_calib.report.schema.dimension_schema import CoefficientJson, EstimateJson


class ErrorStratumJson(TypedDict):
    """Errors on the ratings whose unit the other people agree on so far."""

    name: str
    share_of_ratings: float
    judge: EstimateJson
    person: EstimateJson
    excess: EstimateJson
    own: EstimateJson
    noise: EstimateJson
    share: EstimateJson
    excess_share: EstimateJson


class ErrorCurvePointJson(TypedDict):
    """Mean squared errors where the other people differ by more than one step less, and up to `spread` levels."""

    spread: int
    share_of_ratings: float
    judge: float | None
    judge_low: float | None
    judge_high: float | None
    person: float | None
    person_low: float | None
    person_high: float | None


class ErrorSplitJson(TypedDict):
    """The errors of one judge by one loss; `within` is a second person's error over that of the judge."""

    loss: str
    whole: ErrorStratumJson
    within: EstimateJson
    strata: list[ErrorStratumJson]
    n_units: int
    n_ratings: int
    n_clusters: int | None
    n_unscored: int
    n_single: int
    notes: list[str]


class JudgeErrorSplitJson(TypedDict):
    """One judge on one dimension; `scores` says what its errors are of."""

    judge: str
    scores: str
    sentence: str
    squared: ErrorSplitJson
    absolute: ErrorSplitJson
    curve: list[ErrorCurvePointJson]


class ErrorDifferenceJson(TypedDict):
    """A paired difference of squared errors, second minus first, on the ratings of one stratum."""

    stratum: str
    first: str
    second: str
    label: str
    estimate: EstimateJson
    p_value: float | None
    p_holm: float | None


class ErrorByAgreementJson(TypedDict):
    """One dimension's errors by human agreement."""

    dimension: str
    title: str
    judges: list[JudgeErrorSplitJson]
    differences: list[ErrorDifferenceJson]


class JudgeCorrelationJson(TypedDict):
    """One coefficient of association of raw scores with people, beside a person with the others."""

    name: str
    title: str
    with_mean: EstimateJson
    judge: EstimateJson
    person: EstimateJson
    difference: EstimateJson


class RankingJson(TypedDict):
    """How raw scores rank ratings of `threshold` or more above others."""

    threshold: float
    base_rate: EstimateJson
    auc: EstimateJson
    average_precision: EstimateJson


class RawCurveJson(TypedDict):
    """People's mean rating at each raw score, with its band."""

    scores: list[float]
    fitted: list[float]
    weight: list[float]
    low: list[float | None]
    high: list[float | None]
    reason: str | None


class ContinuousJudgeJson(TypedDict):
    """One judge with scores in a unit of its own, on one dimension."""

    judge: str
    dimension: str
    title: str
    lower_is_better: bool
    reading: str
    sentence: str
    scale: list[float]
    shape: dict[str, Any]
    correlations: list[JudgeCorrelationJson]
    rho_perfect: EstimateJson
    disattenuated: EstimateJson
    curve: RawCurveJson
    discrimination: dict[str, EstimateJson]
    rankings: list[RankingJson]
    levels: str
    n_folds: int
    levels_reason: str | None
    coefficients: list[CoefficientJson]
    leniency: EstimateJson
    expected_gap: EstimateJson
    notes: list[str]
