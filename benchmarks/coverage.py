"""How often the intervals hold the truth: simulated ratings, nominal 95 %.

    python benchmarks/coverage.py [--simulations 1000] [--resamples 400] [--seed 1]

Prints Markdown tables. The truth of a design is the coefficient of one very large simulated table with the same raters.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path[0] = str(Path(__file__).parent.parent)  # beside this file lies one with the name of the package

import agreement  # noqa: E402
from agreement import Ratings  # noqa: E402

SCALE = (0, 1, 2, 3, 4)
LENIENCY = (-0.3, 0.0, 0.4)
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Design:
    """How ratings come about.

    Claims lie in videos. A video has its own level and is easy or hard to judge; a claim adds its own part; a rater
    adds a leniency and an error, and the sum is rounded to the scale.

    Parameters
    ----------
    name : str
    videos, claims : int
        Videos, and claims of each.
    raters : int
    missing : float
        Share of ratings missing at random.
    sampled_raters : bool
        Draw new raters in every simulation: the truth is then that of all raters.
    """

    name: str
    videos: int
    claims: int
    raters: int = 3
    missing: float = 0.25
    sampled_raters: bool = False

    def draw(self, rng: np.random.Generator, *, videos: int | None = None) -> Ratings:
        """Return simulated ratings, clustered by video where a video has several claims."""
        n_videos = videos or self.videos
        n = n_videos * self.claims
        of_claim = np.repeat(np.arange(n_videos), self.claims)
        level = rng.normal(2, 0.8, n_videos)[of_claim] + rng.normal(0, 0.9, n)
        error = rng.choice([0.4, 1.3], n_videos)[of_claim]
        x = (
            level[:, None]
            + self._leniency(rng, n, videos is not None)
            + error[:, None] * rng.normal(size=(n, self.raters))
        )
        x = np.clip(np.round(x), 0, 4)
        x[rng.random(x.shape) < self.missing] = np.nan
        return Ratings.from_array(x, scale=SCALE, cluster=of_claim if self.claims > 1 else None)

    def _leniency(self, rng: np.random.Generator, n: int, population: bool) -> Floats:
        if not self.sampled_raters:
            return np.resize(np.array(LENIENCY), self.raters)[None, :]
        # every claim of the population has raters of its own, so that all raters are in it
        return rng.normal(0, 0.5, (n if population else 1, self.raters))


DESIGNS = (
    Design("40 independent claims", 40, 1),
    Design("100 independent claims", 100, 1),
    Design("20 videos × 5 claims", 20, 5),
    Design("40 videos × 5 claims", 40, 5),
    Design("100 videos × 5 claims", 100, 5),
)
COEFFICIENTS: dict[str, tuple[Callable[..., agreement.Estimate], dict[str, Any]]] = {
    "percent_agreement": (agreement.percent_agreement, {}),
    "cohen_kappa, quadratic": (agreement.cohen_kappa, {"weights": "quadratic"}),
    "conger_kappa": (agreement.conger_kappa, {}),
    "fleiss_kappa": (agreement.fleiss_kappa, {}),
    "gwet_ac, quadratic": (agreement.gwet_ac, {"weights": "quadratic"}),
    "brennan_prediger": (agreement.brennan_prediger, {}),
    "krippendorff_alpha, ordinal": (agreement.krippendorff_alpha, {"level": "ordinal"}),
}
INTERVALS = ("jackknife", "bootstrap", "bca", "analytic", "ignoring videos")


def truth(design: Design, name: str, seed: int) -> float:
    """Return the coefficient of 200,000 claims or more."""
    function, options = COEFFICIENTS[name]
    ratings = design.draw(np.random.default_rng([seed, 10**6]), videos=200_000 // design.claims)
    value = function(Ratings.from_array(ratings.values(), scale=SCALE), interval=None, **options).value
    if value is None:
        raise RuntimeError(f"{name} is undefined in the population of {design.name}")
    return value


def interval_of(name: str, interval: str, ratings: Ratings, resamples: int, seed: int) -> agreement.Estimate | None:
    """Return the estimate with one kind of interval, None where that kind does not exist for it."""
    function, options = COEFFICIENTS[name]
    clustered = ratings.cluster is not None
    if interval == "ignoring videos":
        alone = np.arange(ratings.n_units)
        return function(ratings, cluster=alone, interval="jackknife", **options) if clustered else None
    if interval == "analytic" and (clustered or "cohen" in name or "ordinal" in name):
        return None
    return function(ratings, interval=interval, n_resamples=resamples, seed=seed, **options)


def covered(design: Design, name: str, kinds: Sequence[str], simulations: int, resamples: int, seed: int) -> list[str]:
    """Return the cells of one row of a table: coverage and, in brackets, mean width."""
    value, hits, widths = truth(design, name, seed), dict.fromkeys(kinds, 0), {k: [] for k in kinds}
    lost = dict.fromkeys(kinds, 0)
    for simulation in range(simulations):
        ratings = design.draw(np.random.default_rng([seed, simulation]))
        for kind in kinds:
            found = interval_of(name, kind, ratings, resamples, simulation)
            if found is None:
                continue
            if found.low is None or found.high is None:
                lost[kind] += 1
                continue
            hits[kind] += found.low <= value <= found.high
            widths[kind].append(found.high - found.low)
    return [_cell(hits[k], widths[k], lost[k]) for k in kinds]


def _cell(hits: int, widths: list[float], lost: int) -> str:
    if not widths:
        return "–"
    said = f"{100 * hits / len(widths):.1f} ({np.mean(widths):.2f})"
    return f"{said}, {lost} without" if lost else said


def table(designs: Sequence[Design], names: Sequence[str], kinds: Sequence[str], args: argparse.Namespace) -> None:
    """Print coverage in percent, design by design."""
    print(f"| design | coefficient | {' | '.join(kinds)} |")
    print("|---|---|" + "---:|" * len(kinds))
    for design in designs:
        for name in names:
            cells = covered(design, name, kinds, args.simulations, args.resamples, args.seed)
            print(f"| {design.name} | `{name}` | {' | '.join(cells)} |", flush=True)


def main() -> None:
    """Print the tables and how they were made."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--simulations", type=int, default=1000)
    parser.add_argument("--resamples", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    start = time.process_time()
    error = 100 * math.sqrt(0.95 * 0.05 / args.simulations)
    print(
        f"{args.simulations} simulations a row, {args.resamples} resamples, seed {args.seed}; ±{error:.1f} by chance\n"
    )
    table(DESIGNS, list(COEFFICIENTS), INTERVALS, args)
    print("\nRaters drawn anew in every simulation (leniency with standard deviation 0.5):\n")
    sampled = [
        Design(f"40 videos × 3 claims, {raters} raters", 40, 3, raters=raters, missing=0.1, sampled_raters=True)
        for raters in (3, 5, 10)
    ]
    args.simulations = max(args.simulations // 4, 2)
    table(sampled, ["krippendorff_alpha, ordinal"], ("jackknife", "pigeonhole"), args)
    print(f"\n{args.simulations} simulations a row here. CPU time of everything: {time.process_time() - start:.0f} s")


if __name__ == "__main__":
    main()
