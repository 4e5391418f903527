"""How often do the intervals of a comparison and of a calibration curve hold the truth? Prints a Markdown table.

The referee is one more rater drawn like the people, so the true difference is 0. The true kappa of a design is the
mean over all simulated studies of that design with 20 times the videos. Run: python benchmarks/coverage_compare.py
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path[0] = str(Path(__file__).parent.parent)  # beside this file lies one with the name of the package

from agreement.calibration.curve import calibration_curve  # noqa: E402
from agreement.comparison.rater_pair_estimates import ComparisonPlan, estimates  # noqa: E402

Floats = NDArray[np.float64]
DESIGNS = ((20, 6, 3, 0.0), (40, 3, 2, 0.0), (40, 5, 3, 0.25), (100, 2, 3, 0.0), (100, 6, 4, 0.25))
CUTS = np.array([-1.0, -0.3, 0.3, 1.0])


def study(rng: np.random.Generator, videos: int, claims: int, people: int, missing: float) -> tuple[Floats, Floats]:
    """Simulate one study: codes with the referee last, and the video of each unit."""
    video = np.repeat(np.arange(videos), claims)
    truth = np.sqrt(0.4) * rng.normal(size=videos)[video] + np.sqrt(0.6) * rng.normal(size=len(video))
    codes = np.searchsorted(CUTS, truth[:, None] + rng.normal(0, 0.65, (len(video), people + 1))).astype(np.int8)
    lost = rng.random((len(video), people)) < missing
    codes[:, :people][lost] = -1
    kept = (codes[:, :people] >= 0).any(axis=1)
    return codes[kept], video[kept]


def comparison(n_studies: int) -> None:
    """Print the coverage of ceiling and difference."""
    print("| videos | claims | people | missing | interval | kappa | alpha | difference of kappa | p ≤ .05 |")
    print("|---|---|---|---|---|---|---|---|---|")
    for design in DESIGNS:
        rng = np.random.default_rng(0)
        bare = ComparisonPlan(tuple(range(5)), (), "ordinal", None, 0.95, 0, 0)
        large = [estimates(*study(rng, 20 * design[0], *design[1:]), bare, "pairs")[0] for _ in range(40)]
        truth = [np.mean([one["ceiling", i].value for one in large]) for i in (1, 2)]
        for interval in ("jackknife", "bootstrap"):
            hits, small = [], []
            for seed in range(n_studies):
                plan = ComparisonPlan(tuple(range(5)), (), "ordinal", interval, 0.95, 400, seed)
                found, tests = estimates(*study(np.random.default_rng(seed), *design), plan, "pairs")
                asked = (("ceiling", 1, truth[0]), ("ceiling", 2, truth[1]), ("difference", 1, 0.0))
                hits.append([found[kind, i].low <= t <= found[kind, i].high for kind, i, t in asked])
                p = tests[1].p_value
                small.append(p is not None and p <= 0.05)
            kappa, alpha, apart = np.mean(hits, axis=0)
            videos, claims, people, missing = design
            print(
                f"| {videos} | {claims} | {people} | {missing:.0%} | {interval} "
                f"| {kappa:.3f} | {alpha:.3f} | {apart:.3f} | {np.mean(small):.3f} |",
                flush=True,
            )


def curve(n_studies: int) -> None:
    """Print the bias of miscalibration, the coverage of its interval and of the confidence band, for two slopes.

    The last column is the share of levels whose fit lies outside the consistency band: 0.05 when calibrated.
    """
    print("\n| videos | claims | slope | true MSC | MSC | corrected | interval of MSC | confidence band | outside |")
    print("|---|---|---|---|---|---|---|---|---|")
    for videos, claims, slope in ((40, 3, 1.0), (40, 3, 0.6), (100, 5, 1.0), (100, 5, 0.6)):
        rows = []
        for seed in range(n_studies):
            rng = np.random.default_rng(seed)
            video = np.repeat(np.arange(videos), claims)
            score = rng.choice(5, len(video), p=[0.15, 0.2, 0.25, 0.2, 0.2])
            unit = rng.normal(0, 0.5, len(video)) + rng.normal(0, 0.4, videos)[video]
            humans = (2 + slope * (score - 2) + unit)[:, None] + rng.normal(0, 0.6, (len(video), 3))
            found = calibration_curve(score, humans, cluster=video, n_resamples=400, seed=seed)
            truth, msc = 2 + slope * (found.scores - 2), ((1 - slope) ** 2 * (score - 2) ** 2).mean()
            inside = (found.confidence_low <= truth) & (truth <= found.confidence_high)
            out = (found.fitted < found.consistency_low) | (found.fitted > found.consistency_high)
            held = found.msc_low <= msc <= found.msc_high
            rows.append([msc, found.msc, found.msc_corrected, held, inside.mean(), out.mean()])
        msc, raw, corrected, held, inside, out = np.mean(rows, axis=0)
        print(
            f"| {videos} | {claims} | {slope} | {msc:.3f} | {raw:.3f} | {corrected:.3f} "
            f"| {held:.3f} | {inside:.3f} | {out:.3f} |",
            flush=True,
        )


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    comparison(number)
    curve(number)
