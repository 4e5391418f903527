"""Which cross-tables a comparison is made of, so that both sides are about the same people on the same units.

Take two people j and k, and the units S that both rated and the referee scored. Where the referee x is one more person,
k and x can be exchanged on S: any coefficient of two columns has the same expected value for (j, k) on S and for (j, x)
on S, in samples of any size, whoever was asked to rate which units, as long as ratings do not decide who is asked. So
every pair (j, k) is compared with (j, x) and with (k, x) on its own units S, and both sides are means over the same
ordered pairs. On units that j rated alone, and on those that j shared with somebody else, (j, x) may agree better or
worse than on S for no merit of the referee.

Where pairs are pooled, a unit enters both sides with the same weight: 1, as in raw agreement of several raters, or its
number of ratings, as in alpha.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from agreement.arrays import Bools, Codes, Floats, Ints
from agreement.comparison.rater_pair_tables import PairStatistic, count_pooled
from agreement.cross_tables import Table, count_tables, shared_units

Key = tuple[str, int]
Pairs = tuple[tuple[int, int], ...]
BY_UNIT, BY_RATING = (0, 1), (2, 3)  # positions of pooled tables: people with people, people with the referee
POOLED = 4


@dataclass(frozen=True)
class ComparedQuantity:
    """One statistic, and which ratings enter it.

    ``pairs`` are the people of each term of the statistic; without them all ratings of the units that person ``of``
    rated enter, or of all units.
    """

    statistic: PairStatistic
    pairs: Pairs | None = None
    of: int | None = None

    def entering(self, people: Bools, known: Bools) -> Bools:
        """Tell which ratings (units, people) enter, when these terms do."""
        if self.pairs is None:
            return people if self.of is None else people & people[:, [self.of]]
        enter = np.zeros_like(people)
        for (j, k), is_known in zip(self.pairs, known.tolist(), strict=True):
            if is_known:
                both = people[:, j] & people[:, k]
                enter[:, j] |= both
                enter[:, k] |= both
        return enter


@dataclass(frozen=True, eq=False)
class Layout:
    """Tables to count, and the statistics that are made of them.

    ``tables`` are of two columns on some units each; the first ``n_pooled`` tables pool pairs instead.
    """

    tables: tuple[Table, ...]
    questions: dict[Key, ComparedQuantity]
    n_pooled: int = 0

    @property
    def n_tables(self) -> int:
        """Number of tables."""
        return self.n_pooled + len(self.tables)

    def count(self, codes: Codes, row: Ints, n_rows: int, q: int) -> Floats:
        """Count the tables per row, shape ``(n_rows, n_tables · q · q)``."""
        single = count_tables(codes, self.tables, row, n_rows, q)
        if not self.n_pooled:
            return single
        pooled = count_pooled(codes, row, n_rows, q, each=self.n_pooled > POOLED)
        return np.concatenate([pooled, single], axis=1)


def comparable(codes: Codes) -> Bools:
    """Tell which units (of codes with the referee last) the referee scored and two people rated."""
    return np.asarray((codes[:, -1] >= 0) & (np.count_nonzero(codes[:, :-1] >= 0, axis=1) >= 2))


def averaged_layout(codes: Codes, n_coefficients: int, *, each: bool) -> Layout:
    """Lay out means over pairs: every ordered pair (j, k) beside (j, referee) on the units of j and k.

    ``each`` asks for every person beside the referee in that person's place.
    """
    referee, present = codes.shape[1] - 1, codes >= 0
    pairs = [pair for pair in combinations(range(referee), 2) if (present[:, pair[0]] & present[:, pair[1]]).any()]
    found = _Tables()
    people, beside, ordered = [], [], []
    for j, k in pairs:
        both = present[:, j] & present[:, k]
        with_people = found.place(j, k, both)
        for one, other in ((j, k), (k, j)):
            ordered.append((one, other))
            people.append(with_people)
            beside.append(found.place(one, referee, both & present[:, referee]))
    return Layout(tuple(found.tables), _averaged_questions(people, beside, ordered, n_coefficients, referee * each))


def _averaged_questions(
    people: Sequence[int], beside: Sequence[int], ordered: Sequence[tuple[int, int]], n_coefficients: int, n_each: int
) -> dict[Key, ComparedQuantity]:
    """Say which terms each statistic has; the term of (j, k) puts the referee in the place of k."""
    one, two, pairs = tuple(people), tuple(beside), tuple(ordered)
    found: dict[Key, ComparedQuantity] = {}
    for i in range(n_coefficients):
        found["ceiling", i] = ComparedQuantity(PairStatistic(i, one, two), pairs)
        found["referee", i] = ComparedQuantity(PairStatistic(i, two, one), pairs)
        found["difference", i] = ComparedQuantity(PairStatistic(i, two, one, minus=True), pairs)
    for j in range(n_each):
        terms = [t for t, (_, replaced) in enumerate(pairs) if replaced == j]
        own, instead = (tuple(side[t] for t in terms) for side in (one, two))
        its = tuple(pairs[t] for t in terms)
        for i in range(n_coefficients):
            found[f"rater {j}", i] = ComparedQuantity(PairStatistic(i, own, instead), its)
            found[f"instead {j}", i] = ComparedQuantity(PairStatistic(i, instead, own), its)
    return found


def pooled_layout(codes: Codes, by_rating: Sequence[bool], *, each: bool) -> Layout:
    """Lay out pooled pairs; ``by_rating`` tells for each coefficient whether units weigh by their ratings."""
    n_people = codes.shape[1] - 1
    found: dict[Key, ComparedQuantity] = {}
    for i, alike in enumerate(by_rating):
        people, referee = ((t,) for t in (BY_RATING if alike else BY_UNIT))
        found["ceiling", i] = ComparedQuantity(PairStatistic(i, people, referee))
        found["referee", i] = ComparedQuantity(PairStatistic(i, referee, people))
        found["difference", i] = ComparedQuantity(PairStatistic(i, referee, people, minus=True))
        for j in range(n_people * each):
            own, instead = (POOLED + 2 * j,), (POOLED + 2 * j + 1,)
            found[f"rater {j}", i] = ComparedQuantity(PairStatistic(i, own, instead), of=j)
            found[f"instead {j}", i] = ComparedQuantity(PairStatistic(i, instead, own), of=j)
    return Layout((), found, POOLED + 2 * n_people * each)


def leniency_layout(codes: Codes, *, each: bool) -> Layout:
    """Lay out each person beside the referee on all units that both judged: leniency needs no second person."""
    referee = codes.shape[1] - 1
    shared = shared_units(codes)
    people = [j for j in range(referee) if shared[j, referee]]
    found = _Tables()
    places = tuple(found.place(j, referee, (codes[:, j] >= 0) & (codes[:, referee] >= 0)) for j in people)
    pairs = tuple((j, j) for j in people)
    questions: dict[Key, ComparedQuantity] = {("leniency", -1): ComparedQuantity(PairStatistic(-1, places), pairs)}
    for j in range(referee * each):
        own = [t for t, k in enumerate(people) if k == j]
        its = tuple(places[t] for t in own)
        questions[f"rater {j}", -1] = ComparedQuantity(PairStatistic(-1, its), tuple(pairs[t] for t in own))
    return Layout(tuple(found.tables), questions)


def all_units_layouts(codes: Codes, by_rating: Sequence[bool], *, pooled: bool) -> tuple[Layout, Layout]:
    """Lay out people with people on all units of theirs, and people with the referee on all units it scored.

    The two are of different units, so they tell nothing about each other.
    """
    if pooled:
        both = pooled_layout(codes, by_rating, each=False)
        sides = [
            {
                (f"all {side}", i): ComparedQuantity(PairStatistic(i, both.questions[key, i].statistic.tables))
                for i in range(len(by_rating))
            }
            for side, key in (("people", "ceiling"), ("referee", "referee"))
        ]
        return Layout((), sides[0], POOLED), Layout((), sides[1], POOLED)
    whole, beside = _Tables(), leniency_layout(codes, each=False)
    present = codes[:, :-1] >= 0
    pairs = tuple(pair for pair in combinations(range(present.shape[1]), 2) if present[:, pair].all(axis=1).any())
    places = tuple(whole.place(j, k, present[:, j] & present[:, k]) for j, k in pairs)
    one = beside.questions["leniency", -1]
    coefficients = range(len(by_rating))
    return (
        Layout(
            tuple(whole.tables),
            {("all people", i): ComparedQuantity(PairStatistic(i, places), pairs) for i in coefficients},
        ),
        Layout(
            beside.tables,
            {
                ("all referee", i): ComparedQuantity(PairStatistic(i, one.statistic.tables), one.pairs)
                for i in coefficients
            },
        ),
    )


class _Tables:
    """Tables to count, each once: people who share all their units have one table with the referee for all pairs."""

    def __init__(self) -> None:
        self.tables: list[Table] = []
        self._place: dict[tuple[int, int, bytes], int] = {}

    def place(self, j: int, k: int, units: Bools) -> int:
        """Return the position of the table of two columns on these units, and add it where it is new."""
        key = j, k, np.packbits(units).tobytes()
        if key not in self._place:
            self._place[key] = len(self.tables)
            self.tables.append((j, k, units))
        return self._place[key]
