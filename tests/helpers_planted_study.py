"""Simulated studies whose truth is planted, and the verdict on them through the whole analysis, without a folder.

A module of cases, such as ``helpers_planted_tail``, has a dict `CASES` of :class:`Case`; `benchmarks/verdicts.py` runs
all of them. Everything here is simulated.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from referee_calib.analysis.failure_rate import failure_rate
from referee_calib.analysis.human_agreement.alternative_annotator_check import dimension_alternative_annotator
from referee_calib.analysis.human_agreement.dimension_agreement import measure_dimension
from referee_calib.analysis.human_agreement.join import join
from referee_calib.analysis.verdict import StudyVerdict, hold_thresholds
from referee_calib.records import Claim, Rating, RefereeScore
from referee_calib.thresholds import Thresholds

NOISE = 0.55  # of a person, in levels: quadratic kappa of two people is 0.86
DIMENSIONS = ("relevance", "localization")
REFEREE = "f" * 16
Floats = NDArray[np.float64]
SIDES = {"small": 0.1, "large": 0.4}  # of a box: 1 % and 16 % of the frame


@dataclass
class Planted:
    """Quality and levels by claim; `people` is (claims, raters) and `referee` (claims,), NaN where it gave none."""

    video: NDArray[np.intp]
    kind: NDArray[np.str_]
    quality: dict[str, Floats]
    people: dict[str, Floats]
    referee: dict[str, Floats]


@dataclass(frozen=True)
class Case:
    """What is planted, in how many videos, and whether a pass is right."""

    plant: Callable[[Planted, np.random.Generator], None]
    good: bool
    videos: int = 60
    noise: float = NOISE
    severity: float = 0.0
    small: float = 0.4
    lapses: float = 0.0
    limits: Thresholds = field(default_factory=Thresholds)


def levels(seen: Floats) -> Floats:
    return np.clip(np.rint(seen), 0, 4)


def study_of(case: Case, seed: int, claims: int = 4, raters: int = 3) -> Planted:
    """Draw one study: quality in two heaps, alike within a video, seen by people and by a referee that is one more."""
    rng = np.random.default_rng([seed, case.videos])
    n = case.videos * claims
    video = np.repeat(np.arange(case.videos), claims)
    kind = np.where(rng.random(n) < case.small, "small", "large")
    shift = np.append(rng.normal(0, case.severity, raters), 0.0)
    planted = Planted(video, kind, {}, {}, {})
    for name in DIMENSIONS:
        scene = rng.normal(0, 0.5, case.videos)[video]
        quality = np.where(rng.random(n) < 0.3, 0.2, 2.9) + scene + rng.normal(0, 0.9, n)
        seen = levels(quality[:, None] + shift + rng.normal(0, case.noise, (n, raters + 1)))
        lapse = rng.random(seen.shape) < case.lapses
        seen = np.where(lapse, rng.integers(0, 5, seen.shape), seen)
        planted.quality[name], planted.people[name], planted.referee[name] = quality, seen[:, :-1], seen[:, -1].copy()
    case.plant(planted, rng)
    return planted


def verdict_of(planted: Planted, limits: Thresholds) -> StudyVerdict:
    """Hold the thresholds, as ``referee-calib report`` does; without a run of perturb or probe."""
    claims = [
        Claim(
            video=f"v{v:03d}.mp4", question="Where?", object=f"thing {i}", rollout=f"r{i}",
            boxes=((1.0, 0.1, 0.1, 0.1 + SIDES[kind], 0.1 + SIDES[kind]),),
        )
        for i, (v, kind) in enumerate(zip(planted.video, planted.kind, strict=True))
    ]  # fmt: skip
    held = []
    for name in DIMENSIONS:
        ratings = [
            Rating(
                claim=claim.id, rater=f"p{j}", dimension=name, level=int(level), origin="simulated", nonce=f"{i}/{j}"
            )
            for i, (claim, row) in enumerate(zip(claims, planted.people[name], strict=True))
            for j, level in enumerate(row)
        ]
        scores = [
            RefereeScore(claim=claim.id, referee=REFEREE, dimension=name, level=int(level), expected=float(level))
            if not np.isnan(level)
            else RefereeScore(claim=claim.id, referee=REFEREE, dimension=name, status="refused", reason="no")
            for claim, level in zip(claims, planted.referee[name], strict=True)
        ]
        joined = join(name, claims, ratings, scores, rubric="")
        result = measure_dimension(joined, seed=0, confidence=0.95, n_resamples=50)
        alternative = dimension_alternative_annotator(joined, limits)
        held.append((result, alternative, failure_rate(name, claims, scores, 0.95)))
    return hold_thresholds(held, limits)
