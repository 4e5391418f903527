"""What a comparison of people with a referee found: plain typed values, each with its way to JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from agreement.comparison.noise_ceiling import NoiseCeilings
from agreement.estimate import Estimate


@dataclass(frozen=True)
class Compared:
    """One coefficient: people with people, people with the referee, and the difference.

    Attributes
    ----------
    ceiling : Estimate
        People with people, on units that the referee scored.
    human_referee : Estimate
    difference : Estimate
        ``human_referee - ceiling``.
    p_value : float or None
        Two-sided, of no difference: paired sign flips of clusters.
    """

    ceiling: Estimate
    human_referee: Estimate
    difference: Estimate
    p_value: float | None

    def to_json(self) -> dict[str, Any]:
        """Plain values under the names of the fields."""
        estimates = {name: getattr(self, name).to_json() for name in ("ceiling", "human_referee", "difference")}
        return {**estimates, "p_value": self.p_value}


@dataclass(frozen=True)
class RaterRow:
    """One person left out of the people and compared with the rest, as the referee is; or the referee itself.

    Attributes
    ----------
    rater : str
    agreement : dict of str to Estimate
        Per coefficient, with the other people.
    leniency : Estimate or None
        Mean of referee minus this person, in the unit of the scale; None in the referee's own row.
    """

    rater: str
    agreement: dict[str, Estimate]
    leniency: Estimate | None

    def to_json(self) -> dict[str, Any]:
        """Plain values under the names of the fields."""
        return {
            "rater": self.rater,
            "agreement": {name: found.to_json() for name, found in self.agreement.items()},
            "leniency": None if self.leniency is None else self.leniency.to_json(),
        }


@dataclass(frozen=True)
class SliceRow:
    """The comparison on some of the units.

    Attributes
    ----------
    by, value : str
        Name of the slicing and the value that these units share.
    n_units : int
    compared : dict of str to Compared
    leniency : Estimate
    """

    by: str
    value: str
    n_units: int
    compared: dict[str, Compared]
    leniency: Estimate

    def to_json(self) -> dict[str, Any]:
        """Plain values under the names of the fields."""
        return {
            "by": self.by,
            "value": self.value,
            "n_units": self.n_units,
            "coefficients": {name: found.to_json() for name, found in self.compared.items()},
            "leniency": self.leniency.to_json(),
        }


@dataclass(frozen=True)
class Comparison:
    """What :func:`compare` found.

    Attributes
    ----------
    compared : dict of str to Compared
        ``percent_agreement``, ``cohen_kappa_quadratic``, ``krippendorff_alpha_ordinal``, ``gwet_ac2_quadratic`` (names
        follow the level), and the further ones where every coefficient was asked for.
    leave_one_out : tuple of RaterRow
        One row per person, and the referee's last.
    leniency : Estimate
        Mean of referee minus person over all pairs, in the unit of the scale.
    noise : NoiseCeilings
    slices : tuple of SliceRow
        By the slicings that were asked for, and last by how far people differ on a unit; there the ceiling says
        nothing, since it is what the units were chosen by.
    averaging : str
        ``"pairs"``: mean over pairs of raters of the coefficient of a pair. ``"pooled"``: one coefficient of all pairs.
    n_units, n_raters, n_ratings, n_dropped : int
        Units with a level of the referee and of a person; units without are dropped.
    n_clusters : int or None
    notes : tuple of str
    """

    compared: dict[str, Compared]
    leave_one_out: tuple[RaterRow, ...]
    leniency: Estimate
    noise: NoiseCeilings
    slices: tuple[SliceRow, ...]
    averaging: str
    n_units: int
    n_raters: int
    n_ratings: int
    n_dropped: int
    n_clusters: int | None
    notes: tuple[str, ...]

    @property
    def ceiling(self) -> dict[str, Estimate]:
        """People with people, per coefficient."""
        return {name: found.ceiling for name, found in self.compared.items()}

    @property
    def human_referee(self) -> dict[str, Estimate]:
        """People with the referee, per coefficient."""
        return {name: found.human_referee for name, found in self.compared.items()}

    @property
    def difference(self) -> dict[str, Estimate]:
        """Second minus first, per coefficient."""
        return {name: found.difference for name, found in self.compared.items()}

    @property
    def leniency_by_rater(self) -> dict[str, Estimate]:
        """Mean of referee minus one person, per person."""
        return {row.rater: row.leniency for row in self.leave_one_out if row.leniency is not None}

    def to_json(self) -> dict[str, Any]:
        """Everything as plain values."""
        return {
            "coefficients": {name: found.to_json() for name, found in self.compared.items()},
            "leave_one_out": [row.to_json() for row in self.leave_one_out],
            "leniency": self.leniency.to_json(),
            "noise": self.noise.to_json(),
            "slices": [row.to_json() for row in self.slices],
            "averaging": self.averaging,
            "n_units": self.n_units,
            "n_raters": self.n_raters,
            "n_ratings": self.n_ratings,
            "n_dropped": self.n_dropped,
            "n_clusters": self.n_clusters,
            "notes": list(self.notes),
        }
