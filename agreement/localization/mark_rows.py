"""Rows of marks as they are given: what is refused, and what several marks of one annotator become."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agreement.arrays import Bools, Floats, Ints
from agreement.encoding import is_missing
from agreement.errors import AgreementError
from agreement.result_notes import Note, NoteCode
from agreement.validation import plain_numbers, unit_labels

Several = Literal["enclose", "largest", "refuse"]
SEVERAL: tuple[Several, ...] = get_args(Several)
OUTSIDE = 1e-6  # share of the video or frame by which an edge may lie outside: rounding


@dataclass(frozen=True, eq=False)
class MarkRows:
    """Edges in the order of the table, with labels of item and annotator; `given` tells which rows hold a mark."""

    names: tuple[str, ...]
    rows: Floats
    label: NDArray[Any]
    annotator: NDArray[Any]
    given: Bools

    def by_time(self, time: NDArray[Any]) -> MarkRows:
        """Return the same rows with an item and a time as what was marked."""
        if (gone := is_missing(time) & self.given).any():
            raise AgreementError(f"row {_row(gone)} without a time", "boxes are compared at the same time of an item")
        both = np.empty(len(time), dtype=object)
        both[:] = list(zip(self.label.tolist(), time.tolist(), strict=True))
        return replace(self, label=both)

    def place(self, bad: Bools) -> str:
        """Name the first of the rows that are bad."""
        i = int(np.flatnonzero(bad)[0])
        shown = ", ".join(f"{value:g}" for value in self.rows[i])
        return f"row {i + 1}, item {self.label.tolist()[i]!r} by {self.annotator.tolist()[i]!r}: ({shown})"


def checked_rows(
    names: tuple[str, ...], item: ArrayLike, annotator: ArrayLike, edges: tuple[ArrayLike, ...], several: Several
) -> MarkRows:
    """Return the rows; AgreementError for one that is half missing, infinite, reversed or empty."""
    if several not in SEVERAL:
        raise AgreementError(f"several={several!r}", f"choose one of {', '.join(map(repr, SEVERAL))}")
    columns = [plain_numbers(column, f"the numbers of {name!r}") for name, column in zip(names, edges, strict=True)]
    n = len(columns[0])
    for name, column in zip(names, columns, strict=True):
        if column.shape != (n,):
            raise AgreementError(f"{name!r} of shape {column.shape}", f"there are {n} rows, one number each")
    values = np.stack(columns, axis=1) if n else np.empty((0, len(names)))
    present: Bools = ~np.isnan(values)
    some, whole = np.asarray(present.any(axis=1)), np.asarray(present.all(axis=1))
    read = MarkRows(names, values, unit_labels(item, n, "item"), unit_labels(annotator, n, "annotator"), some)
    _refuse(read, some & ~whole, f"a mark has all of {', '.join(names)}, or none of them")
    _refuse(read, np.asarray(np.isinf(values).any(axis=1)), "every edge is a finite number")
    half = len(names) // 2
    size = values[:, half:] - values[:, :half]
    _refuse(read, read.given & (size < 0).any(axis=1), f"it is reversed; the order is {', '.join(names)}")
    empty = "it is empty, and its overlap with another is not defined"
    _refuse(read, read.given & (size == 0).any(axis=1), empty, "Leave all its edges empty where nothing was marked.")
    return read


def checked_extent(kind: str, read: MarkRows, extent: tuple[ArrayLike, ...]) -> Floats:
    """Return length of the video, or width and height of the frame, of each row (n, 1 or 2)."""
    what = "length" if kind == "span" else "frame"
    given = [plain_numbers(column, f"the {what}") for column in extent]
    try:
        columns = [np.broadcast_to(column, len(read.rows)) for column in given]
    except ValueError as error:
        raise AgreementError(f"a {what} of shape {given[0].shape}", f"there are {len(read.rows)} rows") from error
    sizes = np.stack(columns, axis=1) if len(read.rows) else np.empty((0, len(extent)))
    bad = read.given & ~((sizes > 0) & np.isfinite(sizes)).all(axis=1)
    _refuse(read, bad, f"its {what} is no positive number", "Give it for every row, or leave it out.")
    half = len(read.names) // 2
    outside = (read.rows[:, :half] < -OUTSIDE * sizes).any(axis=1)
    outside |= (read.rows[:, half:] > (1 + OUTSIDE) * sizes).any(axis=1)
    _refuse(read, outside & read.given, f"it lies outside its {what}", "Are both in the same unit?")
    _refuse_two_sizes(read, sizes, what)
    return sizes


@dataclass(frozen=True, eq=False)
class MergedMarks:
    """One mark per item and annotator, sorted by item, and what was said about those that were several."""

    rows: Floats
    item: Ints
    annotator: Ints
    notes: tuple[str, ...]


def merge_several(rows: Floats, item: Ints, annotator: Ints, several: Several) -> MergedMarks:
    """Make one mark of what an annotator gave for an item: what encloses all, or the largest."""
    width = int(annotator.max(initial=0)) + 1
    cell, first, inverse, count = np.unique(
        item * width + annotator, return_index=True, return_inverse=True, return_counts=True
    )
    if (count == 1).all():
        return MergedMarks(rows[first], cell // width, cell % width, ())
    n_several = int((count > 1).sum())
    if several == "refuse":
        raise AgreementError(
            f"{n_several} annotator(s) with several marks for one item",
            "each gives one",
            f"Choose several= one of {', '.join(map(repr, SEVERAL[:2]))}.",
        )
    half = rows.shape[1] // 2
    if several == "enclose":
        low, high = np.full((len(cell), half), np.inf), np.full((len(cell), half), -np.inf)
        np.minimum.at(low, inverse, rows[:, :half])
        np.maximum.at(high, inverse, rows[:, half:])
        kept, how = np.concatenate([low, high], axis=1), "what encloses all of them"
    else:
        size = np.prod(rows[:, half:] - rows[:, :half], axis=1)
        order = np.lexsort((np.arange(len(rows)), -size, inverse))
        kept, how = rows[order[np.unique(inverse[order], return_index=True)[1]]], "the largest of them"
    said = f"{n_several} time(s) an annotator gave several marks for one item: {how} stands for them"
    return MergedMarks(kept, cell // width, cell % width, (Note(said, NoteCode.SEVERAL_MARKS),))


def _refuse(read: MarkRows, bad: Bools, why: str, do: str = "") -> None:
    if bad.any():
        n = int(bad.sum())
        more = f", and {n - 1} more" if n > 1 else ""
        raise AgreementError(f"{read.place(bad)}{more}", why, do)


def _refuse_two_sizes(read: MarkRows, sizes: Floats, what: str) -> None:
    seen: dict[Hashable, tuple[float, ...]] = {}
    for i in np.flatnonzero(read.given).tolist():
        size = tuple(sizes[i].tolist())
        if seen.setdefault(read.label[i], size) != size:
            raise AgreementError(f"item {read.label.tolist()[i]!r} with two sizes", f"an item has one {what}")


def _row(bad: Bools) -> int:
    return int(np.flatnonzero(bad)[0]) + 1
