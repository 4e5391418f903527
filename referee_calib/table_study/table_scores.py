"""Judges' scores from a table: long, with a row per score, or wide, with a column per judge."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from referee_calib.analysis import ExcludedRows
from referee_calib.errors import InputError
from referee_calib.rating_tables import TableSource
from referee_calib.table_study.table_columns import NamedTable, is_number, read_sheet, shortened
from referee_calib.table_study.table_ratings import DIMENSION_COLUMNS
from referee_calib.table_study.table_study_options import ReadingNotes, TableStudyOptions

JUDGE_COLUMNS = ("judge", "referee", "model", "metric", "rater")
SCORE_COLUMNS = ("score", "value", "level", "rating")
SAMPLE_COLUMN = "sample"


class ScoreCell(NamedTuple):
    """One cell: whose score of what on which dimension; None for a failed score, sample 0 for the first."""

    unit: str
    judge: str
    dimension: str
    score: float | None
    sample: int


@dataclass(frozen=True, slots=True, eq=False)
class ReadScores:
    """The scores of a table, the unit of each row, and the rows that were left out."""

    table: NamedTable
    units: list[str]
    cells: list[ScoreCell]
    losses: list[ExcludedRows]


def read_scores(
    options: TableStudyOptions, dimensions: Sequence[str], notes: ReadingNotes, people: Collection[str] = ()
) -> ReadScores:
    """Read the table of judges' scores; `dimensions` are those that people rated.

    `people` are columns of the table of ratings, of which none is a judge where no judge is named.

    Raises
    ------
    InputError
        For a file that cannot be read, a column that is not there, words for scores, two scores of one judge for one
        unit, or a judge of whom nothing says what it judges.
    """
    found = read_sheet(
        TableSource(path=options.scores, unit=options.unit, sheet=options.scores_sheet), "--scores-sheet"
    )
    if found is None:
        raise InputError(
            f"{options.scores}: an export of an annotation tool", "scores are a table with rows or columns"
        )
    notes.add(*(f"{options.scores.name}: {note}" for note in found.notes))
    table = NamedTable(options.scores, found.frame, found.decimal_comma)
    if found.frame.empty:
        raise InputError(f"{options.scores}: no row", "there is nothing to compare")
    table.require(options.unit, "--unit")
    units = table.names(options.unit)
    judge, score = (_first(table, names) for names in (JUDGE_COLUMNS, SCORE_COLUMNS))
    long = judge is not None and score is not None
    rows = (
        _long(table, units, judge, score, options) if judge and score else _wide(table, units, options, notes, people)
    )
    _check_judges(options, {cell.judge for cell in rows}, long=long)
    wanted = options.named_judges
    chosen = [cell for cell in rows if not wanted or cell.judge in wanted]
    cells, again = _one_each(table, _with_dimensions(options, chosen, dimensions))
    same = ExcludedRows("", "repeated score", "the same judge, unit and score again", tuple(again))
    return ReadScores(table, units, cells, [same] * bool(again))


def _first(table: NamedTable, names: Sequence[str]) -> str | None:
    return next((name for name in names if name in table.columns), None)


def _dimensions(table: NamedTable) -> list[str]:
    column = _first(table, DIMENSION_COLUMNS)
    return table.names(column) if column else [""] * len(table.frame)


def _long(table: NamedTable, units: list[str], judge: str, score: str, options: TableStudyOptions) -> list[ScoreCell]:
    samples = table.numbers(SAMPLE_COLUMN, ()) if SAMPLE_COLUMN in table.columns else [0.0] * len(units)
    given = table.numbers(score, options.codes_for_missing)
    return [
        ScoreCell(unit, name, dimension, value, int(sample or 0))
        for unit, name, dimension, value, sample in zip(
            units, table.names(judge), _dimensions(table), given, samples, strict=True
        )
    ]


def _wide(
    table: NamedTable, units: list[str], options: TableStudyOptions, notes: ReadingNotes, people: Collection[str]
) -> list[ScoreCell]:
    """Take every column of numbers for a judge, or those that are named."""
    named = [table.require(name, "--judges") for name in options.named_judges]
    judges = named or _columns_of_numbers(table, options, notes, people)
    dimensions = _dimensions(table)
    return [
        ScoreCell(unit, judge, dimension, score, 0)
        for judge in judges
        for unit, dimension, score in zip(
            units, dimensions, table.numbers(judge, options.codes_for_missing), strict=True
        )
    ]


def _columns_of_numbers(
    table: NamedTable, options: TableStudyOptions, notes: ReadingNotes, people: Collection[str]
) -> list[str]:
    from agreement import as_categories

    beside = {options.unit, options.cluster, options.link, options.text, *options.slices}
    beside |= {*DIMENSION_COLUMNS, "video", "cluster", ""}
    shared = [name for name in table.columns if name in people and name not in beside]
    judges: list[str] = []
    left: list[str] = []
    for name in (one for one in table.columns if one not in beside and one not in shared):
        values = as_categories(
            table.frame[name].tolist(), missing=options.codes_for_missing, decimal_comma=table.decimal_comma
        ).values
        given = [value for value in values if value is not None]
        (judges if given and all(map(is_number, given)) else left).append(name)
    if not judges:
        raise InputError(
            f"{table.path}: no scores among {', '.join(table.columns)}",
            "a table of scores has the columns unit, judge and score, or unit and a column of numbers per judge",
            f"Name judges whose columns the ratings have too: --judges {','.join(shared)}" if shared else "",
        )
    named = f"{table.path.name}: each of these columns is a judge: {', '.join(judges)}"
    others = [
        f"; {why} {', '.join(names)}"
        for why, names in (("no numbers in", left), ("the ratings too have", shared))
        if names
    ]
    notes.add(f"{named}{''.join(others)}.")
    return judges


def _check_judges(options: TableStudyOptions, there: set[str], *, long: bool) -> None:
    lost = [name for name in options.named_judges if name not in there]
    if lost:
        where = f"the judges of {options.scores} are {', '.join(sorted(there))}"
        raise InputError(f"--judges {', '.join(lost)}", where if long else "it has no such column")


def _with_dimensions(
    options: TableStudyOptions, cells: Sequence[ScoreCell], dimensions: Sequence[str]
) -> list[ScoreCell]:
    """Give every score its dimension: that of its row, that of its judge, or the only one there is."""
    said = options.named_judges
    beyond = [name for name in dict.fromkeys(filter(None, said.values())) if name not in dimensions]
    if beyond:
        raise InputError(f"--judges …={beyond[0]}", f"people rated {', '.join(dimensions)}")
    open_ = [judge for judge in dict.fromkeys(c.judge for c in cells if not c.dimension) if not said.get(judge)]
    if open_ and len(dimensions) > 1:
        example = ",".join(f"{judge}={dimensions[0]}" for judge in open_[:2])
        raise InputError(
            f"{options.scores}: nothing says which dimension {shortened(open_)} judges",
            f"people rated {', '.join(dimensions)}",
            f"Say it with --judges {example}, with --dimension {dimensions[0]} for all, or in a column dimension.",
        )
    given = [c if c.dimension else c._replace(dimension=said.get(c.judge) or dimensions[0]) for c in cells]
    return [c for c in given if said.get(c.judge) in (None, c.dimension)]


def _one_each(table: NamedTable, cells: Sequence[ScoreCell]) -> tuple[list[ScoreCell], list[str]]:
    known: dict[tuple[str, str, str, int], ScoreCell] = {}
    again: list[str] = []
    for cell in cells:
        key = (cell.unit, cell.judge, cell.dimension, cell.sample)
        before = known.setdefault(key, cell)
        if before is cell:
            continue
        if before.score != cell.score:
            raise InputError(
                f"{table.path}: {cell.judge} has two scores for {cell.unit!r:.60} on {cell.dimension}",
                f"{before.score} and {cell.score}",
                "Keep one, or number repeated scores from 0 in a column sample.",
            )
        again.append(f"{cell.unit}/{cell.judge}")
    return list(known.values()), again
