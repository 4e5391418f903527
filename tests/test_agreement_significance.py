"""Tests of coefficients: what they hold under the null, exact forms by enumeration, clusters, what is refused."""

from itertools import product

import numpy as np
import pytest
from scipy.stats import binom

import agreement
from agreement import (
    ICC_FORMS,
    AgreementError,
    Ratings,
    correlation_test,
    icc,
    icc_test,
    kendall_w_test,
    marginal_homogeneity_test,
    pearson,
)
from referee_calib.table_agreement.significance_tests import category_tests, with_holm_over_tests

pytestmark = pytest.mark.thorough

NAN = np.nan


def gaps(rng, x, share=0.2):
    out = x.astype(float).copy()
    out[rng.random(x.shape) < share] = NAN
    return out


@pytest.mark.parametrize("missing", [0.0, 0.2])
@pytest.mark.parametrize("form", ICC_FORMS)
def test_the_limits_of_an_icc_are_the_nulls_that_its_test_would_just_reject(form, missing):
    rng = np.random.default_rng(3)
    x = rng.normal(size=(14, 1)) + 0.4 * rng.normal(size=4) + 0.7 * rng.normal(size=(14, 4))
    x = gaps(rng, x, missing)
    found = icc(x, form=form)
    if form.startswith("2"):  # limits take the degrees of freedom at the estimate, tests at the null
        assert icc_test(x, form=form, null=found.low, alternative="two-sided").p_value == pytest.approx(0.05, abs=0.02)
        return
    for limit in (found.low, found.high):
        p = icc_test(x, form=form, null=limit, alternative="two-sided").p_value
        assert p == pytest.approx(0.05, abs=1e-6)


@pytest.mark.parametrize("form", ["1,1", "2,1", "3,1"])
def test_icc_tests_hold_their_size_with_gaps(form):
    rng, p = np.random.default_rng(22), []
    raters = 0 if form == "1,1" else 0.5
    for _ in range(120):
        x = 0.7 * rng.normal(size=(15, 1)) + raters * rng.normal(size=4) + rng.normal(size=(15, 4))
        truth = 0.49 / (0.49 + 1 + (0.25 if form == "2,1" else 0))
        p.append(icc_test(gaps(rng, x), form=form, null=truth, alternative="two-sided").p_value)
    assert 0.005 <= np.mean(np.array(p) <= 0.05) <= 0.1


def test_the_test_of_consistency_at_zero_is_that_of_agreement():
    x = gaps(np.random.default_rng(1), np.random.default_rng(2).normal(size=(20, 3)))
    one, two = (icc_test(x, form=form) for form in ("2,1", "3,1"))
    assert (one.p_value, one.degrees_of_freedom) == (two.p_value, two.degrees_of_freedom)


def test_alternatives_of_an_icc():
    x = np.random.default_rng(0).normal(size=(12, 3))
    greater, less, both = (icc_test(x, alternative=a).p_value for a in ("greater", "less", "two-sided"))
    assert greater + less == pytest.approx(1)
    assert both == pytest.approx(2 * min(greater, less))


def test_an_icc_in_clusters_is_tested_by_its_jackknife():
    rng = np.random.default_rng(9)
    x, video = rng.normal(size=(40, 1)) + rng.normal(size=(40, 3)), np.repeat(np.arange(10), 4)
    found = icc(x, cluster=video)
    p = icc_test(x, cluster=video, null=found.high, alternative="two-sided")
    assert p.method == f"inverted {found.method} interval"
    assert p.p_value == pytest.approx(0.05, abs=1e-9)


def test_undefined_icc_tests_have_the_reason_of_the_coefficient():
    assert "all ratings are alike" in icc_test(np.full((5, 3), 2.0)).reason
    assert "no error variance" in icc_test([[1, 2], [2, 3], [4, 5]], form="3,1").reason
    with pytest.raises(AgreementError, match="between -1 and 1"):
        icc_test([[1, 2], [2, 2], [3, 2]], null=1)
    with pytest.raises(AgreementError, match="that far below zero"):
        icc_test(np.random.default_rng(0).normal(size=(9, 5)), null=-0.3)  # −1/(k − 1) = −1/4 is the least of 5
    with pytest.raises(AgreementError, match="alternative"):
        icc_test([[1, 2], [2, 2], [3, 2]], alternative="more")


@pytest.mark.parametrize("method", ["F", "permutation", "chi-squared"])
def test_tests_of_w_hold_their_size_with_ties(method):
    rng = np.random.default_rng(6)
    p = [
        kendall_w_test(rng.integers(0, 4, (12, 3)), method=method, n_resamples=199, seed=i).p_value for i in range(200)
    ]
    assert np.mean(np.array(p) <= 0.05) <= 0.09
    assert method == "chi-squared" or np.mean(np.array(p) <= 0.05) >= 0.015  # chi-squared is conservative


def test_the_permutation_of_w_is_that_of_all_orders():
    # Three units by two raters: W = 1 in one of 3! orders, so p = 1/6.
    x = np.array([[1, 2], [2, 3], [3, 9]])
    found = kendall_w_test(x, method="permutation", n_resamples=20_000)
    assert found.p_value == pytest.approx(1 / 6, abs=4 * found.monte_carlo_error)
    assert found.statistic == 1


def test_w_without_a_test_says_why():
    assert "units lie in clusters" in kendall_w_test(np.eye(4), cluster=[0, 0, 1, 1]).reason
    assert "W needs three" in kendall_w_test([[1, 2], [NAN, 1], [2, 2]]).reason


def test_spearman_of_few_units_is_exact_with_ties():
    # y has a tie: of the 4! = 24 orders 4 have a correlation of 0.9487 (the tied pair swapped, and one way round).
    x = np.array([[1, 1], [2, 2], [3, 3], [4, 3]])
    found = correlation_test(x, statistic="spearman", alternative="greater")
    assert found.p_value == pytest.approx(2 / 24)


def test_a_correlation_against_another_value_inverts_the_published_interval():
    # r = 0.5, n = 28: z of 0.2 is (0.5493 − 0.2027) · 5 = 1.733, p = 0.083.
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 28))
    a = (a - a.mean()) / a.std()
    b = b - b.mean() - a * (a @ b) / 28
    b = b / b.std()
    x = np.stack([a, 0.5 * a + np.sqrt(0.75) * b], axis=1)
    found = correlation_test(x, null=0.2)
    assert found.statistic == pytest.approx(1.733, abs=0.001)
    assert found.p_value == pytest.approx(0.0831, abs=0.0005)


@pytest.mark.parametrize("truth", [0.3, 0.7])
def test_lins_z_holds_its_size(truth):
    # x, y standard with correlation ρ, y shifted by d: ρ_c = 2ρ / (2 + d²); d = 0.5 and ρ = truth · 1.125.
    rng, p = np.random.default_rng(8), []
    rho = truth * (2 + 0.25) / 2
    for _ in range(300):
        a, b = rng.normal(size=(2, 60))
        x = np.stack([a, rho * a + np.sqrt(1 - rho**2) * b + 0.5], axis=1)
        p.append(correlation_test(x, statistic="lin_ccc", null=truth).p_value)
    assert 0.02 <= np.mean(np.array(p) <= 0.05) <= 0.09


def test_a_correlation_in_clusters_inverts_its_interval():
    rng = np.random.default_rng(4)
    x, video = rng.normal(size=(30, 1)) + rng.normal(size=(30, 2)), np.arange(30) // 3
    found = pearson(x, cluster=video)
    tested = correlation_test(x, cluster=video, null=found.low)
    assert tested.p_value == pytest.approx(0.05, abs=1e-9)


def test_correlations_without_a_test_say_why():
    assert "one value to every unit" in correlation_test([[1, 2], [1, 3], [1, 4], [1, 5]]).reason
    assert "needs four" in correlation_test([[1, 2], [2, 3], [3, 4]]).reason
    with pytest.raises(AgreementError, match="a correlation is of two"):
        correlation_test(np.zeros((5, 3)))
    with pytest.raises(AgreementError, match="known at 0"):
        correlation_test([[1, 2], [2, 1], [3, 4], [4, 3]], statistic="spearman", null=0.2)


def test_mcnemar_is_the_binomial_of_discordant_units():
    pairs = [[0, 1]] * 9 + [[1, 0]] * 3 + [[0, 0]] * 5
    found = marginal_homogeneity_test(pairs)
    assert found.method == "exact McNemar"
    assert found.p_value == pytest.approx(2 * binom.cdf(3, 12, 0.5))
    asymptotic = marginal_homogeneity_test(pairs, method="mcnemar")
    assert (asymptotic.statistic, asymptotic.degrees_of_freedom) == (pytest.approx((9 - 3) ** 2 / 12), (1,))
    assert marginal_homogeneity_test(pairs * 3).method == "McNemar"  # 36 discordant units


def test_cochrans_q_by_hand():
    # Hits of raters 5, 3, 1, of units 3, 2, 2, 1, 1: 2 (3 · (25 + 9 + 1) − 81) / (3 · 9 − (9 + 4 + 4 + 1 + 1)) = 6.
    x = [[1, 1, 1], [1, 1, 0], [1, 1, 0], [1, 0, 0], [1, 0, 0], [0, 0, 0]]
    found = marginal_homogeneity_test(x)
    assert (found.method, found.statistic, found.degrees_of_freedom) == ("Cochran's Q", pytest.approx(6), (2,))


def test_bhapkar_is_stuart_and_maxwell_over_what_it_leaves():
    x = np.random.default_rng(2).integers(0, 4, (80, 2))
    s, b = (marginal_homogeneity_test(x, method=m).statistic for m in ("stuart-maxwell", "bhapkar"))
    assert b == pytest.approx(s / (1 - s / 80))


def test_a_category_on_which_all_agree_does_not_change_the_test():
    x = np.random.default_rng(2).integers(0, 3, (60, 2))
    more = np.concatenate([x, np.full((20, 2), 7)])
    one, two = marginal_homogeneity_test(x), marginal_homogeneity_test(more)
    assert (one.statistic, one.degrees_of_freedom) == (pytest.approx(two.statistic), two.degrees_of_freedom)


def test_categories_that_never_mix_have_fewer_degrees_of_freedom():
    # 1 with 2 and 3 with 4 only: two independent McNemar tests, (8 − 2)² / 10 and (6 − 4)² / 10.
    pairs = [[1, 2]] * 8 + [[2, 1]] * 2 + [[3, 4]] * 6 + [[4, 3]] * 4
    found = marginal_homogeneity_test(pairs, method="stuart-maxwell")
    assert (found.statistic, found.degrees_of_freedom) == (pytest.approx(3.6 + 0.4), (2,))


@pytest.mark.parametrize(("raters", "clustered"), [(2, False), (4, False), (2, True), (3, True)])
def test_marginal_homogeneity_holds_its_size(raters, clustered):
    rng, p = np.random.default_rng(7), []
    video = np.arange(60) // 3 if clustered else None
    for _ in range(200):
        own = rng.normal(size=(20, 1, raters))[np.arange(60) // 3, 0] if clustered else 0
        x = np.digitize(rng.normal(size=(60, 1)) + own + rng.normal(size=(60, raters)), [-0.8, 0.8])
        p.append(marginal_homogeneity_test(x, cluster=video).p_value)
    assert 0.015 <= np.mean(np.array(p) <= 0.05) <= 0.09


def test_marginal_homogeneity_refuses_what_it_is_not_for():
    x = list(product((0, 1, 2), repeat=2))
    with pytest.raises(AgreementError, match="of 3 categories"):
        marginal_homogeneity_test(x, method="mcnemar")
    with pytest.raises(AgreementError, match="with clusters"):
        marginal_homogeneity_test(x, method="bhapkar", cluster=np.arange(9) // 3)
    with pytest.raises(AgreementError, match="do not say who rated"):
        marginal_homogeneity_test(Ratings.from_counts([[2, 0], [1, 1]]))
    assert "agree on every unit" in marginal_homogeneity_test([[1, 1], [2, 2], [3, 3]]).reason


@pytest.mark.parametrize("cluster", [None, np.arange(30) // 3])
@pytest.mark.parametrize(("raters", "level"), [(2, "ordinal"), (3, "ordinal"), (3, "nominal")])
def test_the_list_of_tests_for_a_table_can_be_computed(cluster, raters, level):
    x = np.random.default_rng(0).integers(0, 4, (30, raters))
    read = Ratings.from_array(x, scale=range(4), cluster=cluster)
    tests = with_holm_over_tests(category_tests(read, None, level, numeric=True, seed=0))
    found = {one.name: one.test for one in tests}
    assert ("pearson" in found, "icc_2_1" in found) == (raters == 2, level == "ordinal")
    assert all(test.p_value is not None for name, test in found.items() if name != "kendall_w" or cluster is None)


def test_a_test_names_the_population_that_its_model_has():
    x = np.random.default_rng(1).normal(size=(20, 1)) + np.random.default_rng(2).normal(size=(20, 4))
    named = {form: agreement.icc_test(x, form=form).population for form in ("1,1", "2,1", "3,1")}
    assert named == {"1,1": "raters like these", "2,1": "raters like these", "3,1": "these raters"}
    video = np.repeat(np.arange(10), 2)
    for form in ("1,1", "2,1", "3,1"):
        by_cluster = agreement.icc_test(x, form=form, cluster=video)
        assert by_cluster.population == agreement.icc(x, form=form, cluster=video).population
    assert agreement.kendall_w_test(x).population == "these raters"
