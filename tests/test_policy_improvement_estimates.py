"""Gains, people as rewards, missing ratings and what is not defined, each with its arithmetic."""

from __future__ import annotations

import numpy as np
import pytest

from agreement import AgreementError, human_ceiling, inverse_rating_probabilities, policy_improvement, rating_strata

NAN = float("nan")
GROUPS = ["a"] * 3 + ["b"] * 3
VALUES = [0.2, 0.4, 0.9, 0.1, 0.5, 0.3]


def found(rewards, values=VALUES, groups=GROUPS, **given):
    return policy_improvement(rewards, values, groups, **given)


def test_best_of_n_of_a_reward_that_ranks_as_people_do():
    its = found({"people": VALUES}).rewards[0].best_of_n
    # n = 2 of three: best in 2 of 3 pairs, second in 1; a: (2 · .9 + .4) / 3, b: (2 · .5 + .3) / 3
    two = ((2 * 0.9 + 0.4) / 3 + (2 * 0.5 + 0.3) / 3) / 2
    mean = (0.5 + 0.3) / 2
    assert [point.n for point in its] == [1, 2, 3]
    assert [point.mean.value for point in its] == pytest.approx([mean, two, (0.9 + 0.5) / 2])
    assert [point.gain.value for point in its] == pytest.approx([0, two - mean, 0.7 - mean])


def test_a_reversed_reward_loses_what_people_would_win_in_a_symmetric_group():
    its = found({"wrong": [3, 2, 1], "right": [1, 2, 3]}, [0.0, 0.5, 1.0], ["a"] * 3)
    assert its.rewards[0].best_of_n == ()  # one group is not a sample of groups
    groups, values = np.repeat(["a", "b"], 3), [0.0, 0.5, 1.0] * 2
    wrong, right = found({"wrong": [3, 2, 1] * 2, "right": [1, 2, 3] * 2}, values, groups).rewards
    assert wrong.best_of_n[2].gain.value == pytest.approx(-0.5)
    assert right.best_of_n[2].gain.value == pytest.approx(0.5)
    assert (wrong.rank_agreement.value, right.rank_agreement.value) == pytest.approx((-1, 1))
    assert (wrong.right_sign.value, right.right_sign.value) == pytest.approx((0, 1))


def test_a_constant_gains_nothing_and_every_group_teaches_nothing():
    its = found({"constant": [0.5] * 6}).rewards[0]
    assert [point.gain.value for point in its.best_of_n] == pytest.approx([0, 0, 0], abs=1e-15)
    assert its.zero_variance.value == 1
    assert its.rank_agreement.value is None
    assert "tie" in (its.rank_agreement.reason or "")
    assert its.tilt[0].gain.value is None
    assert "ties" in (its.tilt[0].gain.reason or "")


def test_signs_and_taus_by_hand():
    its = found({"r": [0.1, 0.6, 0.5, 0.9, 0.2, 0.1]}).rewards[0]
    # a: rewards less .4 are -, +, +; values less .5 are -, -, +: two of three. b: +, -, - against -, +, 0: none of two
    assert its.right_sign.value == pytest.approx(2 / 5)
    # a: pairs 12 and 13 agree, 23 does not: 1/3. b: rewards 1>2>3, values 1<3<2: 12 and 13 disagree, 23 agrees: -1/3
    assert its.rank_agreement.value == pytest.approx(0)


def test_differences_are_of_what_people_think_of_the_best():
    its = found({"first": VALUES, "constant": [1.0] * 6}).differences
    assert [(one.first, one.second, one.n) for one in its] == [("constant", "first", 2), ("constant", "first", 3)]
    assert its[1].difference.value == pytest.approx(0.4 - 0.7)


def test_a_reward_without_two_paid_rollouts_has_no_group_there():
    its = found({"r": [1, 2, 3, NAN, NAN, 1]}).rewards[0]
    assert (its.n_groups, its.n_rollouts, its.n_unpaid) == (1, 3, 0)
    nothing = found({"r": [NAN] * 6}).rewards[0]
    assert (nothing.n_groups, nothing.best_of_n) == (0, ())
    assert nothing.right_sign.reason == "the reward pays two rollouts in no group"


def test_two_rewards_that_pay_nowhere_have_no_difference_also_where_weights_are_estimated():
    its = found({"r": [NAN] * 6, "q": [NAN] * 6}, weight=rating_strata([True] * 5 + [False], [0] * 6))
    assert [(one.n_groups, one.best_of_n) for one in its.rewards] == [(0, ())] * 2
    assert [one.difference.value for one in its.differences] == [None] * len(its.differences)


def test_missing_ratings_are_weighed_by_how_probable_they_were():
    # Of two alike groups, the low-paid rollout was rated in one only; so it stands for two.
    values, rewards, groups = [0.0, 1.0, NAN, 1.0], [0, 1, 0, 1], ["a", "a", "b", "b"]
    plain = found({"r": rewards}, values, groups).rewards[0].best_of_n[0].mean
    weighed = found({"r": rewards}, values, groups, weight=[2, 1, 2, 1]).rewards[0].best_of_n[0].mean
    assert plain.value == pytest.approx(2 / 3)
    assert weighed.value == pytest.approx((2 * 0 + 1 + 1) / (2 + 1 + 1))


def test_rating_probabilities_by_stratum():
    rated = np.array([True] * 20 + [True, False] * 10)
    by = np.repeat([0.0, 1.0], 20)
    assert inverse_rating_probabilities(rated, by)[[0, 39]] == pytest.approx([1.0, 2.0])
    few = inverse_rating_probabilities(np.array([True] * 18 + [False] * 2), np.repeat([0.0, NAN], [10, 10]))
    assert few[[0, 19]] == pytest.approx([1.0, 10 / 8])
    alone = inverse_rating_probabilities(np.array([True] * 18 + [False] * 2), np.repeat([0.0, 1.0], [18, 2]))
    assert alone == pytest.approx([20 / 18] * 20)  # a stratum in which nobody rated joins its neighbour


def test_a_referee_that_equals_people_has_their_gain():
    values = np.array([VALUES, VALUES]).T
    ceiling = human_ceiling({"copy": VALUES}, values, values, GROUPS)
    assert (ceiling.n_people, ceiling.n_groups) == (2, 4)
    assert ceiling.people.best_of_n[2].gain.value == pytest.approx(0.7 - 0.4)
    assert [one.difference.value for one in ceiling.differences] == pytest.approx([0, 0])
    assert ceiling.people.rank_agreement.value == pytest.approx(1)


def test_a_share_of_peoples_gain_needs_a_gain():
    rng = np.random.default_rng(5)
    truth, groups = rng.random(120), np.repeat(np.arange(40), 3)
    half = np.where(rng.random(120) < 0.5, truth, rng.random(120))
    people = np.stack([truth, truth], axis=1)
    own = human_ceiling({"half": half, "same": truth}, people, people, groups).shares
    at_3 = {one.reward: one.share for one in own if one.n == 3}
    assert at_3["same"].value == pytest.approx(1)
    assert at_3["half"].low < at_3["half"].value < at_3["half"].high < 1
    opposed = human_ceiling({"half": half}, 1 - people, people, groups).shares[-1].share
    assert opposed.value is None
    assert "not shown to be above 0" in opposed.reason


def test_one_person_alone_is_no_ceiling():
    lone = human_ceiling({"r": VALUES}, np.array([VALUES]).T, np.full((6, 1), NAN), GROUPS)
    assert (lone.n_people, lone.n_groups, lone.people.best_of_n) == (0, 0, ())


def test_only_rollouts_that_a_person_and_another_one_rated_enter():
    own = np.array([[0.1, NAN], [0.9, 0.9], [NAN, 0.1]] * 2)
    others = np.array([[NAN, 0.1], [0.9, 0.9], [0.1, NAN]] * 2)
    assert human_ceiling({"r": VALUES}, own, others, GROUPS).n_groups == 0  # one rollout of each group is left


def test_clusters_hold_whole_groups_and_weights_are_positive():
    with pytest.raises(AgreementError, match="one cluster"):
        found({"r": VALUES}, cluster=["v", "v", "w", "x", "x", "x"])
    with pytest.raises(AgreementError, match="weight"):
        found({"r": VALUES}, weight=[0.0] * 6)
    with pytest.raises(AgreementError, match="infinite"):
        found({"r": [np.inf] * 6})
