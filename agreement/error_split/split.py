"""A judge's error split by how far people differ, and into its own part and people's noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from agreement.arrays import Floats
from agreement.error_split.unit_losses import LossName, UnitLosses, undefined_error, unit_losses
from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.intervals.jackknife import plain_jackknife_t
from agreement.intervals.statistic_of_sums import StatisticOfSums
from agreement.json_fields import JsonFields
from agreement.options import check_confidence
from agreement.ratings import Ratings
from agreement.result_notes import Note, NoteCode, few_clusters_note

EDGES = (0.0, 1.0)  # levels
MOST_POINTS = 11  # of the curve
FEWEST_GROUPS = 5  # clusters, or units, below which a stratum is only counted
NOTHING = "no unit has a score of the judge and two ratings"


@dataclass(frozen=True)
class ErrorStratum(JsonFields):
    """The errors on the ratings whose unit the other people agree on so far.

    Attributes
    ----------
    name : str
        "others agree", "others differ by up to 1 level", …
    share_of_ratings : float
        Each rating 1/J of its unit's J.
    judge : Estimate
        Mean error of the judge against a person.
    person : Estimate
        What a second person errs there: ``judge - excess``. Over all ratings it is the same beside every judge; in a
        stratum it is measured beside this one.
    excess : Estimate
        What the judge errs beyond a second person; below 0 where it errs less.
    own, noise : Estimate
        Of squared errors: against people's true mean, and the variance of people about it; they add up to ``judge``.
    share : Estimate
        Of the judge's whole error, that which lies here.
    excess_share : Estimate
        What this stratum adds to the excess over all ratings; these add up to it.
    """

    name: str
    share_of_ratings: float
    judge: Estimate
    person: Estimate
    excess: Estimate
    own: Estimate
    noise: Estimate
    share: Estimate
    excess_share: Estimate


@dataclass(frozen=True)
class ErrorSplit(JsonFields):
    """Where a judge's error lies, and how much of it a second person would make too.

    Attributes
    ----------
    loss : {"squared", "absolute", "ordinal"}
    whole : ErrorStratum
        All ratings.
    within : Estimate
        Error of a second person over that of the judge: the share of the judge's error that a second person makes too;
        above 1 where the judge errs less.
    strata : tuple of ErrorStratum
        By the spread of the other people, those that occur.
    curve : tuple of ErrorStratum
        The same in steps of one level.
    n_units, n_ratings, n_clusters : int
        What entered.
    n_unscored, n_single : int
        Units with two ratings and no score, and scored units with one rating; they did not enter.
    """

    loss: str
    whole: ErrorStratum
    within: Estimate
    strata: tuple[ErrorStratum, ...]
    curve: tuple[ErrorStratum, ...]
    n_units: int
    n_ratings: int
    n_clusters: int | None
    n_unscored: int
    n_single: int
    notes: tuple[str, ...]


def error_split(
    humans: Ratings | ArrayLike,
    judge: ArrayLike,
    *,
    loss: LossName = "squared",
    scale: Sequence[float] | None = None,
    cluster: ArrayLike | None = None,
    edges: Sequence[float] = EDGES,
    confidence: float = 0.95,
) -> ErrorSplit:
    r"""Split a judge's error by how far people agree, leaving out the person it is measured against.

    For rater j of a unit with J raters, :math:`y_j` their rating, x the judge and l the loss,

    .. math:: \text{judge} = l(x, y_j), \quad
              \text{excess} = \operatorname{mean}_{k \ne j} \left( l(x, y_k) - l(y_j, y_k) \right),

    averaged over the raters of each unit and over units. A rating belongs to the stratum of the spread of the **other**
    people, the mean distance of two of them in levels, so that the noise of :math:`y_j` is in the error alone. The
    excess puts the judge in the place of j, against the same others: of a judge exchangeable with the people it is 0 in
    expectation, in every stratum.

    For the squared loss, with :math:`\mu` the mean of infinitely many people and :math:`\sigma^2` their variance,
    E judge :math:`= (x - \mu)^2 + \sigma^2` and E excess :math:`= (x - \mu)^2 - \sigma^2`. So ``own = (judge + excess)
    / 2`` is without bias the error against people's true mean, and ``noise = (judge - excess) / 2`` the variance of
    people: over all strata they are :math:`(x - m)^2 - s^2/J` and :math:`s^2` of each unit.

    Parameters
    ----------
    humans : Ratings or array (units, raters)
        Units with fewer than two ratings do not enter; strata need three, and units with two are one of their own.
    judge : array (units,)
        Levels or expected levels on the scale of the ratings, NaN where it failed. Scores in a unit of their own go
        through :func:`agreement.recalibrated_levels` first.
    loss : {"squared", "absolute", "ordinal"}, default "squared"
        In the numbers of the scale; "ordinal" is absolute in steps from one level of the scale to the next.
    scale : sequence of float, optional
        Levels of an array of ratings; by default those that occur.
    cluster : array (units,), optional
        What is independent (the video); by default the clusters of the ratings, else the units.
    edges : sequence of float, default (0, 1)
        Largest spread of each stratum but the last, in levels.
    confidence : float, default 0.95

    Returns
    -------
    ErrorSplit
        Intervals are jackknife-t over clusters, and end at 0 where nothing below is possible.

    Raises
    ------
    AgreementError
        When lengths differ, a rating is off the scale, or the loss is unknown.

    Notes
    -----
    Strata are made of what people gave: on units where people flip coins, two agree half of the time by chance, so
    the first stratum holds such units too. ``excess`` is free of that, for it is there for the person as well.

    Examples
    --------
    A judge that errs by 2 where all agree, and says people's mean where they differ:

    >>> found = error_split([[2, 2, 2], [1, 2, 3], [2, 2, 2], [3, 2, 1]], [4, 2, 4, 2])
    >>> [(one.name, one.judge.value) for one in found.strata[:2]]
    [('others agree', 4.0), ('others differ by up to 1 level', 1.0)]
    >>> round(found.whole.own.value + found.whole.noise.value - found.whole.judge.value, 9)
    0.0
    """
    check_confidence(confidence)
    edges = checked_edges(edges)
    asked = {"loss": loss, "scale": scale, "cluster": cluster}
    data = unit_losses(humans, judge, edges=edges, **asked)  # type: ignore[arg-type]
    steps = tuple(float(step) for step in range(MOST_POINTS))
    fine = unit_losses(humans, judge, edges=steps, **asked)  # type: ignore[arg-type]
    split = _Split(data, confidence, squared=loss == "squared")
    return ErrorSplit(
        loss=loss,
        whole=split.stratum("all ratings", range(data.sums.shape[1])),
        within=split.ratio(lambda t: (t[..., 0] - t[..., 1]) / t[..., 0]),
        strata=split.strata(),
        curve=_Split(fine, confidence, squared=loss == "squared").strata(n_last=1),
        n_units=len(data.sums),
        n_ratings=data.n_ratings,
        n_clusters=data.n_clusters,
        n_unscored=data.n_unscored,
        n_single=data.n_single,
        notes=_notes(data),
    )


def checked_edges(edges: Sequence[float]) -> tuple[float, ...]:
    """Refuse edges of strata that do not rise from 0 or more."""
    found = tuple(float(edge) for edge in edges)
    if not found or found[0] < 0 or any(b <= a for a, b in pairwise(found)):
        raise AgreementError(
            f"edges={tuple(edges)}", "they are spreads in levels, rising from 0 or more", "Try (0, 1)."
        )
    return found


def _notes(data: UnitLosses) -> tuple[str, ...]:
    counted = (
        (data.n_unscored, "unit(s) with two ratings and no score did not enter", NoteCode.UNSCORED_UNITS),
        (data.n_single, "scored unit(s) with a single rating did not enter", NoteCode.SINGLE_RATED),
    )
    said = tuple(Note(f"{n} {what}", code) for n, what, code in counted if n)
    alone = float(data.sums[:, -1, 0].sum())
    if alone and len(data.sums):
        thin = f"{alone:.0f} unit(s) with two ratings have no spread of other people, so they are in no stratum of it"
        said += (Note(thin, NoteCode.FEW_RATERS),)
    return (*said, *few_clusters_note(data.n_clusters if len(data.sums) else None))


class _Split:
    """Estimates of sums per unit and stratum."""

    def __init__(self, data: UnitLosses, confidence: float, *, squared: bool) -> None:
        self.data, self.squared = data, squared
        self.total = data.sums.sum(axis=1) if len(data.sums) else np.zeros((0, 3))
        self.blank = undefined_error(data, NOTHING, confidence)

    def strata(self, n_last: int = 0) -> tuple[ErrorStratum, ...]:
        """Return the strata that hold a rating; without the last ones, which have no spread."""
        names = self.data.strata[: len(self.data.strata) - n_last]
        held = [s for s in range(len(names)) if self.data.sums[:, s, 0].any()]
        return tuple(self.stratum(names[s], [s]) for s in held)

    def stratum(self, name: str, which: Sequence[int]) -> ErrorStratum:
        """Return the errors on some strata together."""
        own = self.data.sums[:, list(which)].sum(axis=1)
        why = self._too_few(own)
        part = own[:, 0].sum() / self.total[:, 0].sum() if len(own) else 0.0

        def mean(weights: tuple[float, float]) -> Estimate:
            most = np.inf if weights[0] else None  # an excess may be negative
            formula = lambda t: (weights[0] * t[..., 1] + weights[1] * t[..., 2]) / t[..., 0]  # noqa: E731
            return self._estimate(own, formula, why, most)

        not_squared = replace(self.blank, reason="only squared errors have parts that add up")
        return ErrorStratum(
            name=name,
            share_of_ratings=float(part),
            judge=mean((1, 0)),
            person=mean((1, -1)),
            excess=mean((0, 1)),
            own=mean((0.5, 0.5)) if self.squared else not_squared,
            noise=mean((0.5, -0.5)) if self.squared else not_squared,
            share=self._of_whole(own, 1, 1, why),
            excess_share=self._of_whole(own, 2, 0, why),
        )

    def ratio(self, formula: object) -> Estimate:
        """Return a function of the sums of error and excess over all ratings."""
        return self._estimate(self.total[:, 1:], formula, self._too_few(self.total))

    def _of_whole(self, own: Floats, column: int, over: int, why: str | None) -> Estimate:
        rows = np.stack([own[:, column], self.total[:, over]], axis=1)
        return self._estimate(rows, lambda t: t[..., 0] / t[..., 1], why, 1.0 if column == over else None)

    def _too_few(self, own: Floats) -> str | None:
        groups = len(np.unique(self.data.group[own[:, 0] > 0]))
        if not groups:
            return NOTHING
        what = "unit" if self.data.n_clusters is None else "cluster"
        return f"only {groups} {what}(s) hold such ratings" if groups < FEWEST_GROUPS else None

    def _estimate(self, rows: Floats, formula: object, why: str | None, most: float | None = np.inf) -> Estimate:
        """Estimate a quantity from 0 to `most`, None for one that may be negative; limits end there."""
        if not len(rows):
            return self.blank
        with np.errstate(invalid="ignore", divide="ignore"):
            found = StatisticOfSums.by_group(rows, self.data.group, formula)  # type: ignore[arg-type]
            if not np.isfinite(found.point):
                return replace(self.blank, reason="the judge errs nowhere, so there is no share of its error")
            bounds = None if most is None or found.point < 0 else (0.0, most)  # an unbiased estimate may lie below 0
            interval = plain_jackknife_t(found.jackknife(), confidence=self.blank.confidence, bounds=bounds)
        if why:
            interval = replace(interval, low=None, high=None, reason=why)
        return self.blank.with_interval(found.point, interval)
