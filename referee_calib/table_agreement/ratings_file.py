"""From a file of ratings to the table of its agreement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from referee_calib.errors import InputError
from referee_calib.natural_order import natural_order
from referee_calib.rating_tables import RatingRows, TableSource, read_rows
from referee_calib.table_agreement.coefficient_table import agreement_table, referee_position
from referee_calib.table_agreement.rating_scale import (
    MOST_CATEGORIES,
    are_measurements,
    are_sets,
    guess_scale,
    is_number,
    parse_scale,
)
from referee_calib.table_agreement.raw_referee import (
    check_raw_intervals,
    is_raw,
    measure_raw_referee,
    raw_note,
    split_referee_errors,
)

if TYPE_CHECKING:
    from agreement import Note, Ratings
    from referee_calib.table_agreement.agreement_table import AgreementTable
    from referee_calib.table_agreement.table_options import IntervalOptions, Level

MOST_NAMED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingsFile:
    """A file of ratings, and what its values mean.

    Attributes
    ----------
    source : TableSource
        The file, its form and its columns.
    scale : str or None
        All categories in order, as :func:`referee_calib.table_agreement.rating_scale.parse_scale` reads them.
    missing : str or None
        Codes for a missing rating, separated by commas.
    many_raters : bool
        Accept many more raters than units.
    """

    source: TableSource
    scale: str | None = None
    missing: str | None = None
    many_raters: bool = False


@dataclass(frozen=True, slots=True)
class _Values:
    """The rows of a file with their values read, the declared scale, and what is already to be said."""

    rows: RatingRows
    scale: list[Any] | None
    notes: list[Note]

    @property
    def values(self) -> list[Any]:
        return self.rows.columns["value"]

    def without(self, rater: str | None) -> list[Any]:
        """Return the values of the other raters."""
        return [v for v, name in zip(self.values, self.rows.columns["rater"], strict=True) if name != rater]

    def of(self, rater: str) -> list[Any]:
        """Return the values of one rater."""
        return list(self.scores_of(rater).values())

    def scores_of(self, rater: str) -> dict[Any, Any]:
        """Return the values of one rater by unit."""
        columns = self.rows.columns
        rows = zip(columns["unit"], columns["rater"], columns["value"], strict=True)
        return {unit: value for unit, name, value in rows if name == rater}

    def only_people(self, referee: str) -> _Values:
        """Return the rows of the other raters by unit and rater: draws follow that order, whatever the file's."""
        units, raters = self.rows.columns["unit"], self.rows.columns["rater"]
        kept = [i for i, name in enumerate(raters) if name != referee]
        kept.sort(key=lambda i: (natural_order(str(units[i])), natural_order(str(raters[i]))))
        columns = {name: [column[i] for i in kept] for name, column in self.rows.columns.items()}
        return replace(self, rows=replace(self.rows, columns=columns, row=[self.rows.row[i] for i in kept]))


def agreement_of_file(
    file: RatingsFile, referee: str | None, level: Level, options: IntervalOptions, *, errors: bool = False
) -> AgreementTable:
    """Measure how well the raters of a file agree, and a referee with them.

    Parameters
    ----------
    file : RatingsFile
    referee : str or None
        Which rater is the referee; the others are people.
    level : {"nominal", "ordinal", "interval"}
        What the values mean. Numbers at the level "interval" with more values than a scale has are measurements.
    options : IntervalOptions
    errors : bool
        Whether to split the errors of a referee by human agreement too.

    Returns
    -------
    AgreementTable

    Raises
    ------
    InputError
        When the file cannot be read, its values do not fit the scale, or nobody is called `referee`.
    AgreementError
        When the ratings are none that can be compared.
    """
    read = _read(replace(file, source=replace(file.source, referee=referee)), level, referee)
    cluster = "cluster" if "cluster" in read.rows.columns else None
    if referee is not None and (off := _raw_scores(read, referee, level)):
        return _beside_raw_referee(
            read, referee, off, level, options, cluster=cluster, many_raters=file.many_raters, errors=errors
        )
    if read.scale is None and are_measurements(read.values, level):
        from agreement import codes_for_missing
        from referee_calib.table_agreement.continuous import Measurements, measurement_table

        measured = Measurements.from_columns(read.rows.columns, cluster=cluster, many_raters=file.many_raters)
        asked = codes_for_missing(Counter(value for value in read.values if value is not None))
        return measurement_table(measured, referee, options, [*read.notes, *asked])
    people_scale, notes = _people_scale(read, referee, level)
    ratings = _ratings(read, people_scale, cluster, file.many_raters)
    asked = replace(ratings, declared=read.scale is not None).remarks()
    table = agreement_table(ratings, referee, level, options, [*notes, *read.notes, *asked], people_scale=people_scale)
    if not errors or referee is None or level == "nominal":
        return table
    at = referee_position([str(rater) for rater in ratings.raters], referee)
    people = ratings.take_raters([j for j in range(ratings.n_raters) if j != at])
    return replace(table, errors=split_referee_errors(people, ratings.values()[:, at], referee, options))


def _raw_scores(read: _Values, referee: str, level: Level) -> int:
    """Return how many different values of the referee are no levels of people, 0 where it gives levels."""
    given = read.of(referee)
    scale = read.scale or [value for value in dict.fromkeys(read.without(referee)) if value is not None]
    return len({one for one in given if one is not None}.difference(scale)) if is_raw(given, scale, level) else 0


def _beside_raw_referee(
    read: _Values,
    referee: str,
    n_off: int,
    level: Level,
    options: IntervalOptions,
    *,
    cluster: str | None,
    many_raters: bool,
    errors: bool,
) -> AgreementTable:
    """Measure people with each other on their scale, and the referee in the unit of its scores."""
    from agreement import Note, NoteCode

    check_raw_intervals(referee, options)
    people = read.only_people(referee)
    if not people.values:
        raise InputError(f"--referee {referee}", "there is nobody else to compare it with")
    scale, notes = _people_scale(people, None, level)
    ratings = _ratings(people, scale, cluster, many_raters)
    scores = read.scores_of(referee)
    unrated = len(set(scores).difference(ratings.units))
    said = [Note(raw_note(referee, n_off), NoteCode.REFEREE_CATEGORIES)]
    if unrated:
        said.append(Note(f"{unrated} unit(s) that {referee} scored have no rating of people", NoteCode.UNSCORED_UNITS))
    asked = replace(ratings, declared=read.scale is not None).remarks()
    table = agreement_table(ratings, None, level, options, [*said, *notes, *read.notes, *asked])
    found = measure_raw_referee(ratings, [scores.get(unit) for unit in ratings.units], referee, options)
    split = split_referee_errors(ratings, found.levels.expected, referee, options, scores=found.levels.name)
    return replace(table, raw_referee=found, errors=split if errors else None)


def _read(file: RatingsFile, level: Level, referee: str | None) -> _Values:
    """Read a file, and its cells by the one rule."""
    from agreement import as_categories

    rows = read_rows(file.source)
    scale = (list(rows.scale) or None) if file.scale is None else parse_scale(file.scale, names=level == "nominal")
    found = as_categories(
        rows.columns["value"],
        names=level == "nominal",
        missing=[] if file.missing is None else [code.strip() for code in file.missing.split(",")],
        scale=scale or (),
        decimal_comma=rows.decimal_comma,
    )
    rows.columns["value"] = found.values
    _refuse_unfit(file.source, rows, scale, level, referee)
    said = [*_missing_note(found.missing), *found.notes, *_sets_note(found.values), *_names_like_missing(rows)]
    return _Values(rows, scale, [*rows.notes, *said])


def _people_scale(read: _Values, referee: str | None, level: Level) -> tuple[list[Any], list[Note]]:
    """Return the categories of people: those declared, or those that people gave; never the referee's."""
    from agreement import Note, NoteCode

    if read.scale is not None:
        return read.scale, []
    scale, guessed = guess_scale(read.without(referee), level)
    notes = [Note(guessed, NoteCode.UNDECLARED_SCALE)]
    further = [value for value in dict.fromkeys(read.values) if value is not None and value not in scale]
    if further:
        named = ", ".join(map(repr, further[:MOST_NAMED])) + (" …" if len(further) > MOST_NAMED else "")
        text = (
            f"only the referee gave {len(further)} of the categories: {named}; they enter the comparison with it, "
            "and not people with people"
        )
        notes.append(Note(text, NoteCode.REFEREE_CATEGORIES))
    return scale, notes


def _ratings(read: _Values, people_scale: Sequence[Any], cluster: str | None, many_raters: bool) -> Ratings:
    """Return the ratings of all, on people's categories and what only the referee gave, numbers in order."""
    from agreement import Ratings

    scale = list(people_scale)
    if read.scale is None:
        scale = list(dict.fromkeys([*scale, *(value for value in read.values if value is not None)]))
        scale = [*sorted(filter(is_number, scale)), *(value for value in scale if not is_number(value))]
    if are_sets(scale) and len(scale) > MOST_CATEGORIES:
        raise InputError(
            f"{len(scale)} different sets of labels",
            f"the command line takes {MOST_CATEGORIES} at most",
            'In Python krippendorff_alpha(table, level="masi") takes any number.',
        )
    return Ratings.from_long(read.rows.columns, cluster=cluster, scale=scale, wide=many_raters)


def _refuse_unfit(
    source: TableSource, rows: RatingRows, scale: Sequence[Any] | None, level: Level, referee: str | None
) -> None:
    """Refuse words among numbers, sets where labels have an order, and a scale for measurements."""
    values = rows.columns["value"]
    if level != "nominal" and any(isinstance(value, frozenset) for value in values):
        raise InputError(
            f"{source.path}: cells hold several labels", "sets have no order", "Compare with --level nominal."
        )
    if scale is None:
        if level != "nominal" and any(map(is_number, values)):
            _refuse_words(source, rows, "the others are numbers")
    elif all(map(is_number, scale)):
        _refuse_words(source, rows, "--scale lists numbers")
        people = [value for value, name in zip(values, rows.columns["rater"], strict=True) if name != referee]
        if level == "interval" and are_measurements(people, level):
            raise InputError(
                f"{source.path}: more different values than any scale has", "", "For measurements leave --scale out."
            )


def _refuse_words(source: TableSource, rows: RatingRows, why: str) -> None:
    """Name the first value that is no number, where some are."""
    given = [(row, v) for row, v in zip(rows.row, rows.columns["value"], strict=True) if v is not None]
    words = [(row, value) for row, value in given if not is_number(value)]
    if words:
        raise InputError(
            f"{source.path}: {len(words)} of {len(given)} values "
            f"{'is no number' if len(words) == 1 else 'are no numbers'}, first {words[0][1]!r} in row {words[0][0]}",
            why,
            "Correct it, or leave the cell empty where nobody rated; categories in words go into --scale, in order.",
        )


def _missing_note(missing: dict[str, int]) -> list[Note]:
    from agreement import Note, NoteCode

    words = ", ".join(f"{word!r} ({n})" for word, n in missing.items())
    text = f"taken for missing: {words}; name a category of that name in --scale"
    return [Note(text, NoteCode.EXCLUDED_ROWS)] if missing else []


def _sets_note(values: Sequence[Any]) -> list[Note]:
    from agreement import Note, NoteCode

    text = (
        "cells hold sets of labels: alpha with MASI's and Jaccard's distance counts sets that overlap in part; all "
        "other coefficients take two sets for the same where all their labels are"
    )
    return [Note(text, NoteCode.TABLE_FORM)] if any(isinstance(one, frozenset) for one in values) else []


def _names_like_missing(rows: RatingRows) -> list[Note]:
    """Ask about a unit, rater or cluster that reads like a missing value, such as NA."""
    from agreement import words_like_missing

    columns = rows.columns
    found: dict[str, Iterable[str]] = {"unit": set(columns["unit"]), "rater": set(columns["rater"])}
    if "cluster" in columns:
        found["cluster"] = dict(zip(columns["unit"], columns["cluster"], strict=True)).values()
    return [note for what, names in found.items() for note in words_like_missing(names, what)]
