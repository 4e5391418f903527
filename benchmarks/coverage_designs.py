"""How often the intervals hold the truth in designs that are hard for them, and how large tests of chance are.

    python benchmarks/coverage_designs.py [--simulations 1000] [--seed 1]

Rare categories, ratings near the end of the scale, clusters of very unequal size, few clusters. Prints Markdown tables:
nominal 95 % intervals, and how often a test of zero agreement at 5 % rejects ratings that agree by chance.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path[0] = str(Path(__file__).parent.parent)  # beside this file lies one with the name of the package

import agreement  # noqa: E402
from agreement import Ratings  # noqa: E402

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Draw = Callable[[np.random.Generator, Ints], Floats]

UNEQUAL = np.array([2, 3, 4, 5, 8, 10, 15, 20, 30, 50])
HEAVY = np.minimum(np.floor(60 / (np.arange(1, 41) - 0.5)).astype(int) + 1, 200)
HALF = np.array([100, *[6] * 10, *[4] * 10])


@dataclass(frozen=True)
class Design:
    """Sizes of the clusters, and how their ratings come about."""

    name: str
    sizes: Ints
    draw: Draw
    scale: tuple[int, ...]

    def ratings(self, rng: np.random.Generator, *, copies: int = 1) -> Ratings:
        """Return ratings of all clusters, each so many times; without clusters where each is one unit."""
        sizes = np.tile(self.sizes, copies)
        member = np.repeat(np.arange(len(sizes)), sizes)
        values = self.draw(rng, member)
        return Ratings.from_array(values, scale=self.scale, cluster=member if (sizes > 1).any() else None)


def levels(rng: np.random.Generator, member: Ints) -> Floats:
    """Five levels by three raters who differ in leniency; a video has its own level and is easy or hard to judge."""
    n, n_videos = len(member), int(member.max()) + 1
    level = rng.normal(2, 0.8, n_videos)[member] + rng.normal(0, 0.9, n)
    error = rng.choice([0.4, 1.3], n_videos)[member]
    x = level[:, None] + np.array([-0.3, 0.0, 0.4]) + error[:, None] * rng.normal(size=(n, 3))
    x = np.clip(np.round(x), 0, 4)
    x[rng.random(x.shape) < 0.25] = np.nan
    return x


def near_the_top(rng: np.random.Generator, member: Ints) -> Floats:
    """Five levels of which most ratings are the highest."""
    n, n_videos = len(member), int(member.max()) + 1
    level = 4.3 + rng.normal(0, 0.5, n_videos)[member] + rng.normal(0, 0.5, n)
    return np.clip(np.round(level[:, None] + rng.normal(0, 0.5, (n, 3))), 0, 4)


def yes_or_no(share: float, found: float, spared: float, raters: int) -> Draw:
    """Two answers: ``share`` of units are yes, which raters find with one probability, and spare no with another."""

    def draw(rng: np.random.Generator, member: Ints) -> Floats:
        yes = rng.random(len(member)) < share
        says = np.where(yes, found, 1 - spared)[:, None]
        return (rng.random((len(member), raters)) < says).astype(float)

    return draw


def chance(rng: np.random.Generator, member: Ints) -> Floats:
    """Five levels by three raters whose errors alone vary: no agreement beyond chance, and alpha is 0 as kappa is."""
    return np.clip(np.round(rng.normal(2, 1, (len(member), 3))), 0, 4)


FIVE, TWO = (0, 1, 2, 3, 4), (0, 1)
DESIGNS = (
    Design("10 videos of 2 to 50 claims", UNEQUAL, levels, FIVE),
    Design("40 videos of 2 to 121 claims", HEAVY, levels, FIVE),
    Design("21 videos, one with half of the claims", HALF, levels, FIVE),
    Design("5 videos × 10 claims", np.full(5, 10), levels, FIVE),
    Design("20 videos × 5 claims", np.full(20, 5), levels, FIVE),
    Design("95/5, 100 claims, 3 raters", np.ones(100, dtype=int), yes_or_no(0.05, 0.8, 0.98, 3), TWO),
    Design("95/5, 200 claims, 2 raters", np.ones(200, dtype=int), yes_or_no(0.05, 0.8, 0.98, 2), TWO),
    Design("98/2, 200 claims, 3 raters", np.ones(200, dtype=int), yes_or_no(0.02, 0.8, 0.99, 3), TWO),
    Design("80/20, 50 claims, 2 raters", np.ones(50, dtype=int), yes_or_no(0.2, 0.8, 0.9, 2), TWO),
    Design("near the top, 100 claims", np.ones(100, dtype=int), near_the_top, FIVE),
    Design("near the top, 20 videos × 5", np.full(20, 5), near_the_top, FIVE),
)
NULLS = (
    Design("50 claims", np.ones(50, dtype=int), chance, FIVE),
    Design("50 claims, 90/10", np.ones(50, dtype=int), yes_or_no(0.5, 0.1, 0.9, 2), TWO),
    Design("10 videos × 5", np.full(10, 5), chance, FIVE),
    Design("20 videos × 5", np.full(20, 5), chance, FIVE),
    Design("10 videos of 2 to 50", UNEQUAL, chance, FIVE),
    Design("40 videos × 5, 90/10", np.full(40, 5), yes_or_no(0.5, 0.1, 0.9, 2), TWO),
)
COEFFICIENTS: dict[str, tuple[Callable[..., agreement.Estimate], dict[str, Any]]] = {
    "percent_agreement": (agreement.percent_agreement, {}),
    "cohen_kappa": (agreement.cohen_kappa, {"weights": "quadratic"}),
    "conger_kappa": (agreement.conger_kappa, {}),
    "gwet_ac": (agreement.gwet_ac, {"weights": "quadratic"}),
    "krippendorff_alpha": (agreement.krippendorff_alpha, {"level": "ordinal"}),
}
TESTED = ("cohen_kappa", "conger_kappa", "krippendorff_alpha")


def covered(design: Design, name: str, truth: float, simulations: int, seed: int) -> str:
    """Return coverage in percent, in brackets the mean width, then how often there was no interval, or a note."""
    function, options = COEFFICIENTS[name]
    held, widths, lost = 0, [], 0
    for k in range(simulations):
        found = function(design.ratings(np.random.default_rng([seed, k])), **options)
        if found.low is None or found.high is None:
            lost += 1
            continue
        held += found.low <= truth <= found.high
        widths.append(found.high - found.low)
    said = f"{100 * held / len(widths):.1f} ({np.mean(widths):.2f})"
    return f"{said}, {lost} without" if lost else said


def coverage_rows(designs: tuple[Design, ...], simulations: int, seed: int) -> None:
    """Print one row per design; the truth is the value of 400,000 claims or more of the same clusters."""
    print(f"| design | {' | '.join(f'`{name}`' for name in COEFFICIENTS)} |")
    print("|---|" + "---:|" * len(COEFFICIENTS))
    for design in designs:
        many = design.ratings(np.random.default_rng([seed, 10**6]), copies=1 + 400_000 // int(design.sizes.sum()))
        cells = []
        for name, (function, options) in COEFFICIENTS.items():
            truth = function(many, interval=None, **options).value
            if truth is None:
                raise RuntimeError(f"{name} is undefined in the population of {design.name}")
            cells.append(covered(design, name, truth, simulations, seed))
        print(f"| {design.name} | {' | '.join(cells)} |", flush=True)


def rejected(design: Design, name: str, simulations: int, seed: int) -> str:
    """Return how often the test of zero agreement has p ≤ .05 on ratings that agree by chance, in percent.

    With clusters that is how often the 90 % interval, of which the test is the inversion, begins above 0.
    """
    function, options = COEFFICIENTS[name]
    found = 0
    for k in range(simulations):
        ratings = design.ratings(np.random.default_rng([seed, k]))
        if ratings.cluster is None:
            p = agreement.zero_agreement_test(function, ratings, n_permutations=199, **options).p_value
            found += p is not None and p <= 0.05
        else:
            low = function(ratings, confidence=0.9, **options).low
            found += low is not None and low > 0
    return f"{100 * found / simulations:.1f}"


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--simulations", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    error = 100 * math.sqrt(0.95 * 0.05 / given.simulations)
    print(f"{given.simulations} simulations a row, seed {given.seed}; ±{error:.1f} by chance\n")
    coverage_rows(DESIGNS, given.simulations, given.seed)
    tests = max(given.simulations // 4, 2)
    print(
        f"\nTests of zero agreement, p ≤ .05 in % of {tests}; ±{100 * math.sqrt(0.95 * 0.05 / tests):.1f} by chance\n"
    )
    print(f"| by chance alone | {' | '.join(f'`{name}`' for name in TESTED)} |\n|---|" + "---:|" * len(TESTED))
    for design in NULLS:
        print(f"| {design.name} | {' | '.join(rejected(design, n, tests, given.seed) for n in TESTED)} |", flush=True)


if __name__ == "__main__":
    main()
