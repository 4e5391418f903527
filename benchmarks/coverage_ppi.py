"""How often prediction-powered intervals hold the truth, and how many ratings the referee saves: nominal 95 %.

    python benchmarks/coverage_ppi.py [--simulations 2000] [--seed 1]

Prints a Markdown table. Claims lie in videos, people rate a random share of them on 0 to 4, the referee scores all; the
truth is the mean of 400,000 claims that are all rated.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

sys.path[0] = str(Path(__file__).parent.parent)  # beside this file lies one with the name of the package

from agreement import prediction_powered_mean  # noqa: E402

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Design:
    """A study: videos, claims of each, share of claims that people rate, how noisy the referee is.

    With ``right`` people say whether a claim is right, which that share of claims are, and the mean is a share.
    """

    name: str
    videos: int
    claims: int
    share: float
    noise: float = 0.6
    right: float | None = None

    def draw(self, rng: np.random.Generator) -> tuple[Floats, Floats, NDArray[np.intp]]:
        """Return scores (units,), ratings (units, 2) with NaN where nobody rated, and videos (units,)."""
        n = self.videos * self.claims
        video = np.repeat(np.arange(self.videos), self.claims)
        level = rng.normal(2, 0.6, self.videos)[video] + rng.normal(0, 0.8, n)
        people = np.clip(np.round(level[:, None] + rng.normal(0, 0.6, (n, 2))), 0, 4)
        if self.right is not None:
            cut = 2 + 1.17 * NormalDist().inv_cdf(self.right)  # 1.17² = 0.6² + 0.8² + 0.6²
            people = (level[:, None] + rng.normal(0, 0.6, (n, 1)) < cut).astype(float)
        people[rng.permutation(n) >= self.share * n] = np.nan
        if self.right is not None:
            return (level + rng.normal(0, self.noise, n) < cut + 0.1).astype(float), people, video
        return np.clip(0.8 + 0.8 * level + rng.normal(0, self.noise, n), 0, 4), people, video


DESIGNS = (
    Design("10 videos × 20 claims, 20 % rated", 10, 20, 0.2),
    Design("20 videos × 10 claims, 20 % rated", 20, 10, 0.2),
    Design("20 videos × 20 claims, 10 % rated", 20, 20, 0.1),
    Design("40 videos × 10 claims, 15 % rated", 40, 10, 0.15),
    Design("100 videos × 5 claims, 10 % rated", 100, 5, 0.1),
    Design("100 videos × 20 claims, 5 % rated", 100, 20, 0.05),
    Design("300 independent claims, 20 % rated", 300, 1, 0.2),
    Design("the same, a referee that is mostly noise", 300, 1, 0.2, noise=3.0),
    Design("300 independent claims, 12 rated", 300, 1, 0.04),
    Design("40 videos × 5 claims, 20 rated", 40, 5, 0.1),
    Design("300 claims, 25 rated, 90 % right", 300, 1, 25 / 300, right=0.9),
    Design("300 claims, 40 rated, 95 % right", 300, 1, 40 / 300, right=0.95),
    Design("40 videos × 5 claims, 20 rated, 80 % right", 40, 5, 0.1, right=0.8),
    Design("10 videos × 20 claims, 20 rated, 80 % right", 10, 20, 0.1, right=0.8),
    Design("100 videos × 5 claims, 50 rated, 90 % right", 100, 5, 0.1, right=0.9),
)


def truth_of(design: Design, seed: int) -> float:
    """Return the mean of 400,000 claims that are all rated."""
    whole = replace(design, videos=200_000, claims=2, share=1.0)
    return float(np.nanmean(whole.draw(np.random.default_rng([seed, 10**6]))[1]))


def row(design: Design, simulations: int, seed: int) -> str:
    """Return one line of the table."""
    truth = truth_of(design, seed)
    held, alone, inside, ratio = 0, 0, 0, []
    for k in range(simulations):
        score, people, video = design.draw(np.random.default_rng([seed, k]))
        bounds = (0.0, 4.0 if design.right is None else 1.0)
        found = prediction_powered_mean(score, people, cluster=video if design.claims > 1 else None, bounds=bounds)
        ours, others = found.estimate, found.people_alone
        held += ours.low <= truth <= ours.high
        alone += others.low <= truth <= others.high
        reach = 1.96 * score.std() / len(score) ** 0.5  # what an interval from the referee's scores alone would claim
        inside += abs(score.mean() - truth) <= reach
        ratio.append((ours.high - ours.low) / (others.high - others.low))
    share = [f"{100 * count / simulations:.1f}" for count in (held, alone, inside)]
    return f"| {design.name} | {share[0]} | {share[1]} | {share[2]} | {np.median(ratio):.2f} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--simulations", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(f"Covered, % of {given.simulations} simulations; width of the interval relative to people alone.\n")
    print("| design | prediction-powered | people alone | referee alone | width |\n|---|---|---|---|---|")
    for design in DESIGNS:
        print(row(design, given.simulations, given.seed), flush=True)


if __name__ == "__main__":
    main()
