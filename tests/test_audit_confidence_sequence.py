"""Confidence sequences of a mean: they hold at every look, whatever is missing, and know a population drawn whole."""

import numpy as np
import pytest

from agreement import SampledStratum, mean_limits, sequential_mean
from agreement.errors import AgreementError


def test_limits_hold_the_mean_of_the_population_at_every_look_at_once():
    rng = np.random.default_rng(4)
    missed = 0
    for _ in range(60):
        population = rng.beta(0.6, 0.9, 90)
        looks = [mean_limits(population[:n], 90) for n in (8, 30, 60)]
        missed += any(not low <= population.mean() <= high for low, high in looks)
    assert missed <= 8  # 3 expected at most; 9 or more in one of 200 such tests


def test_limits_close_in_on_a_mean_and_know_it_in_the_end():
    values = np.linspace(0, 1, 60)[np.random.default_rng(0).permutation(60)]
    widths = [high - low for low, high in (mean_limits(values[:n], 60) for n in (0, 10, 30, 50, 60))]
    assert widths[0] == 1.0
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] == pytest.approx(0, abs=1e-9)


def test_a_missing_value_may_be_anything():
    values = np.array([0.2, 0.4, 0.3, 0.5, 0.1] * 6)
    hidden = np.where(np.arange(30) == 17, np.nan, values)
    low, high = mean_limits(hidden, 100)
    for one in (0.0, 0.5, 1.0):
        known_low, known_high = mean_limits(np.where(np.isnan(hidden), one, hidden), 100)
        assert low <= known_low
        assert high >= known_high


def test_a_late_tail_does_not_widen_what_the_beginning_says():
    values = np.full(40, 0.3)
    whole = mean_limits(values, 200)
    tail = mean_limits(np.concatenate([values, np.full(20, np.nan)]), 200)
    assert tail == pytest.approx(whole)


def test_strata_count_with_their_sizes_and_bounds_are_kept():
    strata = [SampledStratum(np.array([1.0, 0.5]), 10), SampledStratum(np.array([-0.5, -0.5]), 30)]
    found = sequential_mean(strata, bounds=(-1.0, 1.0))
    assert found.value == pytest.approx((10 * 0.75 + 30 * -0.5) / 40)
    assert found.n == 4
    assert -1 <= found.low < found.value < found.high <= 1


def test_a_stratum_without_a_value_leaves_the_mean_undefined_with_a_reason():
    strata = [
        SampledStratum(np.array([0.5]), 10),
        SampledStratum(np.array([np.nan]), 30),
        SampledStratum(np.array([]), 0),
    ]
    found = sequential_mean(strata)
    assert found.value is None
    assert found.reason == "1 of 2 strata have no value yet"
    assert 0 <= found.low <= found.high <= 1


def test_no_population_is_refused():
    with pytest.raises(AgreementError):
        sequential_mean([SampledStratum(np.array([]), 0)])
