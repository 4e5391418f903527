"""Raters who gave the same level everywhere, as a copied column does."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from agreement.arrays import Codes
from agreement.comparison.comparison_result import IdenticalRaters
from agreement.result_notes import MOST_NAMED, Note, NoteCode

ENOUGH = 20  # units: two people who agree on 80 % agree on all of so many once in a hundred studies


def identical_raters(codes: Codes, raters: tuple[str, ...]) -> tuple[IdenticalRaters, ...]:
    """Find raters of codes (units, people + 1) who agree on every one of at least 20 units that both judged.

    Raters who gave a single level there are left out: at 98 % of one level that is no wonder. The last column is the
    referee's.

    Examples
    --------
    >>> levels = np.arange(40, dtype=np.int8) % 3
    >>> identical_raters(np.stack([levels, levels[::-1], levels], axis=1), ("ann", "bob"))
    (IdenticalRaters(first='ann', second='referee', n_units=40, is_referee=True),)
    """
    names = (*raters, "referee")
    found = []
    for j, k in combinations(range(codes.shape[1]), 2):
        first, second = codes[:, j], codes[:, k]
        both = (first >= 0) & (second >= 0)
        if np.any(both & (first != second)) or np.count_nonzero(both) < ENOUGH or np.ptp(first[both]) == 0:
            continue
        found.append(IdenticalRaters(names[j], names[k], int(both.sum()), k == codes.shape[1] - 1))
    return tuple(found)


def identical_notes(found: tuple[IdenticalRaters, ...]) -> tuple[Note, ...]:
    """Say who is identical, those with the referee one by one."""
    people = [f"{one.first} & {one.second} ({one.n_units} units)" for one in found if not one.is_referee]
    notes = [
        Note(
            f"the referee gave the same level as {one.first} to every one of the {one.n_units} units that both judged: "
            "as a copy of a person it agrees with people better than any of them can",
            NoteCode.REFEREE_EQUALS_RATER,
        )
        for one in found
        if one.is_referee
    ]
    if people:
        more = "" if len(people) <= MOST_NAMED else " …"
        named = ", ".join(people[:MOST_NAMED]) + more
        same = f"{len(people)} pair(s) of people gave the same level to every unit that both rated: {named}"
        notes.append(
            Note(f"{same}; a column that was copied raises the agreement of people", NoteCode.RATERS_IDENTICAL)
        )
    return tuple(notes)
