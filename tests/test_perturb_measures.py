"""Every measure on tables small enough to be worked out by hand."""

import numpy as np
import pytest
from helpers_perturb import table_of

from referee_calib.perturbation.metrics import rank_stability
from referee_calib.perturbation.metrics.curve_metrics import sharpness
from referee_calib.perturbation.metrics.resampled_rewards import ResampledReward
from referee_calib.perturbation.metrics.reward_measures import by_stratum, measure_reward
from referee_calib.perturbation.metrics.video_bootstrap import VideoBootstrap, p_share, p_value

NAN = float("nan")


def reading(table, reward="r", seed=0):
    return ResampledReward(table, VideoBootstrap(table.videos, n_resamples=200, seed=seed), reward)


def simple(**changes):
    """Three claims in two videos; truth 1, 1, 0.8; the anchor is paid 0, 0.2, 0.1."""
    fields = {
        "curves": {"r": [[1.0, 1.0, 0.8], [0.9, 0.8, 0.7], [0.3, 0.5, 0.4], [0.0, 0.2, 0.1]]},
        "wrong": {"r": {"background": [0.0, 0.2, 0.1], "swapped_name": [1.0, NAN, 0.1]}},
        "truth": {"r": [[1.0, 1.0, 0.8], [1.0, 0.8, 0.8], [1.0, 0.9, 0.8]]},
        "videos": ["a", "a", "b"],
    }
    return table_of(**fields | changes)


def test_retest_noise_is_the_spread_of_repeats_within_a_claim():
    # variances of the repeats, ddof 1: (1, 1, 1) 0; (1, 0.8, 0.9) 0.01; (0.8, 0.8, 0.8) 0; mean 0.01 / 3
    assert reading(simple()).retest_sd == pytest.approx((0.01 / 3) ** 0.5)
    assert reading(simple(exact=("r",))).retest_sd == 0.0
    once = simple(truth={"r": [[1.0, 1.0, 0.8]]})
    assert reading(once).retest_sd is None


def test_means_are_the_truth_plus_the_change_of_the_claims_to_which_a_step_applies():
    found = reading(simple())
    assert found.truth[0] == pytest.approx((1.0 + 0.9 + 0.8) / 3)  # means of the repeats
    # background: changes -1, -0.8, -0.7 of what was first paid (1, 1, 0.8): mean -2.5 / 3
    assert found.wrong["background"][0] == pytest.approx(0.9 - 2.5 / 3)
    # the name was swapped on claims 0 and 2 only: changes 0 and -0.7
    assert found.wrong["swapped_name"][0] == pytest.approx(0.9 - 0.35)
    assert found.gap[0] == pytest.approx(2.5 / 3)
    # normalised: 1 - change / gap = 1 - 0.35 / (2.5 / 3) = 0.58
    assert found.normal(found.wrong["swapped_name"])[0] == pytest.approx(0.58)


def test_a_curve_does_not_bend_because_claims_drop_out():
    values = [[1.0, 1.0, 0.8], [0.9, 0.9, 0.7], [0.5, NAN, NAN], [0.5, NAN, NAN]]
    _, drawn = reading(simple(curves={"r": values}, truth={"r": [[1.0, 1.0, 0.8]]})).curve("shift_x")
    # truth 2.8 / 3; every claim loses 0.1 at the second step; the only one left loses 0.5 at the third
    assert drawn[0] == pytest.approx([2.8 / 3, 2.8 / 3, 2.8 / 3 - 0.1, 2.8 / 3 - 0.5, 2.8 / 3 - 0.5])


def test_false_acceptances_are_paid_more_than_halfway_to_the_truth():
    found = reading(simple())
    # the cut lies at 0.9 - 0.5 · 2.5 / 3 = 0.4833: 1.0 is above it, 0.1 is not, the claim in between was not judged
    assert found.cut == pytest.approx(0.9 - 1.25 / 3)
    assert found.falsely_accepted("swapped_name")[[0, 2]].tolist() == [1.0, 0.0]
    assert np.isnan(found.falsely_accepted("swapped_name")[1])


def test_discrimination_counts_pairs_within_a_claim_and_ties_half():
    found = reading(simple())
    assert found.small == [0, 1]  # magnitudes 0.05 and 0.1, the small ones
    # claim 0: slips 1.0 and 0.9 against 1.0: a tie and a loss, 0.25; claim 2: 0.8 and 0.7 against 0.1, 1
    assert found.ahead("swapped_name")[[0, 2]].tolist() == [0.25, 1.0]
    both = found.ahead("background", "swapped_name")
    assert both.tolist() == [(0.25 + 1) / 2, 1.0, 1.0]


def test_a_constant_reward_separates_nothing_and_is_not_normalised():
    flat = table_of(
        {"r": np.full((4, 3), 0.5)}, {"r": {"background": [0.5] * 3}}, {"r": np.full((2, 3), 0.5)}, ["a", "a", "b"]
    )
    found = measure_reward(reading(flat))
    assert found["whole"]["auc"]["value"] == 0.5
    assert found["wrong"][0]["false_acceptance"]["value"] == 1.0  # paid no less than the truth
    assert not found["normalised"]
    assert "0.50 for the truth and 0.50 for the wrong place" in found["reason"]
    assert found["curves"][0]["normal"] is None
    for name in ("ausc_small", "plateau", "d50", "slope"):
        assert found["curves"][0]["metrics"][name]["value"] is None
        assert found["curves"][0]["metrics"][name]["reason"] == found["reason"]


def test_normalising_is_refused_below_twice_the_retest_noise():
    # repeats 0.2 apart: variance 0.02, τ = 0.1414; the gap is 0.2 < 2 τ
    noisy = table_of(
        {"r": np.full((4, 2), 0.5)}, {"r": {"background": [0.3, 0.3]}}, {"r": [[0.6, 0.4], [0.4, 0.6]]}, ["a", "b"]
    )
    assert reading(noisy).refused.startswith("truth and wrong place differ by 0.200, less than twice the retest noise")


def test_flips_beyond_retest_are_those_that_repeats_do_not_show():
    table = table_of(
        {"r": [[1.0, 0.2], [1.0, 0.2], [0.0, 0.0], [0.0, 0.0]]},
        {"r": {"background": [0.0, 0.0]}},
        {"r": [[1.0, 1.0], [1.0, 0.4], [1.0, 1.0]]},
        ["a", "b"],
    )
    # cut: truth (1 + 0.8) / 2 = 0.9 less half the gap 1.0, 0.4: claim 1 flips at both slips, at no repeat (0.4 >= 0.4)
    found = measure_reward(reading(table))["whole"]
    assert found["flip_rate"]["value"] == pytest.approx(0.5)
    assert found["flip_rate_retest"]["value"] == pytest.approx(0.0)
    assert found["flip_rate_beyond"]["value"] == pytest.approx(0.5)


def test_the_margin_ratio_says_how_much_more_wrong_evidence_costs():
    found = measure_reward(reading(simple(truth={"r": [[1.0, 1.0, 0.8]]})))["whole"]
    # wrong evidence costs 2.5 / 3 and 0.35, on average 0.591667; slips cost (0.05 + 0.1 + 0.05) / 3 on average
    assert found["margin_ratio"]["value"] == pytest.approx(((2.5 / 3 + 0.35) / 2) / (0.2 / 3))
    flat = simple(curves={"r": np.tile([1.0, 1.0, 0.8], (4, 1))}, truth={"r": [[1.0, 1.0, 0.8]]})
    free = measure_reward(reading(flat))["whole"]["margin_ratio"]
    assert (free["value"], free["reason"]) == (None, "small perturbations cost nothing, so there is no ratio")


def test_groups_are_ranked_by_kendalls_tau_b():
    from scipy.stats import kendalltau

    dice = np.random.default_rng(7)
    before, after = dice.integers(0, 5, (2, 8, 11)) / 4.0
    found = rank_stability.rank_stability(before, after)
    for j in range(11):
        assert found[j] == pytest.approx(kendalltau(before[:, j], after[:, j]).statistic)
    assert np.isnan(rank_stability.rank_stability(np.ones((8, 1)), after[:, :1])[0])


def test_the_best_of_a_group_flips_with_the_share_of_the_best_that_lose():
    before = np.array([[1.0, 1.0, 0.2], [0.3, 0.1, 0.9], [0.5, 0.5, 0.5]]).T
    after = np.array([[0.9, 1.0, 0.2], [0.3, 0.1, 0.9], [0.5, 0.5, 0.6]]).T
    # two best, of which one stays best; one best that stays; all tied: undefined
    assert rank_stability.best_flips(before, after)[:2].tolist() == [0.5, 0.0]
    assert np.isnan(rank_stability.best_flips(before, after)[2])
    assert rank_stability.zero_variance(before).tolist() == [0.0, 0.0, 1.0]


def test_groups_are_drawn_from_what_applies_without_repeats():
    asked = np.ones((12, 3), dtype=bool)
    asked[3:, 2] = False  # only three steps apply to the last claim
    drawn = rank_stability.draw_groups(asked, list(range(10)), seed=4)
    assert all(len(set(row)) == 8 and max(row) < 10 for row in drawn[:2].tolist())
    assert drawn[2].tolist() == [-1] * 8
    assert (rank_stability.draw_groups(asked, list(range(7)), seed=4) == -1).all()


def test_sharpness_is_the_slope_between_nine_and_one_tenth():
    x = [0.0, 0.2, 0.6, 2.0]
    # falls from 1 to 0 between 0.2 and 0.6: 0.9 at 0.24, 0.1 at 0.56; 0.8 / 0.32
    assert sharpness(x, [1, 1, 0, 0]) == pytest.approx(2.5)
    assert np.isnan(sharpness(x, [1, 1, 1, 0.5]))


def test_intervals_resample_videos_and_not_claims():
    # two videos, one all 1 and one all 0: resamples are 0, 0.5 or 1
    draws = VideoBootstrap(["a"] * 50 + ["b"] * 50, n_resamples=400, seed=1)
    found = draws.estimate(draws.mean(np.repeat([1.0, 0.0], 50)))
    assert (found.value, found.low, found.high) == (0.5, 0.0, 1.0)
    assert (found.n_units, found.n_clusters) == (100, 2)
    alone = VideoBootstrap(["a"] * 5, n_resamples=100)
    assert alone.estimate(alone.mean(np.ones(5))).reason == "an interval needs two or more videos"


def test_bands_agree_with_resampling_one_by_one():
    dice = np.random.default_rng(5)
    videos, values = [f"v{i % 7}" for i in range(31)], dice.random(31)
    draws = VideoBootstrap(videos, seed=11, n_resamples=400, confidence=0.9)
    mean, low, high = draws.band(draws.mean(values[None]))
    by_video = [[v for n, v in zip(videos, values, strict=True) if n == name] for name in sorted(set(videos))]
    weights = np.random.default_rng(11).multinomial(7, [1 / 7] * 7, size=400)
    drawn = [np.mean([v for w, vs in zip(row, by_video, strict=True) for v in vs * w]) for row in weights]
    assert mean[0] == pytest.approx(values.mean())
    assert low[0] == pytest.approx(np.quantile(drawn, 0.05, method="lower"))
    assert high[0] == pytest.approx(np.quantile(drawn, 0.95, method="higher"))


def test_a_limit_beyond_the_magnitudes_is_open():
    draws = VideoBootstrap(["a", "b"], n_resamples=100, seed=0)
    drawn = np.concatenate([[0.5], np.full(60, 0.4), np.full(40, np.inf)])
    found = draws.estimate(drawn)
    assert (found.value, found.low, found.high) == (0.5, 0.4, None)


def test_p_values_count_resamples_and_fall_back_on_the_sign_of_every_video():
    drawn = np.concatenate([[0.3], np.full(195, 0.2), np.full(4, -0.1)])
    assert p_value(drawn, 20) == pytest.approx(2 * (1 + 4) / 200)
    # all resamples agree: every one of 10 videos spoke alike, 2 · 0.5^10
    assert p_value(np.full(100, 0.3), 10) == pytest.approx(2 * 0.5**10)
    assert p_value(np.full(100, -0.3), 10) == 1.0
    assert p_value(np.full(100, NAN), 10) is None
    # where it is undefined counts as one at or below 0, and nothing is tested on the few in which it is defined
    assert p_value(np.append(np.full(95, 0.3) + np.linspace(0, 0.1, 95), np.full(5, NAN)), 10) == 2 * 6 / 100
    assert p_value(np.append(np.full(50, 0.3) + np.linspace(0, 0.1, 50), np.full(50, NAN)), 10) is None


def test_a_share_without_any_event_is_held_to_the_binomial_over_videos():
    draws = VideoBootstrap([f"v{i}" for i in range(20)], n_resamples=50)
    # none of 20 videos missed: P(0 of 20 | 0.1) = 0.9^20 = 0.1216, two-sided 0.243
    assert p_share(draws, np.zeros(20), 0.1) == pytest.approx(2 * 0.9**20)
    # all of 20: P(20 of 20 | 0.9) is the same
    assert p_share(draws, np.ones(20), 0.9) == pytest.approx(2 * 0.9**20)


def test_a_share_of_independent_claims_is_held_to_the_binomial():
    from scipy.stats import binom

    values = np.array([1.0] * 2 + [0.0] * 48)
    draws = VideoBootstrap([f"v{i}" for i in range(50)], n_resamples=50)
    # P(at most 2 of 50 | 0.2), two-sided; one claim per video, so the effective number is nearly 50
    assert p_share(draws, values, 0.2) == pytest.approx(2 * binom.cdf(2, 50, 0.2), rel=0.15)


def test_strata_below_twenty_claims_say_so():
    n = 24
    labels = {"size": ("small",) * 22 + ("large",) * 2, "span": ("",) * n}
    table = table_of(
        {"r": np.tile(np.array([[1.0], [0.8], [0.4], [0.0]]), (1, n))},
        {"r": {"background": np.zeros(n)}},
        {"r": np.ones((2, n))},
        [f"v{i % 6}" for i in range(n)],
        strata=labels,
    )
    small, large = by_stratum(table, "r", {"n_resamples": 100, "seed": 0, "confidence": 0.95})
    # ausc up to 0.1: 1 - c is 0 at 0, 0 at 0.05, 0.2 at 0.1: (0.05 · 0.1) / 0.1
    assert small["whole"]["small_loss"]["value"] == pytest.approx(0.05)
    assert (small["n_claims"], small["n_videos"]) == (22, 6)
    assert (large["whole"], large["reason"]) == (None, "too few: 2 claims in 2 videos")
