"""Measurements in ``agree``, seconds or pixels: what is defined without categories, and why the rest is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from agreement import Estimate, Ratings, bland_altman, krippendorff_alpha, noise_ceilings
from referee_calib.agree import coefficient_table, text

if TYPE_CHECKING:
    from referee_calib.io.ratings_table import Columns

Floats = NDArray[np.float64]
ALPHA = "krippendorff_alpha_interval"
CATEGORIES = "it counts categories, and these are measurements"
ON_A_SCALE = "people and referee are compared in coefficients on a scale, and these are measurements"
LIMITS = {"mean": "Mean difference", "low": "Lower limit of agreement", "high": "Upper limit of agreement"}


@dataclass(frozen=True, eq=False)
class Measured(Ratings):
    """Ratings without a scale: the codes only say who measured what.

    Parameters
    ----------
    numbers : ndarray of float, shape (units, raters)
        The measurements, NaN where there is none.
    """

    numbers: Floats = field(default_factory=lambda: np.empty((0, 0)))

    def values(self) -> Floats:
        """Return the measurements."""
        return self.numbers

    def take_raters(self, columns: Sequence[int]) -> Measured:
        """Return the measurements of some raters, by position."""
        chosen = list(columns)
        return replace(
            self,
            codes=self.codes[:, chosen],
            raters=[self.raters[j] for j in chosen],
            numbers=self.values()[:, chosen],
        )


def read(columns: Columns, *, cluster: str | None, wide: bool) -> Measured:
    """Arrange the columns of a file, whose values are numbers, as units × raters.

    Parameters
    ----------
    columns : dict of str to list
        See :func:`referee_calib.io.ratings_table.read`.
    cluster : str or None
        Which of the columns holds clusters.
    wide : bool
        Accept many more raters than units.
    """
    given = columns["value"]
    rated = {**columns, "value": [None if value is None else 0 for value in given]}
    table = Ratings.from_long(rated, cluster=cluster, scale=(0, 1), wide=wide)
    row = {unit: i for i, unit in enumerate(table.units)}
    column = {rater: j for j, rater in enumerate(table.raters)}
    numbers = np.full(table.codes.shape, np.nan)
    for unit, rater, value in zip(columns["unit"], columns["rater"], given, strict=True):
        if value is not None:
            numbers[row[unit], column[rater]] = value
    return Measured(
        table.codes, table.scale, table.units, table.raters, table.cluster, n_dropped=table.n_dropped, numbers=numbers
    )


def build(
    measured: Measured,
    referee: str | None,
    *,
    interval: Literal["jackknife", "bootstrap"] | None,
    confidence: float,
    seed: int,
    notes: Sequence[str],
) -> tuple[dict[str, Any], str]:
    """Compute what measurements have: JSON and table, as of :func:`referee_calib.agree.coefficient_table.build`.

    Parameters
    ----------
    measured : Measured
        People, and the referee where there is one.
    referee, interval, confidence, seed, notes
        See :func:`referee_calib.agree.coefficient_table.build`.
    """
    at = None if referee is None else coefficient_table.referee_position(measured, referee)
    people = measured.take_raters([j for j in range(measured.n_raters) if j != at])
    found = _people(people, {"interval": interval, "confidence": confidence, "seed": seed})
    shown = {name: title for name, (title, estimate) in found.items() if estimate.reason != CATEGORIES}
    left = [title for name, (title, _) in found.items() if name not in shown]
    data = coefficient_table.without_referee(people, found)
    said = [*notes, *coefficient_table.notes_of({name: found[name] for name in shown})]
    said.append(f"not of measurements, which have no categories: {'; '.join(left)}")
    if at is not None:
        method = interval and "jackknife"  # all that correlations with a mean and limits of agreement have
        data |= _with_referee(data, people, measured.values()[:, at], method, confidence, seed)
        said.append(ON_A_SCALE)
    data["notes"] = coefficient_table.once(said)
    return data, text.render(data, shown, referee, confidence, None)


def _people(people: Measured, options: Mapping[str, Any]) -> dict[str, tuple[str, Estimate]]:
    from agreement.coefficients.icc import FORMS

    defined = {*(f"icc_{form.replace(',', '_')}" for form in FORMS), *coefficient_table.OF_NUMBERS}
    found = {}
    for name, (title, compute) in coefficient_table.coefficients(people, "interval", options).items():
        if name == ALPHA:
            found[name] = title, _alpha(people, options)
        else:
            found[name] = title, compute() if name in defined else Estimate(None, None, None, reason=CATEGORIES)
    return found | _limits(people, options)


def _alpha(people: Measured, options: Mapping[str, Any]) -> Estimate:
    # Rows without a rating do not enter alpha, and with them a table that --wide allows does not look transposed.
    empty = max(0, people.n_raters - people.n_units)
    values = np.concatenate([people.values(), np.full((empty, people.n_raters), np.nan)])
    cluster = None if people.cluster is None else np.append(people.cluster, np.repeat(people.cluster[-1:], empty))
    return krippendorff_alpha(values, level="interval", cluster=cluster, **options)


def _limits(people: Measured, options: Mapping[str, Any]) -> dict[str, tuple[str, Estimate]]:
    """Return Bland and Altman's limits where there are two people."""
    if people.n_raters != 2:
        return {}
    found = bland_altman(people, interval=options["interval"] and "jackknife", confidence=options["confidence"])
    apart = f"{people.raters[1]} minus {people.raters[0]}"
    return {f"bland_altman_{name}": (f"{title}, {apart}", getattr(found, name)) for name, title in LIMITS.items()}


def _with_referee(
    data: Mapping[str, Any],
    people: Measured,
    levels: Floats,
    interval: Literal["jackknife"] | None,
    confidence: float,
    seed: int,
) -> dict[str, Any]:
    """Return what a referee adds: its leniency, and its correlation with people's mean beside the noise ceilings."""
    nothing = coefficient_table.undefined(ON_A_SCALE)
    sides = {side: dict.fromkeys(data["humans"], nothing) for side in ("referee", "ceiling")}
    scored = ~np.isnan(levels)

    def leniency(columns: Sequence[int]) -> dict[str, Any]:
        pairs = np.concatenate([np.stack([people.values()[:, j], levels], axis=1) for j in columns])
        unit = np.arange(len(levels)) if people.cluster is None else people.cluster
        group = np.concatenate([unit for _ in columns])
        return coefficient_table.plain(
            bland_altman(pairs, interval=interval, cluster=group, confidence=confidence).mean
        )

    raters = {
        name: {**row, "with_other_people": {}, "leniency": leniency([j])}
        for j, (name, row) in enumerate(data["raters"].items())
    }
    compared = int((scored & (people.codes >= 0).any(axis=1)).sum())
    return {
        **sides,
        "difference": {name: {**nothing, "p_value": None} for name in data["humans"]},
        "leniency": leniency(range(people.n_raters)),
        "noise": coefficient_table.noise_of(noise_ceilings(people, levels, confidence=confidence, seed=seed)),
        "raters": raters,
        "n": {**data["n"], "referee_levels": int(scored.sum()), "compared": compared},
    }
