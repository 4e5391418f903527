"""Intervals of agreement on when, of bias and of noise hold what was planted about as often as they say."""

from __future__ import annotations

import numpy as np
from helpers_localization import planted

from agreement import edge_effects, localization_agreement, span_marks

N = 400
SLACK = 4 * (0.95 * 0.05 / N) ** 0.5  # four standard errors of a share of 0.95, 0.044


def marks_of(seed, n_videos=60):
    """Three queries a video of people whose noise is the video's own, so that queries of a video are alike."""
    rng = np.random.default_rng(seed)
    noise = rng.uniform(0.5, 5, n_videos).repeat(3)
    begin, size = rng.uniform(10, 60, 3 * n_videos), rng.uniform(8, 30, 3 * n_videos)
    item, who = np.indices((3 * n_videos, 3)).reshape(2, -1)
    start = np.maximum(begin[item] + rng.normal(0, 1, len(item)) * noise[item], 0)
    end = start + size[item] * np.exp(rng.normal(0, 0.05, len(item)) * noise[item])
    return span_marks(item, who, start, np.minimum(end, 200), cluster=item // 3, length=200 + 0 * start)


def test_intervals_of_agreement_cover():
    many = [localization_agreement(marks_of(10_000 + seed)) for seed in range(60)]
    truth = {"overlap": np.mean([one.overlap.value for one in many])}
    truth |= {f"alpha{i}": np.mean([one.alphas[i].alpha.value for one in many]) for i in range(4)}
    held = dict.fromkeys(truth, 0)
    for seed in range(N):
        found = localization_agreement(marks_of(seed))
        estimates = {"overlap": found.overlap} | {f"alpha{i}": found.alphas[i].alpha for i in range(4)}
        for name, one in estimates.items():
            held[name] += one.low <= truth[name] <= one.high
    assert all(count / N >= 0.95 - SLACK - 0.01 for count in held.values()), held


def test_intervals_of_bias_and_noise_cover():
    held = {"bias": 0, "noise": 0, "annotator": 0}
    for seed in range(N):
        marks, bias = planted(seed, n_items=120)
        found = edge_effects(marks)
        one = found.bias["start"]["p0"]
        held["bias"] += one.low <= bias[0] <= one.high
        for name, true in (("noise", 1.5), ("annotator", ((bias**2).sum() / 3) ** 0.5)):
            part = getattr(found.noise["start"], name)
            held[name] += part.low <= true <= part.high
    assert all(count / N >= 0.95 - SLACK for count in held.values()), held
