"""Rows of ratings, one per unit and rater, as every reader gives them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from referee_calib.errors import InputError

if TYPE_CHECKING:
    from agreement import Note

Columns = dict[str, list[Any]]
MOST_NAMED = 20


@dataclass(slots=True)
class RatingRows:
    """Ratings as a long table.

    Attributes
    ----------
    columns : dict of str to list
        "unit", "rater" and "value", and "cluster" where there are some. Values are as the file has them: text, numbers,
        sets of labels, None where missing.
    row : list of int
        Where each one stands in the file, from 1, without the header.
    notes : list of Note
        How the file was read, and what was left out of it.
    decimal_comma : bool
        Whether ``2,5`` is a number.
    scale : tuple of float
        All levels in order, where the form of the file states them.
    """

    columns: Columns
    row: list[int]
    notes: list[Note] = field(default_factory=list)
    decimal_comma: bool = False
    scale: tuple[float, ...] = ()


def choose_question(path: Path, questions: Sequence[str], wanted: str | None) -> str:
    """Return the question to read; refuse to choose one of several.

    Raises
    ------
    InputError
        When the wanted one is not there, or none is wanted and there are several.
    """
    counted = Counter(questions)
    listed = ", ".join(f"{name or repr(name)} ({n})" for name, n in list(counted.items())[:MOST_NAMED])
    if wanted is not None:
        if wanted not in counted:
            raise InputError(f"{path}: no question {wanted!r}", f"it has {listed or 'none'}")
        return wanted
    if len(counted) > 1:
        raise InputError(
            f"{path} holds {len(counted)} questions: {listed}", "one is compared at a time", "Add --question NAME."
        )
    return next(iter(counted), "")


def excluded_note(excluded: Counter[str]) -> list[Note]:
    """Say how many rows were left out, by reason."""
    from agreement import Note, NoteCode

    said = [f"{n} {reason}" for reason, n in excluded.items() if n]
    return [Note(f"left out of the file: {'; '.join(said)}", NoteCode.EXCLUDED_ROWS)] if said else []
