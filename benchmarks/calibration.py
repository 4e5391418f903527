"""Speed of the calibration curve's resamples, beside a loop over scikit-learn's isotonic regression.

    python benchmarks/calibration.py [--resamples 1000] [--peer-resamples 10] [--repeats 5] [--seed 1]

Prints Markdown. Both sides draw claims, or whole videos, with replacement and refit the curve; fits of one and the
same resample are compared. The peer's loop is written twice: it copies the ratings drawn, as a bootstrap is mostly
written, or weighs each rating by how often it was drawn. A loop costs the same in every round, so a few are timed and
multiplied. CPU time of one thread, the best of the repeats.
Peak memory is that of arrays and objects (tracemalloc), in a run of its own. Needs scikit-learn.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path[0] = str(Path(__file__).parent.parent)  # beside this file lies one with the name of the package

from agreement import calibration_curve, calibration_error, classification_at_thresholds, ordinal_calibration  # noqa: E402
from agreement.calibration.isotonic import isotonic_fits  # noqa: E402
from agreement.calibration.score_level_sums import LevelSums, bootstrap_sums, level_sums  # noqa: E402

Floats = NDArray[np.float64]
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
RATERS = 3
SCALE = (0, 1, 2, 3, 4)
SIZES = ((10_000, 5, 2_000, 400), (100_000, 6, 20_000, 1_500))  # claims, score levels, videos, ratio aimed at (claims)


def simulated(claims: int, levels: int, videos: int, seed: int) -> tuple[Floats, Floats, NDArray[np.intp]]:
    """Return simulated scores (n,), ratings (n, 3) and videos (n,)."""
    rng = np.random.default_rng(seed)
    video = np.sort(rng.integers(0, videos, claims))
    score = rng.integers(0, levels, claims) * (4 / (levels - 1))
    people = np.clip(np.round(0.8 * score[:, None] + rng.normal(0.4, 1.0, (claims, RATERS))), 0, 4)
    people[rng.random(people.shape) < 0.2] = np.nan
    people[:, 0] = np.where(np.isnan(people).all(axis=1), np.round(score), people[:, 0])
    return score, people, np.unique(video, return_inverse=True)[1].reshape(-1)


def ours(data: LevelSums, resamples: int, seed: int) -> Floats:
    """Return the curves of resampled videos, or of resampled claims where there are none."""
    drawn = bootstrap_sums(data, resamples, np.random.default_rng(seed))
    return np.concatenate([isotonic_fits(sums, weight) for weight, sums in drawn])


class Peer:
    """The same with scikit-learn: weigh the ratings by how often their group was drawn, fit, read the curve."""

    def __init__(self, score: Floats, people: Floats, group: NDArray[np.intp], at: Floats) -> None:
        unit, rater = np.nonzero(~np.isnan(people))
        self.x, self.y, self.at, self.group = score[unit], people[unit, rater], at, group[unit]
        self.w = 1 / (~np.isnan(people)).sum(axis=1)[unit]
        self.n_groups = int(group.max()) + 1

    def fit(self, times: NDArray[np.intp], *, copy: bool = False) -> Floats:
        """Return the curve of one resample, from how often each group was drawn."""
        from sklearn.isotonic import IsotonicRegression

        drawn = times[self.group]
        if copy:
            x, y, w = (np.repeat(each, drawn) for each in (self.x, self.y, self.w))
        else:
            x, y, w = self.x, self.y, self.w * drawn
        return np.asarray(IsotonicRegression().fit(x, y, sample_weight=w).predict(self.at))

    def curves(self, resamples: int, seed: int, *, copy: bool = False) -> Floats:
        """Return the curves of all resamples."""
        rng, n = np.random.default_rng(seed), self.n_groups
        drawn = (np.bincount(rng.integers(0, n, n), minlength=n) for _ in range(resamples))
        return np.stack([self.fit(times, copy=copy) for times in drawn])


def largest_difference(data: LevelSums, peer: Peer, seed: int, tries: int = 5) -> float:
    """Return how far the two fits of one and the same resample lie apart, over a few resamples."""
    rng, n, k = np.random.default_rng(seed), peer.n_groups, len(data.x)
    group = np.arange(n) if data.cluster is None else data.cluster
    worst = 0.0
    for _ in range(tries):
        times = np.bincount(rng.integers(0, n, n), minlength=n)
        weight = np.bincount(data.level, weights=times[group], minlength=k)[None, :]
        sums = np.bincount(data.level, weights=times[group] * data.mean, minlength=k)[None, :]
        worst = max(worst, float(np.abs(isotonic_fits(sums, weight)[0] - peer.fit(times)).max()))
    return worst


def cpu(work: Callable[[], Any], repeats: int) -> float:
    """Return the least CPU time of a few runs, in seconds."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def peak(work: Callable[[], Any]) -> float:
    """Return the most memory held at once by what the work allocates, in MB."""
    tracemalloc.start()
    work()
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return held / 1e6


def curves(args: argparse.Namespace) -> None:
    """Print the table of resampled curves."""
    print(f"{args.resamples} resampled curves, up to {RATERS} ratings a claim, 20 % of them missing:\n")
    print(
        "| claims | score levels | drawn | pooling once (s) | curves (s) | scikit-learn, copying (s) | ratio "
        "| scikit-learn, weighing (s) | ratio | aimed at | peak (MB) | peer's peak (MB) | largest difference |"
    )
    print("|---:|---:|---|" + "---:|" * 10)
    for claims, levels, videos, aim in SIZES:
        score, people, video = simulated(claims, levels, videos, args.seed)
        row(args, score, people, None, f"{aim:,}")
        row(args, score, people, video, "–")


def row(args: argparse.Namespace, score: Floats, people: Floats, video: NDArray[np.intp] | None, aim: str) -> None:
    """Print the row of one size."""
    b, seed = args.resamples, args.seed
    data, _ = level_sums(score, people, video)
    group = np.arange(len(score)) if video is None else video
    peer = Peer(score, people, group, data.x)
    pooling = cpu(lambda: level_sums(score, people, video), args.repeats)
    mine = cpu(lambda: ours(level_sums(score, people, video)[0], b, seed), args.repeats) - pooling
    rounds = args.peer_resamples
    copying, weighing = (
        cpu(lambda: peer.curves(rounds, seed, copy=copy), 3) / rounds * b  # noqa: B023
        for copy in (True, False)
    )
    held, peer_held = peak(lambda: ours(data, b, seed)), peak(lambda: peer.curves(2, seed, copy=True))
    drawn = "claims" if video is None else f"{peer.n_groups:,} videos"
    print(
        f"| {len(score):,} | {len(data.x)} | {drawn} | {pooling:.4f} | {mine:.4f} | {copying:.1f} "
        f"| {copying / mine:,.0f} | {weighing:.1f} | {weighing / mine:,.0f} | {aim} | {held:.0f} | {peer_held:.0f} "
        f"| {largest_difference(data, peer, seed):.0e} |",
        flush=True,
    )


def whole(args: argparse.Namespace) -> None:
    """Print what every calibration measure costs, with its intervals."""
    print("\nWhole calls, with intervals by video:\n")
    print("| call | claims | CPU (s) | peak (MB) |\n|---|---:|---:|---:|")
    for claims, levels, videos, _ in SIZES:
        score, people, video = simulated(claims, levels, videos, args.seed)
        given: dict[str, Any] = {"score": score, "humans": people, "cluster": video}
        curve = partial(calibration_curve, **given, n_resamples=args.resamples)
        calls: dict[str, Callable[[], Any]] = {
            f"`calibration_curve`, {args.resamples} resamples a band": curve,
            "`ordinal_calibration`": partial(ordinal_calibration, **given, scale=SCALE),
            "`calibration_error`": partial(calibration_error, **given, scale=SCALE),
            "`classification_at_thresholds`, all of them": partial(classification_at_thresholds, **given, scale=SCALE),
        }
        for name, call in calls.items():
            print(f"| {name} | {claims:,} | {cpu(call, args.repeats):.3f} | {peak(call):.0f} |", flush=True)


def main() -> None:
    """Print the tables and how they were made, in a process whose libraries start one thread only."""
    if not ONE_THREAD.items() <= os.environ.items():
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **ONE_THREAD})
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--resamples", type=int, default=1000)
    parser.add_argument("--peer-resamples", type=int, default=10)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    libraries = ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy", "scikit-learn"))
    print(
        f"Python {platform.python_version()}, {libraries}, {platform.machine()}; simulated ratings, seed {args.seed}\n"
    )
    curves(args)
    whole(args)


if __name__ == "__main__":
    main()
