"""All coefficients of one file of ratings on a scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from referee_calib.errors import InputError
from referee_calib.table_agreement.agreement_table import AgreementTable, CoefficientRow, RatingCounts
from referee_calib.table_agreement.category_tables import category_tables, pairs_beside
from referee_calib.table_agreement.coefficient_list import (
    OF_TWO,
    PAIRWISE,
    NamedCoefficient,
    coefficients_at,
    compared_coefficients,
    main_coefficient,
)
from referee_calib.table_agreement.person_rows import person_rows
from referee_calib.table_agreement.rating_scale import are_sets
from referee_calib.table_agreement.referee_copies import equal_raters, without_copies
from referee_calib.table_agreement.significance_tests import category_tests, with_holm_over_tests
from referee_calib.table_agreement.table_options import IntervalOptions, Level

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from agreement import Comparison, Estimate, Ratings

OF_A_MEAN = "it is about the mean of k people, and the referee is compared rating by rating"
OF_EVERYBODY = "it is about all people at once, and the referee is compared with one person at a time"


def agreement_table(
    ratings: Ratings,
    referee: str | None,
    level: Level,
    options: IntervalOptions,
    notes: Sequence[str] = (),
    *,
    people_scale: Sequence[Any] | None = None,
) -> AgreementTable:
    """Compute everything about one file: people, and the referee where one of the raters is.

    Refuses a referee that is none of the raters, or has no people beside it; ``notes`` are what is already known.
    ``people_scale`` are the categories of people, where the scale of the ratings also has those of the referee alone.
    """
    at = None if referee is None else referee_position([str(rater) for rater in ratings.raters], referee)
    people = ratings.take_raters([j for j in range(ratings.n_raters) if j != at])
    among_people = people if people_scale is None else people.on_scale(people_scale)
    numeric = all(isinstance(category, int | float) for category in among_people.scale)
    sets = are_sets(among_people.scale)
    listed = coefficients_at(level, numeric=numeric, n_raters=people.n_raters, sets=sets)
    rows = [row_of(one, one.compute(among_people, options), people.n_raters) for one in listed]
    levels = None if at is None else ratings.codes[:, at]
    beside = None if levels is None else pairs_beside(people, levels)
    rated = people.codes >= 0
    table = AgreementTable(
        rows=tuple(rows),
        people=person_rows(among_people, level, options, numeric=numeric),
        counts=rating_counts(rated, people.cluster, people.n_dropped),
        confidence=options.confidence,
        interval=options.interval,
        raters=options.raters,
        population=options.population,
        seed=options.seed,
        unit="scale",
        level=level,
        printed=tuple(row.name for row in rows),
        main=main_coefficient(level, sets=sets),
        scale=tuple(people.scale),
        people_scale=tuple(among_people.scale),
        categories=category_tables(people, levels, referee, options),
        tests=with_holm_over_tests(category_tests(among_people, beside, level, numeric=numeric, seed=options.seed)),
        notes=tuple(once([*notes, *notes_of({row.name: (row.title, row.people) for row in rows})])),
    )
    if at is None:
        return table
    if level == "nominal":  # so that random swaps of the comparison do not depend on what a category is called
        ratings = in_order_of_appearance(ratings)
        people = ratings.take_raters([j for j in range(ratings.n_raters) if j != at])
    own = None if people_scale is None else [_as_word(one) if level == "nominal" else one for one in people_scale]
    return _with_referee(table, people, _levels(ratings, at), referee, options, own)


def in_order_of_appearance(ratings: Ratings) -> Ratings:
    """Return the same ratings on a scale whose categories stand in the order in which units meet them.

    Numbers become words, for a scale of numbers has an order of its own.
    """
    import numpy as np

    given = ratings.codes[ratings.codes >= 0]
    used, first = np.unique(given, return_index=True)
    order = used[np.argsort(first)]
    rest = np.setdiff1d(np.arange(len(ratings.scale)), used)
    order = np.concatenate([order, rest]).astype(np.intp)
    position = np.append(np.argsort(order), -1).astype(ratings.codes.dtype)
    codes = np.asfortranarray(position[ratings.codes])
    scale = [ratings.scale[k] for k in order]
    return replace(ratings, codes=codes, scale=tuple(map(_as_word, scale)))


def _as_word(category: Any) -> Any:
    return f"“{category}”" if isinstance(category, int | float) else category


def row_of(one: NamedCoefficient, found: Estimate, n_raters: int) -> CoefficientRow:
    """Return the row of a coefficient of people, which says what became of their pairs."""
    from agreement import Note, NoteCode

    pooled = any(isinstance(note, Note) and note.code is NoteCode.POOLED_PAIRS for note in found.notes)
    pairs = one.over_pairs and n_raters > 2
    return CoefficientRow(one.name, one.title, one.group, found, pairs and not pooled, pairs and pooled, one.finite)


def _with_referee(
    table: AgreementTable,
    people: Ratings,
    levels: NDArray[np.object_],
    referee: str | None,
    options: IntervalOptions,
    people_scale: Sequence[Any] | None,
) -> AgreementTable:
    from agreement import compare

    found = compare(
        people,
        levels,
        people_scale=people_scale,
        level=table.level,
        every=True,
        interval=options.interval,
        raters=options.raters,
        confidence=options.confidence,
        seed=options.seed,
    )
    names = table.level == "nominal"  # of categories without an order nobody gives more than another
    alone = {row.rater: row for row in found.leave_one_out if row.leniency is not None}
    printed = compared_coefficients(table.level, sets=table.of_sets)
    copies = equal_raters(people, levels, referee)
    return replace(
        table,
        rows=with_holm([_compared(row, found) for row in table.rows], printed),
        people=tuple(
            replace(row, leniency=None if names else alone[row.name].leniency, leave_one_out=alone[row.name].agreement)
            if row.name in alone
            else row
            for row in table.people
        ),
        counts=replace(
            table.counts,
            referee_levels=sum(one is not None for one in levels.tolist()),
            compared=found.n_units,
            single=found.n_single,
        ),
        compared=printed,
        averaging=found.averaging,
        referee=referee,
        leniency=None if names else found.leniency,
        noise=None if names else found.noise,
        copies=tuple(copies),
        notes=tuple(once([*copies, *table.notes, *without_copies(found.notes, copies)])),
    )


def _compared(row: CoefficientRow, found: Comparison) -> CoefficientRow:
    if row.name not in found.compared:
        return row.without_comparison(OF_EVERYBODY if row.name == "unanimous_agreement" else OF_A_MEAN)
    one = found.compared[row.name]
    return replace(
        row,
        title=row.title.replace(OF_TWO, PAIRWISE) if row.name == "percent_agreement" else row.title,
        ceiling=one.ceiling,
        referee=one.human_referee,
        difference=one.difference,
        test=one.test,
        all_units=one.all_units,
    )


def with_holm(rows: Sequence[CoefficientRow], family: Sequence[str]) -> tuple[CoefficientRow, ...]:
    """Return the rows with p-values corrected over a family of coefficients, after Holm."""
    from agreement import holm

    asked = [row for row in rows if row.name in family]
    raw = [None if row.test is None else row.test.p_value for row in asked]
    adjusted = dict(zip((row.name for row in asked), holm(raw), strict=True))
    return tuple(replace(row, p_holm=adjusted.get(row.name)) for row in rows)


def _levels(ratings: Ratings, rater: int) -> NDArray[np.object_]:
    """Return the ratings of one rater, None where there is none."""
    import numpy as np

    codes = ratings.codes[:, rater].tolist()
    return np.array([None if code < 0 else ratings.scale[code] for code in codes], dtype=object)


def rating_counts(rated: NDArray[np.bool_], cluster: NDArray[np.intp] | None, n_dropped: int) -> RatingCounts:
    """Count what people gave; `rated` tells for each unit and person whether there is a rating."""
    by_unit = rated.sum(axis=1)
    return RatingCounts(
        units=int((by_unit > 0).sum()),
        units_rated_twice=int((by_unit > 1).sum()),
        raters=rated.shape[1],
        ratings=int(by_unit.sum()),
        missing=int((by_unit > 0).sum()) * rated.shape[1] - int(by_unit.sum()),
        clusters=None if cluster is None else len(set(cluster.tolist())),
        dropped=n_dropped,
    )


def notes_of(found: Mapping[str, tuple[str, Estimate]]) -> list[str]:
    """Return the notes of coefficients, each said once, with whose it is unless most have it."""
    holders: dict[str, list[str]] = {}
    for title, estimate in found.values():
        for note in estimate.notes:
            holders.setdefault(note, []).append(title)
    return [
        note
        if 2 * len(titles) > len(found) or _is_few_clusters(note)
        else f"{titles[0]}{' and others' if len(titles) > 1 else ''}: {note}"
        for note, titles in holders.items()
    ]


def once(notes: Sequence[str]) -> list[str]:
    """Say each note once, and that clusters are few once, whatever their number."""
    few = next((note for note in notes if _is_few_clusters(note)), None)
    return list(dict.fromkeys(few if few is not None and _is_few_clusters(note) else note for note in notes))


def _is_few_clusters(note: str) -> bool:
    from agreement import Note, NoteCode

    return isinstance(note, Note) and note.code is NoteCode.FEW_CLUSTERS


def referee_position(raters: Sequence[str], referee: str) -> int:
    """Return which rater is the referee; refuse a name that nobody has, and a referee without people."""
    if referee not in raters:
        raise InputError(f"--referee {referee or repr(referee)}", f"the raters are {', '.join(raters[:20])}")
    if len(raters) == 1:
        raise InputError(f"--referee {referee}", "there is nobody else to compare it with")
    return raters.index(referee)
