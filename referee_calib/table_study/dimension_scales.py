"""The levels of every dimension of a table: as they are stated, or those that people gave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from referee_calib.analysis import TableRating
from referee_calib.errors import InputError
from referee_calib.records import FEWEST_LEVELS, MOST_LEVELS
from referee_calib.table_agreement import guess_scale, parse_scale
from referee_calib.table_study.table_columns import is_number
from referee_calib.table_study.table_study_options import ReadingNotes

Scale = tuple[float, ...]


def dimension_scales(
    path: Path, ratings: Sequence[TableRating], stated: Sequence[str], notes: ReadingNotes
) -> dict[str, Scale]:
    """Return the scale of every dimension in the order in which they first occur.

    Parameters
    ----------
    path : Path
        Of the ratings, for messages.
    ratings : sequence of TableRating
    stated : sequence of str
        ``1:5`` for every dimension, or ``NAME=1:5`` for one.
    notes : ReadingNotes
        Told which scales were taken from the ratings.

    Raises
    ------
    InputError
        For a scale that is none, one of a dimension that is not there, a level beyond its scale, or more levels than a
        scale has.
    """
    names = list(dict.fromkeys(rating.dimension for rating in ratings))
    by_name = _stated(stated, names)
    return {name: _scale(path, name, [r for r in ratings if r.dimension == name], by_name, notes) for name in names}


def _stated(stated: Sequence[str], names: Sequence[str]) -> dict[str, Scale]:
    found: dict[str, Scale] = {}
    for text in stated:
        name, equals, levels = text.rpartition("=")
        if equals and name not in names:
            raise InputError(f"--scale {text}", f"people rated {', '.join(names)}", "Example: --scale alignment=1:5")
        found |= dict.fromkeys([name] if equals else [one for one in names if one not in found], _parsed(text, levels))
    return found


def _parsed(text: str, levels: str) -> Scale:
    scale = parse_scale(levels)
    rising = all(is_number(one) for one in scale) and all(a < b for a, b in pairwise(scale))
    if not rising or len(scale) > MOST_LEVELS:
        why = f"a scale has {FEWEST_LEVELS} to {MOST_LEVELS} numbers, lowest first"
        raise InputError(f"--scale {text}", why, "Example: --scale 1:5, or --scale 0,50,100")
    return tuple(scale)


def _scale(
    path: Path, name: str, ratings: Sequence[TableRating], stated: Mapping[str, Scale], notes: ReadingNotes
) -> Scale:
    given = [rating for rating in ratings if rating.level is not None]
    if name in stated:
        beyond = [rating for rating in given if rating.level not in stated[name]]
        if beyond:
            first = beyond[0]
            raise InputError(
                f"{path}: {len(beyond)} of {len(given)} levels on {name} are none of the scale "
                f"{written(stated[name])}, first {first.level:g} of {first.rater} for {first.claim!r:.60}",
                "a level has to be one of the scale",
                "Correct the cell, or state the scale that people used.",
            )
        return stated[name]
    if not given:
        raise InputError(f"{path}: nobody gave a level on {name}", "there is nothing to compare")
    _refuse_codes(path, name, given)
    scale, said = guess_scale([rating.level for rating in given], "ordinal")
    if not FEWEST_LEVELS <= len(scale) <= MOST_LEVELS:
        why = f"a scale has {FEWEST_LEVELS} to {MOST_LEVELS} levels here"
        do = "State it: --scale 1:5. For finer ratings: referee-calib agree RATINGS --level interval"
        raise InputError(f"{path}: people gave {len(scale)} different levels on {name}", why, do)
    notes.add(f"{name}: {said}.")
    return tuple(scale)


def _refuse_codes(path: Path, name: str, given: Sequence[TableRating]) -> None:
    """Refuse −1 or 99 beside 1 to 5 where nobody stated the scale: as a level it would rule every distance."""
    from agreement import numbers_like_missing

    counted = Counter(rating.level for rating in given)
    if codes := numbers_like_missing(counted):
        raise InputError(
            f"{path}: {', '.join(f'{code:g} ({counted[code]} times)' for code in codes)} among the levels on {name} "
            f"reads like a code for a missing rating",
            "as a level it would lie far from all others",
            f"Type --missing={','.join(f'{code:g}' for code in codes)}; if it is a level, state all: --scale 1:5.",
        )


def written(scale: Scale) -> str:
    """Return a scale in words: "1 to 5", or its levels."""
    steps = {b - a for a, b in pairwise(scale)}
    return f"{scale[0]:g} to {scale[-1]:g}" if steps == {1} else ", ".join(f"{level:g}" for level in scale)
