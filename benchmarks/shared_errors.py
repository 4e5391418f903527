"""How often `agreement.shared_errors` names a referee that copies a person, and one that does not.

    python benchmarks/shared_errors.py [STUDIES]

Simulated studies of 100 videos × 4 claims, quality in two heaps. "Same leniency" is an honest referee with the leniency
and the noise of the first person, where people differ by half a level.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path[0] = str(Path(__file__).parent.parent)  # beside this file lies one with the name of the package

from agreement import shared_errors  # noqa: E402

Floats = NDArray[np.float64]
NOISE = 0.55


@dataclass(frozen=True)
class Design:
    """People of a study, and how the referee comes to its levels: the share it copies, or its likeness to a person."""

    copied: float = 0.0
    raters: int = 3
    severity: float = 0.0
    noise: float = NOISE
    videos: int = 100
    like_the_first: bool = False


DESIGNS = {
    "one more person": Design(),
    "one more person, severities of 0.4": Design(severity=0.4),
    "one more person, noisy people": Design(noise=0.9),
    "one more person, 2 people": Design(raters=2),
    "one more person, 5 people": Design(raters=5),
    "same leniency as the first person, severities of 0.5": Design(severity=0.5, like_the_first=True),
    "copies the first person": Design(copied=1.0),
    "copies 90 % of claims": Design(copied=0.9),
    "copies 90 % of claims, 60 videos": Design(copied=0.9, videos=60),
    "copies 90 % of claims, 2 people": Design(copied=0.9, raters=2),
    "copies 70 % of claims": Design(copied=0.7),
    "copies 50 % of claims": Design(copied=0.5),
}


def study(design: Design, seed: int) -> tuple[Floats, Floats, NDArray[np.intp]]:
    """Return people's levels (claims, raters), the referee's, and the video of each claim."""
    dice = np.random.default_rng(seed)
    n = 4 * design.videos
    video = np.arange(n) % design.videos
    quality = np.where(dice.random(n) < 0.3, 0.3, 2.9) + dice.normal(0, 0.5, design.videos)[video]
    quality += dice.normal(0, 0.9, n)
    shift = dice.normal(0, design.severity, design.raters)
    spread = design.noise * np.exp(dice.normal(0, 0.4 * (design.severity > 0), design.raters))
    people = levels(quality[:, None] + shift + dice.normal(0, 1, (n, design.raters)) * spread)
    own = (shift[0], spread[0]) if design.like_the_first else (0.0, NOISE)
    referee = levels(quality + own[0] + dice.normal(0, own[1], n))
    hit = dice.random(n) < design.copied
    referee[hit] = people[hit, 0]
    return people, referee, video


def levels(values: Floats) -> Floats:
    """Round to the levels 0 to 4."""
    return np.clip(np.rint(values), 0, 4)


def rate(named: Callable[[int], bool], studies: int) -> float:
    """Return the share of studies in which somebody is named."""
    return float(np.mean([named(seed) for seed in range(studies)]))


def main(studies: int) -> None:
    """Print one row per design."""
    print("| referee | named |\n|---|---:|")
    for title, design in DESIGNS.items():

        def named(seed: int, design: Design = design) -> bool:
            people, referee, video = study(design, seed)
            return any(one.repeats for one in shared_errors(people, referee, cluster=video))

        print(f"| {title} | {rate(named, studies):.3f} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
