"""Noise ceilings against the truth that made the ratings, and against scipy."""

from dataclasses import fields

import numpy as np
import pytest

from agreement import NoiseCeilings, noise_ceilings
from agreement.correlation.rank_correlation import mid_ranks, rank_correlation, rank_correlation_influence

NAN = np.nan


def ratings(seed, units=400, people=4, noise=1.0):
    rng = np.random.default_rng(seed)
    truth = rng.normal(0, 1, units)
    return truth, truth[:, None] + rng.normal(0, noise, (units, people))


def test_rank_correlation_equals_scipy_with_ties():
    stats = pytest.importorskip("scipy.stats")
    rng = np.random.default_rng(0)
    for _ in range(50):
        x, y = rng.integers(0, 5, 33).astype(float), rng.integers(0, 4, 33).astype(float)
        np.testing.assert_array_equal(mid_ranks(x), stats.rankdata(x))
        assert rank_correlation(x, y) == pytest.approx(stats.spearmanr(x, y).statistic, abs=1e-12)


def weighted_rank_correlation(x, y, w):
    """Spearman's correlation with weights, from the definition of weighted mid-ranks, pair by pair."""

    def ranks(z):
        below = (z[:, None] < z[None, :]) + (z[:, None] == z[None, :]) / 2
        return w @ below

    a, b = ranks(x), ranks(y)
    a, b = a - w @ a / w.sum(), b - w @ b / w.sum()
    return (w * a * b).sum() / np.sqrt((w * a * a).sum() * (w * b * b).sum())


def test_influence_on_a_rank_correlation_is_its_slope_in_the_weights():
    rng = np.random.default_rng(1)
    x, y = rng.integers(0, 5, 40).astype(float), rng.integers(0, 4, 40).astype(float)
    x[:20] += y[:20]
    value, influence = rank_correlation_influence(x, y)
    assert value == pytest.approx(rank_correlation(x, y), abs=1e-12)
    step = 1e-6
    for i in range(40):
        up, down = (np.ones(40) + sign * step * (np.arange(40) == i) for sign in (1, -1))
        slope = (weighted_rank_correlation(x, y, up) - weighted_rank_correlation(x, y, down)) / (2 * step)
        assert influence[i] == pytest.approx(slope, abs=1e-8)
    assert rank_correlation_influence(x, np.zeros(40)) is None


@pytest.mark.thorough
def test_intervals_of_ceilings_hold_the_truth():
    names = [one.name for one in fields(NoiseCeilings)]
    truth, humans = ratings(99, units=20_000)
    whole = noise_ceilings(humans, truth + np.random.default_rng(3).normal(0, 0.75, 20_000))
    # The referee's correlation with the truth is 1 / sqrt(1 + 0.5625) = 0.8.
    assert whole.disattenuated.value == pytest.approx(0.8, abs=0.01)
    rng, held = np.random.default_rng(4), {name: [] for name in names}
    for seed in range(60):
        truth, humans = ratings(seed, units=160)
        found = noise_ceilings(humans, truth + rng.normal(0, 0.75, 160), cluster=np.arange(160) // 4)
        for name in names:
            estimate = getattr(found, name)
            held[name].append(estimate.low <= getattr(whole, name).value <= estimate.high)
    # 95 % with a standard error of sqrt(0.95 * 0.05 / 60) = 2.8 %: four of those below is 84 %
    assert all(np.mean(each) >= 0.84 for each in held.values()), {name: np.mean(each) for name, each in held.items()}


def test_rho_perfect_by_hand():
    # Means 0.5, 1, 2.5, 3.5, 4, 0: Var(m) = 2.741667. Variances 0.5, 0, 0.5, 0.5, 0, 0 over 2 raters: mean 0.125.
    # sqrt((2.741667 - 0.125) / 2.741667) = 0.976938
    found = noise_ceilings([[0, 1], [1, 1], [2, 3], [4, 3], [4, 4], [0, 0]], [0, 2, 2, 3, 4, 1])
    assert found.rho_perfect.value == pytest.approx(0.976938, abs=1e-6)


def test_ceilings_find_the_correlation_of_a_referee_who_knows_the_truth():
    truth, humans = ratings(1, units=3000)
    found = noise_ceilings(humans, truth)
    # Reliability of a mean of 4 with noise variance 1: 1 / (1 + 1/4) = 0.8, so the ceiling is sqrt(0.8) = 0.894.
    assert found.rho_perfect.value == pytest.approx(np.sqrt(0.8), abs=0.01)
    assert found.spearman_brown.value == pytest.approx(np.sqrt(0.8), abs=0.02)
    assert found.pearson.value == pytest.approx(np.sqrt(0.8), abs=0.01)
    assert found.disattenuated.value == pytest.approx(1, abs=0.015)
    assert found.person_low.value < found.person.value < found.person_high.value


def test_unequal_numbers_of_raters_are_allowed_and_single_ratings_left_out():
    _, humans = ratings(3, units=60)
    humans[:10, 1:] = NAN
    humans[10:20, 2:] = NAN
    found = noise_ceilings(humans, np.arange(60.0))
    assert found.pearson.n_units == 50
    assert found.pearson.n_ratings == 10 * 2 + 40 * 4


def test_undefined_ceilings_say_why_and_small_samples_say_so():
    constant = noise_ceilings([[0, 1], [2, 3], [4, 4], [1, 1]], [2, 2, 2, 2])
    assert constant.pearson.reason == "the referee gave one score to every unit"
    flat = noise_ceilings([[0, 4], [4, 0], [0, 4], [4, 0]], [0, 1, 2, 3])
    assert flat.pearson.reason == "people rated every unit alike"
    assert flat.rho_perfect.value is None
    noisy = noise_ceilings([[0, 4], [4, 1], [1, 4], [4, 0]], [0, 1, 2, 3])
    assert "no ceiling to compare with" in noisy.rho_perfect.reason
    few = noise_ceilings([[0, 1], [2, NAN]], [0, 1])
    assert "needs three" in few.pearson.reason
    assert any("rough below 50 units" in note for note in few.pearson.notes)


def test_split_halves_say_what_they_lack():
    """The reason of the ceiling is that of the people: too few units, or nothing that varies, whatever the scores."""
    none = noise_ceilings([[1, np.nan], [np.nan, 2]], [1, 2]).spearman_brown
    assert "0 units with a score and two ratings" in none.reason
    alike = noise_ceilings([[1, 2], [2, 1], [1, 2], [2, 1]], [1, 2, 3, 4]).spearman_brown
    assert alike.reason == "people rated every unit alike"
    apart = noise_ceilings([[1, 5], [2, 4], [3, 3], [4, 2.5], [5, 1.1]], [1, 1, 1, 1, 1]).spearman_brown
    assert apart.reason == "the halves of the ratings do not correlate"
