"""The claim of robustness: supported when it is true, never because a reward is blind, seldom when it is false."""

from collections import Counter

import numpy as np
import pytest
from helpers_perturb import table_of
from helpers_simulated_reward import OVERLAP, REWARD, Simulation, simulate

from referee_calib.perturbation.metrics.resampled_rewards import ResampledReward
from referee_calib.perturbation.metrics.video_bootstrap import VideoBootstrap
from referee_calib.perturbation.sensitivity_verdict import RobustnessThresholds, verdict


def judged(plan, seed, limits=None, n_resamples=999):
    table = simulate(plan, seed)
    draws = VideoBootstrap(table.videos, n_resamples=n_resamples, seed=seed)
    return verdict(ResampledReward(table, draws, REWARD), ResampledReward(table, draws, OVERLAP), limits)


def test_a_known_plateau_and_known_noise_are_recovered():
    table = simulate(Simulation(claims=400, videos=80, plateau=0.2, fall=0.4, noise=0.05), seed=3)
    found = ResampledReward(table, VideoBootstrap(table.videos, n_resamples=200), REWARD)
    assert found.retest_sd == pytest.approx(0.05, abs=0.003)  # its own error: 0.05 / sqrt(2 · 400 · 2)
    x, drawn = found.curve("shift_x")
    normal = found.normal(drawn)[0]
    # IoU lost at a shift d is 2d / (1 + d): at 0.1 it is 0.18, within the plateau; at 0.3 it is 0.4615, so that
    # (0.4615 - 0.2) / 0.4 = 0.654 of the reward is gone
    at = dict(zip(np.round(x, 2), normal, strict=True))
    assert at[0.1] == pytest.approx(1.0, abs=0.02)
    assert at[0.3] == pytest.approx(1 - 0.654, abs=0.02)


def test_a_true_claim_is_supported_with_every_part():
    clean = dict.fromkeys(("background", "other_object", "wrong_name", "wrong_time"), 0.0)
    found = judged(Simulation(wrong=clean), seed=0)
    assert found.wording == "supported"
    assert {part.state for part in found.parts} == {"pass"}
    assert Counter(part.hypothesis for part in found.parts) == {"H1": 1, "H2": 1 + 4 + 4, "H3": 2}
    assert (found.n_claims, found.n_videos) == (200, 65)


def test_a_constant_reward_wins_the_first_hypothesis_alone():
    n = 120
    iou = np.array([0.9, 0.8, 0.33, 0.0])[:, None] * np.ones((4, n))
    table = table_of(
        {"constant": np.full((4, n), 0.5), "iou": iou},
        {"constant": {"background": np.full(n, 0.5)}, "iou": {"background": np.zeros(n)}},
        {"constant": np.full((1, n), 0.5), "iou": np.ones((1, n))},
        [f"v{i % 40}" for i in range(n)],
        exact=("constant", "iou"),
    )
    draws = VideoBootstrap(table.videos, n_resamples=300)
    found = verdict(ResampledReward(table, draws, "constant"), ResampledReward(table, draws, "iou"))
    assert found.wording == "insensitive, not robust"
    assert (found.state("H1"), found.state("H2"), found.state("H3")) == ("pass", "fail", "cannot tell")
    by_part = {(part.what, part.error): part.measured.value for part in found.parts}
    assert by_part["auc", "background"] == 0.5
    assert by_part["false_acceptance", "background"] == 1.0


def test_a_reward_that_falls_faster_than_overlap_is_not_supported():
    found = judged(Simulation(plateau=0.0, fall=0.3), seed=1)
    assert (found.wording, found.state("H1")) == ("not supported", "fail")


def test_a_reward_that_accepts_a_wrong_name_is_insensitive_and_not_robust():
    mistakes = {"background": 0.0, "other_object": 0.0, "wrong_name": 0.5, "wrong_time": 0.0}
    found = judged(Simulation(wrong=mistakes), seed=2)
    assert (found.wording, found.state("H2")) == ("insensitive, not robust", "fail")
    assert {part.error for part in found.parts if part.state == "fail"} == {"wrong_name"}


def test_a_plateau_without_end_leaves_groups_without_differences():
    found = judged(Simulation(flat=0.6), seed=2)
    tied = next(part for part in found.parts if part.what == "zero_variance")
    # perturbations of six claims in ten are all paid alike; the interval is well above 0.2
    assert tied.measured.value == pytest.approx(0.6, abs=0.1)
    assert (tied.state, found.wording) == ("fail", "not supported")


def test_few_videos_support_nothing():
    clean = dict.fromkeys(("background", "other_object"), 0.0)
    few = Simulation(claims=200, videos=65, wrong=clean)
    told = judged(few, seed=0, limits=RobustnessThresholds(videos=66))
    assert (told.wording, told.reason) == ("cannot tell", "65 videos, and nothing is supported below 66")
    assert judged(few, seed=0, limits=RobustnessThresholds(videos=65)).wording == "supported"


def test_unknown_retest_noise_cannot_support_the_third_hypothesis():
    table = simulate(Simulation(), seed=0)
    once = type(table)(**{name: getattr(table, name) for name in table.__slots__} | {"truth": table.truth[:, :1]})
    draws = VideoBootstrap(once.videos, n_resamples=200)
    found = verdict(ResampledReward(once, draws, REWARD), ResampledReward(once, draws, OVERLAP))
    gap = next(part for part in found.parts if part.what == "gap")
    assert (gap.state, gap.p) == ("cannot tell", None)
    assert gap.measured.reason == "nothing was asked twice, so its retest noise is not known"


def test_holm_runs_over_all_parts_of_the_first_three_hypotheses():
    found = judged(Simulation(), seed=4)
    p = sorted(part.p for part in found.parts)
    corrected = sorted(part.p_holm for part in found.parts)
    steps = np.maximum.accumulate([min(1.0, (len(p) - i) * one) for i, one in enumerate(p)])
    assert corrected == pytest.approx(list(steps))


@pytest.mark.parametrize(
    "false",
    [
        Simulation(overlap_like=True),
        Simulation(wrong={"background": 0.0, "other_object": 0.02, "wrong_name": 0.10, "wrong_time": 0.02}),
    ],
    ids=["as sensitive as overlap", "a wrong name accepted in one of ten"],
)
def test_a_claim_that_is_false_is_seldom_supported(false):
    # On the border, at a level of 5 %: of 40 studies 2 are expected at most; more than 6 have probability 0.003.
    wordings = Counter(judged(false, seed, n_resamples=499).wording for seed in range(40))
    assert wordings["supported"] <= 6
