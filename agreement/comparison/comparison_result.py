"""What a comparison of people with a referee found: plain typed values, each with its way to JSON."""

from __future__ import annotations

from dataclasses import dataclass

from agreement.comparison.noise_ceiling import NoiseCeilings
from agreement.estimate import Estimate
from agreement.hypothesis_test import HypothesisTest
from agreement.json_fields import JsonFields


@dataclass(frozen=True)
class CoefficientComparison(JsonFields):
    """One coefficient: people with people, people with the referee, and the difference.

    Attributes
    ----------
    ceiling : Estimate
        People with people, on units that the referee scored.
    difference : Estimate
        ``human_referee - ceiling``.
    test : HypothesisTest
        Of no difference, two-sided; it agrees with the interval of ``difference``.
    """

    ceiling: Estimate
    human_referee: Estimate
    difference: Estimate
    test: HypothesisTest

    @property
    def p_value(self) -> float | None:
        """That of ``test``."""
        return self.test.p_value


@dataclass(frozen=True)
class RaterRow(JsonFields):
    """One person left out of the people and compared with the rest, as the referee is; or the referee itself.

    Attributes
    ----------
    agreement : dict of str to Estimate
        Per coefficient, with the other people.
    leniency : Estimate or None
        Mean of referee minus this person, in the unit of the scale; None in the referee's own row.
    """

    rater: str
    agreement: dict[str, Estimate]
    leniency: Estimate | None


@dataclass(frozen=True)
class SliceRow(JsonFields):
    """The comparison on some of the units.

    Attributes
    ----------
    by, value : str
        Name of the slicing and the value that these units share.
    """

    json_names = {"compared": "coefficients"}  # noqa: RUF012 - declared a ClassVar

    by: str
    value: str
    n_units: int
    compared: dict[str, CoefficientComparison]
    leniency: Estimate


@dataclass(frozen=True)
class Comparison(JsonFields):
    """What :func:`compare` found.

    Attributes
    ----------
    compared : dict of str to CoefficientComparison
        ``percent_agreement``, ``cohen_kappa_quadratic``, ``krippendorff_alpha_ordinal``, ``gwet_ac2_quadratic`` (names
        follow the level), and the further ones where every coefficient was asked for.
    leave_one_out : tuple of RaterRow
        One row per person, and the referee's last.
    leniency : Estimate
        Mean of referee minus person over all pairs, in the unit of the scale.
    slices : tuple of SliceRow
        By the slicings that were asked for, and last by how far people differ on a unit; there the ceiling says
        nothing, since it is what the units were chosen by.
    averaging : str
        ``"pairs"``: mean over pairs of raters of the coefficient of a pair. ``"pooled"``: one coefficient of all pairs.
    n_units, n_raters, n_ratings, n_dropped : int
        Units with a level of the referee and of a person; units without are dropped.
    """

    json_names = {"compared": "coefficients"}  # noqa: RUF012 - declared a ClassVar

    compared: dict[str, CoefficientComparison]
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
