"""Gains, ranks and signs within groups of rollouts: unbiased, and their intervals cover, whatever is missing."""

import numpy as np
import pytest
from helpers_policy_improvement import simulate

from agreement import human_ceiling, policy_improvement, rating_strata

N_STUDIES, N = 400, 4


def measured(data):
    rewards = {"referee": data.referee}
    found = policy_improvement(
        rewards, data.value, data.group, cluster=data.video, kl=(0.3,),
        weight=rating_strata(~np.isnan(data.value), data.referee),
        person_values=data.people, person_weight=data.weight_of(data.rated),
    ).rewards[0]  # fmt: skip
    ceiling = human_ceiling(
        rewards, data.people, data.others, data.group, cluster=data.video, kl=(0.3,),
        weight=data.weight_of(data.rated & ~np.isnan(data.others)),
        person_values=data.people, pair_weight=data.weight_of(data.rated_by_two),
    )  # fmt: skip
    return {
        "best": found.best_of_n[N - 1].gain,
        "tilt": found.tilt[0].gain,
        "people": ceiling.people.best_of_n[N - 1].gain,
        "difference": next(one.difference for one in ceiling.differences if one.n == N),
        "ranks": found.rank_agreement,
        "signs": found.right_sign,
        "people's ranks": ceiling.people.rank_agreement,
        "people's signs": ceiling.people.right_sign,
    }


@pytest.fixture(scope="module")
def truth():
    found = measured(simulate(np.random.default_rng(0), 3000))
    return {name: one.value for name, one in found.items()} | {"difference": 0.0}  # one more person differs by nothing


@pytest.mark.parametrize("missing", ["none", "at random", "by referee level"])
def test_figures_are_unbiased_and_their_intervals_cover(truth, missing):
    rng = np.random.default_rng(7)
    studies = [measured(simulate(rng, 40, missing=missing)) for _ in range(N_STUDIES)]
    for name, true in truth.items():
        values = np.array([one[name].value for one in studies])
        # the truth's own error is that of 3,000 videos, a ninth of a study's
        error = values.std() * np.sqrt(1 / N_STUDIES + 40 / 3000)
        assert abs(values.mean() - true) < 3 * error, name
        held = np.mean([one[name].low <= true <= one[name].high for one in studies])
        # 0.95 within four Monte Carlo errors of 0.011: eight figures of the same studies miss together
        assert 0.906 <= held <= 0.994, (name, held)


def test_a_referee_that_is_one_more_person_reaches_their_figures(truth):
    assert truth["best"] == pytest.approx(truth["people"], rel=0.03)
    assert truth["ranks"] == pytest.approx(truth["people's ranks"], abs=0.01)
    assert truth["signs"] == pytest.approx(truth["people's signs"], abs=0.01)
