"""Krippendorff's alpha of ratings that are sets of labels, at any fixed distance of sets."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import renumbered, unused_weights_note
from agreement.arrays import Floats, Ints
from agreement.coefficients.base import ALL_RATED, resampled_interval, with_groups
from agreement.coefficients.chance import TINY
from agreement.encoding import is_missing
from agreement.errors import AgreementError
from agreement.estimate import Estimate, Interval
from agreement.intervals.perfect_agreement import perfect_agreement
from agreement.intervals.statistic_of_sums import StatisticOfSums
from agreement.labels.set_distances import SET_DISTANCES
from agreement.options import Options
from agreement.ratings import Ratings
from agreement.result_notes import lone_ratings_note
from agreement.validation import cluster_positions

Table = list[list[frozenset[Any] | None]]
Labels = tuple[frozenset[Any], ...]


def alpha_of_sets(
    ratings: Ratings | ArrayLike, distance: str, options: Options, *, cluster: ArrayLike | None = None
) -> Estimate:
    """Return alpha of sets; an array holds sets, tuples or lists of labels, None or NaN where there is no rating."""
    if options.interval in ("pigeonhole", "analytic"):
        raise AgreementError(
            f"interval={options.interval!r} of sets", "it needs a scale", "Use 'jackknife', 'bootstrap' or 'bca'."
        )
    codes, labels = _encoded(ratings)
    group = _groups(ratings, cluster, len(codes))
    size = (codes >= 0).sum(axis=1)
    paired = size >= 2
    lone = int(size[~paired].sum())
    counted = Estimate.undefined(
        "no unit was rated by two raters, so no two ratings can be compared",
        confidence=options.confidence,
        n_units=int(paired.sum()),
        n_raters=codes.shape[1],
        n_ratings=int(size[paired].sum()),
        n_dropped=lone + (ratings.n_dropped if isinstance(ratings, Ratings) else 0),
        notes=(*lone_ratings_note(lone), *unused_weights_note(ratings)),
    )
    if not paired.any():
        return counted
    unsampled = options.unsampled(counted.n_units)
    apart = _distances(labels, distance)
    member = np.arange(len(codes)) if group is None else group
    rows = _rows(codes[paired], apart)
    statistic = StatisticOfSums.by_group(rows, renumbered(member[paired]), lambda sums: _alpha(sums, apart))
    if not np.isfinite(statistic.point):
        reason = "every rating is the same set, so there is no disagreement to expect by chance"
        return Estimate.undefined(reason, **{name: getattr(counted, name) for name in _COUNTS})
    interval = _interval(statistic, apart, options, unsampled)
    return with_groups(counted, statistic, interval, clustered=group is not None)


def _interval(statistic: StatisticOfSums, apart: Floats, options: Options, unsampled: float) -> Interval:
    """Return limits; where sets never differ, those of the share of units that might, each at a distance of 1."""
    if options.interval and unsampled == 0:
        return Interval(reason=ALL_RATED)
    if options.interval is None or statistic.point < 1 - TINY:
        return resampled_interval(statistic, options, unsampled=unsampled)
    counts = (statistic.repeats @ statistic.rows)[1:]
    shares = counts / counts.sum()
    return perfect_agreement(
        statistic.n_groups, float(1 - shares @ apart @ shares), confidence=options.confidence, lowest=-1.0
    )


_COUNTS = ("confidence", "n_units", "n_raters", "n_ratings", "n_dropped", "notes")


def _groups(ratings: Ratings | ArrayLike, cluster: ArrayLike | None, n_units: int) -> Ints | None:
    if cluster is not None:
        return cluster_positions(cluster, n_units)
    return ratings.cluster if isinstance(ratings, Ratings) else None


@lru_cache(maxsize=16)
def _distances(labels: Labels, distance: str) -> Floats:
    return np.array([[SET_DISTANCES[distance](a, b) for b in labels] for a in labels])


def _sets_of(ratings: ArrayLike) -> Table:
    rows = ratings if isinstance(ratings, (list, tuple)) else np.asarray(ratings, dtype=object)
    table = [[_as_set(cell) for cell in row] for row in rows]
    if not table or len({len(row) for row in table}) != 1 or not table[0]:
        raise AgreementError("a table of sets whose rows differ in length, or none", "it is (units, raters)")
    return table


def _as_set(cell: Any) -> frozenset[Any] | None:
    if isinstance(cell, (set, frozenset, list, tuple)):
        return frozenset(cell)
    if is_missing(np.array([cell], dtype=object))[0]:
        return None
    raise AgreementError(
        f"the rating {cell!r}", "at level 'masi' or 'jaccard' a rating is a set of labels", "Write {'car', 'red'}."
    )


def _encoded(ratings: Ratings | ArrayLike) -> tuple[Ints, Labels]:
    if isinstance(ratings, Ratings):
        sets = (_as_set(category) for category in ratings.scale)
        return ratings.codes.astype(np.intp), tuple(one for one in sets if one is not None)
    position: dict[frozenset[Any], int] = {}
    codes = [
        [-1 if cell is None else position.setdefault(cell, len(position)) for cell in row] for row in _sets_of(ratings)
    ]
    return np.array(codes, dtype=np.intp), tuple(position)


def _rows(codes: Ints, apart: Floats) -> Floats:
    """Return of each unit its distances of ordered pairs over m − 1, then its ratings by set (units, 1 + q)."""
    given = codes >= 0
    counts = np.zeros((len(codes), len(apart)))
    unit, rater = np.nonzero(given)
    np.add.at(counts, (unit, codes[unit, rater]), 1.0)
    between = np.einsum("uc,uc->u", counts @ apart, counts) / (given.sum(axis=1) - 1)
    return np.concatenate([between[:, None], counts], axis=1)


def _alpha(sums: Floats, apart: Floats) -> Floats:
    observed, counts = sums[..., 0], sums[..., 1:]
    expected = np.einsum("...c,...c->...", counts @ apart, counts)
    n = counts.sum(axis=-1)
    share = np.divide(observed, expected, out=np.full(observed.shape, np.nan), where=expected > TINY)
    return np.asarray(1 - (n - 1) * share)
