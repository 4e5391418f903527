"""Results as pandas data frames: one row per number, or per element of a curve.

The columns say where a number stands in the result (``table``, ``name``, ``part``, and the names that its rows have
there, such as ``rater`` or ``threshold``), then what it is (``value``, ``low``, ``high``, … of an estimate, or
``p_value``, … of a test). Numbers that belong to the result as a whole are in ``frame.attrs``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, Any]
PLACES = ("table", "name", "part")
SCALARS = (str, int, float, bool, type(None), np.generic)
NUMBERS = ("value", "low", "high", "standard_error", "averaged_over", "p_value", "statistic", "monte_carlo_error")
COUNTS = ("n_units", "n_raters", "n_ratings", "n_dropped", "n_clusters")


class Tabular:
    """A result that becomes a data frame."""

    frame_leaf: ClassVar[bool] = False  # whether its fields are the columns of one row
    frame_columns: ClassVar[tuple[str, ...]] = ()  # fields of one length that are the columns of a frame

    def to_frame(self) -> pd.DataFrame:
        """Return the result as a data frame.

        Returns
        -------
        pandas.DataFrame
            One row per estimate or test, with the columns ``table``, ``name`` and ``part`` where the result has such
            levels; of a curve one row per score. What belongs to the result as a whole is in ``attrs``.

        Examples
        --------
        >>> from agreement import percent_agreement
        >>> frame = percent_agreement([[0, 1], [1, 1]], scale=(0, 1), interval=None).to_frame()
        >>> float(frame.loc[0, "value"]), int(frame.loc[0, "n_units"])
        (0.5, 2)
        """
        return to_frame(self)


def to_frame(result: Any) -> pd.DataFrame:
    """Return a result of this package, or a mapping of names to results, as a data frame.

    Parameters
    ----------
    result : Estimate, Comparison, CalibrationCurve, … or mapping of str to them
        :func:`rater_severity` and :func:`rater_drift` return such mappings.

    Returns
    -------
    pandas.DataFrame
        See :meth:`Tabular.to_frame`.

    Raises
    ------
    TypeError
        When it is neither.

    Examples
    --------
    >>> from agreement import rater_severity
    >>> to_frame(rater_severity([[1, 2], [3, 4], [0, 2]]))["name"].tolist()
    ['0', '1']
    """
    import pandas as pd

    if not isinstance(result, Mapping | Tabular):
        raise TypeError(f"{type(result).__name__} is no result of this package")
    if isinstance(result, Tabular) and result.frame_columns:
        columns = {name: getattr(result, name) for name in result.frame_columns}
        frame = pd.DataFrame({name: list(given) for name, given in columns.items() if given is not None})
    else:
        rows = list(_rows(result, {}))
        used = dict.fromkeys(key for row in rows for key in row)
        places = [key for key in PLACES if key in used]
        frame = pd.DataFrame(rows, columns=[*places, *(key for key in used if key not in PLACES)])
        frame = frame.astype(dict.fromkeys((key for key in NUMBERS if key in used), float))  # NaN where undefined
    if isinstance(result, Tabular) and not result.frame_leaf:
        frame.attrs = _scalars(result)
    return frame


def _rows(node: Any, row: Row) -> Iterator[Row]:
    if isinstance(node, Mapping):
        for key, item in node.items():
            yield from _rows(item, _placed(row, str(key)))
    elif isinstance(node, tuple | list):
        for item in node:
            yield from _rows(item, row)
    elif getattr(node, "frame_leaf", False):
        yield row | {key: value for key, value in _fields(node).items() if not isinstance(value, Mapping)}
        parts = [value for value in _fields(node).values() if isinstance(value, Mapping)]
        yield from (found for part in parts for found in _rows(part, row))
    elif is_dataclass(node):
        yield from _rows_of_fields(node, row)


def _rows_of_fields(node: Any, row: Row) -> Iterator[Row]:
    held = {key: value for key, value in _raw(node).items() if _holds_rows(value)}
    known = _scalars(node)
    if not held:
        yield row | known
        return
    inside = bool(row)  # below the top, the scalars of a row tell which one it is
    context = {_own(key): value for key, value in known.items() if inside and key not in COUNTS and value is not None}
    for key, value in held.items():
        if getattr(value, "frame_leaf", False):
            yield from _rows(value, _placed(row | context, key))
        elif isinstance(value, Mapping) and inside:  # one of several mappings of a row: its name tells them apart
            yield from _rows(value, row | context | {"part": key})
        else:
            found = _rows(value, {"table": key} | row | context)
            yield from (
                one | {"part": f"{key}.{one['part']}"} if "name" in row and "part" in one else one for one in found
            )


def _own(key: str) -> str:
    return "by_value" if key == "value" else "row_reason" if key == "reason" else key


def _placed(row: Row, key: str) -> Row:
    """Note a name, or a part of what has a name."""
    return row | {"part" if "name" in row else "name": key}


def _holds_rows(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_holds_rows(item) for item in value.values())
    if isinstance(value, tuple | list):
        return any(is_dataclass(item) for item in value)
    return is_dataclass(value)


def _scalars(node: Any) -> Row:
    return {key: value for key, value in _fields(node).items() if isinstance(value, SCALARS)}


def _raw(node: Any) -> Row:
    return {one.name: getattr(node, one.name) for one in fields(node)}


def _fields(node: Any) -> Row:
    """Return the fields of a dataclass; notes as one text, other sequences of words and numbers likewise."""
    return {key: _joined(value) for key, value in _raw(node).items()}


def _joined(value: Any) -> Any:
    if isinstance(value, tuple | list) and all(isinstance(item, SCALARS) for item in value):
        return "; ".join(map(str, value))
    return value
