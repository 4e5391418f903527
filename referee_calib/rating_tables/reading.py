"""Any file of ratings as rows: which form it has, told by its content or by what the user says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from referee_calib.errors import InputError
from referee_calib.rating_tables.any_table import PARQUET, WORKBOOK, frame_of_objects, how_read, table_note
from referee_calib.rating_tables.binary_table import excel_table, parquet_table
from referee_calib.rating_tables.export_objects import objects_of_archive, objects_of_folder
from referee_calib.rating_tables.exports import TOOLS, tool_of
from referee_calib.rating_tables.file_content import ZIP, read_content, text_of
from referee_calib.rating_tables.json_rows import Object, json_objects
from referee_calib.rating_tables.long_rows import has_decimal_commas, labels, rows_of_table
from referee_calib.rating_tables.nested_rows import unnested
from referee_calib.rating_tables.rating_rows import RatingRows, choose_question, excluded_note
from referee_calib.rating_tables.source import TableSource
from referee_calib.rating_tables.step_labels import StepTable, step_table
from referee_calib.rating_tables.text_table import text_table

if TYPE_CHECKING:
    import pandas as pd

FORMATS = ("table", *TOOLS)


def read_rows(source: TableSource) -> RatingRows:
    """Read a file of ratings.

    Parameters
    ----------
    source : TableSource
        CSV or a relative of it, Excel, Parquet, JSON or JSON lines, each also as ``.gz``; or an export of Label Studio,
        Argilla, Prodigy, doccano, Potato, Inspect or of a study; of Potato and doccano also as the folder or zip file
        of several annotators, of Inspect as the folder; or labels of steps, as VisualProcessBench has them.

    Returns
    -------
    RatingRows

    Raises
    ------
    InputError
        For a file that cannot be read or is none of these, and for what is not in it.
    MissingExtra
        When Excel or Parquet needs a package that is not installed.
    """
    path = source.path
    if path.is_dir():
        return _of_answers(objects_of_folder(path, source.format), source)
    data = read_content(path)
    if data.startswith(PARQUET) or path.suffix.lower() in (".parquet", ".pq"):
        return _of_frame(parquet_table(path, data), source)
    if data.startswith(ZIP):
        if WORKBOOK in data:
            return rows_of_table(excel_table(path, data, source.sheet), source)
        return _of_answers(objects_of_archive(path, data), source)
    return _of_text(data, source)


def _of_text(data: bytes, source: TableSource) -> RatingRows:
    text, encoding = text_of(source.path, data)
    if text.lstrip()[:1] in ("{", "["):
        rows = json_objects(source.path, text)
        tool = source.format or tool_of(rows)
        if tool not in (None, "table"):
            return _of_answers(rows, source, tool)
        if (steps := step_table(source.path, rows, source.referee)) is not None:
            return _of_steps(steps, source)
        return rows_of_table(frame_of_objects(unnested(rows, source)), source)
    if source.format not in (None, "table"):
        raise InputError(f"--format {source.format}", f"{source.path} holds no JSON, as such an export does")
    frame, mark = text_table(source.path, text)
    found = rows_of_table(frame, source)
    found.notes += how_read(encoding, mark)
    if mark != "," and has_decimal_commas(found.columns["value"]):
        found.decimal_comma = True
        found.notes += [table_note("decimal commas are read as such: 2,5 is 2.5; if they are none, write points")]
    return found


def _of_steps(steps: StepTable, source: TableSource) -> RatingRows:
    found = rows_of_table(frame_of_objects(steps.rows), source)
    found.notes += steps.notes()
    found.scale = steps.scale
    return found


def _of_frame(frame: pd.DataFrame, source: TableSource) -> RatingRows:
    """Read a table that may be the rows of an exported data set."""
    first = frame.head(1).to_dict("records")
    tool = source.format or tool_of(first)
    if tool in (None, "table"):
        return rows_of_table(frame, source)
    return _of_answers(frame.to_dict("records"), source, tool)


def _of_answers(rows: list[Object], source: TableSource, tool: str | None = None) -> RatingRows:
    """Read the answers to one question of an export."""
    tool = tool or source.format or tool_of(rows)
    if tool not in TOOLS:
        raise InputError(f"{source.path}", "it is no export that is known", f"Known are {', '.join(TOOLS)}.")
    try:
        answers = TOOLS[tool].read(rows, source)
    except (AttributeError, KeyError, TypeError, ValueError) as error:  # what is not there, or is something else
        why = f"it is not as {tool} writes it ({type(error).__name__}: {error})"
        raise InputError(f"{source.path}", why, "Another form is said with --format.") from error
    if not answers.rows:
        said = "; ".join(f"{n} {reason}" for reason, n in answers.excluded.items())
        raise InputError(f"{source.path}: no rating in this export of {tool}", said)
    question = choose_question(source.path, [row.question for row in answers.rows], source.question)
    chosen = [row for row in answers.rows if row.question == question]
    number = list(range(1, len(chosen) + 1))
    several = any(isinstance(row.value, frozenset) for row in chosen)
    columns: dict[str, list[Any]] = {
        "unit": [row.unit for row in chosen],
        "rater": [row.rater for row in chosen],
        "value": [_as_set(row.value) if several else row.value for row in chosen],
    }
    if source.cluster is not None or all(row.cluster is not None for row in chosen):
        columns["cluster"] = labels(source, source.cluster or "cluster", [row.cluster for row in chosen], number)
    said = f"read as an export of {tool}, question {question!r}: {len(chosen)} of {len(answers.rows)} answers"
    return RatingRows(columns, number, [*map(table_note, [said, *answers.remarks]), *excluded_note(answers.excluded)])


def _as_set(value: Any) -> frozenset[Any]:
    return value if isinstance(value, frozenset) else frozenset([value])
