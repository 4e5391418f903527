"""What the report's document holds about adjudicated levels."""

from __future__ import annotations

from typing import TypedDict

from referee_calib.report.schema.dimension_schema import EstimateJson


class AgainstAdjudicatedJson(TypedDict):
    """One side, "referee" or "people", against the adjudicated levels; both estimates are in levels."""

    side: str
    n_claims: int
    difference: EstimateJson
    distance: EstimateJson


class AdjudicatedDimensionJson(TypedDict):
    """One dimension's adjudicated claims."""

    dimension: str
    title: str
    n_adjudicated: int
    referee: AgainstAdjudicatedJson
    people: AgainstAdjudicatedJson
    kappa: EstimateJson
