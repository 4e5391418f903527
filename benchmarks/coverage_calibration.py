"""How often the intervals of calibration measures hold the truth, and how biased they are: simulated, nominal 95 %.

    python benchmarks/coverage_calibration.py [--simulations 1000] [--videos 40] [--claims 5]

Prints a Markdown table. A referee gives whole levels; three people (a quarter of two of them missing) rate each claim
about a normal mean: the score itself, or half a level below it. The truth is the same measure on 60,000 videos.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path[0] = str(Path(__file__).parent.parent)  # beside this file lies one with the name of the package

from agreement import Estimate, calibration_error, classification_at_thresholds, ordinal_calibration  # noqa: E402

Floats = NDArray[np.float64]
SCALE = (0, 1, 2, 3, 4)
SPREAD = 0.8


def chances(mean: Floats) -> Floats:
    """Return the probabilities of the levels, (n, 5), for ratings that are rounded normal numbers."""
    from scipy.special import ndtr

    below = ndtr((np.arange(0.5, 4, 1)[None, :] - mean[:, None]) / SPREAD)
    return np.diff(np.concatenate([below, np.ones((len(mean), 1))], axis=1), axis=1, prepend=0)


def draw(seed: int, videos: int, claims: int, lenient: float) -> tuple[Floats, Floats, NDArray[np.intp], Floats]:
    """Return scores, ratings, videos, and the distribution that the referee would state."""
    rng, n = np.random.default_rng(seed), videos * claims
    video = np.repeat(np.arange(videos), claims)
    score = np.clip(np.round(rng.normal(2, 0.8, videos)[video] + rng.normal(0, 0.8, n)), 0, 4)
    below = np.cumsum(chances(score - lenient), axis=1)
    people = (rng.random((n, 3))[:, :, None] > below[:, None, :]).sum(axis=2).clip(0, 4).astype(float)
    people[:, 1:][rng.random((n, 2)) < 0.25] = np.nan
    return score, people, video, chances(score)


def measures(seed: int, videos: int, claims: int, lenient: float) -> dict[str, Estimate]:
    """Return every measure of one simulated study."""
    score, people, video, stated = draw(seed, videos, claims, lenient)
    point = ordinal_calibration(score, people, scale=SCALE, cluster=video)
    whole = ordinal_calibration(score, people, distribution=stated, scale=SCALE, cluster=video)
    error = calibration_error(score, people, scale=SCALE, cluster=video)
    cut = classification_at_thresholds(score, people, scale=SCALE, thresholds=[3], cluster=video).at(3)
    return {
        "RPS of the score": point.rps,
        "RPS recalibrated": point.recalibrated,
        "MSC of the score, corrected": point.msc_corrected,
        "MSC of a stated distribution, corrected": whole.msc_corrected,
        "DSC, corrected": point.dsc_corrected,
        "noise floor": point.noise_floor,
        "share explained, recalibrated": point.explained,
        "share explained, as it is": point.explained_as_is,
        "ECE, binned": error.binned,
        "ECE, debiased square": error.debiased_square,
        "ECE, smooth": error.smooth,
        "AUC at 3": cut.auc,
        "average precision at 3": cut.average_precision,
        "Brier at 3, out of fold": cut.brier,
        "Brier skill at 3": cut.brier_skill,
    }


def table(args: argparse.Namespace, lenient: float) -> None:
    """Print bias, scatter and coverage of every measure."""
    truth = {name: one.value for name, one in measures(10**6, 60_000, args.claims, lenient).items()}
    found = [measures(seed, args.videos, args.claims, lenient) for seed in range(args.simulations)]
    print("| measure | truth | mean | sd | covered (%) | mean width |\n|---|---:|---:|---:|---:|---:|")
    for name, value in truth.items():
        ones = [each[name] for each in found]
        values = np.array([one.value for one in ones], dtype=float)
        limits = np.array([(one.low, one.high) for one in ones], dtype=float)
        held = (limits[:, 0] <= value) & (value <= limits[:, 1])
        width = np.nanmean(limits[:, 1] - limits[:, 0])
        print(
            f"| {name} | {round(value, 4) + 0.0:.4f} | {np.nanmean(values):.4f} | {np.nanstd(values):.4f} "
            f"| {100 * held.mean():.1f} | {width:.3f} |"
        )


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--simulations", type=int, default=1000)
    parser.add_argument("--videos", type=int, default=40)
    parser.add_argument("--claims", type=int, default=5)
    args = parser.parse_args()
    error = 100 * np.sqrt(0.95 * 0.05 / args.simulations)
    print(f"{args.videos} videos × {args.claims} claims, {args.simulations} simulations; ±{error:.1f} by chance\n")
    print("A referee whose score is what people mean:\n")
    table(args, 0.0)
    print("\nA referee half a level lenient:\n")
    table(args, 0.5)


if __name__ == "__main__":
    main()
