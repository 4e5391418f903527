"""Whether gains from best-of-n are unbiased and their intervals hold the truth: simulated groups of rollouts.

    python benchmarks/policy_improvement.py [--simulations 500] [--videos 40] [--missing none] [--seed 1]

Prints a Markdown table. The truth is the same figure of a simulation of many videos in which everything is rated.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

sys.path[0] = str(Path(__file__).parent.parent)
sys.path.insert(1, str(Path(__file__).parent.parent / "tests"))

from helpers_policy_improvement import Missing, SimulatedGroups, simulate  # noqa: E402

from agreement import Estimate, human_ceiling, policy_improvement, rating_strata  # noqa: E402

NOISE = {"one more person": 1.0, "noisier": 2.0}
MISSING: tuple[Missing, ...] = ("none", "at random", "by referee level")
DRAWN = (2, 4)
KL = (0.1, 0.3)


def measure(data: SimulatedGroups) -> dict[str, Estimate]:
    """Return every estimate of one study that is looked at."""
    rewards = {"referee": data.referee}
    found = policy_improvement(
        rewards, data.value, data.group, cluster=data.video, kl=KL,
        weight=rating_strata(~np.isnan(data.value), data.referee),
        person_values=data.people, person_weight=data.weight_of(data.rated),
    ).rewards[0]  # fmt: skip
    ceiling = human_ceiling(
        rewards, data.people, data.others, data.group, cluster=data.video, kl=KL,
        weight=data.weight_of(data.rated & ~np.isnan(data.others)),
        person_values=data.people, pair_weight=data.weight_of(data.rated_by_two),
    )  # fmt: skip
    return {
        **{f"best of {one.n}": one.gain for one in found.best_of_n if one.n in DRAWN},
        **{f"tilt, {one.kl:g} nats": one.gain for one in found.tilt},
        "rank agreement": found.rank_agreement,
        "right sign": found.right_sign,
        "zero variance": found.zero_variance,
        "people, rank agreement": ceiling.people.rank_agreement,
        "people, right sign": ceiling.people.right_sign,
        **{f"people, best of {one.n}": one.gain for one in ceiling.people.best_of_n if one.n in DRAWN},
        **{f"minus people, best of {one.n}": one.difference for one in ceiling.differences if one.n in DRAWN},
        **{f"share of people's, best of {one.n}": one.share for one in ceiling.shares if one.n in DRAWN},
    }


def rows(simulations: int, videos: int, seed: int, designs: Sequence[Missing]) -> Iterator[tuple[str, ...]]:
    """Yield a line per design and estimate."""
    for label, noise in NOISE.items():
        truth = {k: e.value for k, e in measure(simulate(np.random.default_rng(seed), 4_000, noise=noise)).items()}
        for missing in designs:
            rng = np.random.default_rng((seed, MISSING.index(missing)))
            studies = [measure(simulate(rng, videos, noise=noise, missing=missing)) for _ in range(simulations)]
            for key, true in truth.items():
                yield label, missing, key, *_line([one[key] for one in studies if key in one], true)


def _line(found: list[Estimate], true: float | None) -> tuple[str, ...]:
    told = [one for one in found if one.value is not None]
    limits = [(one.low, one.high) for one in told if one.low is not None and one.high is not None]
    if true is None or not limits:
        return "", "", "", "", f"{len(limits)}"
    values = np.array([one.value for one in told], dtype=float)
    held = np.mean([low <= true <= high for low, high in limits])
    error = values.std() / np.sqrt(len(values))
    return f"{true:.4f}", f"{values.mean() - true:+.4f}", f"{2 * error:.4f}", f"{100 * held:.1f} %", f"{len(limits)}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--simulations", type=int, default=500)
    parser.add_argument("--videos", type=int, default=40)
    parser.add_argument("--missing", choices=MISSING, action="append", help="one of them; all by default")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print("| referee | missing ratings | estimate | truth | bias | ± | held by 95 % | intervals |")
    print("|---|---|---|---|---|---|---|---|")
    for row in rows(given.simulations, given.videos, given.seed, given.missing or MISSING):
        print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
