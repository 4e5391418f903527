"""What was given how often, by whom, and on which categories raters agree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from referee_calib.table_agreement.rating_scale import are_sets, category_name

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from agreement import Estimate, Ratings
    from referee_calib.table_agreement.table_options import IntervalOptions


@dataclass(frozen=True, slots=True)
class CategoryTables:
    """Counts of categories, in the order of the scale; of ratings that are sets, counts of labels.

    Attributes
    ----------
    given : dict of str to tuple of int
        How often each rater gave each category; a referee comes last, as ``referee``.
    n_given : dict of str to int
        Ratings of each rater, which a label is a share of.
    pairs : tuple of tuple of int
        People's ratings of one unit against each other. Of two people: the first down, the second across. Of more:
        both orders of every pair, so that the table is symmetrical.
        None of sets, as are pairs with a referee.
    with_referee : tuple of tuple of int or None
        Pairs of a person's rating (down) and the referee's (across).
    specific, specific_referee : dict of str to Estimate
        Specific agreement of people with each other, and of a person with the referee.
    kappa : dict of str to Estimate
        Fleiss' kappa of each category against the rest, of people.
    """

    categories: tuple[str, ...]
    given: dict[str, tuple[int, ...]]
    referee: str | None
    n_given: dict[str, int]
    pairs: tuple[tuple[int, ...], ...] | None
    with_referee: tuple[tuple[int, ...], ...] | None
    specific: dict[str, Estimate]
    kappa: dict[str, Estimate]
    specific_referee: dict[str, Estimate] | None

    def shares(self, rater: str) -> list[float | None]:
        """Return the share of each category among what somebody gave, None of somebody who gave nothing."""
        return shares_of(self.given[rater], self.n_given[rater])

    def all_people(self) -> tuple[int, ...]:
        """Return how often people gave each category."""
        rows = [row for name, row in self.given.items() if name != self.referee]
        return tuple(map(sum, zip(*rows, strict=True)))

    def n_of_people(self) -> int:
        """Return how many ratings people gave."""
        return sum(n for name, n in self.n_given.items() if name != self.referee)

    def to_json(self) -> dict[str, Any]:
        """Return counts and estimates as plain values."""

        def listed(found: dict[str, Estimate] | None) -> dict[str, Any] | None:
            return None if found is None else {name: one.to_json() for name, one in found.items()}

        return {
            "categories": list(self.categories),
            "given": {name: list(row) for name, row in self.given.items()},
            "n_ratings": dict(self.n_given),
            "pairs": self.pairs and [list(row) for row in self.pairs],
            "pairs_with_referee": self.with_referee and [list(row) for row in self.with_referee],
            "specific_agreement": listed(self.specific),
            "fleiss_kappa": listed(self.kappa),
            "specific_agreement_with_referee": listed(self.specific_referee),
        }


def shares_of(counts: Sequence[int], total: int) -> list[float | None]:
    """Return each count's share of a total, None where that is 0."""
    return [n / total if total else None for n in counts]


def category_tables(
    people: Ratings, levels: NDArray[Any] | None, referee: str | None, options: IntervalOptions
) -> CategoryTables:
    """Count categories of people, and of a referee whose ``levels`` are positions on their scale, −1 for none."""
    from agreement import agreement_by_label, fleiss_kappa, specific_agreement

    sets = are_sets(people.scale)
    given = {str(name): people.codes[:, j] for j, name in enumerate(people.raters)}
    beside = None if levels is None else pairs_beside(people, levels)
    if levels is not None:
        given[str(referee)] = levels
    asked = options.of_coefficient()
    specific = specific_agreement(people, **asked)
    names = tuple(specific.parts) if sets else tuple(map(category_name, people.scale))
    held = _held(people.scale, specific.parts if sets else None)
    kappa = agreement_by_label(people, coefficient=fleiss_kappa, **asked)
    return CategoryTables(
        categories=names,
        given={name: _counts(codes, held) for name, codes in given.items()},
        n_given={name: int((codes >= 0).sum()) for name, codes in given.items()},
        referee=referee,
        pairs=None if sets else _people_pairs(people),
        with_referee=None
        if beside is None or sets
        else _cross(beside.codes[:, 0], beside.codes[:, 1], len(people.scale)),
        specific=dict(zip(names, specific.parts.values(), strict=True)),
        kappa=dict(zip(names, kappa.parts.values(), strict=True)),
        specific_referee=None
        if beside is None
        else dict(zip(names, specific_agreement(beside, **asked).parts.values(), strict=True)),
    )


def _held(scale: Sequence[Any], labels: Iterable[str] | None) -> NDArray[Any]:
    """Return which categories count where, shape (categories, counted): each as itself, or as the labels of a set."""
    import numpy as np

    if labels is None:
        return np.eye(len(scale), dtype=np.int64)
    named = [set(map(str, category)) for category in scale]
    return np.array([[label in one for label in labels] for one in named], dtype=np.int64)


def pairs_beside(people: Ratings, other: NDArray[Any], leave_out: int | None = None) -> Ratings:
    """Return all pairs of a person's rating (first) and another code of the same unit (second), as two raters.

    Pairs of one unit, or of one cluster where there are clusters, are a cluster: an interval of what pools them takes
    units for independent and never pairs. ``leave_out`` is a person whose pairs are not wanted.
    """
    from dataclasses import replace

    import numpy as np

    rated = (people.codes >= 0) & (other >= 0)[:, None]
    if leave_out is not None:
        rated[:, leave_out] = False
    row, column = np.nonzero(rated)
    codes = np.asfortranarray(np.stack([people.codes[row, column], other[row]], axis=1))
    group = row if people.cluster is None else people.cluster[row]
    group = np.unique(group, return_inverse=True)[1]
    return replace(
        people, codes=codes, units=range(len(row)), raters=("person", "other"), cluster=group, weight=None, n_dropped=0
    )


def _counts(codes: NDArray[Any], held: NDArray[Any]) -> tuple[int, ...]:
    import numpy as np

    return tuple((np.bincount(codes[codes >= 0], minlength=len(held)) @ held).tolist())


def _people_pairs(people: Ratings) -> tuple[tuple[int, ...], ...]:
    import numpy as np

    q = len(people.scale)
    if people.n_raters == 2:
        return _cross(people.codes[:, 0], people.codes[:, 1], q)
    per_unit = np.stack([(people.codes == k).sum(axis=1) for k in range(q)], axis=1).astype(np.int64)
    pairs = per_unit.T @ per_unit - np.diag(per_unit.sum(axis=0))
    return tuple(map(tuple, pairs.tolist()))


def _cross(down: NDArray[Any], across: NDArray[Any], q: int) -> tuple[tuple[int, ...], ...]:
    import numpy as np

    both = (down >= 0) & (across >= 0)
    cells = np.bincount(down[both].astype(np.int64) * q + across[both], minlength=q * q)
    return tuple(map(tuple, cells.reshape(q, q).tolist()))
