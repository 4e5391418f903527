"""How often do the tests of a comparison and of calibration reject what is true? Prints Markdown tables.

The referee is one more person, or agrees as well as people do in another way; a person's quality and leniency are fixed
or drawn; the score is calibrated. A test at .05 should reject in 5 %. Run:
python benchmarks/size_of_tests.py 1000, or with some of comparisons, raters, icc, calibration after the number.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

sys.path[0] = str(Path(__file__).parent.parent)  # beside this file lies one with the name of the package

from agreement import calibration_curve, icc  # noqa: E402
from agreement.comparison.rater_pair_estimates import ComparisonPlan, estimates  # noqa: E402

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]
Ints = NDArray[np.intp]
NOISE, OF_CLUSTER, PEOPLE = 0.5, 0.4, 3
NAMES = ("raw", "kappa", "alpha", "AC")
FIVE = (-1.0, -0.3, 0.3, 1.0)


def cuts(*shares: float) -> tuple[float, ...]:
    """Return the thresholds below which so large shares of ratings lie."""
    sd = np.sqrt(1 + NOISE**2)
    return tuple(NormalDist().inv_cdf(share) * sd for share in np.cumsum(shares))


# name: units (or clusters), thresholds, clustered
DESIGNS: dict[str, tuple[int, tuple[float, ...], bool]] = {
    "98/2, 200 units": (200, cuts(0.98), False),
    "95/5, 200 units": (200, cuts(0.95), False),
    "80/20, 200 units": (200, cuts(0.80), False),
    "95/5, 60 units": (60, cuts(0.95), False),
    "5 levels near the ceiling, 100 units": (100, cuts(0.01, 0.01, 0.02, 0.06), False),
    "5 levels, 20 unequal clusters": (20, FIVE, True),
    "5 levels, 40 unequal clusters": (40, FIVE, True),
}
# A referee with a bias agrees as well as people when its noise is so much smaller: (design, coefficient, bias, noise).
OTHERWISE = (
    ("95/5, 200 units", 0, 0.35, 0.241),
    ("80/20, 200 units", 0, 0.30, 0.288),
    ("80/20, 200 units", 1, 0.30, 0.438),
    ("5 levels, 40 unequal clusters", 0, 0.35, 0.302),
    ("5 levels, 40 unequal clusters", 1, 0.35, 0.345),
    ("5 levels, 40 unequal clusters", 3, 0.35, 0.363),
)
WORSE = (("95/5, 200 units", 1.2), ("80/20, 200 units", 0.9), ("5 levels, 40 unequal clusters", 1.0))


def study(rng: np.random.Generator, design: str, bias: float = 0.0, noise: float = NOISE) -> tuple[Codes, Ints | None]:
    """Simulate three people and a referee, the last column, and the cluster of each unit."""
    n, thresholds, clustered = DESIGNS[design]
    sd, shift = np.array([NOISE] * PEOPLE + [noise]), np.array([0.0] * PEOPLE + [bias])
    cluster = np.repeat(
        np.arange(n), np.maximum(1, np.rint(rng.lognormal(1.2, 1.0, n))).astype(int) if clustered else 1
    )
    truth = rng.normal(size=len(cluster))
    seen = truth[:, None] + shift + sd * rng.normal(size=(len(cluster), PEOPLE + 1))
    if clustered:
        seen += np.sqrt(0.4) * rng.normal(size=n)[cluster, None] - (1 - np.sqrt(0.6)) * truth[:, None]
        seen += OF_CLUSTER * rng.normal(size=(n, PEOPLE + 1))[cluster]
    return np.searchsorted(thresholds, seen).astype(np.int8), cluster if clustered else None


def drawn_raters(rng: np.random.Generator, people: int, spread: float) -> tuple[Codes, Ints]:
    """Simulate people and a referee who is drawn as they are: each with a leniency and a noise of their own."""
    cluster = np.repeat(np.arange(40), 5)
    truth = np.sqrt(0.4) * rng.normal(size=40)[cluster] + np.sqrt(0.6) * rng.normal(size=200)
    sd = NOISE * np.exp(spread * rng.normal(size=people + 1))
    seen = truth[:, None] + spread * rng.normal(size=people + 1) + sd * rng.normal(size=(200, people + 1))
    return np.searchsorted(FIVE, seen + 0.3 * rng.normal(size=(40, people + 1))[cluster]).astype(np.int8), cluster


def p_values(codes: Codes, cluster: Ints | None, n_levels: int, seed: int, *, like_these: bool = False) -> Floats:
    """Test the differences in raw agreement, kappa, alpha and AC; no test counts as no rejection."""
    level = "nominal" if n_levels == 2 else "ordinal"
    plan = ComparisonPlan(tuple(range(n_levels)), (), level, "jackknife", 0.95, 1000, seed, like_these=like_these)
    found, tests = estimates(codes, cluster, plan, "pairs")
    for i, test in enumerate(tests):
        of = found["difference", i]
        outside = of.low is not None and of.high is not None and not of.low <= 0 <= of.high
        if test.p_value is not None and outside != (test.p_value <= 0.05):
            raise AssertionError(f"p = {test.p_value} beside {of}")
    return np.array([1.0 if test.p_value is None else test.p_value for test in tests])


def row(label: str, p: Floats, at: Sequence[int] = range(4)) -> None:
    """Print how often p-values (n, 4) are at most .05 and .001."""
    shares = [(p[:, i] <= level).mean() for level in (0.05, 0.001) for i in at]
    print(f"| {label} | " + " | ".join(f"{100 * share:.1f}" for share in shares) + " |", flush=True)


def heading(first: str) -> None:
    """Print the heading of a table of rejections."""
    columns = [f"{name} ≤ {level}" for level in (".05", ".001") for name in NAMES]
    print(f"\n| {first} | " + " | ".join(columns) + " |\n|" + "---|" * (len(columns) + 1))


def comparisons(n: int) -> None:
    """Print rejections in percent where the referee is one more person, where it agrees otherwise, and where worse."""
    heading("one more person")
    for design, (_, thresholds, _) in DESIGNS.items():
        row(
            design,
            np.array([p_values(*study(np.random.default_rng(s), design), len(thresholds) + 1, s) for s in range(n)]),
        )
    print("\n| as good in another way | in | p ≤ .05 | p ≤ .001 |\n|---|---|---|---|")
    for design, coefficient, bias, noise in OTHERWISE:
        n_levels = len(DESIGNS[design][1]) + 1
        p = np.array([p_values(*study(np.random.default_rng(s), design, bias, noise), n_levels, s) for s in range(n)])
        row(f"{design} | {NAMES[coefficient]}", p, (coefficient,))
    heading("a noisier referee (power)")
    for design, noise in WORSE:
        n_levels = len(DESIGNS[design][1]) + 1
        p = [p_values(*study(np.random.default_rng(s), design, 0.0, noise), n_levels, s) for s in range(max(1, n // 4))]
        row(f"{design}, noise {noise}", np.array(p))


def raters_as_sample(n: int) -> None:
    """Print rejections of a referee that is drawn as the raters are, for these raters and for raters like these."""
    for like_these in (False, True):
        heading("raters like these" if like_these else "these raters")
        for people in (3, 5, 10):
            for spread in (0.0, 0.3):
                p = [
                    p_values(*drawn_raters(np.random.default_rng(s), people, spread), 5, s, like_these=like_these)
                    for s in range(n)
                ]
                row(f"{people} people, spread {spread}", np.array(p))


def agreement_of_measurements(n: int) -> None:
    """Print the coverage of ICC(2,1) in 25 clusters of 4 units, whose raters are drawn."""
    print("\n| raters | these raters | raters like these |\n|---|---|---|")
    for people in (3, 5, 10):
        held = []
        for s in range(n):
            rng = np.random.default_rng(s)
            cluster = np.repeat(np.arange(25), 4)
            truth = np.sqrt(0.5) * rng.normal(size=100) + np.sqrt(0.5) * rng.normal(size=25)[cluster]
            values = (
                truth[:, None] + np.sqrt(0.2) * rng.normal(size=people) + np.sqrt(0.8) * rng.normal(size=(100, people))
            )
            found = [icc(values, form="2,1", cluster=cluster, raters=raters) for raters in ("fixed", "sample")]
            held.append([one.low is not None and one.low <= 0.5 <= one.high for one in found])
        these, like = np.mean(held, axis=0)
        print(f"| {people} | {100 * these:.1f} | {100 * like:.1f} |", flush=True)


def calibration(n: int) -> None:
    """Print rejections of a calibrated score, and the share of levels outside the consistency band."""
    print("\n| calibrated score | p ≤ .05 | p ≤ .01 | outside the band |\n|---|---|---|---|")
    for label, clusters, size in (
        ("40 clusters of 3", 40, 3),
        ("20 unequal clusters", 20, 0),
        ("10 clusters of 10", 10, 10),
        ("200 units", 200, 1),
    ):
        found = []
        for s in range(n):
            rng = np.random.default_rng(s)
            sizes = size or np.maximum(1, np.rint(rng.lognormal(1.0, 1.0, clusters))).astype(int)
            video = np.repeat(np.arange(clusters), sizes)
            score = rng.choice(5, len(video), p=[0.15, 0.2, 0.25, 0.2, 0.2])
            unit = rng.normal(0, 0.5, len(video)) + rng.normal(0, 0.4, clusters)[video]
            people = (score + unit)[:, None] + rng.normal(0, 0.6, (len(video), 3))
            curve = calibration_curve(score, people, cluster=video, n_resamples=400, seed=s)
            out = (curve.fitted < curve.consistency_low) | (curve.fitted > curve.consistency_high)
            p = 1.0 if curve.p_calibrated is None else curve.p_calibrated
            found.append([p <= 0.05, p <= 0.01, np.average(out, weights=curve.weight)])
        shares = 100 * np.mean(found, axis=0)
        print(f"| {label} | " + " | ".join(f"{share:.1f}" for share in shares) + " |", flush=True)


PARTS = {
    "comparisons": comparisons,
    "raters": raters_as_sample,
    "icc": agreement_of_measurements,
    "calibration": calibration,
}

if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    for part in sys.argv[2:] or PARTS:
        PARTS[part](number)
