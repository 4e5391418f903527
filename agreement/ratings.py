"""Ratings: units × raters as small integer codes, checked once at the door.

Every coefficient takes a :class:`Ratings`, or an array that :func:`as_ratings` turns into one.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agreement.encode import Codes, columns, encode, encode_observed, factorize, is_missing, one_per_unit
from agreement.errors import AgreementError

MAX_CATEGORIES = 127  # what int8 holds beside -1


@dataclass(frozen=True, eq=False)
class Ratings:
    """Ratings of units by raters on one scale.

    Build it with :meth:`from_long`, :meth:`from_array`, :meth:`from_contingency` or :meth:`from_counts`.

    Parameters
    ----------
    codes : ndarray of int8, shape (units, raters)
        Position of each rating on the scale, −1 where there is none.
    scale : tuple
        The categories in order.
    units, raters : sequence
        Names of rows and columns.
    cluster : ndarray of int, shape (units,), or None
        Cluster of each unit, for instance its video: 0 … G − 1.
    weight : ndarray of float, shape (units,), or None
        Sampling weight of each unit.
    n_dropped : int
        Rows of the source that held no rating.
    declared : bool
        Whether the scale was declared, or read off the data.
    identified : bool
        Whether the columns are raters; False when only counts were known.

    Examples
    --------
    >>> r = Ratings.from_array([[0, 1], [2, 2], [4, float("nan")]], scale=range(5))
    >>> r.codes.tolist()
    [[0, 1], [2, 2], [4, -1]]
    >>> r.n_units, r.n_raters, r.n_ratings
    (3, 2, 5)
    """

    codes: Codes
    scale: tuple[Any, ...]
    units: Sequence[Hashable]
    raters: Sequence[Hashable]
    cluster: NDArray[np.intp] | None = None
    weight: NDArray[np.float64] | None = None
    n_dropped: int = 0
    declared: bool = True
    identified: bool = True

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

    def values(self) -> NDArray[np.float64]:
        """Return the ratings as numbers, NaN where there is none.

        Returns
        -------
        ndarray of float, shape (units, raters)
            Scale values, or positions 1 … q where the categories are words.

        Examples
        --------
        >>> Ratings.from_array([[0, 4], [2, None]], scale=(0, 2, 4)).values().tolist()
        [[0.0, 4.0], [2.0, nan]]
        """
        from agreement.weights import category_values

        return np.append(category_values(self.scale), np.nan)[self.codes]

    def with_cluster(self, cluster: ArrayLike) -> Ratings:
        """Return the same ratings with other clusters.

        Parameters
        ----------
        cluster : array_like of shape (units,)
            Any hashable labels.
        """
        return replace(self, cluster=_cluster_codes(cluster, self.n_units))

    def take_raters(self, columns: Sequence[int]) -> Ratings:
        """Return the ratings of some raters, by position.

        Parameters
        ----------
        columns : sequence of int
        """
        chosen = list(columns)
        return replace(self, codes=np.asfortranarray(self.codes[:, chosen]), raters=[self.raters[j] for j in chosen])

    @classmethod
    def from_array(
        cls,
        x: ArrayLike,
        *,
        scale: Sequence[Any] | None = None,
        cluster: ArrayLike | None = None,
        weight: ArrayLike | None = None,
        units: Sequence[Hashable] | None = None,
        raters: Sequence[Hashable] | None = None,
        wide: bool = False,
    ) -> Ratings:
        """Read an array of ratings, one row per unit and one column per rater.

        Parameters
        ----------
        x : array_like of shape (units, raters)
            Ratings; NaN (or None in an object array) where a rater did not rate a unit.
        scale : sequence, optional
            All categories in order. Without it the observed values, sorted, are the scale, and coefficients that
            depend on the whole scale refuse to guess.
        cluster : array_like of shape (units,), optional
        weight : array_like of shape (units,), optional
            Sampling weights of the units, positive.
        units, raters : sequence, optional
            Names; by default their positions.
        wide : bool, default False
            Accept many more raters than units.

        Returns
        -------
        Ratings

        Raises
        ------
        AgreementError
            For values outside the scale, a wrong shape, or a table that looks transposed.
        """
        array = _plain(x)
        if array.ndim != 2 or 0 in array.shape:
            raise AgreementError(f"an array of shape {array.shape}", "ratings are an array (units, raters), none empty")
        _refuse_transposed(*array.shape, wide=wide)
        rows = range(array.shape[0]) if units is None else _names(units, array.shape[0], "units")
        names = range(array.shape[1]) if raters is None else _names(raters, array.shape[1], "raters")
        if scale is None:
            codes, categories = encode_observed(array)
        else:
            categories = _scale(scale)
            codes = encode(array, categories, rows, names)
        _refuse_many(categories)
        return cls(
            codes,
            categories,
            rows,
            names,
            None if cluster is None else _cluster_codes(cluster, array.shape[0]),
            None if weight is None else _weights(weight, array.shape[0]),
            declared=scale is not None,
        )

    @classmethod
    def from_long(
        cls,
        frame: Any,
        *,
        unit: str = "unit",
        rater: str = "rater",
        value: str = "value",
        cluster: str | None = None,
        weight: str | None = None,
        scale: Sequence[Any] | None = (0, 1, 2, 3, 4),
        wide: bool = False,
    ) -> Ratings:
        """Read a long table, one row per rating.

        Parameters
        ----------
        frame : DataFrame, mapping of columns, or sequence of mappings
            Anything whose ``frame[name]`` is a column, or a list of rows.
        unit, rater, value : str
            Names of the columns. A row whose value is missing is dropped and counted.
        cluster, weight : str, optional
            Columns that are constant within a unit.
        scale : sequence or None, default (0, 1, 2, 3, 4)
            All categories in order; None reads them off the data.
        wide : bool, default False
            Accept many more raters than units.

        Returns
        -------
        Ratings
            Units and raters in the order in which they first appear.

        Raises
        ------
        AgreementError
            For duplicates (unit, rater), values outside the scale, an unknown column, a cluster that changes within
            a unit, or a table that looks transposed.

        Examples
        --------
        >>> rows = {"unit": ["a", "a", "b", "b"], "rater": ["ann", "bob", "ann", "bob"], "value": [3, 4, 0, 0]}
        >>> Ratings.from_long(rows).values().tolist()
        [[3.0, 4.0], [0.0, 0.0]]
        """
        wanted = [unit, rater, value, *(name for name in (cluster, weight) if name is not None)]
        table = columns(frame, wanted)
        row, units = factorize(table[unit], unit)
        column, raters = factorize(table[rater], rater)
        _refuse_duplicates(row, column, units, raters)
        _refuse_transposed(len(units), len(raters), wide=wide)
        labels = np.full((len(units), len(raters)), np.nan, dtype=object)
        labels[row, column] = table[value]
        grid = _numeric(labels)
        read = cls.from_array(
            grid,
            scale=scale,
            units=units,
            raters=raters,
            cluster=None if cluster is None else one_per_unit(table[cluster], row, units, cluster),
            weight=None if weight is None else one_per_unit(table[weight], row, units, weight),
            wide=True,
        )
        return replace(read, n_dropped=int(np.count_nonzero(is_missing(table[value]))))

    @classmethod
    def from_contingency(cls, table: ArrayLike, *, scale: Sequence[Any] | None = None) -> Ratings:
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
        >>> Ratings.from_contingency([[2, 0], [1, 3]]).codes.T.tolist()
        [[0, 0, 1, 1, 1, 1], [0, 0, 0, 1, 1, 1]]
        """
        counts = _counts(table)
        if counts.shape[0] != counts.shape[1]:
            raise AgreementError(f"a cross-table of shape {counts.shape}", "both raters use the same categories")
        categories = _scale(range(1, len(counts) + 1) if scale is None else scale)
        _refuse_mismatch(len(categories), counts.shape[1])
        cells = np.repeat(np.arange(counts.size), counts.ravel())
        codes = np.stack(np.divmod(cells, counts.shape[1]), axis=1).astype(np.int8, order="F")
        return cls(codes, categories, range(len(codes)), range(2))

    @classmethod
    def from_counts(
        cls, counts: ArrayLike, *, scale: Sequence[Any] | None = None, cluster: ArrayLike | None = None
    ) -> Ratings:
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
        >>> Ratings.from_counts([[2, 1], [0, 3]]).codes.tolist()
        [[0, 0, 1], [1, 1, 1]]
        """
        table = _counts(counts)
        categories = _scale(range(1, table.shape[1] + 1) if scale is None else scale)
        _refuse_mismatch(len(categories), table.shape[1])
        width = int(table.sum(axis=1).max())
        filled = np.arange(width) < table.sum(axis=1)[:, None]
        codes = np.full((len(table), width), -1, dtype=np.int8, order="F")
        codes[filled] = np.repeat(np.tile(np.arange(table.shape[1]), len(table)), table.ravel())
        groups = None if cluster is None else _cluster_codes(cluster, len(table))
        return cls(codes, categories, range(len(table)), range(width), groups, identified=False)


def as_ratings(
    x: Ratings | ArrayLike, *, scale: Sequence[Any] | None = None, cluster: ArrayLike | None = None
) -> Ratings:
    """Return ``x`` as Ratings, with the clusters of the call where it gives some.

    Parameters
    ----------
    x : Ratings or array_like of shape (units, raters)
    scale : sequence, optional
        Categories of an array; a Ratings has its own.
    cluster : array_like of shape (units,), optional

    Returns
    -------
    Ratings
    """
    if not isinstance(x, Ratings):
        return Ratings.from_array(x, scale=scale, cluster=cluster)
    if scale is not None and _scale(scale) != x.scale:
        raise AgreementError(f"scale={tuple(scale)}", f"these ratings already have the scale {x.scale}")
    return x if cluster is None else x.with_cluster(cluster)


def _plain(x: Any) -> NDArray[Any]:
    if isinstance(x, np.ma.MaskedArray):
        return np.where(np.ma.getmaskarray(x), np.nan, np.ma.getdata(x).astype(float))
    array = np.asarray(x)
    if array.dtype.kind in "US" and not isinstance(x, np.ndarray):
        array = np.asarray(x, dtype=object)  # numpy would have made words of numbers and of NaN
    return _numeric(array) if array.dtype == object else array


def _numeric(array: NDArray[Any]) -> NDArray[Any]:
    """Turn an object array into floats where every entry present is a number."""
    missing = is_missing(array)
    if not all(isinstance(v, (int, float, np.number)) and not isinstance(v, bool) for v in array[~missing]):
        return array
    plain = np.full(array.shape, np.nan)
    plain[~missing] = array[~missing].astype(float)
    return plain


def _scale(scale: Sequence[Any]) -> tuple[Any, ...]:
    categories = tuple(v.item() if isinstance(v, np.generic) else v for v in scale)
    if len(set(categories)) != len(categories) or not categories:
        raise AgreementError(f"scale={categories}", "a scale lists each category once")
    numbers = [v for v in categories if isinstance(v, (int, float))]
    if numbers and len(numbers) == len(categories) and sorted(numbers) != numbers and sorted(numbers)[::-1] != numbers:
        raise AgreementError(f"scale={categories}", "the numbers are in no order", "List them ascending or descending.")
    _refuse_many(categories)
    return categories


def _refuse_many(categories: tuple[Any, ...]) -> None:
    if len(categories) > MAX_CATEGORIES:
        raise AgreementError(
            f"{len(categories)} different values",
            f"categories are held as small codes, {MAX_CATEGORIES} at most",
            "For measurements use icc, lin_ccc or bland_altman, or round to the scale that the raters used.",
        )


def _refuse_mismatch(named: int, counted: int) -> None:
    if named != counted:
        raise AgreementError(f"a scale of {named} categories", f"the table counts {counted}")


def _refuse_transposed(n_units: int, n_raters: int, *, wide: bool) -> None:
    if not wide and n_raters >= 10 and n_raters > 2 * n_units:
        raise AgreementError(
            f"{n_units} units rated by {n_raters} raters",
            "that is many more raters than units, so the table looks transposed",
            "Rows are units and columns are raters: pass x.T, swap unit= and rater=, or say wide=True if it is so.",
        )


def _refuse_duplicates(
    row: NDArray[np.intp], column: NDArray[np.intp], units: Sequence[Any], raters: Sequence[Any]
) -> None:
    cell = row * len(raters) + column
    values, counts = np.unique(cell, return_counts=True)
    twice = values[counts > 1]
    if len(twice):
        u, r = divmod(int(twice[0]), len(raters))
        raise AgreementError(
            f"{len(twice)} pair(s) of unit and rater occur more than once, first unit {units[u]!r} by {raters[r]!r}",
            "one rater gives one rating per unit",
            "Keep the latest rating of each, or name the repetitions as raters of their own.",
        )


def _cluster_codes(cluster: ArrayLike, n_units: int) -> NDArray[np.intp]:
    labels = np.asarray(cluster)
    if labels.shape != (n_units,):
        raise AgreementError(f"cluster of shape {labels.shape}", f"there are {n_units} units, one cluster label each")
    return factorize(labels, "cluster")[0]


def _weights(weight: ArrayLike, n_units: int) -> NDArray[np.float64]:
    array = np.asarray(weight, dtype=float)
    if array.shape != (n_units,):
        raise AgreementError(f"weight of shape {array.shape}", f"there are {n_units} units, one weight each")
    if not (np.isfinite(array).all() and (array > 0).all()):
        raise AgreementError("a weight that is not a positive number", "a sampling weight says how many units one is")
    scaled: NDArray[np.float64] = array / array.mean()
    return scaled


def _counts(table: ArrayLike) -> NDArray[np.intp]:
    array = np.asarray(table)
    if array.ndim != 2 or 0 in array.shape:
        raise AgreementError(f"a table of shape {array.shape}", "a count table has two dimensions")
    if (array < 0).any() or (array != np.floor(array)).any():
        raise AgreementError("a count that is negative or not whole", "the table counts units or raters")
    if not array.any():
        raise AgreementError("a table of zeros", "it holds no rating")
    return array.astype(np.intp)


def _names(names: Sequence[Hashable], expected: int, what: str) -> Sequence[Hashable]:
    if len(names) != expected:
        raise AgreementError(f"{len(names)} names for {what}", f"the array has {expected}")
    return names
