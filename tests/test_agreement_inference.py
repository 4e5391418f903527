"""Tests against chance, chance agreement, benchmark scales and finite populations."""

import math

import numpy as np
import pytest
from helpers_agreement import simulated
from scipy.stats import fisher_exact

import agreement
from agreement import (
    AgreementError,
    Estimate,
    Ratings,
    benchmark_scale,
    chance_agreement,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac,
    krippendorff_alpha,
    percent_agreement,
    zero_agreement_test,
)

SCALE = (0, 1, 2, 3, 4)


@pytest.mark.parametrize(("alternative", "fisher"), [("greater", "greater"), ("less", "less")])
def test_a_permutation_of_two_by_two_is_fisher_s_exact_test(alternative, fisher):
    # kappa grows with the cell of two yes when the margins are given, which shuffling leaves as they are
    table = [[14, 6], [7, 8]]
    found = zero_agreement_test(
        cohen_kappa, Ratings.from_contingency(table), alternative=alternative, n_permutations=599
    )
    exact = fisher_exact(table, alternative=fisher).pvalue
    assert found.p_value == pytest.approx(exact, abs=4 * found.monte_carlo_error + 0.002)
    assert found.null == "cohen_kappa = 0"
    assert found.statistic == pytest.approx(cohen_kappa(Ratings.from_contingency(table)).value)


def test_shuffling_keeps_who_rated_what_and_how_many_raters_a_unit_has():
    x = simulated(3, 30, 3, missing=0.3)
    found = zero_agreement_test(krippendorff_alpha, x, scale=SCALE, n_permutations=199)
    assert found.method == "permutation of ratings within raters"
    assert found.p_value <= 0.02
    counts = Ratings.from_counts([[3, 0], [0, 3], [3, 0], [0, 3], [3, 0], [0, 3]])
    anonymous = zero_agreement_test(fleiss_kappa, counts, n_permutations=199)
    assert anonymous.method == "permutation of ratings over units"
    assert anonymous.p_value == pytest.approx(1 / 200)  # none of 199 shuffles agrees everywhere


def test_clusters_are_tested_by_their_interval():
    x = simulated(4, 60, 3)
    ratings = Ratings.from_array(x, scale=SCALE, cluster=np.arange(60) // 4)
    found = zero_agreement_test(gwet_ac, ratings, weights="quadratic", alternative="two-sided")
    at = gwet_ac(ratings, weights="quadratic", confidence=1 - found.p_value)
    assert at.low == pytest.approx(0, abs=1e-3)  # the interval that ends at 0
    assert found.method == "inversion of the interval: jackknife-t (atanh)"
    greater, less = (
        zero_agreement_test(gwet_ac, ratings, weights="quadratic", alternative=side).p_value
        for side in ("greater", "less")
    )
    assert greater == pytest.approx(found.p_value / 2)
    assert less == pytest.approx(1 - found.p_value / 2)


def test_independent_ratings_are_rejected_as_often_as_the_level_says():
    rejected = 0
    for k in range(30):
        rng = np.random.default_rng([5, k])
        x = (rng.random((40, 2)) < 0.2).astype(float)
        found = zero_agreement_test(cohen_kappa, x, scale=(0, 1), n_permutations=99)
        rejected += found.p_value is not None and found.p_value <= 0.05
    assert rejected <= 5  # 1.5 expected; more than 5 have a probability of 0.3 %


@pytest.mark.parametrize(
    ("function", "options", "words"),
    [
        (percent_agreement, {}, "no zero that is chance"),
        (cohen_kappa, {"alternative": "both"}, "choose one of"),
        (cohen_kappa, {"n_permutations": 9}, "n_permutations|n_resamples"),
    ],
)
def test_tests_that_make_no_sense_are_refused(function, options, words):
    with pytest.raises(AgreementError, match=words):
        zero_agreement_test(function, [[0, 1], [1, 1]], **options)


def test_an_undefined_coefficient_has_no_p_value_and_says_why():
    same = zero_agreement_test(cohen_kappa, [[1, 1]] * 5, scale=(0, 1))
    assert same.p_value is None
    assert "all compared ratings are 1" in same.reason
    one = zero_agreement_test(cohen_kappa, Ratings.from_array([[0, 1], [1, 1], [0, 0]], cluster=["a"] * 3))
    assert one.p_value is None
    assert "only 1 independent group" in one.reason


def test_chance_agreement_is_what_each_coefficient_takes_off():
    x = simulated(6, 80, 3, missing=0.2)
    observed = percent_agreement(x, scale=SCALE, interval=None).value
    for name, function in (
        ("fleiss", fleiss_kappa),
        ("conger", agreement.conger_kappa),
        ("gwet", gwet_ac),
        ("brennan_prediger", agreement.brennan_prediger),
    ):
        chance = chance_agreement(x, name, scale=SCALE)
        value = function(x, scale=SCALE, interval=None).value
        assert (observed - chance.value) / (1 - chance.value) == pytest.approx(value, abs=1e-12), name
        if name == "brennan_prediger":
            assert (chance.low, chance.reason) == (None, "no group of units differs from another")
        else:
            assert 0 < chance.low < chance.value < chance.high < 1


def test_chance_agreement_has_an_interval_that_holds_it():
    # two raters say yes with probability 0.2 each: chance is 0.2² + 0.8² = 0.68
    held = 0
    for k in range(100):
        x = (np.random.default_rng([7, k]).random((60, 2)) < 0.2).astype(float)
        found = chance_agreement(x, scale=(0, 1))
        held += found.low <= 0.68 <= found.high
    assert held >= 90


def test_words_are_as_probable_as_published():
    # the example of irrCAC: kappa 0.67, standard error 0.15, on Altman's scale
    found = benchmark_scale(Estimate(0.67, None, None, standard_error=0.15), "Altman")
    assert found.cumulative == pytest.approx((0.18168, 0.67511, 0.96356, 0.99912, 1.0), abs=1e-5)
    assert (found.level, found.naive_level) == ("moderate", "good")
    assert sum(found.probabilities) == pytest.approx(1)
    # and by quadrature of the normal density, on the scale of Landis and Koch
    landis = benchmark_scale(Estimate(0.67, None, None, standard_error=0.15))
    at = np.linspace(-1, 1, 400_001)
    density = np.exp(-0.5 * ((at - 0.67) / 0.15) ** 2)
    for end, up, p in zip((0.8, 0.6, 0.4), (1.0, 0.8, 0.6), landis.probabilities, strict=False):
        assert p == pytest.approx(density[(at >= end) & (at < up)].sum() / density.sum(), abs=1e-4)


def test_a_coefficient_without_an_error_has_the_word_of_its_value_alone():
    found = benchmark_scale(cohen_kappa([[0, 1], [1, 1], [0, 0]], interval=None))
    assert (found.naive_level, found.level, found.probabilities) == ("fair", None, None)
    assert found.reason == "no standard error was computed"
    with pytest.raises(AgreementError, match="undefined"):
        benchmark_scale(cohen_kappa([[1, 1]]))
    with pytest.raises(AgreementError, match="Landis-Koch"):
        benchmark_scale(found_estimate(), "Lambda")


def found_estimate():
    return Estimate(0.5, None, None, standard_error=0.1)


@pytest.mark.parametrize(
    "name", ["percent_agreement", "cohen_kappa", "conger_kappa", "fleiss_kappa", "gwet_ac", "brennan_prediger"]
)
def test_a_finite_population_narrows_the_interval(name):
    x = simulated(8, 50, 2)
    function = getattr(agreement, name)
    endless = function(x, scale=SCALE, interval="analytic")
    half = function(x, scale=SCALE, interval="analytic", population=100)
    # 50 of 100 units rated: the variance is half of itself
    assert half.standard_error == pytest.approx(endless.standard_error * math.sqrt(0.5))
    assert half.high - half.value == pytest.approx((endless.high - endless.value) * math.sqrt(0.5))
    ours, narrow = function(x, scale=SCALE), function(x, scale=SCALE, population=100)
    assert narrow.standard_error == pytest.approx(ours.standard_error * math.sqrt(0.5))
    assert (narrow.high - narrow.low) / (ours.high - ours.low) == pytest.approx(math.sqrt(0.5), abs=0.05)
    everything = function(x, scale=SCALE, population=50)
    assert (everything.low, everything.high) == (None, None)
    assert "every unit of the population was rated" in everything.reason


def test_intervals_hold_the_value_of_a_finite_population():
    everyone = simulated(9, 120, 2)
    truth = fleiss_kappa(everyone, scale=SCALE, interval=None).value
    held = 0
    for k in range(100):
        some = np.random.default_rng([9, k]).permutation(120)[:60]
        found = fleiss_kappa(everyone[some], scale=SCALE, population=120)
        held += found.low <= truth <= found.high
    assert 90 <= held <= 99  # without the correction nearly all do


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"population": 3}, "a sample is no larger"),
        ({"population": 0}, "whole number"),
        ({"population": 90, "interval": "bootstrap"}, "no finite population"),
    ],
)
def test_populations_are_checked(options, words):
    with pytest.raises(AgreementError, match=words):
        fleiss_kappa(simulated(10, 20, 2), scale=SCALE, **options)
