"""People's ratings from a table: long, with a column per rater, or an export of an annotation tool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from referee_calib.analysis import ExcludedRows, TableRating
from referee_calib.errors import InputError
from referee_calib.rating_tables import TableSource, read_rows
from referee_calib.table_study.table_columns import NamedTable, numbers_of_cells, read_sheet
from referee_calib.table_study.table_study_options import ReadingNotes, TableStudyOptions

DIMENSION_COLUMNS = ("dimension", "question")
EMPTY = "the cell is empty"
ONE = "rating"  # what the dimension is called where a table has but one and does not name it


@dataclass(frozen=True, slots=True, eq=False)
class ReadRatings:
    """The ratings of a table, the unit of each row, the rows that were left out, and the scale that its form states."""

    table: NamedTable
    units: list[str]
    ratings: list[TableRating]
    losses: list[ExcludedRows]
    scale: str = ""


def read_ratings(options: TableStudyOptions, notes: ReadingNotes) -> ReadRatings:
    """Read the table of people's ratings.

    Raises
    ------
    InputError
        For a file that cannot be read, a column that is not there, words for levels, or two levels of one person for
        one unit.
    """
    source = TableSource(
        path=options.ratings,
        unit=options.unit,
        rater=options.rater,
        value=options.value,
        wide=options.wide,
        sheet=options.ratings_sheet,
    )
    found = read_sheet(source, "--ratings-sheet")
    if found is None:
        return _of_export(source, options, notes)
    notes.add(*(f"{options.ratings.name}: {note}" for note in found.notes))
    table = NamedTable(options.ratings, found.frame, found.decimal_comma)
    if found.frame.empty:
        raise InputError(f"{options.ratings}: no row", "there is nothing to compare")
    table.require(options.unit, "--unit")
    units = table.names(options.unit)
    dimensions = dimensions_of(table, options)
    if options.wide is None:
        table.require(options.rater, "--rater")
        table.require(options.value, "--value")
        cells = (units, table.names(options.rater), dimensions, table.numbers(options.value, options.codes_for_missing))
        scale = ",".join(f"{level:g}" for level in found.scale)
        return ReadRatings(table, units, *_ratings(table, list(zip(*cells, strict=True))), scale)
    rows = [
        (unit, rater, dimension, level)
        for rater in _rater_columns(table, options)
        for unit, dimension, level in zip(
            units, dimensions, table.numbers(rater, options.codes_for_missing), strict=True
        )
    ]
    return ReadRatings(table, units, *_ratings(table, rows))


def dimensions_of(table: NamedTable, options: TableStudyOptions) -> list[str]:
    """Return the dimension of every row; the one that --dimension names, or "rating", where no column says it."""
    column = next((name for name in DIMENSION_COLUMNS if name in table.columns), None)
    if column is not None:
        return table.names(column)
    if len(options.dimensions) > 1:
        raise InputError(
            f"{table.path}: no column {DIMENSION_COLUMNS[0]!r}",
            f"--dimension names {len(options.dimensions)}, and nothing says which row is about which",
        )
    return [options.dimensions[0] if options.dimensions else ONE] * len(table.frame)


def _of_export(source: TableSource, options: TableStudyOptions, notes: ReadingNotes) -> ReadRatings:
    """Read the answers to one question of an export."""
    import pandas as pd

    question = options.dimensions[0] if len(options.dimensions) == 1 else None
    try:
        rows = read_rows(replace(source, question=question, cluster=options.cluster))
    except InputError as error:
        raise InputError(error.seen, error.why, error.do.replace("--question", "--dimension")) from error
    notes.add(*(f"{source.path.name}: {note}" for note in rows.notes))
    columns = rows.columns
    frame = pd.DataFrame({key: pd.Series(column, dtype=object) for key, column in columns.items()})
    if options.cluster is not None and "cluster" in frame.columns:
        frame = frame.rename(columns={"cluster": options.cluster})
    table = NamedTable(source.path, frame, rows.decimal_comma)
    levels = numbers_of_cells(table, columns["value"], options.codes_for_missing, "value")
    dimension = [question or ONE] * len(levels)
    cells = list(zip(columns["unit"], columns["rater"], dimension, levels, strict=True))
    return ReadRatings(table, columns["unit"], *_ratings(table, cells))


def _rater_columns(table: NamedTable, options: TableStudyOptions) -> list[str]:
    """Return the columns that hold one rater each."""
    wide = (options.wide or "").strip()
    if wide != "all":
        return [table.require(name.strip(), "--wide") for name in wide.split(",")]
    beside = {options.unit, options.cluster, options.link, options.text, *options.slices, *DIMENSION_COLUMNS}
    return [name for name in table.columns if name not in beside and name not in ("video", "cluster")]


Cells = tuple[str, str, str, float | None]


def _ratings(table: NamedTable, rows: Sequence[Cells]) -> tuple[list[TableRating], list[ExcludedRows]]:
    """Return one rating per unit, rater and dimension; the same row again is left out and named."""
    known: dict[tuple[str, str, str], float | None] = {}
    again: list[str] = []
    for number, (unit, rater, dimension, level) in enumerate(rows, start=1):
        key = (unit, rater, dimension)
        if key in known and known[key] != level and None not in (known[key], level):
            raise InputError(
                f"{table.path}: row {number} has {level:g} of {rater} for {unit!r:.60} on {dimension}",
                f"an earlier row has {known[key]:g}",
                "Keep one rating of a person per unit and dimension. Where rows are about different things, call the "
                "column that says so dimension.",
            )
        if key in known and known[key] is not None:
            again.append(f"{unit}/{rater}")
            continue
        known[key] = level
    ratings = [TableRating(*key, level, "" if level is not None else EMPTY) for key, level in known.items()]
    same = ExcludedRows("", "repeated rating", "the same person, unit and level again", tuple(again))
    return ratings, [same] * bool(again)
