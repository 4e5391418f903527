"""Intervals of benchmark figures cover and tests keep their level, over many simulated benchmarks with alike items."""

import numpy as np
import pytest

from referee_calib.benchmark.statistics.item_values import ItemValues
from referee_calib.benchmark.statistics.paired_bootstrap import PairedVideoBootstrap
from referee_calib.benchmark.statistics.paired_differences import paired_differences
from referee_calib.benchmark.statistics.seeds import System, system_figure
from referee_calib.benchmark.vstar.vstar_figures import ACCURACY, M_LGM

METRICS = ("acc", "tiou_1", "tiou_2", "viou_1", "viou_2")
TRUE = {"acc": 0.6, "tiou_1": 0.25, "tiou_2": 0.25, "viou_1": 0.25, "viou_2": 0.06}
TRUE_LGM = float(M_LGM.of({metric: np.array(mean) for metric, mean in TRUE.items()}))


def draw(rng, videos, *, shift=0.0, easy=None, per_video=4, name="a"):
    """A run: how easy a video is moves the answer and the overlaps of its items; one item in ten is not answered.

    Acc is 0.6 + shift; an overlap is 0 half of the time, else of mean 0.5 or 0.12, of which half is the video's own.
    """
    easy = rng.beta(1.8, 1.2, videos) if easy is None else easy  # mean 0.6
    of = np.repeat(np.arange(videos), per_video)
    answered = rng.random(len(of)) > 0.1
    acc = rng.random(len(of)) < easy[of] + shift
    overlaps = []
    for mean in (0.5, 0.5, 0.5, 0.12):
        own = (easy[of] / 0.6 + rng.beta(2, 2, len(of)) / 0.5) / 2
        overlaps.append(mean * own * (rng.random(len(of)) < 0.5))
    values = np.column_stack([acc, *overlaps])
    counted = np.column_stack([np.ones(len(of), bool), *[answered] * 4])
    names = tuple(map(str, range(len(of))))
    return ItemValues(name, names, tuple(f"v{v}" for v in of), METRICS, np.where(counted, values, 0.0), counted)


@pytest.mark.parametrize(("videos", "least"), [(40, 0.90), (300, 0.92)])
def test_the_interval_of_a_run_covers(videos, least):
    # 400 benchmarks: 0.95 ± 0.011
    covered = []
    for seed in range(400):
        run = draw(np.random.default_rng(seed), videos)
        bootstrap = PairedVideoBootstrap.of([run], n_resamples=400, seed=seed)
        found = [bootstrap.estimate(run, figure) for figure in (M_LGM, ACCURACY)]
        covered.append([one.low <= true <= one.high for one, true in zip(found, (TRUE_LGM, 0.6), strict=True)])
    assert (np.mean(covered, axis=0) >= least).all()
    assert (np.mean(covered, axis=0) <= 0.985).all()


def test_the_difference_of_two_runs_covers_and_its_test_keeps_its_level():
    """No difference, on the same videos. 300 comparisons: coverage 0.95 ± 0.013, false alarms 0.05 ± 0.013."""
    covered, rejected = [], []
    for seed in range(300):
        rng = np.random.default_rng(1000 + seed)
        easy = rng.beta(1.8, 1.2, 80)
        systems = [System(name, (draw(rng, 80, easy=easy, name=name),)) for name in "ab"]
        (found,) = paired_differences(systems, [M_LGM], n_resamples=400, seed=seed)
        covered.append(found.estimate.low <= 0 <= found.estimate.high)
        rejected.append(found.p_value <= 0.05)
    assert 0.91 <= np.mean(covered) <= 0.985
    assert 0.015 <= np.mean(rejected) <= 0.085


@pytest.mark.parametrize("seeds", [(3, 3), (5, 1)])
def test_with_seeds_the_level_holds_where_training_itself_varies(seeds):
    """Runs of a system differ by ±0.04 in Acc: between single runs, that is found as a difference half of the time."""
    rejected, naive, covered = [], [], []
    for seed in range(300):
        rng = np.random.default_rng(5000 + seed)
        easy = rng.beta(1.8, 1.2, 200)
        shifts = {name: rng.normal(0, 0.04, n) for name, n in zip("ab", seeds, strict=True)}
        systems = [
            System(name, tuple(draw(rng, 200, easy=easy, shift=one, name=f"{name}{k}") for k, one in enumerate(its)))
            for name, its in shifts.items()
        ]
        (found,) = paired_differences(systems, [ACCURACY], n_resamples=200, seed=seed)
        rejected.append(found.p_value <= 0.05)
        covered.append(found.estimate.low <= 0 <= found.estimate.high)
        single = [System(one.name, one.runs[:1]) for one in systems]
        (alone,) = paired_differences(single, [ACCURACY], n_resamples=200, seed=seed)
        naive.append(alone.p_value <= 0.05)
    assert np.mean(rejected) <= 0.085
    assert np.mean(covered) >= 0.91
    assert np.mean(naive) >= 0.4


def test_the_interval_over_seeds_covers_the_mean_over_trainings():
    covered = []
    for seed in range(300):
        rng = np.random.default_rng(9000 + seed)
        easy = rng.beta(1.8, 1.2, 150)
        runs = tuple(draw(rng, 150, easy=easy, shift=rng.normal(0, 0.04), name=f"a{k}") for k in range(3))
        bootstrap = PairedVideoBootstrap.of(runs, n_resamples=200, seed=seed)
        found = system_figure(System("a", runs), ACCURACY, bootstrap).estimate
        covered.append(found.low <= 0.6 <= found.high)
    assert 0.91 <= np.mean(covered) <= 0.995
