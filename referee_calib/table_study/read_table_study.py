"""From two files to what an analysis of tables is made from: read, checked, and joined by unit."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path

from referee_calib.analysis import ExcludedRows, InputDigest, TableJudgements, TableUnit
from referee_calib.errors import InputError
from referee_calib.item_nouns import ItemNouns, noun_of_column
from referee_calib.natural_order import natural_order
from referee_calib.table_study.dimension_scales import dimension_scales
from referee_calib.table_study.judge_levels import judge_scores
from referee_calib.table_study.table_columns import NamedTable, labels_of_units, shortened
from referee_calib.table_study.table_ratings import ReadRatings, read_ratings
from referee_calib.table_study.table_scores import ReadScores, ScoreCell, read_scores
from referee_calib.table_study.table_study_options import ReadingNotes, TableStudyOptions
from referee_calib.threshold_record import ThresholdRecord
from referee_calib.thresholds import Thresholds

CLUSTER_COLUMNS = ("video", "cluster")
MOST_SLICES = 50

Tables = tuple[tuple[NamedTable, Sequence[str]], tuple[NamedTable, Sequence[str]]]


def read_table_study(
    options: TableStudyOptions, thresholds: Thresholds | None = None, record: ThresholdRecord | None = None
) -> TableJudgements:
    """Read, check and join a table of ratings and a table of scores.

    Parameters
    ----------
    options : TableStudyOptions
    thresholds : Thresholds, optional
        By default the package's, of which a report says that nobody stated them.
    record : ThresholdRecord, optional
        What the thresholds of a study folder were when it was made.

    Raises
    ------
    InputError
        For whatever is wrong with the files: one line that names the file, the row and what to type.
    """
    notes = ReadingNotes()
    given = read_ratings(options, notes)
    chosen = _chosen_dimensions(options, given)
    ratings = [rating for rating in given.ratings if rating.dimension in chosen]
    stated = options.scales or ((given.scale,) if given.scale else ())
    scales = dimension_scales(options.ratings, ratings, stated, notes)
    found = read_scores(options, list(scales), notes, _columns_of_people(options, given))
    cells, foreign = _about_dimensions(found, list(scales))
    _check_same_labels(options, given, found)
    _check_overlap(options, {rating.claim for rating in ratings}, {cell.unit for cell in cells}, notes)
    tables: Tables = ((given.table, given.units), (found.table, found.units))
    column, clusters = _clusters(options, tables, notes)
    dimensions = _dimensions_by_unit(
        chain(((r.claim, r.dimension) for r in ratings), ((c.unit, c.dimension) for c in cells))
    )
    item = noun_of_column(options.unit, "unit")
    return TableJudgements(
        name=options.name or options.ratings.stem,
        units=_units(options, tables, dimensions, clusters),
        ratings=ratings,
        scores=judge_scores(options.scores, cells, scales, notes),
        scales=scales,
        thresholds=thresholds or Thresholds(stated=()),
        nouns=ItemNouns(item, noun_of_column(column, "cluster") if column else item),
        slices={name: _slice(name, tables, dimensions) for name in options.slices},
        inputs=(_digest("ratings", options.ratings, given.table), _digest("scores", options.scores, found.table)),
        losses=(*given.losses, *found.losses, *foreign),
        notes=notes.said,
        threshold_record=record,
    )


def _chosen_dimensions(options: TableStudyOptions, given: ReadRatings) -> set[str]:
    there = list(dict.fromkeys(rating.dimension for rating in given.ratings))
    lost = [name for name in options.dimensions if name not in there]
    if lost:
        raise InputError(f"--dimension {lost[0]}", f"people rated {', '.join(there)}")
    return set(options.dimensions or there)


def _columns_of_people(options: TableStudyOptions, given: ReadRatings) -> set[str]:
    """Return the columns of the ratings that hold no judge; of one table for both, those of its raters alone."""
    if options.ratings.resolve() != options.scores.resolve() or options.ratings_sheet != options.scores_sheet:
        return {*given.table.columns} - {options.rater, options.value}
    return {rating.rater for rating in given.ratings} if options.wide else set()


def _about_dimensions(found: ReadScores, names: Sequence[str]) -> tuple[list[ScoreCell], list[ExcludedRows]]:
    """Return the scores on what people rated, and those on something else as rows that are left out."""
    foreign: dict[str, list[str]] = {}
    for cell in found.cells:
        if cell.dimension not in names:
            foreign.setdefault(cell.dimension, []).append(f"{cell.unit}/{cell.judge}")
    lost = [
        ExcludedRows("", "score on another dimension", f"the report has no ratings on {name}", tuple(rows))
        for name, rows in foreign.items()
    ]
    return [cell for cell in found.cells if cell.dimension in names], lost


def _check_overlap(options: TableStudyOptions, rated: set[str], scored: set[str], notes: ReadingNotes) -> None:
    """Refuse tables without a unit in common; ask about units that differ in zeros, case or blanks alone."""
    form = {_bare(name): name for name in sorted(scored - rated)}
    alike = [(name, form[_bare(name)]) for name in sorted(rated - scored) if _bare(name) in form]
    asked = f"{alike[0][0]} and {alike[0][1]} differ in zeros, case or blanks alone" if alike else ""
    if rated & scored:
        more = f", and so do {len(alike) - 1:,} more" * (len(alike) > 1)
        notes.add(f"Units {asked}{more}: they count as different units, and should be named alike." * bool(alike))
        return
    one, other = (shortened(sorted(names)[:2]) or "none" for names in (rated, scored))
    raise InputError(
        f"{options.ratings} and {options.scores} have no unit in common",
        f"units that were rated are {one}, …; units that were scored are {other}, …",
        "Units have to be named alike in both tables"
        + (f": {asked}; a spreadsheet drops zeros unless a column is text." if alike else "."),
    )


def _check_same_labels(options: TableStudyOptions, given: ReadRatings, found: ReadScores) -> None:
    """Refuse scores beside which stand other ratings than people gave: the units of the two files are not the same."""
    if not {"rater", "value", "judge"} <= set(found.table.columns):
        return
    known = {(rating.claim, rating.rater): rating.level for rating in given.ratings}
    cells = (found.units, found.table.names("rater"), found.table.numbers("value", options.codes_for_missing))
    pairs = [
        (unit, known[unit, rater], level) for unit, rater, level in zip(*cells, strict=True) if (unit, rater) in known
    ]
    if others := [pair for pair in pairs if pair[1] != pair[2]]:
        unit, rated, beside = others[0]
        raise InputError(
            f"{options.scores}: {len(others):,} of {len(pairs):,} ratings that stand beside its scores are not "
            f"those of {options.ratings}, first {beside} against {rated} for {unit}",
            "its units are others, or stand in another order",
            "Give the scores in the order of the ratings.",
        )


def _bare(name: str) -> str:
    """Return a name as a spreadsheet may have left it: without case, blanks and zeros before a number."""
    return re.sub(r"(?<![\d.])0+(?=\d)", "", "".join(name.casefold().split()))


def _dimensions_by_unit(pairs: chain[tuple[str, str]]) -> dict[str, dict[str, None]]:
    found: dict[str, dict[str, None]] = {}
    for unit, dimension in pairs:
        found.setdefault(unit, {})[dimension] = None
    return found


def _clusters(options: TableStudyOptions, tables: Tables, notes: ReadingNotes) -> tuple[str, dict[str, str]]:
    """Return the column of clusters, "" without one, and the cluster of every unit that has one."""
    columns = {name for table, _ in tables for name in table.columns}
    usual = next((name for name in CLUSTER_COLUMNS if name in columns and name != options.unit), None)
    column = options.cluster or usual
    if column is None:
        notes.add("No column of clusters was named, so every unit counts as independent of the others (--cluster).")
        return "", {}
    found = labels_of_units(column, tables, "--cluster")
    alone = [unit for unit, label in found.items() if not label]
    units = {unit for _, names in tables for unit in names}
    alone += sorted(units - set(found))
    if alone:
        notes.add(f"Without a {column}, and each taken for its own: {shortened(alone)} ({len(alone):,}).")
    return column, {unit: label for unit, label in found.items() if label}


def _units(
    options: TableStudyOptions,
    tables: Tables,
    dimensions: Mapping[str, Mapping[str, None]],
    clusters: Mapping[str, str],
) -> list[TableUnit]:
    text = labels_of_units(options.text, tables, "--text") if options.text else {}
    link = labels_of_units(options.link, tables, "--link") if options.link else {}
    units = [
        TableUnit(unit, clusters.get(unit, unit), tuple(its), text.get(unit, ""), link.get(unit, ""))
        for unit, its in dimensions.items()
    ]
    # folds and resamples are drawn in this order, and the same rows in another order are the same study
    return sorted(units, key=lambda unit: natural_order(unit.id))


def _slice(name: str, tables: Tables, units: Mapping[str, object]) -> dict[str, str]:
    labels = labels_of_units(name, tables, "--slice")
    values = {label for unit, label in labels.items() if label and unit in units}
    if len(values) > MOST_SLICES:
        raise InputError(
            f"--slice {name}: {len(values)} different values",
            f"a slicing has {MOST_SLICES} at most",
            "Group them first.",
        )
    return labels


def _digest(what: str, path: Path, table: NamedTable) -> InputDigest:
    """Digest a file, or all files of an export's folder, byte by byte."""
    files = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
    content = hashlib.sha256()
    for one in files:
        content.update(one.read_bytes())
    return InputDigest(f"{what}: {path.name}", len(table.frame), content.hexdigest())
