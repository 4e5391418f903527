"""How often the intervals of noise ceilings and of correlations with people hold the truth.

    python benchmarks/coverage_ceiling.py [--simulations 600] [--seed 1]

Prints a Markdown table. Simulated studies of three people (two of whom leave out a fifth of the claims) and a referee,
five levels, claims in videos. The truth of each statistic is that of 120,000 claims of the same design.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path[0] = str(Path(__file__).parent.parent)  # beside this file lies one with the name of the package

from agreement import NoiseCeilings, noise_ceilings  # noqa: E402

Floats = NDArray[np.float64]
DESIGNS = ((20, 5), (40, 3), (40, 5), (100, 3))
MANY = 40_000


def study(videos: int, claims: int, seed: int) -> NoiseCeilings:
    """Return the noise ceilings of one simulated study."""
    rng, n = np.random.default_rng(seed), videos * claims
    video = np.repeat(np.arange(videos), claims)
    quality = 2 + rng.normal(0, 0.7, videos)[video] + rng.normal(0, 0.9, n)
    people, referee = (np.clip(np.round(quality[:, None] + rng.normal(0, 0.8, (n, k))), 0, 4) for k in (3, 1))
    people[:, 1:][rng.random((n, 2)) < 0.2] = np.nan
    return noise_ceilings(people, referee[:, 0], cluster=video)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--simulations", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    truth = study(MANY, 3, args.seed - 1)
    print("| statistic | truth |" + "".join(f" {v} videos × {c} |" for v, c in DESIGNS))
    print("|---|---:|" + "---:|" * len(DESIGNS))
    seeds = [args.seed * 1_000_000 + s for s in range(args.simulations)]
    found = [[study(v, c, seed) for seed in seeds] for v, c in DESIGNS]
    for field in fields(NoiseCeilings):
        true = getattr(truth, field.name).value
        cells = []
        for studies in found:
            estimates = [getattr(one, field.name) for one in studies]
            held = np.mean([e.low is not None and e.low <= true <= e.high for e in estimates])
            cells.append(f" {100 * held:.1f} ({np.mean([e.value for e in estimates]):.3f}) |")
        print(f"| `{field.name}` | {true:.3f} |" + "".join(cells), flush=True)


if __name__ == "__main__":
    main()
