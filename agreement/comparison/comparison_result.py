"""What a comparison of people with a referee found: plain typed values, each with its way to JSON."""

from __future__ import annotations

from dataclasses import dataclass

from agreement.comparison.noise_ceiling import NoiseCeilings
from agreement.estimate import Estimate
from agreement.hypothesis_test import HypothesisTest
from agreement.json_fields import JsonFields


@dataclass(frozen=True)
class AllUnits(JsonFields):
    """One coefficient on all units that hold it: two figures about different units, which are not to be subtracted.

    Attributes
    ----------
    people : Estimate
        People with people, on every unit that two people rated, also where the referee gave no level.
    referee : Estimate
        People with the referee, on every unit that it scored and somebody rated, also where only one person did.
    """

    people: Estimate
    referee: Estimate


@dataclass(frozen=True)
class CoefficientComparison(JsonFields):
    """One coefficient: people with people, people with the referee, and the difference, all of the same units.

    The units are those that the referee scored and at least two people rated, and, of a mean over pairs, the pairs for
    which both sides are defined; ``n_units`` of the estimates says how many they are.

    Attributes
    ----------
    ceiling : Estimate
        People with people.
    human_referee : Estimate
        People with the referee, who takes the place of each person in turn.
    difference : Estimate
        ``human_referee - ceiling``.
    test : HypothesisTest
        Of no difference, two-sided; it agrees with the jackknife interval of ``difference``.
    all_units : AllUnits
        Either side on all units that it has.
    """

    ceiling: Estimate
    human_referee: Estimate
    difference: Estimate
    test: HypothesisTest
    all_units: AllUnits

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
        Per coefficient, with the other people, on units that the referee scored too.
    referee_instead : dict of str to Estimate
        Per coefficient, the referee in this person's place: with the same other people on the same units. Empty in the
        referee's own row.
    leniency : Estimate or None
        Mean of referee minus this person on all units that both judged, in the unit of the scale; None in the referee's
        own row.
    """

    rater: str
    agreement: dict[str, Estimate]
    referee_instead: dict[str, Estimate]
    leniency: Estimate | None


@dataclass(frozen=True)
class SliceRow(JsonFields):
    """The comparison on some of the units.

    Attributes
    ----------
    by, value : str
        Name of the slicing and the value that these units share.
    n_units : int
        Units compared: scored by the referee and rated by two people.
    n_single : int
        Units that the referee scored and one person rated: in leniency and in ``all_units``, in no difference.
    """

    json_names = {"compared": "coefficients"}  # noqa: RUF012 - declared a ClassVar

    by: str
    value: str
    n_units: int
    n_single: int
    compared: dict[str, CoefficientComparison]
    leniency: Estimate


@dataclass(frozen=True)
class IdenticalRaters(JsonFields):
    """Two raters, of whom the second may be the referee, who gave one level to each of many units that both judged."""

    first: str
    second: str
    n_units: int
    is_referee: bool


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
        Mean of referee minus person over all pairs, in the unit of the scale: on all units that the referee scored and
        somebody rated, since it needs no second person.
    noise : NoiseCeilings
        Correlations with people's mean ratings and their ceilings, on the units compared.
    slices : tuple of SliceRow
        By the slicings that were asked for, and last by how far people differ on a unit; there the ceiling says
        nothing, since it is what the units were chosen by.
    averaging : str
        ``"pairs"``: mean over pairs of raters of the coefficient of a pair. ``"pooled"``: one coefficient of all pairs,
        where some pair shares too few units for one of its own.
    n_units, n_raters, n_ratings : int
        What is compared: units that the referee scored and two people rated, these people and their ratings.
    n_single : int
        Units that the referee scored and one person rated: in leniency and in ``all_units``, in no difference.
    n_dropped : int
        Units that the referee did not score or nobody rated.
    identical : tuple of IdenticalRaters
        Raters who are the same everywhere, as those of a copied column are.
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
    n_single: int
    n_dropped: int
    n_clusters: int | None
    identical: tuple[IdenticalRaters, ...]
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
    def all_units(self) -> dict[str, AllUnits]:
        """Either side on all units that it has, per coefficient: not to be subtracted."""
        return {name: found.all_units for name, found in self.compared.items()}

    @property
    def leniency_by_rater(self) -> dict[str, Estimate]:
        """Mean of referee minus one person, per person."""
        return {row.rater: row.leniency for row in self.leave_one_out if row.leniency is not None}
