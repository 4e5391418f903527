"""Opposite ends, exact limits, kinds of units drawn together, and sameness within a margin."""

from itertools import product

import numpy as np
import pytest

from agreement import (
    AgreementError,
    Equivalence,
    Estimate,
    Ratings,
    clusters_to_exclude,
    equivalence,
    group_losses,
    opposite_levels,
    share_of_clusters,
    shrink_groups,
)

NAN = float("nan")


# exact limits


@pytest.mark.parametrize(
    ("affected", "n", "low", "high"),
    [  # R 4.2, binom.test(k, n, conf.level = 0.9)
        (0, 60, 0.0, 0.04870291331),
        (1, 60, 0.0008545229269, 0.0766399949345),
        (4, 100, 0.01377661246, 0.08919625016),
        (16, 200, 0.05082171703, 0.11897177433),
        (60, 60, 0.9512970867, 1.0),
    ],
)
def test_limits_are_clopper_and_pearsons(affected, n, low, high):
    found = share_of_clusters(affected, n)
    assert (found.low, found.high) == (pytest.approx(low, rel=1e-8), pytest.approx(high, rel=1e-8))
    assert found.confidence == pytest.approx(0.9)  # of the two together


def test_the_rule_of_three_says_how_many_exclude_a_share():
    # 0.99^298 = 0.0500, just above 5 %, and 0.99^299 = 0.0495; 0.95^59 = 0.0485
    assert [clusters_to_exclude(share) for share in (0.10, 0.05, 0.01)] == [29, 59, 299]
    for share, k in product((0.3, 0.05, 0.01), (0, 1, 5)):
        n = clusters_to_exclude(share, affected=k)
        assert share_of_clusters(k, n).high <= share < share_of_clusters(k, n - 1).high


def test_no_cluster_is_no_share_and_nonsense_is_refused():
    assert share_of_clusters(0, 0).value is None
    for wrong in ((3, 2), (0.5, 2), (-1, 2)):
        with pytest.raises(AgreementError):
            share_of_clusters(*wrong)
    with pytest.raises(AgreementError):
        share_of_clusters(0, 2, confidence=0.5)
    for share in (0, 1, NAN, "some"):
        with pytest.raises(AgreementError):
            clusters_to_exclude(share)


@pytest.mark.parametrize("together", [True, False])
def test_the_upper_limit_covers_whether_exploits_gather_in_videos_or_not(together):
    dice, rate, videos, claims, missed = np.random.default_rng(3), 0.03, 60, 4, 0
    for _ in range(400):
        drawn = dice.random(videos if together else videos * claims) < rate
        hit = np.repeat(drawn, claims) if together else drawn
        people, referee = np.zeros((len(hit), 3)), np.where(hit, 4.0, 0.0)
        found = opposite_levels(people, referee, cluster=np.repeat(np.arange(videos), claims))
        affected = rate if together else 1 - (1 - rate) ** claims  # of videos: at least one of four
        missed += found.acceptance.share.high < affected
    assert missed / 400 < 0.05 + 3 * (0.05 * 0.95 / 400) ** 0.5  # and the share of claims, 3 %, is never more


# opposite ends


def test_only_what_everybody_rejects_is_a_confident_acceptance():
    people = [[0, 1, 1], [0, 0, NAN], [0, 2, 0], [1, 1, 1], [4, 3, 4], [NAN, NAN, NAN], [0, 0, 0], [0, 0, 0]]
    found = opposite_levels(people, [4, 3, 4, 3, 0, 4, NAN, 2])
    assert found.acceptance.units == (0, 1, 3)
    assert found.acceptance.far_units == (0, 1)  # 4 is three levels from 1, 3 is three from 0 and two from 1
    assert found.rejection.units == found.rejection.far_units == (4,)
    assert found.n_units == 6  # one has no rating and one no score
    assert found.acceptance.share.value == 3 / 6


@pytest.mark.parametrize(
    ("scale", "low", "high", "apart"),
    [(range(5), 1, 3, 3), (range(1, 6), 2, 4, 3), (range(2), 0.25, 0.75, 0.75), (range(11), 2.5, 7.5, 7.5)],
)
def test_ends_are_quarters_of_any_scale(scale, low, high, apart):
    people = Ratings.from_array([[scale[0]] * 2, [scale[-1]] * 2], scale=scale)
    found = opposite_levels(people, [scale[-1], scale[0]])
    assert (found.low, found.high, found.apart) == (low, high, apart)
    assert (found.acceptance.far_units, found.rejection.far_units) == ((0,), (1,))


def test_what_one_more_person_would_have_is_counted_in_the_referees_place():
    # video 0: the second of three people alone is high; video 1: the referee alone; video 2: both, on two claims
    people = [[0, 4, 0], [0, 0, 0], [1, 3, 1], [0, 1, 0]]
    found = opposite_levels(people, [0, 4, 0, 4], cluster=[0, 1, 2, 2]).acceptance
    assert found.expected == pytest.approx(2 / 3)  # one of three people in two videos
    # By hand: four judges. Chance of the referee: 1/4 in videos 0 and 1, 2/4 in video 2, where two stood alone.
    chances = (0.25, 0.25, 0.5)
    at_least_two = sum(
        np.prod([p if hit else 1 - p for p, hit in zip(chances, hits, strict=True)])
        for hits in product((0, 1), repeat=3) if sum(hits) >= 2
    )  # fmt: skip
    assert found.test.p_value == pytest.approx(at_least_two)
    assert found.beyond_people is True  # two far videos; a person has 1/3, rounded up 1


def test_one_more_person_is_found_worse_than_people_no_more_often_than_stated():
    dice, found = np.random.default_rng(8), []
    for _ in range(300):
        quality = dice.normal(2, 1.2, 240)
        seen = np.clip(np.rint(quality[:, None] + dice.normal(0, 1.2, (240, 4))), 0, 4)
        tail = opposite_levels(seen[:, :3], seen[:, 3], cluster=np.arange(240) // 4)
        found += [tail.acceptance.test.p_value <= 0.025, tail.rejection.test.p_value <= 0.025]
    assert np.mean(found) <= 0.025 + 3 * (0.025 * 0.975 / 600) ** 0.5


def test_a_tail_needs_two_levels_and_one_score_per_unit():
    with pytest.raises(AgreementError, match="two levels"):
        opposite_levels(Ratings.from_array([[0, 0]], scale=[0]), [0])
    with pytest.raises(AgreementError, match="one score per unit"):
        opposite_levels([[0, 0], [1, 1]], [0])
    nothing = opposite_levels([[NAN, NAN], [1, 1]], [0, NAN])
    assert (nothing.acceptance.share.value, nothing.acceptance.expected) == (None, None)


# groups together


def test_shrunken_groups_are_the_posterior_of_the_hierarchical_model():
    # Independently: the joint posterior on a grid of mean and spread, and θ by brute force over both.
    y, se, scale = np.array([0.0, -0.1, -0.5]), np.array([0.03, 0.05, 0.12]), 0.05
    mu = np.linspace(-1.5, 1.0, 1201)[:, None, None]
    tau = np.linspace(1e-4, 0.9, 1500)[None, :, None]
    spread = se**2 + tau**2
    log = (-0.5 * np.log(spread) - 0.5 * (y - mu) ** 2 / spread).sum(axis=2) - 0.5 * (tau[..., 0] / scale) ** 2
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    kept = tau**2 / spread
    means = (weight[..., None] * (kept * y + (1 - kept) * mu)).sum(axis=(0, 1))
    found = shrink_groups(y, se, scale=scale)
    assert [one.value for one in found] == pytest.approx(means, abs=2e-3)
    dice = np.random.default_rng(0)
    cell = dice.choice(weight.size, 200_000, p=weight.ravel())
    m, k = mu.ravel()[cell // weight.shape[1]][:, None], kept[0][cell % weight.shape[1]]
    drawn = k * y + (1 - k) * m + np.sqrt(k) * se * dice.normal(size=k.shape)
    low, high = np.quantile(drawn, (0.025, 0.975), axis=0)
    assert [one.low for one in found] == pytest.approx(low, abs=4e-3)
    assert [one.high for one in found] == pytest.approx(high, abs=4e-3)


def test_one_group_keeps_its_interval_and_equal_groups_share_theirs():
    (alone,) = shrink_groups([0.2], [0.1], scale=0.05)
    assert (alone.low, alone.high) == (pytest.approx(0.2 - 0.196, abs=1e-3), pytest.approx(0.2 + 0.196, abs=1e-3))
    same = shrink_groups([0.0] * 4, [0.1] * 4, scale=0.01)
    assert same[0].high - same[0].low == pytest.approx(2 * 1.96 * 0.1 / 2, rel=0.05)  # as one of 4 times the data


def test_shrinking_needs_numbers_and_errors_above_zero():
    for values, errors, scale in (([], [], 1), ([1], [0], 1), ([1, 2], [1], 1), ([NAN], [1], 1), ([1], [1], 0)):
        with pytest.raises(AgreementError):
            shrink_groups(values, errors, scale=scale)


def simulated(seed, n=240):
    dice = np.random.default_rng(seed)
    quality = np.where(dice.random(n) < 0.3, 0.2, 2.9) + dice.normal(0, 1, n)
    seen = np.clip(np.rint(quality[:, None] + dice.normal(0, 0.55, (n, 4))), 0, 4)
    return seen[:, :3], seen[:, 3].copy(), np.arange(n) // 4, np.where(dice.random(n) < 0.1, "rare", "common")


def test_the_losses_of_all_kinds_make_the_difference_of_kappas():
    people, referee, video, kind = simulated(1)
    found = group_losses(people, referee, kind, cluster=video)
    whole = sum(one.n_units * one.raw_loss for one in found) / len(referee)
    # Quadratic kappa by definition, with everybody's margin for all: 1 − observed / expected squared difference
    expected = 2 * people.var()
    pairs = [(people[:, a] - people[:, b]) ** 2 for a, b in ((0, 1), (0, 2), (1, 2))]
    beside = [(people[:, a] - referee) ** 2 for a in range(3)]
    assert whole == pytest.approx((np.mean(pairs) - np.mean(beside)) / expected, abs=1e-12)
    assert sum(one.n_units * one.raw_leniency for one in found) / len(referee) == pytest.approx(
        (referee[:, None] - people).mean()
    )


def test_weights_carry_a_kind_that_was_drawn_more_often():
    people, referee, video, kind = simulated(2)
    twice = np.append(np.arange(240), np.flatnonzero(kind == "rare"))
    weight = np.where(kind == "rare", 0.5, 1.0)[twice]
    drawn = Ratings.from_array(people[twice], scale=range(5), weight=weight, wide=True)
    plain = group_losses(people, referee, kind, cluster=video)
    found = group_losses(drawn, referee[twice], kind[twice], cluster=video[twice])
    assert [one.raw_loss for one in found] == pytest.approx([one.raw_loss for one in plain])


def test_a_blind_kind_is_seen_where_it_is_rare_and_an_honest_one_is_not():
    blind, honest = 0, 0
    for seed in range(40):
        people, referee, video, kind = simulated(seed)
        honest += any(one.loss.low < -0.2 for one in group_losses(people, referee, kind, cluster=video))
        referee[kind == "rare"] = 2
        rows = {one.value: one for one in group_losses(people, referee, kind, cluster=video)}
        blind += rows["rare"].loss.low < -0.2
        assert rows["common"].loss.low > rows["rare"].loss.low
    assert blind >= 38
    assert honest <= 2


def test_a_kind_without_two_raters_has_leniency_and_a_reason():
    rows = group_losses([[0, NAN], [1, NAN], [2, 2], [4, 3]], [1, 2, 2, 4], ["one", "one", "two", ""])
    one, two = rows
    assert (one.loss.value, one.raw_loss) == (None, None)
    assert "two people" in one.loss.reason
    assert one.raw_leniency == 1.0
    assert two.n_units == 1


# sameness


@pytest.mark.parametrize(
    ("intervals", "said"),
    [
        ([(-0.04, 0.05), (-0.05, 0.0)], Equivalence.SAME),  # the margin itself belongs to it
        ([(-0.04, 0.05), (-0.06, 0.0)], Equivalence.CANNOT_TELL),
        ([(-0.2, 0.2)], Equivalence.CANNOT_TELL),
        ([(0.01, 0.04)], Equivalence.SAME),  # shown to differ, and by less than matters
        ([(0.01, 0.08), (-0.02, 0.03)], Equivalence.APART),
        ([(-0.04, 0.04), None], Equivalence.CANNOT_TELL),
        ([], Equivalence.CANNOT_TELL),
    ],
)
def test_no_difference_is_said_only_where_intervals_lie_within_the_margin(intervals, said):
    none = Estimate(None, None, None, reason="nobody rated")
    assert equivalence([Estimate(sum(i) / 2, *i) if i else none for i in intervals], 0.05) == said
    assert equivalence([Estimate(0.0, None, None, standard_error=0.0)], 0.05) == Equivalence.SAME  # in every cluster
    for margin in (0, -1, NAN, "a"):
        with pytest.raises(AgreementError):
            equivalence([], margin)
