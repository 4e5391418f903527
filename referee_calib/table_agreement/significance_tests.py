"""Tests beside the coefficients of people: no agreement at all, and categories that raters use equally often."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from referee_calib.table_agreement.coefficient_list import SET_LEVELS
from referee_calib.table_agreement.rating_scale import are_sets
from referee_calib.table_agreement.table_options import Level

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from agreement import HypothesisTest, Ratings

MOST_SHUFFLED = 500  # ratings; of more, shuffles take seconds and say what the interval says
OF_SINGLE_RATINGS = ("1,1", "2,1", "3,1")
CORRELATIONS = {"pearson": "Pearson's r", "spearman": "Spearman's rho", "kendall_tau_b": "Kendall's tau-b"}


@dataclass(frozen=True, slots=True)
class NamedTest:
    """One test, under its names in JSON and in print."""

    name: str
    title: str
    test: HypothesisTest


def _beyond_chance(people: Ratings, level: Level, seed: int) -> NamedTest:
    """Test alpha against 0: by shuffling ratings where they are few, else by the interval that ends at 0."""
    from agreement import krippendorff_alpha, zero_agreement_test

    few = people.cluster is not None or people.n_ratings <= MOST_SHUFFLED
    ratings = people if few else people.with_cluster(range(people.n_units))
    of = "masi" if are_sets(people.scale) else level
    found = zero_agreement_test(krippendorff_alpha, ratings, level=of, seed=seed)
    title = f"Krippendorff's alpha, {SET_LEVELS.get(of, of)}"
    return NamedTest(f"krippendorff_alpha_{of}", title, replace(found, null="alpha = 0"))


def number_tests(ratings: Ratings | ArrayLike, *, n_raters: int, cluster: Any = None) -> Iterator[NamedTest]:
    """Yield the tests of no agreement that ratings in numbers have."""
    from agreement import correlation_test, icc_test, kendall_w_test

    if n_raters < 2:
        return
    for form in OF_SINGLE_RATINGS:
        found = icc_test(ratings, form=form, cluster=cluster)  # type: ignore[arg-type]
        yield NamedTest(f"icc_{form.replace(',', '_')}", f"ICC({form})", found)
    yield NamedTest("kendall_w", "Kendall's W", kendall_w_test(ratings, cluster=cluster))
    if n_raters == 2:
        for statistic, title in CORRELATIONS.items():
            found = correlation_test(ratings, statistic=statistic, cluster=cluster)  # type: ignore[arg-type]
            yield NamedTest(statistic, title, found)


def category_tests(
    people: Ratings, beside: Ratings | None, level: Level, *, numeric: bool, seed: int
) -> list[NamedTest]:
    """Return the tests of people's ratings; ``beside`` are pairs of a person's rating and the referee's."""
    from agreement import marginal_homogeneity_test

    found = [] if people.n_raters < 2 else [_beyond_chance(people, level, seed)]
    if level != "nominal" and numeric:
        found += list(number_tests(people, n_raters=people.n_raters))
    if people.n_raters > 1:
        found.append(NamedTest("marginal_homogeneity", "Categories, by rater", marginal_homogeneity_test(people)))
    if beside is not None:
        title = "Categories, people and referee"
        found.append(NamedTest("marginal_homogeneity_referee", title, marginal_homogeneity_test(beside)))
    return found
