"""Rank agreement and signs of advantages beside single persons: by hand, by enumeration, and with ratings missing."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from helpers_policy_improvement import simulate

from agreement import (
    AgreementError,
    NoteCode,
    human_ceiling,
    inverse_rating_probabilities,
    policy_improvement,
    rating_strata,
)

NAN = float("nan")
TWO = ["a"] * 3 + ["b"] * 3


def found(rewards, people, groups=TWO, **given):
    people = np.asarray(people, dtype=float)
    value = np.nanmean(people, axis=1)
    return policy_improvement({"r": rewards}, value, groups, person_values=people, **given).rewards[0]


def test_persons_are_compared_one_by_one():
    # p orders both groups as the reward does, q both the other way round: their mean ties all, they themselves disagree
    its = found([1, 2, 3] * 2, np.array([[1, 2, 3] * 2, [3, 2, 1] * 2]).T)
    assert its.rank_agreement.value == pytest.approx(0)
    assert its.right_sign.value == pytest.approx(0.5)  # the middle one has no advantage


def test_ties_lower_tau_b_over_all_pairs():
    its = found([1, 2, 2, 1, 2, 3], np.array([[1, 2, 3, 2, 2, 3]]).T)
    # a: 12 and 13 agree, 23 is tied by the reward. b: 13 and 23 agree, 12 is tied by the person
    assert its.rank_agreement.value == pytest.approx(4 / np.sqrt(5 * 5))


def test_a_group_that_the_reward_ties_counts_in_tau_b():
    its = found([1, 2, 3, 5, 5, 5], np.array([[1, 2, 3, 1, 2, 3]]).T)
    assert its.rank_agreement.value == pytest.approx(3 / np.sqrt(3 * 6))


def test_only_pairs_that_one_person_rated_enter():
    people = [[1, NAN], [2, NAN], [NAN, 1], [1, NAN], [NAN, 3], [NAN, 2]]
    its = found([1, 2, 3, 1, 2, 3], people)
    # p: 12 of a agrees; q: 23 of b disagrees
    assert its.rank_agreement.value == pytest.approx(0)
    assert its.right_sign.value is None  # nobody rated all three
    assert "nobody rated, by themselves, 4 (or all) rollouts" in its.right_sign.reason


def test_nobody_who_rated_two_rollouts_is_said():
    its = found([1, 2, 3] * 2, [[1, NAN, NAN], [NAN, 2, NAN], [NAN, NAN, 3]] * 2)
    assert its.rank_agreement.value is None
    assert its.rank_agreement.reason == "nobody rated, by themselves, two rollouts of a group that the reward pays"


def test_pairs_are_weighed_by_how_probable_they_were():
    people = np.array([[1, 2, 3, 1, 3, 2]]).T
    # a: three pairs agree. b: 12 and 13, which stand for 2 each, agree; 23, which stands for 2 · 2, does not
    its = found([1, 2, 3] * 2, people, person_weight=[1, 1, 1, 1, 2, 2])
    assert its.rank_agreement.value == pytest.approx((3 + 2 + 2 - 4) / (3 + 2 + 2 + 4))


def test_signs_are_those_of_every_four_rollouts():
    rng = np.random.default_rng(3)
    reward, person, groups = rng.random(12), rng.integers(0, 5, 12).astype(float), np.repeat(["a", "b"], 6)
    right = told = 0
    for start in (0, 6):
        for chosen in combinations(range(start, start + 6), 4):
            mine, theirs = (np.sign(np.round(x[[*chosen]] - x[[*chosen]].mean(), 9)) for x in (reward, person))
            right, told = right + (mine * theirs > 0).sum(), told + (mine * theirs != 0).sum()
    assert found(reward, person[:, None], groups).right_sign.value == pytest.approx(right / told)


def test_large_groups_are_looked_at_by_some_of_their_subsets():
    values, groups = np.arange(80.0), np.repeat(["a", "b"], 40)  # of which each has 91,390 subsets of four
    assert found(values, values[:, None], groups).right_sign.value == 1
    assert found(-values, values[:, None], groups).rank_agreement.value == -1


def test_rollouts_that_are_not_paid_do_not_enter():
    its = found([1, 2, NAN, 1, NAN, 2], np.array([[1, 2, 0, 1, 0, 2]]).T)
    assert (its.rank_agreement.value, its.right_sign.value) == (1, 1)


def test_means_taken_as_one_person_are_noted():
    plain = policy_improvement({"r": [1, 2, 3] * 2}, [1.0, 2.0, 2.5] * 2, TWO).rewards[0]
    assert [note.code for note in plain.rank_agreement.notes] == [NoteCode.MEANS_AS_ONE_PERSON]
    assert found([1, 2, 3] * 2, np.array([[1, 2, 3] * 2]).T).rank_agreement.notes == ()


def test_a_person_as_the_reward_stands_beside_one_other_person_at_a_time():
    first, second, third = [1, 2, 3] * 2, [1, 3, 2] * 2, [3, 2, 1] * 2
    people = np.array([first, second, third], dtype=float).T
    others = np.stack([np.delete(people, j, axis=1).mean(axis=1) for j in range(3)], axis=1)
    ceiling = human_ceiling({"copy": first}, people, others, TWO, person_values=people)
    # τ of first and second 1/3, of first and third -1, of second and third -1/3
    assert ceiling.people.rank_agreement.value == pytest.approx((1 / 3 - 1 - 1 / 3) / 3)
    # a copy of the first beside each judge, once for each other person: 1, 1/3 and -1
    assert ceiling.rewards[0].rank_agreement.value == pytest.approx((1 + 1 / 3 - 1) / 3)


def test_people_who_are_judges_have_a_column_each():
    with pytest.raises(AgreementError, match="a row per rollout, a column per person"):
        policy_improvement({"r": [1, 2]}, [1, 2], ["a", "a"], person_values=[1, 2])


def test_ranks_stay_when_ratings_are_missing_at_random():
    whole, gone = (simulate(np.random.default_rng(4), 400, missing=missing) for missing in ("none", "at random"))
    complete, missing = (
        policy_improvement(
            {"r": one.referee}, one.value, one.group, cluster=one.video,
            person_values=one.people, person_weight=one.weight_of(one.rated),
        ).rewards[0]
        for one in (whole, gone)
    )  # fmt: skip
    for name in ("rank_agreement", "right_sign"):  # of means, τ-b falls by 0.03 and the share by 0.02
        assert getattr(missing, name).value == pytest.approx(getattr(complete, name).value, abs=0.012), name


def test_weights_that_are_estimated_make_no_other_gain_and_a_shorter_interval():
    data = simulate(np.random.default_rng(6), 400, missing="by referee level")
    rated = ~np.isnan(data.value)
    strata = rating_strata(rated, data.referee)
    plain = inverse_rating_probabilities(rated, data.referee)
    assert strata.weight[rated] == pytest.approx(plain[rated])
    given, estimated = (
        policy_improvement({"r": data.referee}, data.value, data.group, cluster=data.video, weight=weight)
        .rewards[0].best_of_n[3].gain
        for weight in (plain, strata)
    )  # fmt: skip
    assert estimated.value == pytest.approx(given.value)
    assert 0.8 < estimated.standard_error / given.standard_error < 0.97


def test_a_rollout_counts_with_its_rated_claims():
    # two rollouts of two claims: one claim of the second is not rated; of the stratum 2 three of four are
    rated, by = [True, True, True, False] * 5, [0.0] * 20
    strata = rating_strata(rated, by, np.repeat(np.arange(10), 2))
    assert strata.weight[:2] == pytest.approx([2 * (20 / 15) / 2, (20 / 15) / 2])
