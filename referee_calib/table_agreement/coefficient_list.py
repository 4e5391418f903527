"""Which coefficients ``agree`` computes at which level, under which names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from referee_calib.table_agreement.table_options import MANY_PAIRS, IntervalOptions, Level

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from agreement import Estimate, Ratings

PAIRWISE = "Pairwise agreement"
OF_TWO = "Agreement of the two raters"
NOT_CORRECTED = "Agreement, not corrected for chance"
CORRECTED = "Corrected for chance, all disagreements alike"
WEIGHTED = "Corrected for chance, near misses count in part"
RELIABILITY = "Reliability of the ratings as measurements"
ASSOCIATION = "Association, whatever the raters' levels"
WHOLE_SETS = "Corrected for chance, sets alike or not"
OVERLAPPING = "Corrected for chance, sets that overlap count in part"
SET_LEVELS = {"masi": "MASI distance", "jaccard": "Jaccard distance"}


@dataclass(frozen=True, slots=True)
class NamedCoefficient:
    """One coefficient: its names in JSON and in print, the function of `agreement` and its keywords.

    `needs_categories` tells whether it is undefined for measurements, `over_pairs` whether it is a mean over pairs of
    raters where there are more than two, `any_number` whether its value means the same for any number of raters,
    `finite` whether its interval knows a finite population of units.
    """

    name: str
    title: str
    group: str
    function: Callable[..., Estimate]
    settings: Mapping[str, Any]
    needs_categories: bool = True
    over_pairs: bool = False
    any_number: bool = True
    interval: str = "jackknife"
    finite: bool = True

    def compute(
        self, ratings: Ratings | ArrayLike, options: IntervalOptions, *, cluster: ArrayLike | None = None
    ) -> Estimate:
        """Compute it; `cluster` is of an array, Ratings have their own.

        What depends on the number of raters stays about these raters, as do the ICC whose form says so. The ICC has
        limits of its own where units are independent, which go before the jackknife.
        """
        import agreement as ag

        own = {} if options.interval != "jackknife" else {"interval": self.interval}
        units = {} if options.population is None or not self.finite else {"population": options.population}
        asked = {"cluster": cluster, **options.of_coefficient(), **own, **units, **self.settings}
        if options.raters == "fixed" or not self.any_number:
            return self.function(ratings, **asked)
        if self.function is ag.icc:
            of_these = self.settings["form"].startswith("3")
            return self.function(ratings, **asked, raters="auto" if of_these else "sample")
        bounds = (0.0, 1.0) if self.function is ag.percent_agreement else (-1.0, 1.0)
        return ag.for_raters_like_these(self.function, ratings, bounds=bounds, **asked)


def coefficients_at(level: Level, *, numeric: bool, n_raters: int, sets: bool = False) -> list[NamedCoefficient]:
    """List the coefficients in the order of the table; ICC and correlations need numeric ratings that have an order.

    Of `sets` of labels, alpha counts those that overlap in part; all others take whole sets for categories.
    """
    if sets:
        exact = [replace(one, title=f"{one.title}, whole sets") for one in [*_agreement(n_raters), *_corrected()]]
        whole = [replace(one, group=WHOLE_SETS) if one.group is CORRECTED else one for one in exact]
        return [*whole, *(_alpha(of, OVERLAPPING) for of in SET_LEVELS)]
    found = [*_agreement(n_raters), *_corrected()]
    if level == "nominal":
        return found
    found += _weighted(level)
    return found + (_of_numbers(n_raters) if numeric else [])


def _agreement(n_raters: int) -> list[NamedCoefficient]:
    import agreement as ag

    title = OF_TWO if n_raters == 2 else PAIRWISE
    pairwise = NamedCoefficient("percent_agreement", title, NOT_CORRECTED, ag.percent_agreement, {})
    everybody = NamedCoefficient(
        "unanimous_agreement",
        "Units on which all raters agree",
        NOT_CORRECTED,
        ag.tolerance_agreement,
        {"tolerance": 0, "of": "units"},
        any_number=False,
        finite=False,
    )
    return [pairwise] if n_raters == 2 else [pairwise, everybody]


def _corrected() -> list[NamedCoefficient]:
    import agreement as ag

    return [
        NamedCoefficient("cohen_kappa", "Cohen's kappa, unweighted", CORRECTED, ag.cohen_kappa, {}, over_pairs=True),
        NamedCoefficient("fleiss_kappa", "Fleiss' kappa", CORRECTED, ag.fleiss_kappa, {}),
        NamedCoefficient("conger_kappa", "Conger's kappa", CORRECTED, ag.conger_kappa, {}),
        NamedCoefficient("brennan_prediger", "Brennan–Prediger", CORRECTED, ag.brennan_prediger, {}),
        NamedCoefficient("gwet_ac1", "Gwet's AC1", CORRECTED, ag.gwet_ac, {}),
        _alpha("nominal", CORRECTED),
    ]


def _weighted(level: Level) -> list[NamedCoefficient]:
    import agreement as ag

    kappas = [
        NamedCoefficient(
            f"cohen_kappa_{weights}", f"Cohen's kappa, {weights} weights", WEIGHTED, ag.cohen_kappa,
            {"weights": weights}, over_pairs=True,
        )
        for weights in ("linear", "quadratic")
    ]  # fmt: skip
    ac2 = NamedCoefficient(
        "gwet_ac2_quadratic", "Gwet's AC2, quadratic weights", WEIGHTED, ag.gwet_ac, {"weights": "quadratic"}
    )
    return [*kappas, ac2, _alpha(level, WEIGHTED)]


def _alpha(of: str, group: str) -> NamedCoefficient:
    import agreement as ag

    title = f"Krippendorff's alpha, {SET_LEVELS.get(of, of)}"
    name = f"krippendorff_alpha_{of}"
    return NamedCoefficient(name, title, group, ag.krippendorff_alpha, {"level": of}, needs_categories=of != "interval")


def _of_numbers(n_raters: int) -> list[NamedCoefficient]:
    import agreement as ag

    found = [
        NamedCoefficient(
            f"icc_{form.replace(',', '_')}",
            f"ICC({form})",
            RELIABILITY,
            ag.icc,
            {"form": form},
            needs_categories=False,
            interval="auto",
            finite=False,
        )
        for form in ag.ICC_FORMS
    ]
    pairs = [
        ("lin_ccc", "Lin's concordance", RELIABILITY, ag.lin_ccc),
        ("kendall_tau_b", "Kendall's tau-b", ASSOCIATION, ag.kendall_tau_b),
        ("spearman", "Spearman's rho", ASSOCIATION, ag.spearman),
        ("pearson", "Pearson's r", ASSOCIATION, ag.pearson),
    ]
    if n_raters <= MANY_PAIRS:
        found += [NamedCoefficient(*one, {}, needs_categories=False, over_pairs=True, finite=False) for one in pairs]
    w = NamedCoefficient(
        "kendall_w", "Kendall's W", ASSOCIATION, ag.kendall_w, {}, False, any_number=False, finite=False
    )
    return [*found, w]


def compared_coefficients(level: Level, *, sets: bool = False) -> tuple[str, ...]:
    """Name the coefficients whose comparison with the referee is printed; the others are in the JSON object.

    They are one family of tests: Holm's correction goes over them. The second and third decide the headline.
    """
    if sets:
        return "percent_agreement", "krippendorff_alpha_masi", "krippendorff_alpha_jaccard", "cohen_kappa"
    if level == "nominal":
        return "percent_agreement", "cohen_kappa", "krippendorff_alpha_nominal", "gwet_ac1"
    return "percent_agreement", "cohen_kappa_quadratic", f"krippendorff_alpha_{level}", "gwet_ac2_quadratic"


def main_coefficient(level: Level, *, sets: bool = False) -> str:
    """Name the coefficient that the headline and the paragraph are about: alpha takes gaps and any number of raters."""
    return f"krippendorff_alpha_{'masi' if sets else level}"
