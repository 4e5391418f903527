"""Does a referee who is one more person differ by nothing, whoever rated which units? Prints a Markdown table.

The referee is drawn like the people, leniency and carefulness included, so the expected difference is 0 in every
design. Beside the comparison stands the difference of the figures of all units, which are about different units.
Run: python benchmarks/like_with_like.py [studies]
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path[0] = str(Path(__file__).parent.parent)  # beside this file lies one with the name of the package

from agreement.comparison.rater_pair_estimates import ComparisonPlan, estimates  # noqa: E402
from agreement.cross_tables import pools_pairs  # noqa: E402

Bools = NDArray[np.bool_]
Codes = NDArray[np.int8]
CUTS = np.array([-1.0, -0.3, 0.3, 1.0])
VIDEOS, CLAIMS, PEOPLE = 50, 4, 4
COEFFICIENTS = ("raw agreement", "kappa", "alpha", "AC2")
Asked = Callable[[np.random.Generator, Bools], Bools]


def everybody(rng: np.random.Generator, hard: Bools) -> Bools:
    """Everybody rates every unit."""
    return np.ones((len(hard), PEOPLE), dtype=bool)


def at_random(rng: np.random.Generator, hard: Bools) -> Bools:
    """Three tenths of the ratings are missing at random."""
    return rng.random((len(hard), PEOPLE)) < 0.7


def second_opinions_on_hard(rng: np.random.Generator, hard: Bools) -> Bools:
    """One of two people rates an easy unit, both rate a hard one."""
    asked = np.zeros((len(hard), PEOPLE), dtype=bool)
    asked[np.arange(len(hard)), rng.integers(0, 2, len(hard))] = True
    asked[hard, :2] = True
    return asked


def second_opinions_on_easy(rng: np.random.Generator, hard: Bools) -> Bools:
    """The reverse: hard units have one person."""
    return second_opinions_on_hard(rng, ~hard)


def unequal_overlap(rng: np.random.Generator, hard: Bools) -> Bools:
    """Two people rate everything, one the hard units only, one a third of the easy ones and no hard one."""
    asked = np.ones((len(hard), PEOPLE), dtype=bool)
    asked[:, 2] = hard
    asked[:, 3] = ~hard & (rng.random(len(hard)) < 0.33)
    return asked


def crowd(rng: np.random.Generator, hard: Bools) -> Bools:
    """Twenty people, of whom two rate an easy unit, four a hard one, and one a tenth of the units."""
    order = np.argsort(rng.random((len(hard), 20)), axis=1).argsort(axis=1)
    number = np.where(rng.random(len(hard)) < 0.1, 1, np.where(hard, 4, 2))
    return order < number[:, None]


DESIGNS: tuple[tuple[str, Asked, float, float], ...] = (
    ("everybody rates everything", everybody, 0.0, 0.0),
    ("30 % missing at random", at_random, 0.0, 0.0),
    ("second opinions on hard units", second_opinions_on_hard, 0.0, 0.0),
    ("second opinions on hard units, people differ", second_opinions_on_hard, 0.3, 0.3),
    ("second opinions on easy units", second_opinions_on_easy, 0.0, 0.0),
    ("unequal overlap", unequal_overlap, 0.0, 0.0),
    ("unequal overlap, people differ", unequal_overlap, 0.3, 0.3),
    ("crowd of 20, more on hard units", crowd, 0.0, 0.0),
    ("crowd of 20, people differ", crowd, 0.3, 0.3),
)


def study(seed: int, asked: Asked, leniency: float, care: float) -> tuple[Codes, NDArray[np.intp]]:
    """Simulate codes with the referee last, and the video of each unit.

    ``leniency`` is the standard deviation of people's shifts, ``care`` that of the logarithm of their error.
    """
    rng = np.random.default_rng(seed)
    video = np.repeat(np.arange(VIDEOS), CLAIMS)
    hard = rng.random(len(video)) < 0.4
    truth = np.sqrt(0.4) * rng.normal(size=VIDEOS)[video] + np.sqrt(0.6) * rng.normal(size=len(video))
    rates = asked(rng, hard)
    n = rates.shape[1] + 1
    error = np.where(hard, 1.0, 0.4)[:, None] * np.exp(rng.normal(0, care, n))
    seen = truth[:, None] + rng.normal(0, leniency, n) + error * rng.normal(size=(len(video), n))
    codes = np.searchsorted(CUTS, seen).astype(np.int8)
    codes[:, :-1][~rates] = -1
    return codes, video


def main(n_studies: int) -> None:
    """Print the mean difference of each coefficient, of like units and of all units."""
    plan = ComparisonPlan(tuple(range(5)), (), "ordinal", "jackknife", 0.95, 0, 0)
    print("| design | figures | " + " | ".join(COEFFICIENTS) + " | interval of kappa holds 0 |")
    print("|---|---|" + "---:|" * (len(COEFFICIENTS) + 1))
    for title, asked, leniency, care in DESIGNS:
        like, apart, held = [], [], []
        for seed in range(n_studies):
            codes, video = study(seed, asked, leniency, care)
            found, _ = estimates(codes, video, plan, "pooled" if pools_pairs(codes[:, :-1]) else "pairs")
            like.append([found["difference", i].value for i in range(4)])
            apart.append([found["all referee", i].value - found["all people", i].value for i in range(4)])
            held.append(found["difference", 1].low <= 0 <= found["difference", 1].high)
        for name, rows in (("compared", np.array(like)), ("all units", np.array(apart))):
            error = rows.std(axis=0) / np.sqrt(n_studies)
            cells = " | ".join(f"{m:+.3f} ± {e:.3f}" for m, e in zip(rows.mean(axis=0), error, strict=True))
            # The interval is about these people, so it does not hold the difference of a referee whose own ways vary.
            covered = f"{100 * np.mean(held):.1f} %" if name == "compared" and not leniency else "–"
            print(f"| {title} | {name} | {cells} | {covered} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
