r"""What an item's annotators say together: the median of each edge, and how sure it is.

The median keeps low edges below high ones, and one annotator who marks something else does not move it far. Its limits
are the outermost marks: of m annotators like these, whatever the distribution of their edges, all lie on one side of
the population's median with probability :math:`2 \cdot 2^{-m}`, so that it lies between the lowest and the highest with
probability :math:`1 - 2^{1-m}`: 0.5 of two, 0.75 of three, 0.94 of five (H. A. David and H. N. Nagaraja, *Order
Statistics*, 2003, section 7.1).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from agreement.arrays import Floats, Ints
from agreement.localization.annotator_marks import AnnotatorMarks
from agreement.localization.mark_overlap import overlap
from agreement.tables.result_frames import Tabular


@dataclass(frozen=True)
class ConsensusMark(Tabular):
    """The consensus of one item.

    Parameters
    ----------
    item : object
        Its label.
    n_annotators : int
    edges, low, high : tuple of float
        Median of each edge, and the lowest and highest of the annotators', in the order start, end or left, top, right,
        bottom.
    coverage : float or None
        Probability that the median of annotators like these lies between an edge's ``low`` and ``high``; None of one.
    """

    item: object
    n_annotators: int
    edges: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    coverage: float | None

    def to_json(self) -> dict[str, object]:
        """Return the fields as JSON types; an item that is a pair of item and time as a list."""
        item = list(self.item) if isinstance(self.item, tuple) else self.item
        edges = {"edges": list(self.edges), "low": list(self.low), "high": list(self.high)}
        return {"item": item, "n_annotators": self.n_annotators, **edges, "coverage": self.coverage}


def consensus_marks(marks: AnnotatorMarks) -> tuple[ConsensusMark, ...]:
    """Return the median mark of each item, in the order of the items.

    Parameters
    ----------
    marks : AnnotatorMarks

    Returns
    -------
    tuple of ConsensusMark
        Of an item that one annotator marked it is that mark, without a probability.

    Examples
    --------
    >>> from agreement import span_marks
    >>> marks = span_marks(["a", "a", "a"], [1, 2, 3], [0, 1, 2], [9, 7, 8])
    >>> found = consensus_marks(marks)[0]
    >>> found.edges, found.low, found.high, found.coverage
    ((1.0, 8.0), (0.0, 7.0), (2.0, 9.0), 0.75)
    """
    starts = np.concatenate([[0], np.cumsum(marks.count)])
    found = []
    for i, m in enumerate(marks.count.tolist()):
        own = marks.rows[starts[i] : starts[i + 1]]
        edges = (np.median(own, axis=0), own.min(axis=0), own.max(axis=0))
        middle, low, high = (tuple(float(edge) for edge in row) for row in edges)
        found.append(ConsensusMark(marks.items[i], m, middle, low, high, 1 - 2.0 ** (1 - m) if m > 1 else None))
    return tuple(found)


def overlap_with_others(marks: AnnotatorMarks) -> Floats:
    """Return each mark's overlap with the median of the other annotators' marks of its item, NaN below three."""
    found = np.full(len(marks.rows), np.nan)
    for places, rows in blocks_of_items(marks, 3):
        m = rows.shape[1]
        for j in range(m):
            others = np.median(np.delete(rows, j, axis=1), axis=1)
            found[places[:, j]] = overlap(rows[:, j], others)
    return found


def blocks_of_items(marks: AnnotatorMarks, least: int) -> Iterator[tuple[Ints, Floats]]:
    """Yield, for each number m ≥ `least` of annotators, places in ``rows`` (items, m), and these rows."""
    starts = np.concatenate([[0], np.cumsum(marks.count)])[:-1]
    for m in np.unique(marks.count[marks.count >= least]).tolist():
        places = starts[marks.count == m][:, None] + np.arange(m)
        yield places, marks.rows[places]
