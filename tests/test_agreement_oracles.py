"""Fast routes against slow ones written from the definitions, on random tables."""

import numpy as np
import pytest
from helpers_agreement import (
    SHAPES,
    simulated,
    slow_alpha,
    slow_brennan_prediger,
    slow_conger,
    slow_fleiss,
    slow_gwet,
    slow_kappa,
    slow_light,
    slow_observed,
    slow_shares,
    weight_function,
)

import agreement
from agreement import Ratings, brennan_prediger, conger_kappa, fleiss_kappa, gwet_ac, krippendorff_alpha
from agreement.cross_tables import pools_pairs
from agreement.intervals.rating_patterns import distinct

SCALE = (0, 1, 2, 3, 4)


@pytest.mark.parametrize("weights", [None, "linear", "quadratic"])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("name", "slow"),
    [
        ("fleiss_kappa", slow_fleiss),
        ("gwet_ac", slow_gwet),
        ("brennan_prediger", slow_brennan_prediger),
        ("conger_kappa", slow_conger),
        ("light_kappa", slow_light),
        ("cohen_kappa", slow_light),
    ],
)
def test_kappa_family_equals_its_definition(name, slow, weights, shape):
    n_units, n_raters, missing = shape
    for seed in range(5):
        x = simulated(100 + seed, n_units + 20, n_raters, missing=missing / 2)
        found = getattr(agreement, name)(x, weights=weights, scale=SCALE, interval=None)
        of_crowd = name == "cohen_kappa" and pools_pairs(np.where(np.isnan(x), -1, x).astype(np.int8))
        definition = slow(x, SCALE, weight_function(weights, SCALE))
        if of_crowd:
            definition = slow_fleiss(x[(~np.isnan(x)).sum(axis=1) > 1], SCALE, weight_function(weights, SCALE))
        assert found.value == pytest.approx(definition, abs=1e-12)


@pytest.mark.parametrize("weights", [None, "linear", "quadratic"])
def test_raw_agreement_equals_its_definition(weights):
    x = simulated(3, 31, 4, missing=0.5)
    found = agreement.percent_agreement(x, weights=weights, scale=SCALE, interval=None)
    assert found.value == pytest.approx(slow_observed(x, weight_function(weights, SCALE)), abs=1e-12)


def test_pairs_of_cohen_kappa_are_those_of_two_raters():
    x = simulated(5, 60, 4, missing=0.3)
    parts = agreement.cohen_kappa(x, weights="quadratic", scale=SCALE, interval=None).parts
    weight = weight_function("quadratic", SCALE)
    assert len(parts) == 6
    for j, k in [(0, 1), (0, 3), (2, 3)]:
        slow = slow_kappa(x[:, j].tolist(), x[:, k].tolist(), SCALE, weight)
        assert parts[f"{j} & {k}"].value == pytest.approx(slow, abs=1e-12)


def test_scott_pi_is_fleiss_kappa_on_the_units_that_both_rated():
    x = simulated(8, 40, 2, missing=0.3)
    both = x[~np.isnan(x).any(axis=1)]
    found = agreement.scott_pi(x, interval=None)
    assert found.value == pytest.approx(slow_fleiss(both, SCALE, weight_function(None, SCALE)), abs=1e-12)
    lone = int(np.count_nonzero(~np.isnan(x))) - both.size
    assert (found.n_units, found.n_ratings, found.n_dropped) == (len(both), both.size, lone)


def test_fleiss_category_is_the_kappa_of_that_category_against_the_rest():
    x = simulated(9, 50, 3, missing=0.2)
    parts = agreement.fleiss_kappa(x, scale=SCALE, interval=None).parts
    for k in SCALE:
        binary = np.where(np.isnan(x), np.nan, (x == k).astype(float))
        slow = slow_fleiss(binary, (0, 1), weight_function(None, (0, 1)))
        assert parts[str(k)].value == pytest.approx(slow, abs=1e-12)


def test_weighted_units_count_as_often_as_their_weight_says():
    x = simulated(4, 30, 3, missing=0.2)
    times = np.random.default_rng(0).integers(1, 4, 30)
    repeated = Ratings.from_array(np.repeat(x, times, axis=0), scale=SCALE)
    weighted = Ratings.from_array(x, scale=SCALE, weight=times)
    for name in ("percent_agreement", "fleiss_kappa", "gwet_ac", "conger_kappa", "light_kappa"):
        function = getattr(agreement, name)
        assert function(weighted, interval=None).value == pytest.approx(function(repeated, interval=None).value)


def test_weighted_units_in_clusters_are_units_repeated_in_their_clusters():
    x = simulated(6, 60, 3, missing=0.2)
    times, cluster = np.random.default_rng(1).integers(1, 4, 60), np.arange(60) // 3
    repeated = Ratings.from_array(np.repeat(x, times, axis=0), scale=SCALE, cluster=np.repeat(cluster, times))
    weighted = Ratings.from_array(x, scale=SCALE, weight=times, cluster=cluster)
    for name in ("percent_agreement", "fleiss_kappa", "gwet_ac", "conger_kappa", "light_kappa", "brennan_prediger"):
        first, second = getattr(agreement, name)(weighted), getattr(agreement, name)(repeated)
        assert (first.low, first.high) == pytest.approx((second.low, second.high), abs=1e-12), name


@pytest.mark.parametrize("n_raters", [2, 6, 7, 30])  # table; table; sorted numbers; sorted rows (6³⁰ > 2⁶²)
@pytest.mark.parametrize("anonymous", [False, True])
def test_patterns_count_every_unit_once_whatever_route_counts_them(n_raters, anonymous):
    x = simulated(n_raters, 400, n_raters, missing=0.3)
    x[200:] = x[:200][:, ::-1]  # the same ratings by other raters
    ratings = Ratings.from_array(x, scale=SCALE, cluster=np.arange(400) % 7)
    patterns, inverse = distinct(ratings, anonymous=anonymous)
    rows = patterns.codes[inverse]
    assert patterns.repeats.sum() == 400
    if anonymous:
        assert (np.sort(rows, axis=1) == np.sort(ratings.codes, axis=1)).all()
        assert len(np.unique(np.sort(patterns.codes, axis=1), axis=0)) == len(patterns.codes) <= 200
    else:
        assert (rows == ratings.codes).all()
    assert np.bincount(inverse).tolist() == patterns.repeats.tolist()


def test_long_scales_and_many_raters_do_not_overflow():
    scale = tuple(range(120))
    x = simulated(2, 40, 12, n_categories=120, missing=0.3)
    found = agreement.krippendorff_alpha(x, level="interval", scale=scale, interval=None)
    assert found.value == pytest.approx(slow_alpha(x, "interval"), abs=1e-12)


def code_of(note):
    return getattr(note, "code", None)


def test_few_ratings_by_each_of_many_raters():
    rng = np.random.default_rng(1)
    x = np.full((90, 40), np.nan)
    for unit in range(90):
        x[unit, rng.choice(40, 3, replace=False)] = np.minimum(4, rng.integers(0, 2, 3) + unit % 4)
    found = agreement.light_kappa(x, weights="linear", scale=SCALE)
    pooled = agreement.cohen_kappa(x, weights="linear", scale=SCALE)
    known = [p.value for p in pooled.parts.values() if p.value is not None]
    assert found.value == pytest.approx(np.mean(known), abs=1e-12)
    assert pooled.value == pytest.approx(slow_fleiss(x, SCALE, weight_function("linear", SCALE)), abs=1e-12)
    assert [code_of(note) for note in pooled.notes] == [agreement.NoteCode.POOLED_PAIRS]
    assert agreement.NoteCode.SPARSE_PAIRS in [code_of(note) for note in found.notes]
    assert found.low < found.value < found.high
    assert any("biased by more than its standard error" in note for note in found.notes)
    undefined = [name for name, part in pooled.parts.items() if part.value is None]
    assert f"undefined for {len(undefined)} pair(s) of raters, left out: {', '.join(undefined[:10])} …" in found.notes


def test_units_with_one_rating_are_told_where_they_enter():
    found = agreement.fleiss_kappa([[0, 1], [1, 1], [0, 0], [1, None]], interval=None)
    assert found.notes == ("1 unit(s) with one rating enter the category shares only",)
    assert (found.n_units, found.n_ratings, found.n_dropped) == (4, 7, 0)


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
