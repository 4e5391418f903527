"""Numbers at the edge: very many raters, units of measurement, weights of units left out, ends of the range."""

import math
from itertools import combinations

import numpy as np
import pytest
from helpers_agreement import slow_alpha, slow_conger, slow_observed, slow_shares
from scipy.stats import t as t_distribution

from agreement import (
    Ratings,
    brennan_prediger,
    compare,
    conger_kappa,
    fleiss_kappa,
    gwet_ac,
    icc,
    krippendorff_alpha,
    lin_ccc,
    pearson,
)
from agreement.intervals.jackknife import plain_jackknife_t
from agreement.intervals.statistic_of_sums import StatisticOfSums

NAN = np.nan


def spread_out(raters, units=900, levels=5, seed=0):
    """Three raters of many for each unit, and the same ratings in three columns."""
    rng = np.random.default_rng(seed)
    wide, narrow = np.full((units, raters), NAN), np.empty((units, 3))
    for i in range(units):
        narrow[i] = rng.integers(0, levels, 3)
        wide[i, rng.choice(raters, 3, replace=False)] = narrow[i]
    return wide, narrow


@pytest.mark.parametrize("raters", [400, 2000])
@pytest.mark.parametrize("coefficient", [krippendorff_alpha, gwet_ac, fleiss_kappa, brennan_prediger])
def test_who_rated_does_not_matter_however_many_they_are(coefficient, raters):
    # 6^396 is the largest power of 6 that a float holds. None of these asks who rated: three columns say the same.
    wide, narrow = spread_out(raters)
    many = coefficient(Ratings.from_array(wide, scale=range(5), wide=True))
    few = coefficient(narrow, scale=range(5))
    assert (many.value, many.low, many.high) == pytest.approx((few.value, few.low, few.high), abs=1e-12)


def test_coefficients_of_seven_hundred_raters_equal_their_definitions():
    rng = np.random.default_rng(1)
    x = rng.integers(0, 2, (20, 700)).astype(float)  # 3^647 is more than a float holds
    x[rng.random(x.shape) < 0.7] = NAN
    ratings = Ratings.from_array(x, scale=(0, 1), wide=True)

    def same(a, b):
        return float(a == b)

    observed, shares = slow_observed(x, same), slow_shares(x, (0, 1))
    chance = 2 * shares[0] * shares[1]  # AC1 of two levels: p(1 − p) + (1 − p)p
    assert krippendorff_alpha(ratings, interval=None).value == pytest.approx(slow_alpha(x, "ordinal"), abs=1e-12)
    assert gwet_ac(ratings, interval=None).value == pytest.approx((observed - chance) / (1 - chance), abs=1e-12)
    assert conger_kappa(ratings, interval=None).value == pytest.approx(slow_conger(x, (0, 1), same), abs=1e-12)


def test_conger_of_two_thousand_raters_equals_its_definition():
    wide, _ = spread_out(2000)
    found = conger_kappa(Ratings.from_array(wide, scale=range(5), wide=True), interval=None)
    given = np.array([[np.sum(column == k) for k in range(5)] for column in wide.T])
    shares = given[given.sum(axis=1) > 0] / given[given.sum(axis=1) > 0].sum(axis=1, keepdims=True)
    # Σ over g ≠ h of p_g · p_h is the square of the sum less the sum of the squares.
    r, total = len(shares), shares.sum(axis=0)
    chance = (total @ total - (shares * shares).sum()) / (r * (r - 1))
    observed = slow_observed(wide, lambda a, b: float(a == b))
    assert found.value == pytest.approx((observed - chance) / (1 - chance), abs=1e-12)


def test_the_unit_of_measurement_does_not_change_a_plain_jackknife():
    x = np.array([1.0, 2.0, 3.0, 4.0]) * 1e-15
    mean = StatisticOfSums(np.stack([x, np.ones(4)], axis=1), np.ones(4), lambda t: t[..., 0] / t[..., 1])
    found = plain_jackknife_t(mean.jackknife(), unit=1e-15)
    # 2.5 ± t(3) · 0.6455 = 2.5 ± 3.182 · 0.6455
    assert (found.low / 1e-15, found.high / 1e-15) == pytest.approx((0.446, 4.554), abs=0.001)
    assert plain_jackknife_t(mean.jackknife()).reason == "no group of units differs from another"


def test_leniency_has_an_interval_in_any_unit():
    x = np.random.default_rng(6).integers(0, 3, (40, 3))
    one = compare(x[:, :2], x[:, 2], scale=(0, 1, 2)).leniency
    two = compare(x[:, :2] * 1e-13, x[:, 2] * 1e-13, scale=np.arange(3) * 1e-13).leniency
    assert (two.value, two.low, two.high) == pytest.approx(
        (one.value * 1e-13, one.low * 1e-13, one.high * 1e-13), rel=1e-9
    )


def slow_weighted_alpha(x, weight, distance):
    """Krippendorff's alpha with a weight of each unit, normalised over the units that have a pair."""
    units = [[v for v in row if not math.isnan(v)] for row in x]
    entering = [(u, w) for u, w in zip(units, weight, strict=True) if len(u) >= 2]
    mean = sum(w for _, w in entering) / len(entering)
    n, observed, share = 0.0, 0.0, {}
    for u, w in entering:
        n += w / mean * len(u)
        for v in u:
            share[v] = share.get(v, 0.0) + w / mean
        observed += (
            w / mean * sum(distance(a, b) for i, a in enumerate(u) for j, b in enumerate(u) if i != j) / (len(u) - 1)
        )
    expected = sum(share[a] * share[b] * distance(a, b) for a in share for b in share)
    return 1 - (n - 1) * observed / expected


def test_weights_of_units_that_do_not_enter_alpha_do_not_change_it():
    # One unit enters, (2, 0): observed 2 · 4, expected 2 · 4, n = 2 whatever its weight: 1 − (2 − 1) · 8/8 = 0.
    x = [[1, NAN], [NAN, 0], [2, 0], [NAN, 0], [0, NAN]]
    for weight in ([1, 1, 0.2, 1, 1], [1, 1, 5, 1, 1]):
        ratings = Ratings.from_array(x, scale=range(3), weight=weight)
        assert krippendorff_alpha(ratings, level="interval", interval=None).value == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_weighted_alpha_equals_its_definition(seed):
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 4, (30, 3)).astype(float)
    x[rng.random(x.shape) < 0.4] = NAN
    weight = rng.uniform(0.1, 3, 30)
    weight[(~np.isnan(x)).sum(axis=1) < 2] *= 50
    ratings = Ratings.from_array(x, scale=range(4), weight=weight)
    found = krippendorff_alpha(ratings, level="interval", interval=None).value
    assert found == pytest.approx(slow_weighted_alpha(x.tolist(), weight, lambda a, b: (a - b) ** 2), abs=1e-12)


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_comparing_uses_the_level_that_its_names_say(level):
    rng = np.random.default_rng(1)
    x = rng.integers(0, 3, (60, 3))
    found = compare(x, x[:, 0], scale=range(3), level=level, interval=None)
    pairs = [slow_alpha(x[:, list(pair)], level) for pair in combinations(range(3), 2)]
    assert found.ceiling[f"krippendorff_alpha_{level}"].value == pytest.approx(np.mean(pairs), abs=1e-12)


def slow_gwet_limits(x, scale, weight, value, slope, chance):
    """Gwet's interval without an end: value ± t(n − 1) · sqrt(Σ (κ_i − κ)² / (n (n − 1)))."""
    units = [[v for v in row if not math.isnan(v)] for row in x]
    units = [u for u in units if u]
    n, paired = len(units), sum(len(u) >= 2 for u in units)
    shares = slow_shares(x, scale)
    own = []
    for u in units:
        agreed = 0.0
        if len(u) >= 2:
            pairs = [weight(a, b) for i, a in enumerate(u) for j, b in enumerate(u) if i != j]
            agreed = (sum(pairs) / len(pairs) - chance) * n / paired
        says = slope([u.count(k) / len(u) for k in scale], shares)
        own.append(agreed / (1 - chance) - 2 * (1 - value) * (says - chance) / (1 - chance))
    error = math.sqrt(sum((k - value) ** 2 for k in own) / (n * (n - 1)))
    reach = float(t_distribution.ppf(0.975, n - 1)) * error
    return value - reach, value + reach


def quadratic(last):
    return lambda a, b: 1 - (a - b) ** 2 / last**2


def test_a_published_interval_of_a_kappa_below_its_usual_range_holds_the_kappa():
    # Four units (0, 2) never agree; twelve single 1s make chance large: shares 1/8, 3/4, 1/8;
    # p_e = 2/64 + 9/16 + 4 · (3/4)(1/8)(3/4) = 0.875, so kappa = −0.875 / 0.125 = −7.
    x = [[0, 2]] * 2 + [[2, 0]] * 2 + [[1, NAN]] * 12
    found = fleiss_kappa(x, scale=range(3), weights="quadratic", interval="analytic")
    assert found.value == pytest.approx(-7)
    weight = quadratic(2)

    def slope(own, shares):
        return sum(weight(k, m) * own[k] * shares[m] for k in range(3) for m in range(3))

    low, high = slow_gwet_limits(x, (0, 1, 2), weight, -7, slope, 0.875)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-9)
    assert found.low < -7 < found.high


@pytest.mark.parametrize("coefficient", [gwet_ac, brennan_prediger])
def test_a_published_interval_ends_where_the_coefficient_does(coefficient):
    # Quadratic weights of 0 … 4 have the mean 0.75, so the least value is −0.75 / 0.25 = −3.
    rng = np.random.default_rng(8)
    first = rng.integers(0, 2, 14) * 4
    x = np.column_stack([first, 4 - first]).astype(float)
    x[:4] = [[0, 0], [4, 3], [2, 2], [1, 4]]
    found = coefficient(x, scale=range(5), weights="quadratic", interval="analytic")
    weight = quadratic(4)
    observed = slow_observed(x, weight)
    shares = slow_shares(x, range(5))
    if coefficient is gwet_ac:
        spread = 25 * 0.75 / 20  # Σ w / (q (q − 1))
        chance = spread * sum(p * (1 - p) for p in shares)

        def slope(own, shares):
            return spread * sum(a * (1 - p) for a, p in zip(own, shares, strict=True))
    else:
        chance = 0.75

        def slope(own, shares):
            return 0.75

    value = (observed - chance) / (1 - chance)
    low, high = slow_gwet_limits(x.tolist(), range(5), weight, value, slope, chance)
    assert found.value == pytest.approx(value)
    assert (found.low, found.high) == pytest.approx((max(low, -3), min(high, 1)), abs=1e-9)
    assert found.low < -1


def test_a_constant_rater_has_no_correlation():
    # The mean of forty-six times 0.1 is not 0.1 to the last digit, so deviations are not zero.
    steps = np.arange(46.0)
    x = np.column_stack([np.full(46, 0.1), steps, np.sin(steps)])
    found = pearson(x, interval=None)
    assert found.parts["0 & 1"].value is None
    assert found.value == found.parts["1 & 2"].value == pytest.approx(np.corrcoef(steps, np.sin(steps))[0, 1])
    alike = lin_ccc(np.column_stack([np.full(46, 0.1), np.full(46, 0.1), steps]), interval=None)
    assert alike.parts["0 & 1"].value is None
    assert (
        lin_ccc(np.column_stack([np.full(46, 0.1), np.full(46, 0.3), steps]), interval=None).parts["0 & 1"].value == 0
    )


@pytest.mark.parametrize("factor", [1e-6, 1e-12])
def test_the_unit_of_measurement_does_not_change_a_correlation_of_few_values(factor):
    x = np.random.default_rng(9).integers(0, 5, (60, 3))
    for coefficient in (pearson, lin_ccc):
        one, two = coefficient(x), coefficient(x * factor)
        assert (two.value, two.low, two.high) == pytest.approx((one.value, one.low, one.high), rel=1e-9)
    expected = np.mean([np.corrcoef(x[:, j], x[:, k])[0, 1] for j, k in combinations(range(3), 2)])
    assert pearson(x * factor, interval=None).value == pytest.approx(expected, abs=1e-12)
    scale = np.arange(5) * factor
    every = compare(x[:, :2] * factor, x[:, 2] * factor, scale=scale, every=True, interval=None).ceiling
    assert every["icc_2_1"].value == pytest.approx(icc(x[:, :2], interval=None).value, abs=1e-9)
    assert every["pearson"].value == pytest.approx(np.corrcoef(x[:, 0], x[:, 1])[0, 1], abs=1e-12)
