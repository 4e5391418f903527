"""Which coefficients ``agree`` computes at which level, under which names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from agreement import Estimate, HypothesisTest, Ratings

Level = Literal["nominal", "ordinal", "interval"]
MANY_PAIRS = 12  # people up to whose number correlations of all pairs are computed


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalOptions:
    """How intervals are made: see :func:`agreement.compare`."""

    interval: Literal["jackknife", "bootstrap"] | None
    confidence: float
    seed: int


@dataclass(frozen=True, slots=True)
class NamedCoefficient:
    """One coefficient: its names in JSON and in print, the function of `agreement` and its keywords.

    `needs_categories` tells whether it is undefined for measurements.
    """

    name: str
    title: str
    function: Callable[..., Estimate]
    settings: Mapping[str, Any]
    needs_categories: bool = True

    def compute(
        self, ratings: Ratings | ArrayLike, options: IntervalOptions, *, cluster: ArrayLike | None = None
    ) -> Estimate:
        """Compute it; `cluster` is of an array, Ratings have their own."""
        return self.function(
            ratings,
            cluster=cluster,
            interval=options.interval,
            confidence=options.confidence,
            seed=options.seed,
            **self.settings,
        )


@dataclass(frozen=True, slots=True)
class NamedTest:
    """One significance test: its names in JSON and in print, the function of `agreement` and its keywords."""

    name: str
    title: str
    function: Callable[..., HypothesisTest]
    settings: Mapping[str, Any]

    def compute(self, ratings: Ratings | ArrayLike, *, cluster: ArrayLike | None = None) -> HypothesisTest:
        """Compute it; `cluster` is of an array, Ratings have their own."""
        return self.function(ratings, cluster=cluster, **self.settings)


def significance_tests_at(level: Level, *, numeric: bool, n_raters: int) -> list[NamedTest]:
    """List the significance tests of people's ratings in the order of the table; most need numeric ratings."""
    import agreement as ag

    margins = "Marginal homogeneity: raters use each category equally often"
    found = [NamedTest("marginal_homogeneity", margins, ag.marginal_homogeneity_test, {})]
    if level == "nominal" or not numeric:
        return found
    for form in ag.ICC_FORMS[:3]:
        found.append(NamedTest(f"icc_{form.replace(',', '_')}", f"ICC({form}) = 0", ag.icc_test, {"form": form}))
    found.append(NamedTest("kendall_w", "Kendall's W = 0", ag.kendall_w_test, {}))
    correlations = (
        ("kendall_tau_b", "Kendall's tau-b = 0"),
        ("spearman", "Spearman's rho = 0"),
        ("pearson", "Pearson's r = 0"),
    )
    named = [NamedTest(name, title, ag.correlation_test, {"statistic": name}) for name, title in correlations]
    return found + (named if n_raters == 2 else [])


def coefficients_at(level: Level, *, numeric: bool, n_raters: int) -> list[NamedCoefficient]:
    """List the coefficients in the order of the table; ICC and correlations need numeric ratings."""
    import agreement as ag

    def alpha(of: Level) -> NamedCoefficient:
        name, title = f"krippendorff_alpha_{of}", f"Krippendorff's alpha, {of}"
        return NamedCoefficient(name, title, ag.krippendorff_alpha, {"level": of}, needs_categories=of != "interval")

    linear, quadratic = {"weights": "linear"}, {"weights": "quadratic"}
    found = [
        NamedCoefficient("percent_agreement", "Raw agreement", ag.percent_agreement, {}),
        NamedCoefficient("cohen_kappa", "Cohen's kappa, unweighted", ag.cohen_kappa, {}),
        NamedCoefficient("fleiss_kappa", "Fleiss' kappa", ag.fleiss_kappa, {}),
        NamedCoefficient("conger_kappa", "Conger's kappa", ag.conger_kappa, {}),
        NamedCoefficient("brennan_prediger", "Brennan–Prediger", ag.brennan_prediger, {}),
        NamedCoefficient("gwet_ac1", "Gwet's AC1", ag.gwet_ac, {}),
        alpha("nominal"),
    ]
    if level != "nominal":
        found += [
            NamedCoefficient("cohen_kappa_linear", "Cohen's kappa, linear weights", ag.cohen_kappa, linear),
            NamedCoefficient("cohen_kappa_quadratic", "Cohen's kappa, quadratic weights", ag.cohen_kappa, quadratic),
            NamedCoefficient("gwet_ac2_quadratic", "Gwet's AC2, quadratic weights", ag.gwet_ac, quadratic),
            alpha(level),
        ]
    if level == "nominal" or not numeric:
        return found
    for form in ag.ICC_FORMS:
        name = f"icc_{form.replace(',', '_')}"
        found.append(NamedCoefficient(name, f"ICC({form})", ag.icc, {"form": form}, needs_categories=False))
    found.append(NamedCoefficient("kendall_w", "Kendall's W", ag.kendall_w, {}, needs_categories=False))
    correlations = (
        ("kendall_tau_b", "Kendall's tau-b", ag.kendall_tau_b),
        ("spearman", "Spearman's rho", ag.spearman),
        ("pearson", "Pearson's r", ag.pearson),
        ("lin_ccc", "Lin's concordance", ag.lin_ccc),
    )
    named = [NamedCoefficient(name, title, function, {}, False) for name, title, function in correlations]
    return found + (named if n_raters <= MANY_PAIRS else [])


def compared_coefficients(level: Level) -> tuple[str, ...]:
    """Name the coefficients whose comparison with the referee is printed; the others are in the JSON object."""
    if level == "nominal":
        return "percent_agreement", "cohen_kappa", "krippendorff_alpha_nominal", "gwet_ac1"
    return "percent_agreement", "cohen_kappa_quadratic", f"krippendorff_alpha_{level}", "gwet_ac2_quadratic"
