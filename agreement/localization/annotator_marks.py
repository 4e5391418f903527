"""Spans or boxes that several annotators gave for the same items, checked at the door."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from agreement.arrays import Bools, Floats, Ints
from agreement.encoding import factorize
from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.localization.mark_rows import Several, checked_extent, checked_rows, merge_several
from agreement.result_notes import Note, NoteCode, few_clusters_note, lopsided_clusters_note
from agreement.validation import unit_labels

Kind = Literal["span", "box"]
EDGES: dict[Kind, tuple[str, ...]] = {"span": ("start", "end"), "box": ("left", "top", "right", "bottom")}


@dataclass(frozen=True, eq=False)
class AnnotatorMarks:
    """One mark of each annotator for each item that they marked; make it with :func:`span_marks` or :func:`box_marks`.

    Parameters
    ----------
    kind : {"span", "box"}
    rows : ndarray, shape (n, 2) or (n, 4)
        Edges, low ones before high ones, sorted by item.
    item, annotator : ndarray of int, shape (n,)
        Positions in ``items`` and ``annotators``.
    items, annotators : tuple
        Labels.
    member : ndarray of int, shape (items,)
        The independent group, such as the video, of each item.
    clustered : bool
        Whether groups were given; else each item is its own.
    extent : ndarray, shape (items, 1) or (items, 2), or None
        Length of the item's video, or size of its frame, where known.
    named : bool
        Whether an annotator's label means the same person on every item.
    n_empty : int
        Rows without any edge: somebody said nothing. They are left out.
    notes : tuple of str
        What was done with rows, with its numbers.
    """

    kind: Kind
    rows: Floats
    item: Ints
    annotator: Ints
    items: tuple[Hashable, ...]
    annotators: tuple[Hashable, ...]
    member: Ints
    clustered: bool
    extent: Floats | None
    named: bool
    n_empty: int
    notes: tuple[str, ...]

    @cached_property
    def count(self) -> Ints:
        """How many annotators marked each item."""
        return np.bincount(self.item, minlength=len(self.items))

    @cached_property
    def shared(self) -> Bools:
        """Items that two annotators or more marked."""
        return np.asarray(self.count >= 2)

    @cached_property
    def shares(self) -> Floats:
        """Edges as shares of the video or frame where its size is known, as they were given where not."""
        if self.extent is None:
            return self.rows
        return np.asarray(self.rows / np.tile(self.extent[self.item], 2))

    @cached_property
    def pairs(self) -> tuple[Ints, Ints]:
        """Every two marks of one item, as positions in ``rows``."""
        first, second = [], []
        starts = np.concatenate([[0], np.cumsum(self.count)])
        for m in np.unique(self.count[self.shared]).tolist():
            start = starts[:-1][self.count == m]
            a, b = np.triu_indices(m, 1)
            first.append((start[:, None] + a).ravel())
            second.append((start[:, None] + b).ravel())
        if not first:
            return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
        return np.concatenate(first), np.concatenate(second)

    @property
    def n_single(self) -> int:
        """Marks that no other annotator's can be compared with."""
        return int((self.count == 1).sum())

    def blank(self, confidence: float, least: int = 2) -> Estimate:
        """Return an estimate without a value, with the counts of items that `least` annotators or more marked."""
        enter = self.count >= least
        n_clusters = len(np.unique(self.member[enter])) if self.clustered else None
        size = np.bincount(self.member[enter]).astype(float) if enter.any() else None
        dropped = int(self.count[~enter].sum())
        alone = (
            (
                Note(
                    f"{dropped} mark(s) of items that fewer than {least} annotators marked did not enter",
                    NoteCode.LONE_RATINGS,
                ),
            )
            if dropped
            else ()
        )
        lopsided = lopsided_clusters_note(size[size > 0]) if self.clustered and size is not None else ()
        few = few_clusters_note(n_clusters) if self.clustered else few_clusters_note(int(enter.sum()), what="units")
        return Estimate.undefined(
            f"no item was marked by {least} annotators",
            confidence=confidence,
            n_units=int(enter.sum()),
            n_raters=self._n_annotators(enter),
            n_ratings=int(self.count[enter].sum()),
            n_dropped=dropped,
            n_clusters=n_clusters,
            notes=(*self.notes, *alone, *(few if enter.any() else ()), *lopsided),
        )

    def _n_annotators(self, enter: Bools) -> int:
        """Count annotators of items; where labels only number them, the most that one item has."""
        if not enter.any():
            return 0
        return len(np.unique(self.annotator[enter[self.item]])) if self.named else int(self.count[enter].max())


def span_marks(
    item: ArrayLike,
    annotator: ArrayLike,
    start: ArrayLike,
    end: ArrayLike,
    *,
    cluster: ArrayLike | None = None,
    length: ArrayLike | None = None,
    named: bool = True,
    several: Several = "enclose",
) -> AnnotatorMarks:
    """Read spans of time, one row per annotator and item.

    Parameters
    ----------
    item, annotator : array_like, shape (n,)
        What was marked (a query about a video), and by whom.
    start, end : array_like, shape (n,)
        In one unit: seconds, or percent of the video. Both missing: the annotator gave no span.
    cluster : array_like, shape (n,), optional
        What is independent, such as the video; by default each item.
    length : array_like, shape (n,), or number, optional
        Length of the item's video in that unit; 100 where spans are percent. Chance by random placement needs it.
    named : bool, default True
        Whether an annotator's label is the same person on every item. Where labels only number an item's annotators,
        nothing can be said about single people.
    several : {"enclose", "largest", "refuse"}, default "enclose"
        What several spans of one annotator for one item become: one from the first start to the last end, the longest
        of them, or an error.

    Returns
    -------
    AnnotatorMarks

    Raises
    ------
    AgreementError
        For a span that is reversed, empty, half missing, not finite or outside the video, for an item in two clusters
        or with two lengths, and for columns of different lengths.

    Examples
    --------
    >>> marks = span_marks(["a", "a", "b", "b"], [1, 2, 1, 2], [0, 5, 2, 2], [10, 10, 4, 4], length=20)
    >>> marks.rows.tolist()
    [[0.0, 10.0], [5.0, 10.0], [2.0, 4.0], [2.0, 4.0]]
    """
    extent = None if length is None else (length,)
    return _marks("span", item, annotator, (start, end), None, cluster, extent, named, several)


def box_marks(
    item: ArrayLike,
    annotator: ArrayLike,
    x1: ArrayLike,
    y1: ArrayLike,
    x2: ArrayLike,
    y2: ArrayLike,
    *,
    time: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    frame: tuple[ArrayLike, ArrayLike] | None = None,
    named: bool = True,
    several: Several = "enclose",
) -> AnnotatorMarks:
    """Read boxes, one row per annotator, item and time.

    Parameters
    ----------
    item, annotator : array_like, shape (n,)
        What was marked, and by whom.
    x1, y1, x2, y2 : array_like, shape (n,)
        Left, top, right and bottom, in one unit. All missing: the annotator drew no box.
    time : array_like, shape (n,), optional
        When: boxes are compared at the same time of the same item, and the items are then what is independent, where no
        cluster is given.
    cluster, named, several
        As of :func:`span_marks`; several boxes become the box around them, or the one of largest area.
    frame : pair of array_like or number, optional
        Width and height of the frame in the unit of the corners; (1, 1) where these are shares.

    Returns
    -------
    AnnotatorMarks

    Raises
    ------
    AgreementError
        As of :func:`span_marks`.

    Examples
    --------
    >>> marks = box_marks(["a", "a"], [1, 2], [0, 0], [0, 0], [2, 1], [1, 1], frame=(4, 4))
    >>> marks.kind, marks.count.tolist()
    ('box', [2])
    """
    return _marks("box", item, annotator, (x1, y1, x2, y2), time, cluster, frame, named, several)


def _marks(
    kind: Kind,
    item: ArrayLike,
    annotator: ArrayLike,
    edges: tuple[ArrayLike, ...],
    time: ArrayLike | None,
    cluster: ArrayLike | None,
    extent: tuple[ArrayLike, ...] | None,
    named: bool,
    several: Several,
) -> AnnotatorMarks:
    read = checked_rows(EDGES[kind], item, annotator, edges, several)
    group = read.label if cluster is None and time is not None else cluster
    if time is not None:
        read = read.by_time(unit_labels(time, len(read.rows), "time"))
    inside = None if extent is None else checked_extent(kind, read, extent)
    group_of = None if group is None else unit_labels(group, len(read.rows), "cluster")
    kept = read.given
    codes, items = factorize(read.label[kept], "item") if kept.any() else (np.empty(0, dtype=np.intp), [])
    who, annotators = factorize(read.annotator[kept], "annotator") if kept.any() else (codes, [])
    merged = merge_several(read.rows[kept], codes, who, several)
    first = np.unique(codes, return_index=True)[1]
    member = np.arange(len(items)) if group_of is None else _member(group_of[kept], codes, items)
    return AnnotatorMarks(
        kind=kind,
        rows=merged.rows,
        item=merged.item,
        annotator=merged.annotator,
        items=tuple(items),
        annotators=tuple(annotators),
        member=member,
        clustered=group_of is not None,
        extent=None if inside is None else inside[kept][first],
        named=named,
        n_empty=int((~kept).sum()),
        notes=(*_empty_note(int((~kept).sum()), kind), *merged.notes),
    )


def _empty_note(n_empty: int, kind: Kind) -> tuple[Note, ...]:
    if not n_empty:
        return ()
    return (Note(f"{n_empty} row(s) without a {kind} did not enter", NoteCode.EXCLUDED_ROWS),)


def _member(labels: Any, codes: Ints, items: list[Hashable]) -> Ints:
    group = factorize(labels, "cluster")[0]
    first = np.unique(codes, return_index=True)[1]
    member = group[first]
    if (torn := np.flatnonzero(member[codes] != group)).size:
        raise AgreementError(
            f"item {items[codes[torn[0]]]!r} in two clusters", "an item belongs to one video", "Correct the column."
        )
    return np.asarray(member)
