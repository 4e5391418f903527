"""Levels of people's scale from raw scores: recalibrated out of fold, whole clusters left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from agreement.arrays import Floats, Ints
from agreement.calibration.classification import out_of_fold_isotonic
from agreement.calibration.cross_validation import folds
from agreement.continuous_judge.raw_scores import NOTHING, people_levels, raw_scores
from agreement.errors import AgreementError
from agreement.json_fields import JsonFields
from agreement.ratings import Ratings

RECALIBRATED = "levels recalibrated out of fold"
FEWEST = 2  # groups, and folds


@dataclass(frozen=True)
class FoldLevels(JsonFields):
    """What a judge's scores mean on people's scale, said by fits that have not seen the unit's cluster.

    Attributes
    ----------
    levels : array (units,)
        A level of the scale for every scored unit, NaN elsewhere: levels that are as frequent as people give them. Of a
        unit that nobody rated it is said by all rated units.
    expected : array (units,)
        People's expected mean given the score, likewise.
    fold : array (units,)
        −1 for units without score or rating.
    scale : array (levels,)
    cuts : array (folds, levels − 1)
        The raw score from which each level but the lowest is given, by fold; NaN where no score is that high.
    n_folds : int
    name : str
        What the levels are called wherever they stand: "levels recalibrated out of fold".
    reason : str or None
        Why there are none.
    """

    frame_columns = ("levels", "expected", "fold")

    levels: Floats
    expected: Floats
    fold: Ints
    scale: Floats
    cuts: Floats
    n_folds: int
    name: str
    reason: str | None
    notes: tuple[str, ...]


def recalibrated_levels(
    score: ArrayLike,
    humans: Ratings | ArrayLike,
    *,
    scale: Sequence[float] | None = None,
    cluster: ArrayLike | None = None,
    n_folds: int = 5,
    seed: int = 0,
) -> FoldLevels:
    r"""Turn scores in any unit into levels of people's scale, each by a fit without the unit's cluster.

    ``expected`` is the isotonic regression of people's mean on the rank of the score: it is nearest in squares, and
    drawn towards the middle as every regression is, so no agreement with single people is to be read off it.

    ``levels`` are an equipercentile linking. With F the distribution of the scores and Q the quantiles of people's
    levels (each rating 1/J of its unit's J) in the other folds, a score x is given the level nearest to the mean of Q
    over the share of units that have it,

    .. math:: \frac{1}{F(x) - F(x^-)} \int_{F(x^-)}^{F(x)} Q(u) \, du ,

    Q(F(x)) where no two units share a score. So levels are as frequent as people give them, leniency is 0 in
    expectation, and the agreement of the levels is what the order of the scores holds: nothing is lost by the unit.
    Both rest on the order of the scores alone, so any increasing change of unit gives the same.

    Parameters
    ----------
    score : array (units,)
        In any unit; NaN where there is none, and an infinite one counts as missing.
    humans : Ratings or array (units, raters)
    scale : sequence of float, optional
        Levels of an array of ratings; by default those that occur. Ratings have their own.
    cluster : array (units,), optional
        What folds keep together (the video); by default the clusters of the ratings, else the units.
    n_folds : int, default 5
    seed : int, default 0
        Of the folds.

    Returns
    -------
    FoldLevels

    Raises
    ------
    AgreementError
        When lengths differ, a rating is off the scale, or there are fewer than two folds.

    References
    ----------
    M. J. Kolen & R. L. Brennan, *Test Equating, Scaling, and Linking* (2014), chapter 2.

    Examples
    --------
    A judge that orders forty units as people do, in a unit of its own:

    >>> people = [[level] for level in (1, 2, 3, 5) for _ in range(10)]
    >>> found = recalibrated_levels([3.0**k for k in range(40)], people)
    >>> float(np.mean(found.levels == np.ravel(people)))
    0.925
    """
    if n_folds < FEWEST:
        raise AgreementError(f"n_folds={n_folds}", "units are recalibrated by other folds, so there are at least 2")
    data = raw_scores(score, humans, cluster)
    levels = people_levels(humans, data, scale)
    n_groups = int(data.group.max(initial=-1)) + 1
    if n_groups < FEWEST:
        why = NOTHING if not n_groups else "one cluster only: there is none to recalibrate it by"
        empty = np.full(len(data.kept), np.nan)
        none = np.full(len(data.kept), -1)
        return FoldLevels(empty, empty, none, levels, np.empty((0, 0)), 0, RECALIBRATED, why, data.notes())
    fold = folds(n_groups, n_folds, seed)[data.group]
    used = int(fold.max()) + 1
    equated, cuts = np.empty(data.n), []
    for held in range(used):
        train = fold != held
        line = _people_below(data.values[train], levels)
        equated[~train] = _linked(data.rank[train], data.rank[~train], line, levels)
        cuts.append(_cuts(data.score[train], line, levels))
    given, expected = data.spread(equated), data.spread(out_of_fold_isotonic(data.rank, data.mean, fold))
    unrated = np.isfinite(data.given) & ~data.kept
    if unrated.any():
        at = data.rank_of(data.given[unrated])
        given[unrated] = _linked(data.rank, at, _people_below(data.values, levels), levels)
        both = np.concatenate([data.rank, at])
        new = np.arange(len(both)) >= data.n
        expected[unrated] = out_of_fold_isotonic(both, np.append(data.mean, np.zeros(len(at))), new)[new]
    return FoldLevels(
        levels=_nearest(given, levels),
        expected=expected,
        fold=data.spread(fold, -1).astype(np.intp),
        scale=levels,
        cuts=np.array(cuts),
        n_folds=used,
        name=RECALIBRATED,
        reason=None,
        notes=data.notes(),
    )


def _people_below(values: Floats, levels: Floats) -> Floats:
    """Return the share of people's ratings at each level or below, each rating 1/J of its unit, (levels,)."""
    rated = ~np.isnan(values)
    count = rated.sum(axis=1)
    return np.array([float((((values <= one) & rated).sum(axis=1) / count).mean()) for one in levels])


def _linked(train: Floats, held: Floats, below: Floats, levels: Floats) -> Floats:
    """Return the mean of people's quantiles over the share of training units that have a score, (held,).

    Between two scores of the training units the share is a point, taken half a unit wide so that no end is left.
    """
    n, ordered = len(train), np.sort(train)
    low = np.searchsorted(ordered, held, side="left") / n
    high = np.searchsorted(ordered, held, side="right") / n
    alone = high - low < 1 / n
    low, high = np.where(alone, low - 0.5 / n, low), np.where(alone, high + 0.5 / n, high)
    low, high = np.clip(low, 0, 1), np.clip(high, 0, 1)
    share = np.concatenate([[0.0], below])
    integral = np.concatenate([[0.0], np.cumsum(np.diff(share) * levels)])
    total = np.interp(high, share, integral) - np.interp(low, share, integral)
    return np.asarray(total / (high - low))


def _nearest(values: Floats, levels: Floats) -> Floats:
    """Return the level nearest to each number; NaN stays NaN."""
    place = np.abs(np.nan_to_num(values)[:, None] - levels).argmin(axis=1)
    return np.asarray(np.where(np.isnan(values), np.nan, levels[place]))


def _cuts(score: Floats, below: Floats, levels: Floats) -> Floats:
    """Return the raw score from which each level but the lowest is given, to be read, (levels − 1,)."""
    ordered = np.sort(score)
    place = np.ceil(below[:-1] * len(ordered) - 1e-9).astype(int)
    return np.array([ordered[p] if p < len(ordered) else np.nan for p in place])
