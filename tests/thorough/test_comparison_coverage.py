"""Intervals and tests of differences between people and referees, over many simulated studies."""

import numpy as np
import pytest
from test_agreement_ablation import made as referees_like
from test_agreement_compare import NAMES, made, quick

from agreement import ablation, compare

NAN = float("nan")


def test_intervals_of_differences_between_referees_cover():
    # two referees of equal noise: no difference on any measure; 100 studies of 40 videos give 0.95 ± 0.022
    covered = {}
    for seed in range(100):
        humans, referees, video = referees_like(2000 + seed, units=160, videos=40, noise=(0.8, 0.8, 0.8))
        found = ablation(humans, {name: referees[name] for name in "ab"}, cluster=video)
        for one in found.differences:
            covered.setdefault(one.measure, []).append(one.estimate.low <= 0 <= one.estimate.high)
    shares = {name: np.mean(hits) for name, hits in covered.items()}
    assert len(shares) == 6
    assert all(0.89 <= share <= 1.0 for share in shares.values()), shares


@pytest.mark.parametrize(("interval", "least"), [("jackknife", 0.90), ("bootstrap", 0.88)])
def test_the_interval_of_the_difference_covers_and_the_p_value_is_flat(interval, least):
    # A referee drawn like the people, no severity: the true difference is 0. 150 studies of 40 videos: 0.95 +- 0.018.
    covered, rejected = [], []
    for seed in range(150):
        humans, referee, video = made(1000 + seed, units=120, videos=40)
        differences, p_values = quick(humans, referee, video, interval, seed)
        covered.append([d.low <= 0 <= d.high for d in differences])
        rejected.append([p <= 0.05 for p in p_values])
    assert (np.mean(covered, axis=0) >= least).all()
    assert (np.mean(covered, axis=0) <= 0.995).all()
    assert (np.mean(rejected, axis=0) <= 0.11).all()


def test_a_large_crowd_of_like_people_differs_by_nothing():
    # 40 people, 3 of them on each of 6,000 units: a pair shares about 23, whose kappa would be biased by 1 / 23.
    rng = np.random.default_rng(17)
    truth = rng.normal(2, 1, 6000)
    seen = np.clip(np.round(truth[:, None] + rng.normal(0, 0.7, (6000, 4))), 0, 4)
    humans = np.full((6000, 40), NAN)
    who = np.argsort(rng.random((6000, 40)), axis=1)[:, :3]
    np.put_along_axis(humans, who, seen[:, :3], axis=1)
    found = compare(humans, seen[:, 3])
    assert found.averaging == "pooled"
    for name in NAMES:
        assert found.difference[name].low < 0 < found.difference[name].high
