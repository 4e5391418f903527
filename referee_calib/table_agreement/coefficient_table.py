"""All coefficients of one file of ratings on a scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from referee_calib.errors import InputError
from referee_calib.table_agreement.agreement_table import AgreementTable, CoefficientRow, PersonRow, RatingCounts
from referee_calib.table_agreement.coefficient_list import (
    IntervalOptions,
    Level,
    coefficients_at,
    compared_coefficients,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from agreement import Comparison, Estimate, Ratings

OF_A_MEAN = "it is about the mean of k people, and the referee is compared rating by rating"


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
    rows = [
        CoefficientRow(one.name, one.title, one.compute(among_people, options))
        for one in coefficients_at(level, numeric=numeric, n_raters=people.n_raters)
    ]
    rated = people.codes >= 0
    table = AgreementTable(
        rows=tuple(rows),
        people=tuple(PersonRow(str(name), int(rated[:, j].sum())) for j, name in enumerate(people.raters)),
        counts=rating_counts(rated, people.cluster, people.n_dropped),
        confidence=options.confidence,
        unit="scale",
        printed=tuple(row.name for row in rows),
        notes=tuple(once([*notes, *notes_of({row.name: (row.title, row.people) for row in rows})])),
    )
    return table if at is None else _with_referee(table, people, _levels(ratings, at), referee, level, options, notes)


def _with_referee(
    table: AgreementTable,
    people: Ratings,
    levels: NDArray[np.object_],
    referee: str | None,
    level: Level,
    options: IntervalOptions,
    notes: Sequence[str],
) -> AgreementTable:
    from agreement import compare

    found = compare(
        people,
        levels,
        level=level,
        every=True,
        interval=options.interval,
        confidence=options.confidence,
        seed=options.seed,
    )
    alone = {row.rater: row for row in found.leave_one_out if row.leniency is not None}
    named = {row.name: (row.title, row.people) for row in table.rows}
    return replace(
        table,
        rows=tuple(_compared(row, found) for row in table.rows),
        people=tuple(
            replace(row, leniency=alone[row.name].leniency, leave_one_out=alone[row.name].agreement)
            if row.name in alone
            else row
            for row in table.people
        ),
        counts=replace(
            table.counts, referee_levels=sum(one is not None for one in levels.tolist()), compared=found.n_units
        ),
        compared=compared_coefficients(level),
        referee=referee,
        leniency=found.leniency,
        noise=found.noise,
        notes=tuple(once([*notes, *found.notes, *notes_of(named)])),
    )


def _compared(row: CoefficientRow, found: Comparison) -> CoefficientRow:
    if row.name not in found.compared:
        return row.without_comparison(OF_A_MEAN)
    one = found.compared[row.name]
    return replace(row, ceiling=one.ceiling, referee=one.human_referee, difference=one.difference, p_value=one.p_value)


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
