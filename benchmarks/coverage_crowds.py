"""Which estimator of a crowd's kappa holds the truth? Many people, few units each. Prints Markdown tables.

The true quadratic kappa is that of two different people drawn for a unit, from 60,000 units of the same people; the
studies of a design have the same people, so intervals are about these people. The second table asks the shipped
functions, a referee being one more person without a leniency of its own.
Run: python benchmarks/coverage_crowds.py [studies]
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path[0] = str(Path(__file__).parent.parent)  # beside this file lies one with the name of the package

from agreement.coefficients.kappa import kappa_of_tables, pooled_kappa  # noqa: E402
from agreement.coefficients.weights import agreement_weights  # noqa: E402
from agreement.comparison.rater_pair_estimates import ComparisonPlan, estimates  # noqa: E402
from agreement.cross_tables import (  # noqa: E402
    count_pairs,
    counted,
    mean_of_known,
    pooled_pairs,
    pools_pairs,
    shared_units,
)
from agreement.intervals.jackknife import Jackknife, jackknife_t  # noqa: E402
from agreement.options import Options  # noqa: E402
from agreement.ratings import Ratings  # noqa: E402

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Codes = NDArray[np.int8]
CUTS, SCALE = np.array([-1.0, -0.3, 0.3, 1.0]), (0, 1, 2, 3, 4)
Q, WEIGHTS = len(SCALE), agreement_weights("quadratic", SCALE)
TRUTH_UNITS = 60_000


@dataclass(frozen=True)
class Crowd:
    """A design: units in videos, and how many of how many people rate each."""

    title: str
    people: int
    videos: int
    units: int
    leniency: float
    asked: str

    @property
    def shifts(self) -> Floats:
        """Leniency of each person, the same in every study."""
        return self.leniency * np.random.default_rng(5).normal(size=self.people)


DESIGNS = (
    Crowd("12 people, 60 videos × 4, a pair per video", 12, 60, 4, 0.0, "teams"),
    Crowd("the same, people differ", 12, 60, 4, 0.4, "teams"),
    Crowd("40 people, 150 videos × 1, 3 per unit", 40, 150, 1, 0.0, "three"),
    Crowd("the same, people differ", 40, 150, 1, 0.4, "three"),
    Crowd("30 people, 80 videos × 2, few do most, 1 to 5 per unit", 30, 80, 2, 0.4, "active"),
    Crowd("20 people, 80 videos × 2, 5 per hard unit, 2 per easy one", 20, 80, 2, 0.3, "hard"),
)


def study(rng: np.random.Generator, crowd: Crowd, videos: int) -> tuple[Codes, Ints]:
    """Simulate codes with a referee last, and the video of each unit."""
    video = np.repeat(np.arange(videos), crowd.units)
    n = len(video)
    truth = np.sqrt(0.4) * rng.normal(size=videos)[video] + np.sqrt(0.6) * rng.normal(size=n)
    hard = rng.random(n) < 0.4
    error, number, share = np.full(n, 0.65), np.full(n, 2), np.ones(crowd.people)
    if crowd.asked == "three":
        number[:] = 3
    if crowd.asked == "active":
        number, share = rng.integers(1, 6, n), 1 / np.arange(1, crowd.people + 1)
    if crowd.asked == "hard":
        number, error = np.where(hard, 5, 2), np.where(hard, 1.1, 0.4)
    drawn = np.log(share) + rng.gumbel(size=(n, crowd.people))
    drawn = drawn[np.unique(video, return_index=True)[1]][video] if crowd.asked == "teams" else drawn
    rates = np.argsort(np.argsort(-drawn, axis=1), axis=1) < number[:, None]
    shifts = np.append(crowd.shifts, 0.0)
    seen = truth[:, None] + shifts + error[:, None] * rng.normal(size=(n, crowd.people + 1))
    codes = np.searchsorted(CUTS, seen).astype(np.int8)
    codes[:, :-1][~rates] = -1
    return codes, video


def pooled(codes: Codes, row: Ints, n_rows: int, *, by_rating: bool) -> Floats:
    """Pool the pairs of units with two ratings, per row."""
    tally = (codes[:, :, None] == np.arange(Q)).sum(axis=1).astype(float)
    m = tally.sum(axis=1)
    several = m >= 2
    weight = 1 / (m[several] - 1) / (1.0 if by_rating else m[several])
    out = np.zeros((n_rows, Q * Q))
    tables = pooled_pairs(tally[several]).reshape(-1, Q * Q) * weight[:, None]
    np.add.at(out, row[several], tables)
    return out


def of_pairs(total: Floats, *, weighted: bool) -> Floats:
    """Return the mean over pairs of kappa, each alike or with its units as weight."""
    tables = total.reshape(len(total), -1, Q, Q)
    kappas = kappa_of_tables(tables, WEIGHTS)
    if not weighted:
        return mean_of_known(kappas)
    units = counted(tables) * np.isfinite(kappas)
    return np.asarray((np.nan_to_num(kappas) * units).sum(axis=1) / units.sum(axis=1))


def of_pooled(total: Floats) -> Floats:
    """Return kappa of pooled tables."""
    return kappa_of_tables(total.reshape(-1, Q, Q), WEIGHTS)


Sides = dict[str, tuple[Floats, Callable[[Floats], Floats]]]


def candidates(codes: Codes, video: Ints) -> Sides:
    """Return the sums per video of each estimator, and the function of them."""
    kept = (codes >= 0).sum(axis=1) >= 2
    people, row = codes[kept], np.unique(video[kept], return_inverse=True)[1]
    n_rows, shared = int(row.max()) + 1, shared_units(people)
    pairs = [pair for pair in combinations(range(people.shape[1]), 2) if shared[pair]]
    by_pair = count_pairs(people, pairs, row, n_rows, Q)
    return {
        "mean over pairs": (by_pair, lambda total: of_pairs(total, weighted=False)),
        "mean, by shared units": (by_pair, lambda total: of_pairs(total, weighted=True)),
        "pooled, ratings alike": (pooled(people, row, n_rows, by_rating=True), of_pooled),
        "pooled, units alike": (pooled(people, row, n_rows, by_rating=False), of_pooled),
    }


def truths(crowd: Crowd) -> dict[bool, float]:
    """Return the true kappa with units, and with ratings weighing alike."""
    codes, _ = study(np.random.default_rng(99), crowd, TRUTH_UNITS // crowd.units)
    one = np.zeros(len(codes), dtype=np.intp)
    return {by: float(of_pooled(pooled(codes[:, :-1], one, 1, by_rating=by))[0]) for by in (False, True)}


def estimators(n_studies: int) -> None:
    """Print bias and coverage of each estimator of people with people."""
    print("| crowd | estimator | truth | bias | sd | covered | width |")
    print("|---|---|---:|---:|---:|---:|---:|")
    for crowd in DESIGNS:
        truth, found = truths(crowd), {}
        for seed in range(n_studies):
            codes, video = study(np.random.default_rng(seed), crowd, crowd.videos)
            for name, (sums, function) in candidates(codes[:, :-1], video).items():
                total = sums.sum(axis=0)
                left = np.concatenate([function(total - sums[i : i + 20]) for i in range(0, len(sums), 20)])
                point = float(function(total[None, :])[0])
                limits = jackknife_t(Jackknife.of(point, left))
                low, high = (np.nan, np.nan) if limits.low is None else (limits.low, limits.high)
                aim = truth[name == "pooled, ratings alike"]
                found.setdefault(name, []).append([point - aim, low <= aim <= high, high - low])
        for name, rows in found.items():
            bias, held, width = np.nanmean(rows, axis=0)
            aim, spread = truth[name == "pooled, ratings alike"], np.std([row[0] for row in rows])
            cells = f"{aim:.3f} | {bias:+.3f} | {spread:.3f} | {100 * held:.1f} | {width:.2f}"
            print(f"| {crowd.title} | {name} | {cells} |", flush=True)


def shipped(n_studies: int) -> None:
    """Print the coverage of the shipped functions, on both halves, and of the difference."""
    print("\n| crowd | `cohen_kappa` | ceiling of `compare` | same value | difference, mean | difference covered |")
    print("|---|---:|---:|---:|---:|---:|")
    plan = ComparisonPlan(SCALE, (), "ordinal", "jackknife", 0.95, 0, 0)
    for crowd in DESIGNS:
        truth, rows = truths(crowd)[False], []
        for seed in range(n_studies):
            codes, video = study(np.random.default_rng(seed), crowd, crowd.videos)
            people = np.where(codes[:, :-1] < 0, np.nan, codes[:, :-1].astype(float))
            ratings = Ratings.from_array(people, scale=SCALE, cluster=video, wide=True)
            kappa = pooled_kappa(ratings, WEIGHTS, Options())  # cohen_kappa without the kappas of its hundreds of pairs
            assert pools_pairs(codes[:, :-1])
            found, _ = estimates(codes, video, plan, "pooled")
            ceiling, apart = found["ceiling", 1], found["difference", 1]
            rows.append(
                [
                    kappa.low <= truth <= kappa.high,
                    ceiling.low <= truth <= ceiling.high,
                    abs(kappa.value - ceiling.value) < 1e-9,
                    apart.value,
                    apart.low <= 0 <= apart.high,
                ]
            )
        held_above, held_below, same, mean, held = np.mean(rows, axis=0)
        # A referee without leniency agrees better with people who differ than they do, so its difference is not 0.
        difference = "– | –" if crowd.leniency else f"{mean:+.3f} | {100 * held:.1f}"
        cells = f"{100 * held_above:.1f} | {100 * held_below:.1f} | {100 * same:.0f} % | {difference}"
        print(f"| {crowd.title} | {cells} |", flush=True)


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    estimators(number)
    shipped(number)
