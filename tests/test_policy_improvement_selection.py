"""Best-of-n weights against every subset, tilts against the closed form of their KL divergence."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest

from agreement import best_of_n_weights, best_of_rated_weights, kl_from_uniform, tilt_weights

NAN = float("nan")


def by_enumeration(rewards, n):
    """Share each subset evenly among its best, one without a reward only where all are."""
    paid = [float("-inf") if np.isnan(one) else one for one in rewards]
    weights, subsets = np.zeros(len(paid)), list(combinations(range(len(paid)), n))
    for subset in subsets:
        best = [i for i in subset if paid[i] == max(paid[j] for j in subset)]
        weights[best] += 1 / len(best) / len(subsets)
    return weights


@pytest.mark.parametrize(
    "rewards",
    [
        [0.1, 0.7, 0.3, 0.9, 0.2],
        [0.5, 0.5, 0.5],
        [0.0, 1.0, 1.0, 0.0, 0.5, 0.5, 0.5],
        [NAN, 0.2, NAN, 0.8, 0.2],
        [NAN, NAN, NAN],
        [0.3],
    ],
)
def test_best_of_n_is_the_mean_over_all_subsets(rewards):
    row = np.array([rewards])
    for n in range(1, len(rewards) + 1):
        found = best_of_n_weights(row, np.ones(row.shape, bool), n)[0]
        assert found == pytest.approx(by_enumeration(rewards, n), abs=1e-12)


def test_random_groups_with_many_ties_match_enumeration():
    rng = np.random.default_rng(1)
    for _ in range(30):
        rewards = rng.integers(0, 4, rng.integers(2, 9)).astype(float)
        rewards[rng.random(len(rewards)) < 0.2] = NAN
        row, n = rewards[None], int(rng.integers(1, len(rewards) + 1))
        found = best_of_n_weights(row, np.ones(row.shape, bool), n)[0]
        assert found == pytest.approx(by_enumeration(rewards, n), abs=1e-12)


def test_padding_takes_no_part_and_a_small_group_has_no_best_of_more():
    rewards, present = np.array([[1.0, 2.0, NAN], [1.0, 2.0, 3.0]]), np.array([[1, 1, 0], [1, 1, 1]], bool)
    assert best_of_n_weights(rewards, present, 2)[0] == pytest.approx([0, 1, 0])
    found = best_of_n_weights(rewards, present, 3)
    assert np.isnan(found[0]).all()
    assert found[1] == pytest.approx([0, 0, 1])
    assert tilt_weights(rewards, present, 2.0)[0, 2] == 0


def test_rewards_apart_by_rounding_alone_are_tied():
    found = best_of_n_weights(np.array([[0.1 + 0.2, 0.3]]), np.ones((1, 2), bool), 2)
    assert found[0] == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize("sharpness", [0.0, 0.3, 2.0, 40.0])
def test_the_tilts_kl_has_its_closed_form(sharpness):
    rewards, present = np.random.default_rng(3).random((5, 6)), np.ones((5, 6), bool)
    weights = tilt_weights(rewards, present, sharpness)
    # with w = exp(s r) / Σ exp(s r), Σ w log(m w) is s Σ w r - log of the mean of exp(s r)
    closed = sharpness * (weights * rewards).sum(axis=1) - np.log(np.exp(sharpness * rewards).mean(axis=1))
    assert kl_from_uniform(weights, present) == pytest.approx(closed, abs=1e-12)


def test_the_tilt_of_two_rollouts_is_the_logistic_function():
    weights = tilt_weights(np.array([[0.2, 0.7]]), np.ones((1, 2), bool), 3.0)
    p = 1 / (1 + np.exp(-3 * 0.5))
    assert weights[0] == pytest.approx([1 - p, p])
    expected = p * np.log(2 * p) + (1 - p) * np.log(2 * (1 - p))
    assert kl_from_uniform(weights, np.ones((1, 2), bool))[0] == pytest.approx(expected)


def test_without_a_reward_a_rollout_keeps_the_weight_of_a_mean_one():
    weights = tilt_weights(np.array([[0.0, 1.0, NAN]]), np.ones((1, 3), bool), 1.0)
    e = np.exp([0.0, 1.0, 0.5])
    assert weights[0] == pytest.approx(e / e.sum())


def test_with_all_rated_alike_the_weights_are_those_of_best_of_n():
    rng = np.random.default_rng(2)
    rewards = rng.integers(0, 4, (6, 7)).astype(float)
    rewards[rng.random(rewards.shape) < 0.1] = NAN
    for n in range(1, 8):
        found = best_of_rated_weights(rewards, np.ones(rewards.shape), np.full(6, 7), n)
        assert found == pytest.approx(best_of_n_weights(rewards, np.ones(rewards.shape, bool), n), abs=1e-12)


def test_over_all_patterns_of_rating_the_weights_are_those_of_the_whole_group():
    rewards, chance = np.array([0.2, 0.7, 0.7, 0.1, 0.2]), np.array([0.3, 0.9, 0.5, 0.7, 0.6])
    for n in (1, 2, 4):
        expected = np.zeros(5)
        for pattern in product((False, True), repeat=5):
            rated = np.array(pattern)
            probability = np.where(rated, chance, 1 - chance).prod()
            weights = best_of_rated_weights(rewards[None], np.where(rated, 1 / chance, 0)[None], np.array([5]), n)
            expected += probability * weights[0]
        assert expected == pytest.approx(best_of_n_weights(rewards[None], np.ones((1, 5), bool), n)[0], abs=1e-12)
