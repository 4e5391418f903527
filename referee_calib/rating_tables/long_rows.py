"""From a table's columns, long or wide, to rows of ratings."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any

from referee_calib.errors import InputError
from referee_calib.rating_tables.rating_rows import MOST_NAMED, Columns, RatingRows, choose_question
from referee_calib.rating_tables.source import TableSource

if TYPE_CHECKING:
    import pandas as pd

QUESTIONS = ("question", "dimension")
NAMES_OF_UNITS = ("id", "subject", "item", "case", "patient", "index", "name", "unit_id", "item_id", "task", "text")
DECIMAL_COMMA = re.compile(r"\s*[+-]?\d+,\d+\s*")
DECIMAL_POINT = re.compile(r"\s*[+-]?\d*\.\d+\s*")


def rows_of_table(frame: pd.DataFrame, source: TableSource) -> RatingRows:
    """Arrange a table as rows of ratings.

    Raises
    ------
    InputError
        When a column is not there, a row has no unit, rater or cluster, or the table holds several questions.
    """
    frame, asked = _of_one_question(_with_joined_unit(frame, source), source)
    columns, row = _wide(frame, source) if source.wide is not None else _long(frame, source)
    for name in [name for name in ("unit", "rater", "cluster") if name in columns]:
        columns[name] = labels(source, getattr(source, name) or name, columns[name], row)
    columns["value"] = [_set(cell, source, number) for cell, number in zip(columns["value"], row, strict=True)]
    return RatingRows(columns, row, [*asked, *_wide_note(columns["rater"], source)])


def _wide_note(raters: list[str], source: TableSource) -> list[Any]:
    from agreement import Note, NoteCode

    if source.wide is None:
        return []
    names = list(dict.fromkeys(raters))
    shown = ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")
    return [Note(f"each of {len(names)} columns is one rater: {shown}", NoteCode.TABLE_FORM)]


def _set(cell: Any, source: TableSource, number: int) -> Any:
    """Return a cell of several labels as a set; a list, as JSON has them, is one in any case."""
    if isinstance(cell, str) and source.sets is None:
        return cell
    if isinstance(cell, dict) and isinstance(cell.get("choices"), list):  # of Label Studio's short JSON
        cell = cell["choices"]
    if isinstance(cell, list | tuple) and all(isinstance(one, Hashable) for one in cell):
        return frozenset(cell)
    if not isinstance(cell, Hashable):
        raise InputError(f"{source.path}: row {number} holds {cell!r:.60}", "a rating is a number, a word or labels")
    if source.sets is None or not isinstance(cell, str) or not cell.strip():
        return cell
    return frozenset(part.strip() for part in cell.split(source.sets) if part.strip())


def _with_joined_unit(frame: pd.DataFrame, source: TableSource) -> pd.DataFrame:
    """Join the columns that name a unit together, where several are given: --unit document,system."""
    parts = source.unit.split(",")
    if len(parts) == 1 or source.unit in frame.columns or not set(parts) <= set(frame.columns):
        return frame
    return frame.assign(**{source.unit: [" / ".join(map(_text, row)) for row in frame[parts].to_numpy().tolist()]})


def labels(source: TableSource, name: str, column: list[Any], row: list[int]) -> list[str]:
    """Return names as text, without the blanks around them; refuse a row without one."""
    found = [label.strip() if isinstance(label, str) else _text(label) for label in column]
    if not all(found):
        raise InputError(f"{source.path}: row {row[found.index('')]} has no {name!r}", "every rating needs one")
    return found


def _text(label: Any) -> str:
    """Return a name as text, "" where there is none; a whole number without a point."""
    if label is None or label != label:
        return ""
    return str(int(label) if isinstance(label, float) and label.is_integer() else label).strip()


def has_decimal_commas(cells: list[Any]) -> bool:
    """Tell whether numbers are written with a decimal comma: some are, and none has a point."""
    return _any(DECIMAL_COMMA, cells) and not _any(DECIMAL_POINT, cells)


def _any(form: re.Pattern[str], cells: list[Any]) -> bool:
    matches: Callable[[str], Any] = form.fullmatch
    return any(isinstance(cell, str) and matches(cell) for cell in cells)


def _of_one_question(frame: pd.DataFrame, source: TableSource) -> tuple[pd.DataFrame, list[Any]]:
    from agreement import Note, NoteCode

    roles = (source.unit, source.rater, source.value, source.cluster)
    name = next((one for one in QUESTIONS if one in frame.columns and one not in roles), None)
    if name is None:
        if source.question is not None:
            raise InputError(f"{source.path} has no column {QUESTIONS[0]!r}", f"--question {source.question} needs one")
        return frame, []
    column = frame[name].map(_text)
    chosen = choose_question(source.path, column.tolist(), source.question)
    kept = column == chosen
    said = f"the {name} {chosen!r}: {int(kept.sum())} of {len(frame)} rows"
    return frame[kept], [Note(said, NoteCode.TABLE_FORM)] if not kept.all() else []


def _long(frame: pd.DataFrame, source: TableSource) -> tuple[Columns, list[int]]:
    wanted = {"unit": source.unit, "rater": source.rater, "value": source.value}
    if source.cluster is not None:
        wanted["cluster"] = source.cluster
    elif "cluster" in frame.columns:
        wanted["cluster"] = "cluster"
    lost = [name for name in wanted.values() if name not in frame.columns]
    if lost:
        _refuse_columns(frame, source, lost[0])
    return {key: frame[name].tolist() for key, name in wanted.items()}, [int(i) + 1 for i in frame.index]


def _refuse_columns(frame: pd.DataFrame, source: TableSource, lost: str) -> None:
    names = [str(name) for name in frame.columns]
    others = [name for name in names if name and name not in (source.unit, source.cluster, "cluster")]
    raters = [name for name in others if name.lower() not in NAMES_OF_UNITS]
    do = "Name yours with --unit, --rater, --value."
    if len(raters) > 1 and source.rater not in names and source.value not in names:
        unit = next((f"--unit {name} " for name in others if name not in raters), "")
        do = f"{do} If each column is one rater: {unit}--wide {','.join(raters[:8])}"
    raise InputError(
        f"{source.path}: no column {lost!r} among {', '.join(map(repr, names)) if '' in names else ', '.join(names)}"
        if names
        else f"{source.path}: no column {lost!r} among no columns at all",
        "a ratings file has one row per rating, with columns unit, rater and value",
        do,
    )


def _wide(frame: pd.DataFrame, source: TableSource) -> tuple[Columns, list[int]]:
    """Lay the columns of raters under each other; without a column of units, the rows are the units."""
    usual = ("unit", "") if source.unit == "unit" else (source.unit,)
    unit = next((name for name in usual if name in frame.columns), None)
    if unit is None and source.unit != "unit":
        raise InputError(f"{source.path}: no column {source.unit!r} among {', '.join(map(str, frame.columns))}")
    cluster = source.cluster or ("cluster" if "cluster" in frame.columns else None)
    raters = _raters(frame, source, {unit, cluster, *QUESTIONS})
    if cluster is not None and cluster not in frame.columns:
        raise InputError(f"{source.path}: no column {cluster!r} among {', '.join(map(str, frame.columns))}")
    number = [int(i) + 1 for i in frame.index]
    columns: Columns = {
        "unit": [name for name in (number if unit is None else frame[unit].tolist()) for _ in raters],
        "rater": [name for _ in number for name in raters],
        "value": [cell for cells in zip(*(frame[name].tolist() for name in raters), strict=True) for cell in cells],
    }
    if cluster is not None:
        columns["cluster"] = [name for name in frame[cluster].tolist() for _ in raters]
    return columns, [one for one in number for _ in raters]


def _all_but_units(frame: pd.DataFrame, source: TableSource, others: set[str | None]) -> list[str]:
    raters = [name for name in frame.columns if name not in others]
    units = [name for name in raters if name.lower() in NAMES_OF_UNITS]
    if units:
        raise InputError(
            f"{source.path}: --wide all would take the column {units[0]!r} for a rater",
            "it reads like the names of units",
            f"Add --unit {units[0]}, or name the columns of the raters.",
        )
    return raters


def _raters(frame: pd.DataFrame, source: TableSource, others: set[str | None]) -> list[str]:
    assert source.wide is not None  # noqa: S101 - what the caller asked
    if source.wide.strip() == "all":
        return _all_but_units(frame, source, others)
    named = [name.strip() for name in source.wide.split(",")]
    lost = [name for name in named if name not in frame.columns]
    if lost or len(set(named)) != len(named):
        raise InputError(
            f"--wide {source.wide}: {f'no column {lost[0]!r}' if lost else 'a column twice'}",
            f"the columns are {', '.join(map(str, frame.columns))}",
        )
    return named
