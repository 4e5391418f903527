"""What a table of ratings holds and answers: codes on a scale with their names, clusters and weights; also from counts.

:class:`agreement.ratings.Ratings` adds the reading of cells.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike

from agreement.arrays import Codes, Floats, Ints
from agreement.encoding import category_values, codes_of_counts
from agreement.errors import AgreementError
from agreement.result_notes import Note
from agreement.tables.data_frames import long_frame, wide_frame
from agreement.tables.remarks import scale_remarks
from agreement.validation import checked_scale, cluster_positions, refuse_mismatch, whole_counts

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class CodedRatings:
    """Ratings as codes. The fields are those of :class:`agreement.Ratings`, which reads cells as well as counts."""

    codes: Codes
    scale: tuple[Any, ...]
    units: Sequence[Hashable]
    raters: Sequence[Hashable]
    cluster: Ints | None = None
    weight: Floats | None = None
    n_dropped: int = 0
    declared: bool = True
    identified: bool = True
    notes: tuple[Note, ...] = ()
    counted: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        codes = self.codes.view()
        codes.flags.writeable = False
        object.__setattr__(self, "codes", codes)

    @property
    def n_units(self) -> int:
        """Number of rows."""
        return int(self.codes.shape[0])

    @property
    def n_raters(self) -> int:
        """Number of columns."""
        return int(self.codes.shape[1])

    @property
    def n_ratings(self) -> int:
        """Number of ratings present."""
        return int(sum(np.count_nonzero(column >= 0) for column in self.codes.T))

    @property
    def n_clusters(self) -> int | None:
        """Number of clusters, None without clusters."""
        return None if self.cluster is None else int(self.cluster.max(initial=-1)) + 1

    def values(self) -> Floats:
        """Return the ratings as numbers (units, raters), words as positions 1 … q, NaN where there is none.

        Examples
        --------
        >>> from agreement import Ratings
        >>> Ratings.from_array([[0, 4], [2, None]], scale=(0, 2, 4)).values().tolist()
        [[0.0, 4.0], [2.0, nan]]
        """
        return np.append(category_values(self.scale), np.nan)[self.codes]

    def with_cluster(self, cluster: ArrayLike) -> Self:
        """Return the same ratings with other clusters, one label per unit."""
        return replace(self, cluster=cluster_positions(cluster, self.n_units))

    def to_frame(self, *, wide: bool = False) -> pd.DataFrame:
        """Return the ratings as a data frame.

        Parameters
        ----------
        wide : bool, default False
            One row per unit and one column per rater, as R's ``irr`` reads it. By default one row per rating, with the
            columns ``unit``, ``rater``, ``value`` and, where there are some, ``cluster`` and ``weight``.

        Returns
        -------
        pandas.DataFrame

        Examples
        --------
        >>> from agreement import Ratings
        >>> r = Ratings.from_array([[0, 1], [2, None]], scale=range(3), raters=["ann", "bob"])
        >>> r.to_frame().values.tolist()
        [[0, 'ann', 0], [0, 'bob', 1], [1, 'ann', 2]]
        >>> r.to_frame(wide=True).columns.tolist()
        ['ann', 'bob']
        """
        return wide_frame(self) if wide else long_frame(self)

    def category_counts(self) -> Ints:
        """Return how often each category of the scale was given.

        Examples
        --------
        >>> from agreement import Ratings
        >>> Ratings.from_array([[0, 2], [2, None]], scale=range(3)).category_counts().tolist()
        [1, 0, 2]
        """
        return np.bincount(self.codes.ravel(order="K").astype(np.intp) + 1, minlength=len(self.scale) + 1)[1:]

    def remarks(self) -> tuple[Note, ...]:
        """Return what has to be asked about the table: how it was read, and what its categories look like.

        Returns
        -------
        tuple of Note
            Categories that differ only in case, blanks or zeros; numbers that look like codes for missing; a declared
            scale far wider than what occurs.

        Examples
        --------
        >>> from agreement import Ratings
        >>> Ratings.from_array([["Yes", "yes"], ["no", "no"]]).remarks()
        ("the categories 'Yes' and 'yes' differ only in case: they count as different ones",)
        """
        asked = scale_remarks(self.scale, self.category_counts().tolist(), declared=self.declared)
        return tuple(dict.fromkeys((*self.notes, *asked)))

    def on_scale(self, scale: Sequence[Any], *, declared: bool = True) -> Self:
        """Return the same ratings on another scale that holds every category that occurs.

        Raises
        ------
        AgreementError
            When a rating is none of its categories.

        Examples
        --------
        >>> from agreement import Ratings
        >>> Ratings.from_array([[1, 3], [3, 3]]).on_scale(range(1, 4)).codes.tolist()
        [[0, 2], [2, 2]]
        """
        categories = checked_scale(scale)
        position = {category: k for k, category in enumerate(categories)}
        lost = [v for v, n in zip(self.scale, self.category_counts(), strict=True) if n and v not in position]
        if lost:
            raise AgreementError(f"ratings of the category {lost[0]!r}", f"the scale is {categories}")
        moved = np.array([*(position.get(category, -1) for category in self.scale), -1], dtype=np.int8)
        return replace(self, codes=np.asfortranarray(moved[self.codes]), scale=categories, declared=declared)

    def take_raters(self, columns: Sequence[int]) -> Self:
        """Return the ratings of some raters, by position."""
        chosen = list(columns)
        return replace(self, codes=np.asfortranarray(self.codes[:, chosen]), raters=[self.raters[j] for j in chosen])

    @classmethod
    def from_contingency(cls, table: ArrayLike, *, scale: Sequence[Any] | None = None) -> Self:
        """Read the cross-table of two raters: entry (a, b) counts the units rated a by the first and b by the second.

        Parameters
        ----------
        table : array_like of int, shape (q, q)
        scale : sequence, optional
            The q categories in order; by default 1 … q.

        Returns
        -------
        Ratings

        Examples
        --------
        >>> from agreement import Ratings
        >>> Ratings.from_contingency([[2, 0], [1, 3]]).codes.T.tolist()
        [[0, 0, 1, 1, 1, 1], [0, 0, 0, 1, 1, 1]]
        """
        counts = whole_counts(table)
        if counts.shape[0] != counts.shape[1]:
            raise AgreementError(f"a cross-table of shape {counts.shape}", "both raters use the same categories")
        categories = checked_scale(range(1, len(counts) + 1) if scale is None else scale)
        refuse_mismatch(len(categories), counts.shape[1])
        cells = np.repeat(np.arange(counts.size), counts.ravel())
        codes = np.stack(np.divmod(cells, counts.shape[1]), axis=1).astype(np.int8, order="F")
        return cls(codes, categories, range(len(codes)), range(2))

    @classmethod
    def from_counts(
        cls, counts: ArrayLike, *, scale: Sequence[Any] | None = None, cluster: ArrayLike | None = None
    ) -> Self:
        """Read how many raters put each unit into each category; who they were is not known.

        Parameters
        ----------
        counts : array_like of int, shape (units, q)
        scale : sequence, optional
            The q categories in order; by default 1 … q.
        cluster : array_like of shape (units,), optional

        Returns
        -------
        Ratings
            With ``identified`` False: coefficients that need the raters refuse it.

        Examples
        --------
        >>> from agreement import Ratings
        >>> Ratings.from_counts([[2, 1], [0, 3]]).codes.tolist()
        [[0, 0, 1], [1, 1, 1]]
        """
        table = whole_counts(counts)
        categories = checked_scale(range(1, table.shape[1] + 1) if scale is None else scale)
        refuse_mismatch(len(categories), table.shape[1])
        codes = codes_of_counts(table)
        read = cls(codes, categories, range(len(table)), range(codes.shape[1]), identified=False)
        return read if cluster is None else read.with_cluster(cluster)
