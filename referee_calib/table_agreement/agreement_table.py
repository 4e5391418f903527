"""The result of ``agree``: one table, from which both the JSON object and the printed text are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Literal, TypedDict

if TYPE_CHECKING:
    from agreement import Estimate, NoiseCeilings


class EstimateFields(TypedDict):
    """What every reader needs of an estimate."""

    value: float | None
    low: float | None
    high: float | None
    method: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class CoefficientRow:
    """One coefficient of people with people and, where there is a referee, of both sides on pairs of raters.

    ``people`` is of all people together, ``ceiling`` and ``referee`` are means over pairs, ``difference`` is referee
    minus ceiling.
    """

    name: str
    title: str
    people: Estimate
    ceiling: Estimate | None = None
    referee: Estimate | None = None
    difference: Estimate | None = None
    p_value: float | None = None

    def without_comparison(self, reason: str) -> CoefficientRow:
        """Return the row of a table with a referee with whom this coefficient is not compared."""
        from agreement import Estimate

        none = Estimate(None, None, None, reason=reason)
        return replace(self, ceiling=none, referee=none, difference=none)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person: ratings given, and with a referee the referee's leniency and agreement with the other people."""

    name: str
    n_ratings: int
    leniency: Estimate | None = None
    leave_one_out: Mapping[str, Estimate] | None = None


@dataclass(frozen=True, slots=True)
class RatingCounts:
    """What took part; `compared` are units with a level of the referee and of a person."""

    units: int
    units_rated_twice: int
    raters: int
    ratings: int
    clusters: int | None
    dropped: int
    referee_levels: int | None = None
    compared: int | None = None


@dataclass(frozen=True, slots=True)
class AgreementTable:
    """All coefficients of one file.

    Attributes
    ----------
    unit : {"scale", "measurements"}
        Of the ratings.
    printed, compared : tuple of str
        Names of the coefficients in the printed table, and in the printed comparison.
    leniency : Estimate or None
        Mean of referee minus person, None without a referee.
    """

    rows: tuple[CoefficientRow, ...]
    people: tuple[PersonRow, ...]
    counts: RatingCounts
    confidence: float
    unit: Literal["scale", "measurements"]
    printed: tuple[str, ...]
    compared: tuple[str, ...] = ()
    referee: str | None = None
    leniency: Estimate | None = None
    noise: NoiseCeilings | None = None
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object; what a referee adds is null without one.

        Returns
        -------
        dict
            Estimates by coefficient under "people", "referee", "difference" and "ceiling"; "leniency",
            "noise_ceilings", "raters", "counts", "notes".
        """
        noise = self.noise and {one.name: estimate_fields(getattr(self.noise, one.name)) for one in fields(self.noise)}
        sides: dict[str, Any] = dict.fromkeys(("referee", "difference", "ceiling"))
        if self.referee is not None:
            sides = {side: {row.name: estimate_fields(getattr(row, side)) for row in self.rows} for side in sides}
            for row in self.rows:
                sides["difference"][row.name]["p_value"] = row.p_value
        return {
            "people": {row.name: estimate_fields(row.people) for row in self.rows},
            **sides,
            "leniency": estimate_fields(self.leniency) if self.leniency else None,
            "noise_ceilings": noise,
            "raters": {row.name: _person(row) for row in self.people},
            "counts": asdict(self.counts),
            "notes": list(self.notes),
        }


def estimate_fields(estimate: Estimate) -> EstimateFields:
    """Return value, limits, method and reason of an estimate."""
    return EstimateFields(
        value=estimate.value, low=estimate.low, high=estimate.high, method=estimate.method, reason=estimate.reason
    )


def _person(row: PersonRow) -> dict[str, Any]:
    found: dict[str, Any] = {"n_ratings": row.n_ratings}
    if row.leave_one_out is not None:
        found["leave_one_out"] = {name: estimate_fields(one) for name, one in row.leave_one_out.items()}
    if row.leniency is not None:
        found["leniency"] = estimate_fields(row.leniency)
    return found
