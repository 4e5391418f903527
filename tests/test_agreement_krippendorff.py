"""Krippendorff's alpha: its definition, levels, weights and measurements."""

import math

import numpy as np
import pytest
from helpers_agreement import SHAPES, simulated, slow_alpha

import agreement
from agreement import AgreementError, Ratings, krippendorff_alpha

NAN = float("nan")
SCALE = (0, 1, 2, 3, 4)


def measured(seed, n_units=90, n_raters=3, missing=0.3):
    rng = np.random.default_rng(seed)
    x = 1e4 + rng.normal(0, 1, (n_units, 1)) + rng.normal(0, 0.5, (n_units, n_raters))
    x[rng.random(x.shape) < missing] = NAN
    return x


@pytest.mark.parametrize("seed", range(5))
def test_alpha_of_measurements_equals_the_sum_over_pairs(seed):
    x = measured(seed)
    found = krippendorff_alpha(x, level="interval", interval=None)
    assert found.value == pytest.approx(slow_alpha(x - 1e4, "interval"), abs=1e-9)  # 1e4 costs four digits of sixteen
    paired = (~np.isnan(x)).sum(axis=1) >= 2
    assert (found.n_units, found.n_ratings) == (paired.sum(), np.count_nonzero(~np.isnan(x[paired])))
    assert found.n_dropped == np.count_nonzero(~np.isnan(x[~paired]))


def test_measurements_and_categories_take_the_same_road():
    """Adding units of one rating brings more than 127 values, and changes nothing."""
    rng = np.random.default_rng(3)
    x = np.clip(rng.integers(0, 5, (200, 1)) + rng.integers(-1, 2, (200, 3)), 0, 4).astype(float)
    lone = np.full((150, 3), NAN)
    lone[:, 0] = rng.normal(size=150)
    cluster = np.arange(350) // 4
    more = np.concatenate([x, lone])
    for interval in ("jackknife", "bootstrap", "bca"):
        options = {"level": "interval", "interval": interval, "n_resamples": 200}
        plain = krippendorff_alpha(x, cluster=cluster[:200], **options)
        other = krippendorff_alpha(more, cluster=cluster, **options)
        assert (other.value, other.low, other.high) == pytest.approx((plain.value, plain.low, plain.high), abs=1e-12)
        assert (other.n_clusters, other.n_units, other.n_dropped) == (50, 200, 150)


def test_measurements_need_the_interval_level_and_a_common_unit():
    with pytest.raises(AgreementError, match="127 at most"):
        krippendorff_alpha(measured(1), level="ordinal")
    with pytest.raises(AgreementError, match="it needs a scale"):
        krippendorff_alpha(measured(1), level="interval", interval="pigeonhole")
    apart = np.full((300, 2), NAN)
    apart[np.arange(300), np.arange(300) % 2] = np.arange(300)
    assert "no two ratings can be compared" in krippendorff_alpha(apart, level="interval").reason


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
@pytest.mark.parametrize("shape", SHAPES)
def test_alpha_equals_the_sum_over_pairs_of_ratings(level, shape):
    n_units, n_raters, missing = shape
    for seed in range(25):
        x = simulated(seed, n_units, n_raters, missing=missing)
        found = agreement.krippendorff_alpha(x, level=level, scale=SCALE, interval=None)
        assert found.value == pytest.approx(slow_alpha(x, level), abs=1e-12)


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


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"level": "metric"}, "choose 'nominal', 'ordinal'"),
        ({"level": "interval", "scale": ("bad", "good")}, "are words, not numbers"),
        ({"level": "ordinal"}, "without a declared scale"),
        ({"level": lambda a, b: -1.0}, "a distance is finite, not negative"),
        ({"level": lambda a, b: float(a < b)}, "the same both ways"),
    ],
)
def test_levels_that_cannot_be_meant_are_refused(options, words):
    with pytest.raises(AgreementError, match=words):
        agreement.krippendorff_alpha([["good", "bad"], ["bad", "bad"]], **options)


def test_ratios_of_negative_values_are_refused():
    with pytest.raises(AgreementError, match="without negative values"):
        agreement.krippendorff_alpha([[-1, 1], [0, 0]], level="ratio")
