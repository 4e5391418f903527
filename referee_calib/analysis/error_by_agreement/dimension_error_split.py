"""The error of one or several judges on one dimension, split by how far people agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from referee_calib.analysis.human_agreement.join import JoinedDimension

if TYPE_CHECKING:
    from agreement import ErrorDifference, ErrorSplit

AS_SCORED = "as scored"


@dataclass(frozen=True, slots=True)
class JudgeErrorSplit:
    """One judge's errors on one dimension; `scores` says of what: "as scored", or recalibrated levels."""

    judge: str
    scores: str
    squared: ErrorSplit
    absolute: ErrorSplit


@dataclass(frozen=True, slots=True)
class DimensionErrorSplit:
    """The errors of every judge on one dimension, and the paired differences of squared errors between judges."""

    dimension: str
    judges: tuple[JudgeErrorSplit, ...]
    differences: tuple[ErrorDifference, ...] = ()


def split_errors(
    dimension: str,
    people: ArrayLike,
    judges: Mapping[str, ArrayLike],
    *,
    scale: Sequence[float],
    cluster: ArrayLike | None = None,
    scores: Mapping[str, str] | None = None,
    confidence: float = 0.95,
    seed: int = 0,
) -> DimensionErrorSplit:
    """Split the errors of judges on one dimension.

    Parameters
    ----------
    dimension : str
    people : array (units, raters)
        Levels of `scale`, NaN where nobody rated.
    judges : mapping of str to array (units,)
        Levels or expected levels, NaN where there is none; of a judge with a unit of its own those recalibrated out of
        fold (``FoldLevels.expected``).
    scale : sequence of float
    cluster : array (units,), optional
    scores : mapping of str to str, optional
        What the errors of a judge are of, where not of its scores as they are.
    confidence : float, default 0.95
    seed : int, default 0

    Returns
    -------
    DimensionErrorSplit
    """
    from agreement import Ratings, error_differences, error_split

    ratings = Ratings.from_array(np.asarray(people, dtype=np.float64), scale=list(scale), wide=True)
    named = scores or {}
    rows = tuple(
        JudgeErrorSplit(
            name,
            named.get(name, AS_SCORED),
            error_split(ratings, one, cluster=cluster, confidence=confidence),
            error_split(ratings, one, loss="absolute", cluster=cluster, confidence=confidence),
        )
        for name, one in judges.items()
    )
    apart = (
        error_differences(ratings, judges, cluster=cluster, confidence=confidence, seed=seed) if len(rows) > 1 else ()
    )
    return DimensionErrorSplit(dimension, rows, apart)


def joined_error_splits(
    joined: Mapping[str, Sequence[JoinedDimension]],
    *,
    confidence: float,
    seed: int,
    scores: Mapping[tuple[str, str], str] | None = None,
) -> tuple[DimensionErrorSplit, ...]:
    """Split the errors of judges by dimension, of those dimensions that a judge scored where two people rated.

    Parameters
    ----------
    joined : mapping of str to sequence of JoinedDimension
        By judge; the same people and claims for all judges of a dimension.
    confidence, seed
        As of :func:`split_errors`.
    scores : mapping of (judge, dimension) to str, optional
        What errors are of, where not of scores as they are.
    """
    parts: dict[str, dict[str, JoinedDimension]] = {}
    for judge, its in joined.items():
        for part in its:
            if part.counts.compared:
                parts.setdefault(part.dimension, {})[judge] = part
    named = scores or {}
    return tuple(_of_parts(name, its, named, confidence, seed) for name, its in parts.items())


def _of_parts(
    name: str,
    its: Mapping[str, JoinedDimension],
    named: Mapping[tuple[str, str], str],
    confidence: float,
    seed: int,
) -> DimensionErrorSplit:
    first = next(iter(its.values()))
    return split_errors(
        name,
        first.people,
        {judge: np.where(np.isnan(part.expected), part.referee, part.expected) for judge, part in its.items()},
        scale=first.scale,
        cluster=np.unique(first.videos, return_inverse=True)[1],
        scores={judge: named[judge, name] for judge in its if (judge, name) in named},
        confidence=confidence,
        seed=seed,
    )
