"""The result of ``agree``: one table, from which the JSON object, the printed text and the page are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Literal

from referee_calib.report import continuous_judge_rows, error_by_agreement_rows
from referee_calib.table_agreement.rating_scale import are_sets, category_name
from referee_calib.table_agreement.table_options import MANY_PAIRS, Level

if TYPE_CHECKING:
    from agreement import AllUnits, Estimate, HypothesisTest, NoiseCeilings
    from referee_calib.analysis import ContinuousJudge, DimensionErrorSplit
    from referee_calib.table_agreement.category_tables import CategoryTables
    from referee_calib.table_agreement.significance_tests import NamedTest


@dataclass(frozen=True, slots=True)
class CoefficientRow:
    """One coefficient of people with people and, where there is a referee, of both sides on pairs of raters.

    ``people`` is of all people together, ``ceiling`` and ``referee`` are of pairs on the units that are compared,
    ``difference`` is referee minus ceiling, ``test`` is of no difference. ``p_holm`` is its p-value after Holm's
    correction over the printed comparisons, None for a coefficient that is none of them. ``all_units`` are both sides
    on all units that either has, which are not to be subtracted.
    """

    name: str
    title: str
    group: str
    people: Estimate
    over_pairs: bool = False  # `people` is a mean over pairs of raters
    pooled: bool = False  # `people` is of pairs of raters pooled into one table
    finite: bool = False  # the interval of `people` knows a finite population of units
    ceiling: Estimate | None = None
    referee: Estimate | None = None
    difference: Estimate | None = None
    test: HypothesisTest | None = None
    p_holm: float | None = None
    all_units: AllUnits | None = None

    def without_comparison(self, reason: str) -> CoefficientRow:
        """Return the row of a table with a referee with whom this coefficient is not compared."""
        from agreement import Estimate

        none = Estimate(None, None, None, reason=reason)
        return replace(self, ceiling=none, referee=none, difference=none)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person: ratings given, agreement with the rest, and with a referee the referee's leniency towards them.

    ``rest`` pools this person's pairs with each other person; ``leave_one_out`` is on the units that are compared with
    the referee, averaged as the comparison is. ``severity`` is None where categories have no numbers.
    """

    name: str
    n_ratings: int
    rest: Mapping[str, Estimate]
    severity: Estimate | None = None
    leniency: Estimate | None = None
    leave_one_out: Mapping[str, Estimate] | None = None


@dataclass(frozen=True, slots=True)
class RatingCounts:
    """What took part.

    `compared` are units with a level of the referee and of two people (of one, for measurements); `single` units with a
    level of the referee and of one person.
    """

    units: int
    units_rated_twice: int
    raters: int
    ratings: int
    missing: int  # of units × raters
    clusters: int | None
    dropped: int
    referee_levels: int | None = None
    compared: int | None = None
    single: int | None = None

    @property
    def independent(self) -> int:
        """Number of clusters, or of units where each is one."""
        return self.units_rated_twice if self.clusters is None else self.clusters


@dataclass(frozen=True, slots=True)
class AgreementTable:
    """All coefficients of one file.

    Attributes
    ----------
    unit : {"scale", "measurements"}
        Of the ratings.
    raters : {"fixed", "sample"}
        Whether these raters are meant or raters like these.
    population : int or None
        Number of units that the rated ones were drawn from, None where it has no end.
    level_assumed : bool
        Whether nobody said the level.
    printed, compared : tuple of str
        Names of the coefficients in the printed table, and in the printed comparison.
    main : str
        Name of the coefficient that the headline and the paragraph are about.
    averaging : str
        Of the comparison: "pairs" for means over pairs of raters, "pooled" for one table of all pairs.
    leniency : Estimate or None
        Mean of referee minus person; None without a referee, and at the nominal level.
    categories : CategoryTables or None
        None of measurements.
    tests : tuple of NamedTest
        Of no agreement, and of categories used equally often.
    raw_referee : ContinuousJudge or None
        A referee whose scores are in a unit of their own; then there is no `referee`, and all else is of people.
    errors : DimensionErrorSplit or None
        Errors of the referee by human agreement, where they were asked for.
    copies : tuple of str
        Remarks on people whom the referee equals everywhere; they are among the notes too.
    """

    rows: tuple[CoefficientRow, ...]
    people: tuple[PersonRow, ...]
    counts: RatingCounts
    confidence: float
    interval: str | None
    raters: Literal["fixed", "sample"]
    seed: int
    unit: Literal["scale", "measurements"]
    level: Level
    printed: tuple[str, ...]
    main: str
    scale: tuple[Any, ...] = ()
    source: str = ""
    level_assumed: bool = False
    population: int | None = None
    compared: tuple[str, ...] = ()
    people_scale: tuple[Any, ...] = ()  # without what only the referee gave
    averaging: str = "pairs"
    referee: str | None = None
    leniency: Estimate | None = None
    noise: NoiseCeilings | None = None
    categories: CategoryTables | None = None
    tests: tuple[NamedTest, ...] = ()
    copies: tuple[str, ...] = ()
    raw_referee: ContinuousJudge | None = None
    errors: DimensionErrorSplit | None = None
    notes: tuple[str, ...] = ()

    @property
    def of_sets(self) -> bool:
        """Whether ratings are sets of labels."""
        return are_sets(self.scale)

    def row(self, name: str) -> CoefficientRow | None:
        """Return a coefficient by its name, None where it is not among them."""
        return next((row for row in self.rows if row.name == name), None)

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object; what a referee adds is null without one, and at a level that does not define it.

        Returns
        -------
        dict
            Estimates by coefficient under "people", "referee", "difference" (with raw "p_value", "p_holm" and the
            "test"), "ceiling" and "all_units"; "tests", "leniency", "noise_ceilings", "raters", "categories",
            "counts", "settings", "notes".
        """
        noise = self.noise and {one.name: estimate_fields(getattr(self.noise, one.name)) for one in fields(self.noise)}
        sides: dict[str, Any] = dict.fromkeys(("referee", "difference", "ceiling"))
        all_units: dict[str, Any] | None = None
        if self.referee is not None:
            sides = {side: {row.name: estimate_fields(getattr(row, side)) for row in self.rows} for side in sides}
            all_units = {
                row.name: {side: estimate_fields(getattr(row.all_units, side)) for side in ("people", "referee")}
                for row in self.rows
                if row.all_units is not None
            }
            for row in self.rows:
                sides["difference"][row.name] |= {
                    "p_value": row.test and row.test.p_value,
                    "p_holm": row.p_holm,
                    "test": row.test and row.test.to_json(),
                }
        return {
            "people": {row.name: estimate_fields(row.people) for row in self.rows},
            **sides,
            "all_units": all_units,
            "tests": {one.name: one.to_json() for one in self.tests},
            "leniency": self.leniency and estimate_fields(self.leniency),
            "noise_ceilings": noise,
            "raters": {row.name: _person(row) for row in self.people},
            "categories": self.categories and self.categories.to_json(),
            "counts": asdict(self.counts),
            "settings": {
                "level": self.level,
                "level_assumed": self.level_assumed,
                "scale": [one if isinstance(one, int | float) else category_name(one) for one in self.scale] or None,
                "referee": self.referee,
                "interval": self.interval,
                "raters": self.raters,
                "population": self.population,
                "confidence": self.confidence,
                "seed": self.seed,
                "averaging": self.averaging if self.referee is not None else None,
                "holm_family": list(self.compared),
            },
            "continuous_referee": self.raw_referee and continuous_judge_rows([self.raw_referee], {})[0],
            "error_by_agreement": self.errors and error_by_agreement_rows([self.errors], {})[0],
            "notes": list(self.notes),
        }


def estimate_fields(estimate: Estimate) -> dict[str, Any]:
    """Return an estimate as JSON, with its parts where they are few enough to be read."""
    found = estimate.to_json()
    if len(found.get("parts", ())) > MANY_PAIRS * (MANY_PAIRS - 1) // 2:
        del found["parts"]
    return found


def _person(row: PersonRow) -> dict[str, Any]:
    found: dict[str, Any] = {"n_ratings": row.n_ratings}
    for name in ("rest", "leave_one_out"):
        listed: Mapping[str, Estimate] | None = getattr(row, name)
        if listed is not None:
            found[name] = {key: estimate_fields(one) for key, one in listed.items()}
    for name in ("severity", "leniency"):
        one: Estimate | None = getattr(row, name)
        if one is not None:
            found[name] = estimate_fields(one)
    return found
