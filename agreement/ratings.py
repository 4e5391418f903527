"""Ratings: units × raters as small integer codes, checked once at the door.

Every coefficient takes a :class:`Ratings`, or an array that :func:`agreement.as_ratings` turns into one.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from agreement.coded_ratings import CodedRatings
from agreement.encoding import encode, encode_observed
from agreement.errors import AgreementError
from agreement.tables.data_frames import (
    long_columns,
    melted,
    ordered_categories,
    rater_columns,
    read_cells,
)
from agreement.tables.long_tables import LongTable
from agreement.tables.remarks import clusters_like_missing
from agreement.validation import (
    checked_names,
    checked_raters,
    checked_scale,
    cluster_positions,
    plain_array,
    refuse_many_categories,
    refuse_transposed,
    sampling_weights,
)

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Ratings(CodedRatings):
    """Ratings of units by raters on one scale.

    Build it with :meth:`from_array`, :meth:`from_long`, :meth:`from_frame`, :meth:`from_contingency` or
    :meth:`from_counts`.

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
    notes : tuple of Note
        What the table was read as: spellings that became one category, words taken for missing.
    counted : dict
        What was counted once and need not be counted again for the next coefficient; codes are read-only therefore.

    Examples
    --------
    >>> r = Ratings.from_array([[0, 1], [2, 2], [4, float("nan")]], scale=range(5))
    >>> r.codes.tolist()
    [[0, 1], [2, 2], [4, -1]]
    >>> r.n_units, r.n_raters, r.n_ratings
    (3, 2, 5)
    """

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
        array = plain_array(x)
        if array.ndim != 2 or 0 in array.shape:
            raise AgreementError(f"an array of shape {array.shape}", "ratings are an array (units, raters), none empty")
        refuse_transposed(*array.shape, wide=wide)
        rows = range(array.shape[0]) if units is None else checked_names(units, array.shape[0], "units")
        names = range(array.shape[1]) if raters is None else checked_raters(raters, array.shape[1])
        if scale is None:
            codes, categories, notes = encode_observed(array)
        else:
            categories, notes = checked_scale(scale), ()
            codes = encode(array, categories, rows, names)
        refuse_many_categories(categories)
        return cls(
            codes,
            categories,
            rows,
            names,
            None if cluster is None else cluster_positions(cluster, array.shape[0]),
            None if weight is None else sampling_weights(weight, array.shape[0]),
            declared=scale is not None,
            notes=notes if cluster is None else (*notes, *clusters_like_missing(np.asarray(cluster))),
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
        scale: Sequence[Any] | None = None,
        wide: bool = False,
    ) -> Ratings:
        """Read a long table, one row per rating.

        Parameters
        ----------
        frame : DataFrame, Arrow table, structured array, mapping of columns, or sequence of mappings
            Anything that names its columns and whose ``frame[name]`` is one, or a list of rows.
        unit, rater, value : str
            Names of the columns. A row whose value is missing is dropped and counted.
        cluster, weight : str, optional
            Columns that are constant within a unit.
        scale : sequence, optional
            All categories in order. Without it the values that occur, sorted, are the scale, it does not count as
            declared, and coefficients that depend on categories that nobody used refuse to guess.
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
        long = LongTable.read(frame, unit=unit, rater=rater, value=value, further=(cluster, weight), wide=wide)
        read = cls.from_array(
            long.grid(),
            scale=scale,
            units=long.units,
            raters=long.raters,
            cluster=long.per_unit(cluster),
            weight=long.per_unit(weight),
            wide=True,
        )
        return replace(read, n_dropped=long.n_dropped)

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        *,
        unit: str | None = None,
        rater: str = "rater",
        value: str = "value",
        raters: Sequence[str] | Literal["all"] | None = None,
        cluster: str | None = None,
        weight: str | None = None,
        scale: Sequence[Any] | None = None,
        names: bool = False,
        missing: Sequence[Any] = (),
        wide: bool = False,
    ) -> Ratings:
        """Read a pandas data frame, one row per rating, or one row per unit and a column per rater.

        Text becomes categories as in a file: see :func:`agreement.as_categories`.

        Parameters
        ----------
        frame : pandas.DataFrame
        unit : str, optional
            Column that names what was rated; by default ``"unit"`` of a long frame, and the index of a wide one.
        rater, value : str
            Columns of a long frame.
        raters : sequence of str or "all", optional
            Columns of a wide frame that hold one rater each; ``"all"`` takes every column that has no other role.
        cluster, weight : str, optional
            Columns that are constant within a unit.
        scale : sequence, optional
            All categories in order; without it the categories of an ordered pandas categorical, else the values that
            occur.
        names, missing
            As of :func:`agreement.as_categories`.
        wide : bool, default False
            Accept many more raters than units.

        Returns
        -------
        Ratings

        Raises
        ------
        AgreementError
            As :meth:`from_long` and :meth:`from_array`.

        Examples
        --------
        >>> import pandas as pd
        >>> judged = pd.DataFrame({"rater1": ["3", "4", "NA"], "rater2": ["3.0", "3", "2"]})
        >>> Ratings.from_frame(judged, raters="all").values().tolist()
        [[3.0, 3.0], [4.0, 3.0], [nan, 2.0]]
        """
        if raters is None:
            columns = long_columns(frame, unit or "unit", rater, value, (cluster, weight))
            of_values = [value]
        else:
            columns = melted(frame, unit, raters, (cluster, weight))
            of_values = rater_columns(frame, unit, raters, (cluster, weight))
        if scale is None:
            scale = ordered_categories(frame, of_values)
        found = read_cells(columns["value"], scale or (), names, missing)
        read = cls.from_long(columns | {"value": found.values}, cluster=cluster, weight=weight, scale=scale, wide=wide)
        return replace(read, notes=(*found.notes, *read.notes))
