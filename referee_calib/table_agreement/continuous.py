"""Measurements in ``agree``, seconds or pixels: what is defined without categories, and why the rest is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from agreement import BlandAltman, Estimate, Ratings, bland_altman, noise_ceilings, rater_severity
from referee_calib.table_agreement.agreement_table import AgreementTable, CoefficientRow, PersonRow
from referee_calib.table_agreement.coefficient_list import NamedCoefficient, coefficients_at, main_coefficient
from referee_calib.table_agreement.coefficient_table import (
    notes_of,
    once,
    rating_counts,
    referee_position,
    row_of,
)
from referee_calib.table_agreement.referee_copies import same_ratings
from referee_calib.table_agreement.significance_tests import number_tests, with_holm_over_tests
from referee_calib.table_agreement.table_options import IntervalOptions

if TYPE_CHECKING:
    from referee_calib.rating_tables import Columns

Floats = NDArray[np.float64]
CATEGORIES = "it counts categories, and these are measurements"
ON_A_SCALE = "people and referee are compared in coefficients on a scale, and these are measurements"
LIMITS = {"mean": "Mean difference", "low": "Lower limit of agreement", "high": "Upper limit of agreement"}


@dataclass(frozen=True, slots=True, eq=False)
class Measurements:
    """Numbers without a scale, as units × raters, NaN where there is none; ``n_dropped`` rows had no value.

    A table of many raters ends with empty rows, so that it does not look transposed; they enter no coefficient.
    """

    values: Floats
    raters: tuple[str, ...]
    cluster: NDArray[np.intp] | None
    n_dropped: int

    @classmethod
    def from_columns(cls, columns: Columns, *, cluster: str | None, many_raters: bool) -> Measurements:
        """Arrange the columns of a file, whose values are numbers; ``cluster`` names one of them."""
        given = columns["value"]
        rated = {**columns, "value": [None if value is None else 0 for value in given]}
        table = Ratings.from_long(rated, cluster=cluster, scale=(0, 1), wide=many_raters)
        row = {unit: i for i, unit in enumerate(table.units)}
        column = {rater: j for j, rater in enumerate(table.raters)}
        empty = max(0, table.n_raters - table.n_units)
        values = np.full((table.n_units + empty, table.n_raters), np.nan)
        for unit, rater, value in zip(columns["unit"], columns["rater"], given, strict=True):
            if value is not None:
                values[row[unit], column[rater]] = value
        groups = None if table.cluster is None else np.append(table.cluster, np.repeat(table.cluster[-1:], empty))
        return cls(values, tuple(map(str, table.raters)), groups, table.n_dropped)

    def take_raters(self, columns: Sequence[int]) -> Measurements:
        """Return the measurements of some raters, by position."""
        chosen = list(columns)
        return replace(self, values=self.values[:, chosen], raters=tuple(self.raters[j] for j in chosen))


def measurement_table(
    measured: Measurements, referee: str | None, options: IntervalOptions, notes: Sequence[str] = ()
) -> AgreementTable:
    """Compute what measurements have, of people and of the referee where there is one.

    The table has every coefficient of a scale; those that need categories have a reason for a value.
    """
    at = None if referee is None else referee_position(measured.raters, referee)
    people = measured.take_raters([j for j in range(len(measured.raters)) if j != at])
    listed = coefficients_at("interval", numeric=True, n_raters=len(people.raters))
    rows = [*(_row(one, people, options) for one in listed), *_limits_of_agreement(people, options)]
    undefined = {one.name: one.title for one in listed if one.needs_categories}
    shown = {row.name: (row.title, row.people) for row in rows if row.name not in undefined}
    rated = ~np.isnan(people.values)
    said = [*notes, *notes_of(shown), f"not of measurements, which have no categories: {'; '.join(undefined.values())}"]
    table = AgreementTable(
        rows=tuple(rows),
        people=_people(people, options),
        counts=rating_counts(rated, people.cluster, people.n_dropped),
        confidence=options.confidence,
        interval=options.interval,
        raters=options.raters,
        population=options.population,
        seed=options.seed,
        unit="measurements",
        level="interval",
        printed=tuple(shown),
        main=main_coefficient("interval"),
        tests=with_holm_over_tests(number_tests(people.values, n_raters=len(people.raters), cluster=people.cluster)),
        notes=tuple(once(said)),
    )
    return table if at is None else _with_referee(table, people, measured.values[:, at], referee, options)


def _row(one: NamedCoefficient, people: Measurements, options: IntervalOptions) -> CoefficientRow:
    if one.needs_categories:
        return CoefficientRow(one.name, one.title, one.group, Estimate(None, None, None, reason=CATEGORIES))
    found = one.compute(people.values, options, cluster=people.cluster)
    return row_of(one, found, len(people.raters))


def _people(people: Measurements, options: IntervalOptions) -> tuple[PersonRow, ...]:
    """Return a row per person: how many were measured, and severity."""
    severity: dict[str, Estimate] = {}
    if len(people.raters) > 1:
        found = rater_severity(people.values, cluster=people.cluster, confidence=options.confidence)
        severity = dict(zip(people.raters, found.values(), strict=True))
    if options.interval is None:
        severity = {name: replace(one, low=None, high=None, method="none") for name, one in severity.items()}
    counts = (~np.isnan(people.values)).sum(axis=0)
    return tuple(PersonRow(name, int(n), {}, severity.get(name)) for name, n in zip(people.raters, counts, strict=True))


def _limits_of_agreement(people: Measurements, options: IntervalOptions) -> list[CoefficientRow]:
    """Return Bland and Altman's limits where there are two people."""
    if len(people.raters) != 2:
        return []
    found = _bland_altman(people.values, people.cluster, options)
    apart = f"{people.raters[1]} minus {people.raters[0]}"
    return [
        CoefficientRow(f"bland_altman_{name}", title, f"Bland and Altman: {apart}, in units", getattr(found, name))
        for name, title in LIMITS.items()
    ]


def _bland_altman(values: Floats, cluster: NDArray[np.intp] | None, options: IntervalOptions) -> BlandAltman:
    method = options.interval and "jackknife"  # all that limits of agreement have besides the published one
    return bland_altman(values, cluster=cluster, interval=method, confidence=options.confidence)


def _with_referee(
    table: AgreementTable, people: Measurements, levels: Floats, referee: str | None, options: IntervalOptions
) -> AgreementTable:
    """Add what a referee adds: its leniency, and its correlation with people's mean beside the noise ceilings."""
    unit = np.arange(len(levels)) if people.cluster is None else people.cluster

    def leniency(columns: Sequence[int]) -> Estimate:
        pairs = np.concatenate([np.stack([people.values[:, j], levels], axis=1) for j in columns])
        return _bland_altman(pairs, np.concatenate([unit for _ in columns]), options).mean

    scored = ~np.isnan(levels)
    copies = _equal(people, levels, referee)
    return replace(
        table,
        rows=tuple(row.without_comparison(ON_A_SCALE) for row in table.rows),
        people=tuple(replace(row, leniency=leniency([j]), leave_one_out={}) for j, row in enumerate(table.people)),
        counts=replace(
            table.counts,
            referee_levels=int(scored.sum()),
            compared=int((scored & ~np.isnan(people.values).all(axis=1)).sum()),
        ),
        referee=referee,
        leniency=leniency(range(len(people.raters))),
        noise=noise_ceilings(
            people.values, levels, cluster=people.cluster, confidence=options.confidence, seed=options.seed
        ),
        copies=tuple(copies),
        notes=tuple(once([*copies, *table.notes, ON_A_SCALE])),
    )


def _equal(people: Measurements, levels: Floats, referee: str | None) -> list[str]:
    """Say that the referee measured what one person did, wherever both did."""
    said = []
    for j, name in enumerate(people.raters):
        shared = ~np.isnan(people.values[:, j]) & ~np.isnan(levels)
        if shared.sum() > 1 and (people.values[shared, j] == levels[shared]).all():
            said.append(same_ratings(referee, name, int(shared.sum())))
    return said
