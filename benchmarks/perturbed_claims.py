"""How well people's response curve is told from few ratings, on simulated people whose curve is known.

    python benchmarks/perturbed_claims.py [--studies 300]

Prints two Markdown tables. The first compares estimators of H4's difference (how much nearer a reward lies to people
than overlap does) on designs of 200 ratings in 65 videos: coverage of the 95 % interval, error, and how often it
decides. The second has the shipped estimator with other numbers of ratings and videos, and at last with three raters of
unlike severity and the truth of all raters, of whom the interval does not speak. Nothing here is measured on people.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

os.environ |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
sys.path[:1] = [str(Path(__file__).parent.parent)]

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402
from scipy.optimize import curve_fit  # noqa: E402
from scipy.stats import t  # noqa: E402

from referee_calib.perturbation.metrics import pooled_curve as pooled  # noqa: E402
from referee_calib.perturbation.metrics.rating_power import KINDS, SimulatedPeople, like_overlap  # noqa: E402

Floats = NDArray[np.float64]
Curve = Callable[[Floats], Floats]
Estimator = Callable[["Design", Floats, Floats], tuple[float, float, float]]  # value, low, high
ENDS = 0.2
CASES = (  # people, reward, what is right
    ("tolerant", "tolerant", "nearer"),
    ("strict", "strict", "nearer"),
    ("like overlap", "tolerant", "farther"),
    ("like overlap", "strict", "farther"),
    ("tolerant", "strict", "farther"),
    ("strict", "tolerant", "farther"),
    ("between tolerant", "tolerant", "equal"),
    ("between strict", "strict", "equal"),
)


class Design:
    """Lost overlaps, spread over videos as ``perturb --for-people`` spreads them."""

    def __init__(self, ratings: int, videos: int) -> None:
        ends = round(ENDS * ratings)
        inner = ratings - 2 * ends
        middle = (np.arange(inner) + 0.5) / inner
        self.lost = np.concatenate([np.zeros(ends), middle, np.ones(ends)])
        self.video = np.arange(ratings) % videos
        self.place = np.arange(ratings) % max(videos, min(200, ratings))
        self.n_videos = min(videos, ratings)


def curve_of(name: str, share: float = 0.5) -> Curve:
    """Return a kind's curve; "between" lies between a kind (`share`) and overlap."""
    kind = name.removeprefix("between ")
    if kind == name:
        return KINDS[name]
    return lambda x: share * KINDS[kind](x) + (1 - share) * like_overlap(x)


def difference(curve: Floats, reward: Floats) -> Floats:
    """H4's difference of squared distances, of normalised curves."""
    c = pooled.normalised_curve(curve)
    return pooled.area(np.square(1 - pooled.GRID - c) - np.square(reward - c))


def binned(design: Design, paid: Floats, weights: Floats) -> Floats:
    """The shipped pooled curve."""
    rows = pooled.PooledValues(design.lost, paid, design.video, np.ones_like(paid))
    return pooled.pooled_curve(rows, weights)


def isotonic(design: Design, paid: Floats, weights: Floats) -> Floats:
    """The binned means under the constraint that they do not rise."""
    from scipy.optimize import isotonic_regression

    found = np.empty((len(weights), len(pooled.GRID)))
    place = np.searchsorted(pooled.EDGES, design.lost)
    for i, its in enumerate(weights):
        w = its[design.video]
        size = np.bincount(place, w, pooled.N_BINS)
        there = size > 0
        mean = np.bincount(place, w * paid, pooled.N_BINS)[there] / size[there]
        x = np.bincount(place, w * design.lost, pooled.N_BINS)[there] / size[there]
        y = isotonic_regression(mean, weights=size[there], increasing=False).x
        found[i] = np.interp(pooled.GRID, x, y)
    return found


def logistic(design: Design, paid: Floats, weights: Floats) -> Floats:
    """A logistic curve between two levels, by least squares."""

    def shape(x: Floats, low: float, high: float, middle: float, scale: float) -> Floats:
        return low + (high - low) / (1 + np.exp(np.clip((x - middle) / scale, -50, 50)))

    start, found = (0.05, 0.9, 0.5, 0.2), np.empty((len(weights), len(pooled.GRID)))
    for i, its in enumerate(weights):
        w = its[design.video] > 0
        try:
            given = curve_fit(shape, design.lost[w], paid[w], start, bounds=([-0.5, 0, -1, 0.02], [0.6, 2, 2, 2]))[0]
        except RuntimeError:
            given = np.full(4, np.nan)
        found[i] = shape(pooled.GRID, *given)
        start = tuple(given) if np.isfinite(given).all() else start
    return found


def mixed(design: Design, paid: Floats, weights: Floats) -> Floats:
    """A linear spline with a random intercept for each video, whose variance is taken from the residuals (ANOVA)."""
    knots = np.linspace(0, 1, 11)
    basis = np.array([np.interp(design.lost, knots, row) for row in np.eye(len(knots))]).T
    beta = np.linalg.lstsq(basis, paid, rcond=None)[0]
    left, n = paid - basis @ beta, np.bincount(design.video)
    means = np.bincount(design.video, left) / n
    within = (np.square(left).sum() - (n * np.square(means)).sum()) / (len(paid) - len(n))
    between = max(0.0, (n * np.square(means)).sum() / (len(n) - 1) - within) / n.mean()
    shrink = 1 - np.sqrt(within / (within + n * between))

    def whiten(one: Floats) -> Floats:
        sums = np.zeros((len(n), *one.shape[1:]))
        np.add.at(sums, design.video, one)
        centre = sums / n.reshape(-1, *[1] * (one.ndim - 1))
        return one - (shrink.reshape(-1, *[1] * (one.ndim - 1)) * centre)[design.video]

    x, y = whiten(basis), whiten(paid)
    found = np.empty((len(weights), len(pooled.GRID)))
    for i, its in enumerate(weights):
        w = its[design.video]
        given = np.linalg.solve((x * w[:, None]).T @ x + 1e-9 * np.eye(len(knots)), (x * w[:, None]).T @ y)
        found[i] = np.interp(pooled.GRID, knots, given)
    return found


def jackknifed(fit: Callable[[Design, Floats, Floats], Floats]) -> Estimator:
    """Delete one video at a time."""

    def estimate(design: Design, paid: Floats, reward: Floats) -> tuple[float, float, float]:
        drawn = difference(fit(design, paid, pooled.leave_one_out(design.n_videos)), reward)
        found = pooled.jackknife(drawn, design.n_videos)
        if found is None:
            return float(drawn[0]), np.nan, np.nan
        reach = t.ppf(0.975, design.n_videos - 1) * found[1]
        return found[0], found[0] - reach, found[0] + reach

    return estimate


def bootstrapped(fit: Callable[[Design, Floats, Floats], Floats], n: int = 400) -> Estimator:
    """Resample videos; where more than a tenth of the resamples is undefined, so is the interval."""

    def estimate(design: Design, paid: Floats, reward: Floats) -> tuple[float, float, float]:
        dice, g = np.random.default_rng(0), design.n_videos
        weights = np.vstack([np.ones(g), dice.multinomial(g, np.full(g, 1 / g), size=n)]).astype(float)
        drawn = difference(fit(design, paid, weights), reward)
        known = drawn[1:][np.isfinite(drawn[1:])]
        low, high = np.quantile(known, [0.025, 0.975]) if len(known) >= 0.9 * n else (np.nan, np.nan)
        return float(drawn[0]), float(low), float(high)

    return estimate


ESTIMATORS: dict[str, Estimator] = {
    "pooled means, jackknife (shipped)": jackknifed(binned),
    "pooled means, bootstrap percentile": bootstrapped(binned),
    "isotonic, jackknife": jackknifed(isotonic),
    "isotonic, bootstrap percentile": bootstrapped(isotonic),
    "mixed model (spline, video intercept), jackknife": jackknifed(mixed),
    "logistic, jackknife": jackknifed(logistic),
}


def truth(curve: Curve, reward: Floats, severity: float) -> float:
    """The difference that no number of ratings changes: half a million of them."""
    design, dice = Design(500_000, 5_000), np.random.default_rng(9)
    people = SimulatedPeople(curve=curve, raters=1_000, severity=severity)
    paid = people.paid(design.lost, design.video, design.place, dice)
    return float(difference(binned(design, paid, np.ones((1, 5_000))), reward)[0])


@cache
def case(people: str, kind: str, severity: float) -> tuple[Curve, float]:
    """Return people's curve and the true difference; between two curves the curve at which it is 0, by secants."""
    reward = KINDS[kind](pooled.GRID)
    if not people.startswith("between"):
        return curve_of(people), truth(curve_of(people), reward, severity)
    shares = [0.3, 0.5]
    for _ in range(3):
        a, b = shares[-2:]
        fa, fb = (truth(curve_of(people, one), reward, severity) for one in (a, b))
        shares.append(b - fb * (b - a) / (fb - fa) if fa != fb else b)
    return curve_of(people, shares[-1]), 0.0


def row(name: str, estimator: Estimator, design: Design, studies: int, severity: float) -> str:
    """Simulate all cases and return one row."""
    decided, covered, error, tellable = [], [], [], []
    for people, kind, _ in CASES:
        reward, dice = KINDS[kind](pooled.GRID), np.random.default_rng(1)
        curve, real = case(people, kind, severity)
        simulated = SimulatedPeople(curve=curve, severity=severity)
        found = np.array([
            estimator(design, simulated.paid(design.lost, design.video, design.place, dice), reward)
            for _ in range(studies)
        ])  # fmt: skip
        decided.append((found[:, 1] > 0).mean())
        covered.append(((found[:, 1] <= real) & (real <= found[:, 2])).mean())
        error.append(np.sqrt(np.mean(np.square(found[:, 0] - real))))
        tellable.append((found[:, 2] < 0).mean())
    power = f"{decided[0]:.2f}, {decided[1]:.2f}"
    false = f"{max(decided[2:6]):.3f}"
    border = f"{max(decided[6:]):.3f}"
    like = f"{tellable[2]:.2f}, {tellable[3]:.2f}"
    lowest = f"{min(covered):.2f}–{max(covered):.2f}"
    return f"| {name} | {lowest} | {np.mean(error):.4f} | {power} | {like} | {false} | {border} |"


def main() -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--studies", type=int, default=300)
    given = parser.parse_args()
    head = (
        "coverage | error | tolerant, strict people: nearer | people like overlap: farther from tolerant, strict | "
        "false nearer | on the border"
    )
    print(f"{given.studies} simulated studies per case.\n")
    print(f"| estimator, 200 ratings in 65 videos | {head} |\n|{'---|' * 7}")
    for name, estimator in ESTIMATORS.items():
        print(row(name, estimator, Design(200, 65), given.studies, 0.0), flush=True)
    print(f"\n| ratings in videos | {head} |\n|{'---|' * 7}")
    shipped = ESTIMATORS["pooled means, jackknife (shipped)"]
    for ratings, videos in ((60, 30), (100, 50), (200, 20), (200, 40), (200, 100), (300, 65), (400, 100)):
        print(row(f"{ratings} in {videos}", shipped, Design(ratings, videos), given.studies, 0.0), flush=True)
    print(row("200 in 65, severity 0.3", shipped, Design(200, 65), given.studies, 0.3), flush=True)


if __name__ == "__main__":
    main()
