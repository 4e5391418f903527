"""Whether a referee repeats one person's ratings where that person stands apart, as a copy of that person does.

Agreement cannot tell a copy from a good judge: both are near to people. On the units on which a person stands apart
from all other judges, a judge of its own mind is with that person as seldom as the other people are; a copy nearly
always.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import as_ratings, cluster_codes, scores_of
from agreement.arrays import Floats, Ints
from agreement.estimate import Estimate
from agreement.intervals.jackknife import plain_jackknife_t
from agreement.intervals.statistic_of_sums import StatisticOfSums
from agreement.json_fields import JsonFields
from agreement.ratings import Ratings
from agreement.result_notes import Note, NoteCode

APART = 1.0  # levels from the median of all others, the referee among them
FEWEST = 10  # units on which a person stands apart
EXCESS = 0.5  # far more than two people who share a leniency repeat each other
CONFIDENCE = 0.99


@dataclass(frozen=True)
class SharedErrors(JsonFields):
    """One person's ratings apart from all others, and who repeats them.

    Attributes
    ----------
    rater : str
    n_apart : int
        Units on which this person lies a level or more from the median of all other judges, the referee among them.
    referee, others : float
        Share of these on which the referee gave the same level, and on which another person did.
    excess : Estimate
        ``referee - others``, with a 99 % interval by cluster.
    """

    rater: str
    n_apart: int
    referee: float
    others: float
    excess: Estimate

    @property
    def repeats(self) -> bool:
        """Whether the referee is shown to repeat this person far more than others do."""
        if self.excess.standard_error == 0:  # everywhere, so that nothing varies
            return (self.excess.value or 0.0) > EXCESS
        return self.excess.low is not None and self.excess.low > EXCESS


def shared_errors(
    humans: Ratings | ArrayLike, referee: ArrayLike, *, cluster: ArrayLike | None = None
) -> tuple[SharedErrors, ...]:
    """Return, for each person, how often the referee repeats that person's ratings apart from all others.

    Parameters
    ----------
    humans : Ratings or array (units, raters)
        Numbers on an ordered scale, two people or more.
    referee : array (units,)
        Levels on the same scale, NaN where it failed.
    cluster : array (units,), optional
        What is independent; by default the clusters of the ratings, else each unit.

    Returns
    -------
    tuple of SharedErrors
        One per person who stands apart on at least 10 units that the referee scored and another person rated.

    Notes
    -----
    Whether a person stands apart is decided by all others alike, so that the excess of a referee who is one more person
    has an expectation of 0, whatever the person's noise or leniency.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> people = np.clip(np.rint(rng.uniform(0, 4, (200, 1)) + rng.normal(0, 0.7, (200, 3))), 0, 4)
    >>> [(one.rater, one.repeats) for one in shared_errors(people, people[:, 0])]
    [('0', True), ('1', False), ('2', False)]
    """
    people = as_ratings(humans)
    values = people.values()
    given = scores_of(referee, people.n_units)
    codes = cluster_codes(cluster, people, people.n_units)
    member = np.arange(people.n_units) if codes is None else codes
    found = (_of_rater(values, given, member, j, str(rater)) for j, rater in enumerate(people.raters))
    return tuple(one for one in found if one is not None)


def _of_rater(values: Floats, given: Floats, member: Ints, j: int, rater: str) -> SharedErrors | None:
    own, others = values[:, j], np.delete(values, j, axis=1)
    used = ~np.isnan(own) & ~np.isnan(given) & ~np.isnan(others).all(axis=1)
    own, others, referee, member = own[used], others[used], given[used], member[used]
    if not len(own):
        return None
    middle = np.nanmedian(np.column_stack([others, referee]), axis=1)
    apart = np.abs(own - middle) >= APART
    if apart.sum() < FEWEST:
        return None
    own, others, referee = own[apart], others[apart], referee[apart]
    member = np.unique(member[apart], return_inverse=True)[1]
    same = (referee == own).astype(float)
    shared = np.nanmean(np.where(np.isnan(others), np.nan, others == own[:, None]), axis=1)
    rows = np.stack([same - shared, np.ones(len(own))], axis=1)
    sums = StatisticOfSums.by_group(rows, member, lambda total: total[..., 0] / total[..., 1])
    interval = plain_jackknife_t(sums.jackknife(), confidence=CONFIDENCE, bounds=(-1.0, 1.0))
    blank = Estimate.undefined("not yet computed", confidence=CONFIDENCE, n_units=len(own), n_clusters=sums.n_groups)
    excess = blank.with_interval(sums.point, interval)
    return SharedErrors(rater, len(own), float(same.mean()), float(shared.mean()), excess)


def shared_errors_notes(found: tuple[SharedErrors, ...]) -> tuple[Note, ...]:
    """Say whom the referee repeats, where it does."""
    return tuple(
        Note(
            f"where {one.rater} stands apart from all others ({one.n_apart} units), the referee gave the same level in "
            f"{100 * one.referee:.0f} %, another person in {100 * one.others:.0f} %: as a copy of a person it agrees "
            "with people for a reason that says nothing about its judgement",
            NoteCode.REFEREE_REPEATS_RATER,
        )
        for one in found
        if one.repeats
    )
