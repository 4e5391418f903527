"""Tests of differences: swaps by brute force, p-values that agree with intervals, the level under skew."""

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from agreement import AgreementError, Ratings, ablation, compare
from agreement.comparison.rater_pair_estimates import ComparisonPlan, estimates
from agreement.intervals.jackknife import Jackknife
from agreement.significance.difference_from_zero import ALL_ALIKE, difference_from_zero
from agreement.significance.rater_swaps import (
    PairWeights,
    SwapChanges,
    pooled_table,
    slopes,
    swap_changes,
    swaps_of_two,
)
from agreement.significance.swap_distribution import SwapDistribution, swap_distributions


def skewed(seed, units=120, rare=0.05, people=3):
    """Ratings 0/1 of people and a referee who is one of them, with few 1."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(size=(units, 1)) + 0.5 * rng.normal(size=(units, people + 1))
    rated = (truth > stats.norm.ppf(1 - rare) * np.sqrt(1.25)).astype(int)
    return rated[:, :-1], rated[:, -1]


def measured(people, referee, seed, confidence=0.95):
    """Differences and their tests alone, which are quicker than all of a comparison."""
    plan = ComparisonPlan((0, 1), (), "nominal", "jackknife", confidence, 400, seed)
    found, tests = estimates(np.column_stack([people, referee]).astype(np.int8), None, plan, "pairs")
    return [(found["difference", i], test.p_value) for i, test in enumerate(tests)]


def raw(people, referee):
    """Raw agreement with the referee less that of the two people."""
    beside = np.mean([people[:, j] == referee for j in range(2)])
    return beside - np.mean(people[:, 0] == people[:, 1])


def test_all_swaps_are_those_of_brute_force():
    # Two people, six units: every unit may swap the referee with nobody, the first or the second person.
    people = np.array([[0, 0], [0, 1], [1, 1], [1, 1], [0, 0], [1, 0]])
    referee = np.array([0, 1, 1, 0, 1, 0])
    far = []
    for roles in product(range(3), repeat=6):
        swapped, other = people.copy(), referee.copy()
        for i, role in enumerate(roles):
            if role:
                swapped[i, role - 1], other[i] = referee[i], people[i, role - 1]
        far.append(abs(raw(swapped, other)))
    seen = abs(raw(people, referee))
    expected = np.mean(np.array(far) > seen + 1e-12) + np.mean(np.abs(np.array(far) - seen) < 1e-12) / 2

    codes = np.column_stack([people, referee]).astype(np.int8)
    weight = np.ones(6)
    same = np.eye(2)
    slope = slopes(
        lambda t: np.array([(t * same).sum(axis=(-2, -1)) / t.sum(axis=(-2, -1))]), pooled_table(codes, weight, 2)
    )
    changes = swap_changes(codes, np.arange(6), weight, slope, PairWeights.of_means(codes, weight), 6.0)
    (found,) = swap_distributions(changes, np.array([raw(people, referee)]), 10, np.random.default_rng(0))
    assert found.exact
    assert found.p_value == pytest.approx(expected, abs=1e-12)
    assert found.monte_carlo_error is None


def test_random_swaps_come_near_to_all_swaps():
    apart = np.random.default_rng(0).normal(size=12)
    changes, observed = swaps_of_two(apart), np.array([apart.sum()])
    (every,) = swap_distributions(changes, observed, 10, np.random.default_rng(0))
    by_hand = [abs(np.dot(signs, apart)) for signs in product((-1, 1), repeat=12)]
    assert every.p_value == pytest.approx(np.mean(by_hand >= abs(apart.sum()) - 1e-12) - 2 / 2**13, abs=1e-9)
    many = SwapChanges(np.tile(changes.changes, (1, 2, 1)), np.tile(changes.n_roles, 2), np.tile(changes.repeats, 2))
    drawn, again = (swap_distributions(many, 2 * observed, n, np.random.default_rng(n))[0] for n in (4000, 4001))
    assert not drawn.exact
    assert abs(drawn.p_value - again.p_value) < 4 * np.hypot(drawn.monte_carlo_error, again.monte_carlo_error)


def test_patterns_that_units_share_are_drawn_as_single_units_are():
    one = SwapChanges(np.array([[[0.0, 1.0, -2.0]]]), np.array([3]), np.array([30]))
    each = SwapChanges(np.tile(one.changes, (1, 30, 1)), np.full(30, 3), np.ones(30, dtype=int))
    spread = [
        np.std(swap_distributions(found, np.zeros(1), 4000, np.random.default_rng(1))[0].values)
        for found in (one, each)
    ]
    assert spread[0] == pytest.approx(spread[1], rel=0.06)


def test_units_on_which_all_agree_are_no_evidence():
    # 2 of 60 units differ, in both of which one person stands alone: 9 of 16 swaps leave it so.
    people = np.zeros((60, 3), dtype=int)
    people[:3] = 1
    people[3:5, 1] = 1
    referee = np.zeros(60, dtype=int)
    referee[:3] = 1
    few = compare(people, referee, scale=(0, 1), level="nominal")
    many = compare(people, referee, scale=(0, 1), level="nominal", n_resamples=100)
    for name, found in few.compared.items():
        assert "all 16" in found.test.method
        assert found.p_value > 0.3, name
        assert found.difference.low < 0 < found.difference.high
        assert found.p_value == many.compared[name].p_value  # nothing is drawn


@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_a_p_value_is_small_when_and_only_when_its_interval_leaves_out_0(confidence):
    decided = []
    for seed in range(60):
        people, referee = skewed(seed, rare=0.2)
        if seed % 2:
            referee = np.where(np.random.default_rng(seed).random(len(referee)) < 0.1, 1 - referee, referee)
        for difference, p_value in measured(people, referee, seed, confidence):
            outside = not difference.low <= 0 <= difference.high
            assert outside == (p_value <= 1 - confidence)
            decided.append(outside)
    assert 0.05 < np.mean(decided) < 0.95


def test_one_more_person_is_seldom_rejected_under_skew():
    # 5 % of 200 tests: 10 expected in each coefficient, 20 are 3.2 standard errors above. Sign flips gave 12 %.
    p = []
    for seed in range(200):
        people, referee = skewed(seed)
        p.append([1.0 if p_value is None else p_value for _, p_value in measured(people, referee, seed)])
    assert (np.mean(np.array(p) <= 0.05, axis=0) <= 0.1).all()
    assert (np.mean(np.array(p) <= 0.004, axis=0) <= 0.01).all()


def test_a_worse_referee_is_found_under_skew():
    found = 0
    for seed in range(20):
        people, referee = skewed(seed, units=200)
        wrong = np.random.default_rng(seed).random(200) < 0.12
        found += measured(people, np.where(wrong, 1 - referee, referee), seed)[0][1] <= 0.05
    assert found >= 16


def test_a_referee_whom_nothing_sets_apart_has_p_1_and_no_interval():
    people = np.tile(np.arange(20)[:, None] % 3, (1, 3))
    for found in compare(people, people[:, 0], scale=range(3)).compared.values():
        assert found.difference.value == 0
        assert found.p_value == 1
        assert found.difference.low is None
        assert found.difference.reason


def test_a_difference_without_swaps_is_students():
    values = np.random.default_rng(0).normal(0.3, 1, 30)
    left = (values.sum() - values) / 29
    interval, test = difference_from_zero(Jackknife.of(values.mean(), left), None)
    expected = stats.ttest_1samp(values, 0)
    assert test.p_value == pytest.approx(expected.pvalue, rel=0.2)  # fewer degrees of freedom where few groups vary
    assert test.statistic == pytest.approx(expected.statistic)
    assert (interval.low <= 0 <= interval.high) == (test.p_value > 0.05)
    flat, none = difference_from_zero(Jackknife.of(0.0, np.zeros(5)), None)
    assert flat.low is None
    assert none.p_value is None
    assert none.reason == ALL_ALIKE


def test_mid_p_and_reach_agree_at_ties():
    found = SwapDistribution(1.0, np.array([0.0, 1.0, 1.0, 1.0 + 1e-13, 2.0, 2.0, 3.0, 0.5, 0.0, 0.0]), True)
    assert found.p_value == pytest.approx(0.3 + 0.15)
    assert found.reach(0.9) == 2.0  # mid-p of 2 is .1 + .1, of 3 it is .05


def test_two_referees_are_swapped_within_clusters():
    # One referee is right where the other is wrong in 6 clusters of 20: 2 of 2^6 swaps are as far, half of them count.
    people = np.tile(np.arange(20)[:, None] % 5, (1, 2))
    good, poor = people[:, 0].astype(float), people[:, 0].astype(float)
    poor[:6] = (poor[:6] + 1) % 5
    found = ablation(people, {"good": good, "poor": poor}, cluster=np.arange(20))
    one = next(d for d in found.differences if d.measure == "percent_agreement")
    assert one.estimate.value == pytest.approx(-0.3)
    assert one.p_value >= 1 / 64
    assert one.p_value == pytest.approx(max(1 / 64, one.p_value))
    assert (one.p_value <= 0.05) == (one.estimate.high < 0)


def test_the_case_of_a_ceiling_gives_about_a_half():
    rows = (Path(__file__).parent / "vectors" / "near_ceiling_binary.csv").read_text().split()
    columns = dict(
        zip(("unit", "rater", "value"), zip(*(row.split(",") for row in rows[1:]), strict=True), strict=True)
    )
    ratings = Ratings.from_long({**columns, "value": [int(v) for v in columns["value"]]}, scale=(0, 1))
    at = [str(r) for r in ratings.raters].index("ref")
    others = [j for j in range(ratings.n_raters) if j != at]
    found = compare(ratings.take_raters(others), ratings.codes[:, at].astype(float), level="nominal")
    assert found.compared["cohen_kappa"].difference.value == pytest.approx(0.171, abs=5e-4)
    assert found.compared["cohen_kappa"].p_value == pytest.approx(0.5, abs=0.1)


def test_swaps_need_a_choice_that_is_known():
    with pytest.raises(AgreementError, match=r"'fixed' .* or 'sample'"):
        compare(np.zeros((5, 3)), np.zeros(5), scale=(0, 1), raters="random")
