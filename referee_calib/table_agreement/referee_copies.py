"""A referee that is the same column as a person: remarked, so that nothing is read into its agreement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from agreement import Ratings

NO_CHANCE = 0.01  # at 98 % of one category it is no wonder that a referee equals somebody on 60 units


def equal_raters(people: Ratings, levels: NDArray[np.object_], referee: str | None) -> list[str]:
    """Say that the referee gives what one person gives, on every unit that both rated.

    Not where two raters who agree as often as people do, or as chance has them, would be equal once in a hundred times.
    """
    from agreement import percent_agreement

    scale, said = people.scale, []
    usual = percent_agreement(people, interval=None).value or 0.0
    for j, name in enumerate(people.raters):
        shared = [
            (scale[code], level)
            for code, level in zip(people.codes[:, j].tolist(), levels.tolist(), strict=True)
            if code >= 0 and level is not None
        ]
        if not shared or any(one != other for one, other in shared):
            continue
        given = Counter(one for one, _ in shared)
        chance = sum((n / len(shared)) ** 2 for n in given.values())
        if max(usual, chance) ** len(shared) < NO_CHANCE:
            said.append(same_ratings(referee, str(name), len(shared)))
    return said


def same_ratings(referee: str | None, person: str, n: int) -> str:
    """Word the remark that a referee and a person are the same column twice."""
    return (
        f"{referee} equals {person} on all {n} units that both rated: if one is a copy of the other, nothing here is a "
        "result on the referee"
    )


def without_copies(notes: Sequence[str], copies: Sequence[str]) -> list[str]:
    """Leave out the library's remark that the referee equals somebody, where it is said with names."""
    from agreement import Note, NoteCode

    said = NoteCode.REFEREE_EQUALS_RATER if copies else None
    return [note for note in notes if not (isinstance(note, Note) and note.code is said)]
