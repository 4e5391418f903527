"""Tests beside the coefficients of people: no agreement at all, and categories that raters use equally often."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from referee_calib.table_agreement.coefficient_list import (
    coefficients_at,
    compared_coefficients,
    main_coefficient,
)
from referee_calib.table_agreement.rating_scale import are_sets
from referee_calib.table_agreement.table_options import MANY_PAIRS, Level

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from agreement import HypothesisTest, Ratings

SHUFFLES = 499  # of each test by permutation
MOST_SHUFFLED = 500  # ratings; of more, shuffles take seconds and say what the interval says
MOST_UNITS = 5_000  # from which zero_agreement_test does not shuffle
MOST_TESTED = 200_000  # ratings; of more, an interval sought many times takes long, and shows by itself that 0 is far
OF_SINGLE_RATINGS = ("1,1", "2,1", "3,1")
CORRELATIONS = {"pearson": "Pearson's r", "spearman": "Spearman's rho", "kendall_tau_b": "Kendall's tau-b"}


@dataclass(frozen=True, slots=True)
class NamedTest:
    """One test, under its names in JSON and in print; ``p_holm`` is corrected over the tests of the table."""

    name: str
    title: str
    test: HypothesisTest
    p_holm: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the test with its corrected p-value."""
        return {**self.test.to_json(), "p_holm": self.p_holm}


def with_holm_over_tests(tests: Iterable[NamedTest]) -> tuple[NamedTest, ...]:
    """Return the tests with p-values corrected for each other, after Holm."""
    from agreement import holm

    listed = list(tests)
    corrected = holm([one.test.p_value for one in listed])
    return tuple(replace(one, p_holm=p) for one, p in zip(listed, corrected, strict=True))


def _beyond_chance(people: Ratings, level: Level, seed: int) -> Iterator[NamedTest]:
    """Test alpha, kappa and AC against 0: by shuffling ratings where they are few, else by the interval ending at 0."""
    from agreement import HypothesisTest, zero_agreement_test

    by_shuffles = people.cluster is not None or people.n_ratings <= MOST_SHUFFLED or people.n_units > MOST_UNITS
    ratings = people if by_shuffles else people.with_cluster(range(people.n_units))
    sets = are_sets(people.scale)
    wanted = (main_coefficient(level, sets=sets), *compared_coefficients(level, sets=sets))
    for one in coefficients_at(level, numeric=False, n_raters=people.n_raters, sets=sets):
        if one.name not in wanted or one.name == "percent_agreement":
            continue
        null = f"{one.title.partition(',')[0]} = 0"
        if people.n_ratings > MOST_TESTED or (one.over_pairs and people.n_raters > MANY_PAIRS):
            found = HypothesisTest(None, null, "none", reason="not tested in a table of this size; see the interval")
        else:
            found = zero_agreement_test(one.function, ratings, n_permutations=SHUFFLES, seed=seed, **one.settings)
        yield NamedTest(one.name, one.title, replace(found, null=null))


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

    found = [] if people.n_raters < 2 else list(_beyond_chance(people, level, seed))
    if level != "nominal" and numeric:
        found += list(number_tests(people, n_raters=people.n_raters))
    if people.n_raters > 1:
        found.append(NamedTest("marginal_homogeneity", "Categories, by rater", marginal_homogeneity_test(people)))
    if beside is not None:
        title = "Categories, people and referee"
        found.append(NamedTest("marginal_homogeneity_referee", title, marginal_homogeneity_test(beside)))
    return found
