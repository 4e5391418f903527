"""Measures of one reward on one kind of claim at a time: small and large objects, short and long spans."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from referee_calib.perturbation.harness.reward_table import Table
from referee_calib.perturbation.metrics.resampled_rewards import Reading
from referee_calib.perturbation.metrics.reward_measures import Json, curve, whole
from referee_calib.perturbation.metrics.strata import MIN_CLAIMS, MIN_VIDEOS
from referee_calib.perturbation.metrics.video_resamples import Draws


def by_stratum(table: Table, reward: str, settings: Mapping[str, Any]) -> list[Json]:
    """Measure a reward on small, medium and large objects, and on short, medium and long spans, by themselves."""
    found = []
    for by, labels in table.strata.items():
        values = [name for name in ("small", "short", "medium", "large", "long") if name in labels]
        for value in values if len(values) > 1 else ():
            mask = np.array([label == value for label in labels])
            part = table.only(mask)
            found.append({"by": by, "value": value, **_stratum(part, reward, settings)})
    return found


def _stratum(part: Table, reward: str, settings: Mapping[str, Any]) -> Json:
    reading = Reading(part, Draws(part.videos, **settings), reward)
    n = int((~np.isnan(reading.first)).sum())
    videos = len({video for video, one in zip(part.videos, reading.first, strict=True) if not np.isnan(one)})
    head = {"n_claims": n, "n_videos": videos}
    if n < MIN_CLAIMS or videos < MIN_VIDEOS:
        return head | {"reason": f"too few: {n} claims in {videos} videos", "whole": None, "curves": []}
    shown = reading.table.families("graded")[:1]
    return head | {"reason": "", "whole": whole(reading), "curves": [curve(reading, name) for name in shown]}
