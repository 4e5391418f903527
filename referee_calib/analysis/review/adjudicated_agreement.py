"""The referee, and the mean of people, against adjudicated levels, on the claims that a coordinator adjudicated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from referee_calib.analysis.human_agreement.join import JoinedDimension

if TYPE_CHECKING:
    from agreement import Estimate
    from referee_calib.study import Study

NONE_COMPARED = "no claim has both"


class AdjudicatedLevel(Protocol):
    """What is read of an adjudication."""

    @property
    def claim(self) -> str:
        """Id of the claim."""

    @property
    def dimension(self) -> str:
        """What was judged."""

    @property
    def level(self) -> int | None:
        """The adjudicated level."""


@dataclass(frozen=True, slots=True)
class AgainstAdjudicated:
    """One side against the adjudicated levels.

    Attributes
    ----------
    side : {"referee", "people"}
        The referee's (expected) level, or the mean of the people's levels.
    n_claims : int
        With both.
    difference : Estimate
        Mean of the side minus the adjudicated level, in levels.
    distance : Estimate
        Mean absolute difference, in levels.
    """

    side: str
    n_claims: int
    difference: Estimate
    distance: Estimate


@dataclass(frozen=True, slots=True)
class AdjudicatedDimension:
    """One dimension's adjudicated claims.

    Attributes
    ----------
    n_adjudicated : int
        Claims with an adjudicated level, whether people or the referee gave one or not.
    referee, people : AgainstAdjudicated
    kappa : Estimate
        Quadratic kappa of the referee's level with the adjudicated one.
    """

    dimension: str
    n_adjudicated: int
    referee: AgainstAdjudicated
    people: AgainstAdjudicated
    kappa: Estimate


def adjudicated_agreement(
    joined: Sequence[JoinedDimension], adjudicated: Iterable[AdjudicatedLevel], *, confidence: float
) -> tuple[AdjudicatedDimension, ...]:
    """Compare either side with the adjudicated levels, clustered by video; dimensions without one are left out."""
    levels = {(one.dimension, one.claim): one.level for one in adjudicated if one.level is not None}
    found = (_dimension(part, levels, confidence) for part in joined)
    return tuple(one for one in found if one is not None)


def study_adjudicated(
    study: Study, joined: Sequence[JoinedDimension], *, confidence: float
) -> tuple[AdjudicatedDimension, ...]:
    """Return the same for the adjudicated levels of a study."""
    from referee_calib.study import adjudications

    return adjudicated_agreement(joined, adjudications(study), confidence=confidence)


def _dimension(
    joined: JoinedDimension, levels: dict[tuple[str, str], int], confidence: float
) -> AdjudicatedDimension | None:
    from agreement import cohen_kappa

    ids = [claim.id for claim in joined.claims]
    right = np.array([levels.get((joined.dimension, one), np.nan) for one in ids], dtype=np.float64)
    n = sum(dimension == joined.dimension for dimension, _ in levels)
    if not n:
        return None
    videos = np.unique(joined.videos, return_inverse=True)[1]
    score = np.where(np.isnan(joined.expected), joined.referee, joined.expected)
    both = np.column_stack([right, joined.referee])
    return AdjudicatedDimension(
        dimension=joined.dimension,
        n_adjudicated=n,
        referee=_against("referee", score, right, videos, confidence),
        people=_against("people", _means(joined.people), right, videos, confidence),
        kappa=cohen_kappa(both, weights="quadratic", scale=joined.scale, cluster=videos, confidence=confidence),
    )


def _means(people: NDArray[np.float64]) -> NDArray[np.float64]:
    given = ~np.isnan(people)
    total, n = np.where(given, people, 0).sum(axis=1), given.sum(axis=1)
    means: NDArray[np.float64] = np.divide(total, n, out=np.full(len(people), np.nan), where=n > 0)
    return means


def _against(
    side: str, values: NDArray[np.float64], right: NDArray[np.float64], videos: NDArray[np.int_], confidence: float
) -> AgainstAdjudicated:
    apart = values - right
    n = int(np.isfinite(apart).sum())
    return AgainstAdjudicated(side, n, _mean(apart, videos, confidence), _distance(apart, videos, confidence))


def _distance(apart: NDArray[np.float64], videos: NDArray[np.int_], confidence: float) -> Estimate:
    found = _mean(np.abs(apart), videos, confidence)
    return found if found.low is None else replace(found, low=max(0.0, found.low))  # no distance lies below 0


def _mean(values: NDArray[np.float64], videos: NDArray[np.int_], confidence: float) -> Estimate:
    from agreement import Estimate, group_means

    if not np.isfinite(values).any():
        return Estimate.undefined(NONE_COMPARED, confidence=confidence)
    return group_means(values, ["all"] * len(values), cluster=videos, confidence=confidence).means["all"]
