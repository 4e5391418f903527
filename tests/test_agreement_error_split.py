"""Errors split by how far the other people agree: planted judges in closed form, and sums by brute force."""

from itertools import combinations, product

import numpy as np
import pytest

import agreement as ag

# Half of the units are worth 2 to everybody; on the others three people throw coins between 1 and 3, all eight
# outcomes equally often: mean 2, variance 1.
COINS = np.array(list(product((1.0, 3.0), repeat=3)))
AGREED = np.full((8, 3), 2.0)
SCALE = (0, 1, 2, 3, 4)


def values(stratum):
    parts = ("share_of_ratings", "judge", "person", "excess", "own", "noise", "share", "excess_share")
    found = {part: getattr(stratum, part) for part in parts}
    return {part: one if isinstance(one, float) else one.value for part, one in found.items()}


def by_name(found):
    return {one.name: values(one) for one in (found.whole, *found.strata)}


def test_a_judge_perfect_where_people_agree_and_throwing_coins_where_they_split():
    people = np.concatenate([AGREED, AGREED, COINS, COINS])
    judge = np.concatenate([np.full(16, 2.0), np.ones(8), np.full(8, 3.0)])
    found = by_name(ag.error_split(people, judge, scale=SCALE))
    # Two of three coins fall alike half of the time, so where others agree lie all 16 agreed units and half of the
    # other 16: 3/4 of the ratings. A coin against a coin errs 4 or 0, by 2 on average, as a second person does.
    assert found["others agree"] == pytest.approx(
        {"share_of_ratings": 3 / 4, "judge": 2 / 3, "person": 2 / 3, "excess": 0, "own": 1 / 3, "noise": 1 / 3,
         "share": 1 / 2, "excess_share": 0}, abs=1e-12)  # fmt: skip
    assert found["others differ by more than 1 level"] == pytest.approx(
        {"share_of_ratings": 1 / 4, "judge": 2, "person": 2, "excess": 0, "own": 1, "noise": 1, "share": 1 / 2,
         "excess_share": 0}, abs=1e-12)  # fmt: skip
    assert found["all ratings"] == pytest.approx(
        {"share_of_ratings": 1, "judge": 1, "person": 1, "excess": 0, "own": 1 / 2, "noise": 1 / 2, "share": 1,
         "excess_share": 0}, abs=1e-12)  # fmt: skip


def test_a_judge_that_errs_only_where_people_agree():
    people = np.concatenate([AGREED, COINS])
    judge = np.concatenate([np.full(8, 4.0), np.full(8, 2.0)])  # off by 2; and people's true mean
    split = ag.error_split(people, judge, scale=SCALE)
    found = by_name(split)
    # Others agree: 2/3 agreed units (judge 4, person 0) and 1/3 coins (judge 1, person 2).
    assert found["others agree"] == pytest.approx(
        {"share_of_ratings": 3 / 4, "judge": 3, "person": 2 / 3, "excess": 7 / 3, "own": 8 / 3, "noise": 1 / 3,
         "share": 9 / 10, "excess_share": 7 / 4})  # fmt: skip
    assert found["others differ by more than 1 level"] == pytest.approx(
        {"share_of_ratings": 1 / 4, "judge": 1, "person": 2, "excess": -1, "own": 0, "noise": 1, "share": 1 / 10,
         "excess_share": -1 / 4}, abs=1e-12)  # fmt: skip
    assert found["all ratings"] == pytest.approx(
        {"share_of_ratings": 1, "judge": 5 / 2, "person": 1, "excess": 3 / 2, "own": 2, "noise": 1 / 2, "share": 1,
         "excess_share": 3 / 2})  # fmt: skip
    assert split.within.value == pytest.approx(2 / 5)


def brute_force(people, judge, loss):
    """Return weight, error and excess per stratum by loops over units, raters and others."""
    sums = {}
    for ratings, x in zip(people, judge, strict=True):
        given = [y for y in ratings if not np.isnan(y)]
        if len(given) < 2 or np.isnan(x):
            continue
        for j, y in enumerate(given):
            others = given[:j] + given[j + 1 :]
            apart = [abs(a - b) for a, b in combinations(others, 2)]
            mean = np.mean(apart) if apart else None
            stratum = "alone" if mean is None else "0" if mean == 0 else "1" if mean <= 1 else "more"
            excess = np.mean([loss(x, other) - loss(y, other) for other in others])
            row = np.array([1.0, loss(x, y), excess]) / len(given)
            sums[stratum] = sums.get(stratum, 0) + row
    return sums


@pytest.mark.parametrize(
    ("name", "loss"), [("squared", lambda a, b: (a - b) ** 2), ("absolute", lambda a, b: abs(a - b))]
)
def test_sums_are_those_of_loops_over_units_raters_and_others(name, loss):
    rng = np.random.default_rng(0)
    people = rng.integers(0, 5, (60, 5)).astype(float)
    people[rng.random(people.shape) < 0.4] = np.nan
    judge = rng.uniform(0, 4, 60)
    judge[rng.random(60) < 0.1] = np.nan
    found = ag.error_split(people, judge, loss=name, scale=SCALE)
    want = brute_force(people, judge, loss)
    strata = {
        "others agree": "0",
        "others differ by up to 1 level": "1",
        "others differ by more than 1 level": "more",
        "another person only": "alone",
    }
    total = sum(want.values())
    assert {one.name for one in found.strata} == set(strata)
    for one in found.strata:
        weight, error, excess = want[strata[one.name]]
        assert one.share_of_ratings == pytest.approx(weight / total[0])
        assert one.judge.value == pytest.approx(error / weight)
        assert one.excess.value == pytest.approx(excess / weight)
        assert one.share.value == pytest.approx(error / total[1])
    assert found.within.value == pytest.approx((total[1] - total[2]) / total[1])


def test_the_whole_squared_error_is_the_distance_from_the_true_mean_and_peoples_variance():
    rng = np.random.default_rng(1)
    people, judge = rng.integers(0, 5, (40, 3)).astype(float), rng.uniform(0, 4, 40)
    whole = ag.error_split(people, judge, scale=SCALE).whole
    m, s2 = people.mean(axis=1), people.var(axis=1, ddof=1)
    assert whole.own.value == pytest.approx(((judge - m) ** 2 - s2 / 3).mean())
    assert whole.noise.value == pytest.approx(s2.mean())
    assert whole.judge.value == pytest.approx(((judge[:, None] - people) ** 2).mean())


def test_an_ordinal_loss_counts_steps_of_an_uneven_scale():
    people = [[0, 10], [100, 100], [10, 10]]
    found = ag.error_split(people, [100, 10, 55], loss="ordinal", scale=(0, 10, 100))
    # 100 against 0 and 10: 2 and 1 steps; 10 against 100: 1; 55 lies half a step above 10.
    assert found.whole.judge.value == pytest.approx((1.5 + 1 + 0.5) / 3)


def test_a_judge_exchangeable_with_people_has_no_excess_in_any_stratum():
    rng = np.random.default_rng(2)
    merit = rng.uniform(0, 4, 40_000)
    noise = np.where(rng.random(40_000) < 0.5, 0.3, 1.2)
    every = np.clip(np.rint(merit[:, None] + noise[:, None] * rng.normal(size=(40_000, 4))), 0, 4)
    blocks = np.arange(40_000) % 100  # units are independent; left out a hundredth at a time
    found = ag.error_split(every[:, 1:], every[:, 0], scale=SCALE, cluster=blocks)
    for one in (found.whole, *found.strata):
        assert one.excess.low < 0.02
        assert one.excess.high > -0.02
        assert one.excess.value == pytest.approx(0, abs=0.04)
    assert found.within.value == pytest.approx(1, abs=0.02)


def test_the_noise_of_a_person_is_not_in_the_spread_of_the_others():
    rng = np.random.default_rng(3)
    merit = np.full(20_000, 2.0)
    people = np.clip(np.rint(merit[:, None] + rng.normal(0, 0.8, (20_000, 3))), 0, 4)
    # units are alike: error cannot depend on disagreement
    found = ag.error_split(people, merit, scale=SCALE, cluster=np.arange(20_000) % 100)
    errors = [one.judge.value for one in found.strata]
    assert max(errors) - min(errors) < 0.05 * max(errors)


def test_differences_between_judges_are_paired_and_opposite():
    rng = np.random.default_rng(4)
    people = rng.integers(0, 5, (90, 3)).astype(float)
    good = np.clip(people.mean(axis=1) + rng.normal(0, 0.3, 90), 0, 4)
    judges = {"good": good, "poor": rng.uniform(0, 4, 90)}
    judges["poor"][:5] = np.nan
    cluster = np.repeat(np.arange(30), 3)
    found = ag.error_differences(people, judges, scale=SCALE, cluster=cluster)
    back = ag.error_differences(people, dict(reversed(judges.items())), scale=SCALE, cluster=cluster)
    both = [ag.error_split(people[5:], one[5:], scale=SCALE, cluster=cluster[5:]) for one in judges.values()]
    assert found[0].estimate.value == pytest.approx(both[1].whole.judge.value - both[0].whole.judge.value)
    assert found[1].estimate.value == pytest.approx(both[1].strata[0].judge.value - both[0].strata[0].judge.value)
    for one, other in zip(found, back, strict=True):
        assert one.estimate.value == pytest.approx(-other.estimate.value)
        assert one.estimate.low == pytest.approx(-other.estimate.high)
        assert (one.test.p_value < 0.05) == (one.estimate.low > 0 or one.estimate.high < 0)
    assert found[0].p_holm < 0.05
    same = ag.error_differences(people, {"a": good, "b": good}, scale=SCALE)
    assert same[0].estimate.value == 0
    assert same[0].test.p_value in (None, 1.0)


def test_what_cannot_enter_is_counted_and_what_is_undefined_has_a_reason():
    people = [[1, 2, np.nan], [3, np.nan, np.nan], [2, 2, 1], [np.nan] * 3]
    found = ag.error_split(people, [1, 3, np.nan, 2], scale=SCALE)
    assert (found.n_units, found.n_unscored, found.n_single) == (1, 1, 1)
    assert [one.name for one in found.strata] == ["another person only"]
    assert "only 1 unit" in found.whole.judge.reason
    nothing = ag.error_split(people, [np.nan] * 4, scale=SCALE)
    assert nothing.whole.judge.reason == "no unit has a score of the judge and two ratings"
    assert ag.error_split([[1, 1]] * 9, [1] * 9, scale=SCALE).within.reason.startswith("the judge errs nowhere")


def test_what_cannot_be_read_is_refused():
    with pytest.raises(ag.AgreementError, match="loss='cubic'"):
        ag.error_split([[1, 2]], [1], loss="cubic")
    with pytest.raises(ag.AgreementError, match="rising from 0"):
        ag.error_split([[1, 2]], [1], edges=(1, 1))
    with pytest.raises(ag.AgreementError, match="outside the scale"):
        ag.error_split([[1, 7]], [1], scale=SCALE)
    with pytest.raises(ag.AgreementError, match="needs two"):
        ag.error_differences([[1, 2]], {"a": [1]})


def test_a_split_becomes_a_frame_with_a_row_per_number():
    people = np.concatenate([AGREED, COINS])
    frame = ag.error_split(people, people.mean(axis=1), scale=SCALE).to_frame()
    whole = frame[frame["table"] == "whole"]
    assert set(whole["part"]) >= {"judge", "person", "excess", "own", "noise"}
    assert frame.attrs["n_units"] == 16


def test_intervals_hold_the_excess_of_a_planted_judge():
    held = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        cluster = np.repeat(np.arange(40), 3)
        merit = rng.normal(0, 1, 40)[cluster] + rng.normal(0, 1, 120)
        people = merit[:, None] + rng.normal(0, 0.7, (120, 3))
        judge = merit + rng.normal(0, 0.5, 40)[cluster] + rng.normal(0, 0.5, 120)
        found = ag.error_split(people, judge, cluster=cluster).whole.excess
        held += found.low <= 0.25 + 0.25 - 0.49 <= found.high  # E(x − µ)² = 0.5² + 0.5², σ² = 0.7²
    assert held >= 52  # of 60 at 95 %: 57, standard deviation 1.7
