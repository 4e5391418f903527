"""What the report's document holds about agreement on where and when."""

from __future__ import annotations

from typing import TypedDict

from referee_calib.report.schema.dimension_schema import EstimateJson


class LocalizationAlphaJson(TypedDict):
    """Agreement beyond one kind of chance, by one distance."""

    measure: str
    chance: str
    alpha: EstimateJson
    observed: float | None
    expected: float | None


class EdgeNoiseJson(TypedDict):
    """Standard deviations of an edge: of items, of annotators' bias, of what is left."""

    item: EstimateJson
    annotator: EstimateJson
    noise: EstimateJson


class ConsensusJson(TypedDict):
    """The median mark of an item with its outermost edges."""

    item: object
    n_annotators: int
    edges: list[float]
    low: list[float]
    high: list[float]
    coverage: float | None


class LocalizationJson(TypedDict):
    """Several annotators' spans, or boxes."""

    kind: str
    n_items: int
    n_single: int
    n_marks: int
    n_annotators: int | None
    n_clusters: int | None
    covered: float | None
    confidence: float
    unit: str
    overlap: EstimateJson
    generalized: EstimateJson
    alphas: list[LocalizationAlphaJson]
    rejected: dict[str, EstimateJson]
    with_others: EstimateJson
    rejected_by_others: dict[str, EstimateJson]
    split: EstimateJson
    bias: dict[str, dict[str, EstimateJson]]
    bias_reason: str | None
    noise: dict[str, EdgeNoiseJson]
    consensus: list[ConsensusJson]
    notes: list[str]
