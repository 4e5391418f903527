"""Gains within groups of rollouts: unbiased, and their intervals cover, over many simulated studies of 40 videos."""

import numpy as np
import pytest
from helpers_policy_improvement import simulate

from agreement import human_ceiling, inverse_rating_probabilities, policy_improvement

N_STUDIES, N = 150, 4


def measured(data):
    weight = inverse_rating_probabilities(~np.isnan(data.value), data.referee)
    pairs = ~(np.isnan(data.people) | np.isnan(data.others))
    of_pairs = inverse_rating_probabilities(pairs.ravel(), np.repeat(data.referee, 3))[::3]
    rewards = {"referee": data.referee}
    found = policy_improvement(rewards, data.value, data.group, cluster=data.video, weight=weight, kl=(0.3,))
    ceiling = human_ceiling(
        rewards, data.people, data.others, data.group, cluster=data.video, weight=of_pairs, kl=(0.3,)
    )
    return {
        "best": found.rewards[0].best_of_n[N - 1].gain,
        "tilt": found.rewards[0].tilt[0].gain,
        "people": ceiling.people.best_of_n[N - 1].gain,
        "difference": next(one.difference for one in ceiling.differences if one.n == N),
    }


@pytest.fixture(scope="module")
def truth():
    found = measured(simulate(np.random.default_rng(0), 3000))
    return {name: one.value for name, one in found.items()} | {"difference": 0.0}  # one more person differs by nothing


@pytest.mark.parametrize("missing", ["none", "at random", "by referee level"])
def test_gains_are_unbiased_and_their_intervals_cover(truth, missing):
    rng = np.random.default_rng(7)
    studies = [measured(simulate(rng, 40, missing=missing)) for _ in range(N_STUDIES)]
    for name, true in truth.items():
        values = np.array([one[name].value for one in studies])
        # the truth's own error is that of 3,000 videos, a ninth of a study's
        error = values.std() * np.sqrt(1 / N_STUDIES + 40 / 3000)
        assert abs(values.mean() - true) < 3 * error, name
        held = np.mean([one[name].low <= true <= one[name].high for one in studies])
        assert 0.89 <= held <= 1.0, (name, held)  # 0.95, Monte Carlo error 0.018


def test_a_referee_that_is_one_more_person_reaches_their_curve(truth):
    assert truth["best"] == pytest.approx(truth["people"], rel=0.03)
