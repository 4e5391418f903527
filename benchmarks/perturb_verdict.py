"""How often the verdict on robustness is right, on simulated rewards whose plateau, noise and mistakes are known.

    python benchmarks/perturb_verdict.py [--studies 1000] [--resamples 1999]

Prints one Markdown table: the share of simulated studies that reach each wording. Where the claim is false by
construction, "supported" is the error of the first kind; where it is true, the power.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from pathlib import Path

os.environ |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
sys.path[:1] = [str(Path(__file__).parent.parent / name) for name in ("", "tests")]

from helpers_simulated_reward import OVERLAP, REWARD, Simulation, simulate  # noqa: E402

from referee_calib.perturbation.metrics.resampled_rewards import ResampledReward  # noqa: E402
from referee_calib.perturbation.metrics.video_bootstrap import VideoBootstrap  # noqa: E402
from referee_calib.perturbation.sensitivity_verdict import verdict  # noqa: E402

WORDINGS = ("supported", "cannot tell", "not supported", "insensitive, not robust")
ERRORS = ("background", "other_object", "wrong_name", "wrong_time")


def mistakes(share: float) -> dict[str, float]:
    """Return the same share of accepted evidence for every error type but the anchor."""
    return {name: 0.0 if name == "background" else share for name in ERRORS}


FALSE = {
    "H1: slips cost as much as under IoU": Simulation(overlap_like=True),
    "H2: one of ten wrong names is accepted": Simulation(wrong=mistakes(0.02) | {"wrong_name": 0.10}),
    "H2: wrong evidence falls by 0.10 less than under IoU": Simulation(
        wrong={"background": 0.0, "other_object": 0.0}, paid=0.2
    ),
    "H3: one of five groups is tied": Simulation(flat=0.20),
}
TRUE = {
    "no mistakes": Simulation(wrong=mistakes(0.0)),
    "2 % of each kind accepted": Simulation(wrong=mistakes(0.02)),
    "4 % of each kind accepted": Simulation(wrong=mistakes(0.04)),
    "no mistakes, 100 claims in 33 videos": Simulation(wrong=mistakes(0.0), claims=100, videos=33),
    "2 %, 400 claims in 130 videos": Simulation(wrong=mistakes(0.02), claims=400, videos=130),
    "H1 just true: slips cost 0.007 less than under IoU": Simulation(wrong=mistakes(0.0), plateau=0.01, fall=0.96),
}


def main() -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--studies", type=int, default=1000)
    parser.add_argument("--resamples", type=int, default=1999)
    given = parser.parse_args()
    print(f"{given.studies:,} simulated studies each; 200 claims in 65 videos where nothing else is said.\n")
    print(f"| claim | case | {' | '.join(WORDINGS)} |\n|---|---|{'---|' * len(WORDINGS)}")
    for kind, cases in (("false", FALSE), ("true", TRUE)):
        for name, plan in cases.items():
            found = Counter(judged(plan, seed, given.resamples) for seed in range(given.studies))
            shares = " | ".join(f"{found[wording] / given.studies:.3f}" for wording in WORDINGS)
            print(f"| {kind} | {name} | {shares} |", flush=True)


def judged(plan: Simulation, seed: int, resamples: int) -> str:
    """Return the wording for one simulated study."""
    table = simulate(plan, seed)
    draws = VideoBootstrap(table.videos, n_resamples=resamples, seed=seed)
    return verdict(ResampledReward(table, draws, REWARD), ResampledReward(table, draws, OVERLAP)).wording


if __name__ == "__main__":
    main()
