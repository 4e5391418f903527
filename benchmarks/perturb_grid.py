"""How long the whole grid takes: every family at every magnitude for a thousand claims, ten geometric rewards.

    python benchmarks/perturb_grid.py [--quick]

Prints one Markdown table: CPU seconds of one thread, and the ratio to making and judging claim by claim. That loop runs
on a part of the claims, and its time is scaled by their number; its values are compared with those of the grid.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from pathlib import Path

os.environ |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
sys.path[0] = str(Path(__file__).parent.parent)

import numpy as np  # noqa: E402

from benchmarks.perturb import simulated  # noqa: E402
from referee_calib.perturbation.families.perturbation import AGREEMENT  # noqa: E402
from referee_calib.perturbation.families.reference_objects import ReferenceObjects  # noqa: E402
from referee_calib.perturbation.harness.perturbation_plan import GRADED, PerturbationPlan, families  # noqa: E402
from referee_calib.perturbation.harness.reward_queries import QueryRunner  # noqa: E402
from referee_calib.perturbation.harness.video_facts import VideoFacts  # noqa: E402
from referee_calib.perturbation.metrics.resampled_rewards import ResampledReward  # noqa: E402
from referee_calib.perturbation.metrics.reward_measures import measure_reward  # noqa: E402
from referee_calib.perturbation.metrics.video_bootstrap import VideoBootstrap  # noqa: E402
from referee_calib.records import Claim  # noqa: E402
from referee_calib.reward import (  # noqa: E402
    ClaimContext,
    ConstantReward,
    GeometricReward,
    OpenO3Reward,
    WholeFrameReward,
)

VIDEOS = 330
REWARDS = {
    **{kind: GeometricReward(kind) for kind in ("iou", "giou", "diou", "ciou", "tiou", "time_r1")},
    "open-o3-shipped": OpenO3Reward("signed"),
    "open-o3-meant": OpenO3Reward("absolute"),
    "constant": ConstantReward(),
    "whole-frame": WholeFrameReward(),
}
BOXES = (*GRADED["boxes"], "shift_any", "background", "swapped_name", "far_too_late")  # 9 graded, 3 wrong


def main() -> None:
    """Time grid, measures and loop."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a tenth of the claims")
    n = 100 if parser.parse_args().quick else 1000
    claims = simulated(n, VIDEOS)
    start = time.process_time()
    plan, found = grid(claims)
    asked = time.process_time() - start
    start = time.process_time()
    draws = VideoBootstrap(found.videos, n_resamples=2000)
    for name in found.rewards:
        measure_reward(ResampledReward(found, draws, name))
    measured = time.process_time() - start
    part = n // 20
    start = time.process_time()
    worst = loop(plan, found, part)
    scaled = (time.process_time() - start) * n / part
    print(f"{platform.machine()}, Python {platform.python_version()}, numpy {np.__version__}, one thread.\n")
    judged = int(found.asked.sum()) * len(found.rewards)
    print(
        f"{n:,} claims, {len(BOXES)} families, up to 13 magnitudes, {len(found.rewards)} rewards: {judged:,} values.\n"
    )
    print("| what | CPU s | × |\n|---|---|---|")
    print(f"| the grid: perturb and judge | {asked:.2f} | 1 |")
    print(f"| claim by claim ({part} claims, scaled) | {scaled:.1f} | {scaled / asked:.0f} |")
    resampled = f"all measures with intervals from 2,000 resamples of {VIDEOS} videos"
    print(f"| {resampled} | {measured:.2f} | {measured / asked:.1f} |")
    print(f"\nLargest difference of a value: {worst:.1e}.")


def grid(claims: list[Claim]):  # noqa: ANN201 - plan and table
    """Plan and judge everything."""
    facts = VideoFacts({f"v{i}.mp4": 10.0 for i in range(VIDEOS)}, {f"v{i}.mp4": 25.0 for i in range(VIDEOS)})
    plan = PerturbationPlan(
        "boxes", claims, families("boxes", BOXES, ReferenceObjects(), []), facts, agreement=AGREEMENT
    )
    return plan, QueryRunner(Path(), repeats=1).tables({"boxes": plan}, {"boxes": REWARDS})["boxes"]


def loop(plan, found, part: int) -> float:  # noqa: ANN001
    """Make every claim and have every reward judge it alone; return the largest difference from the grid."""
    worst = 0.0
    fresh = PerturbationPlan(
        "boxes", plan.claims[:part], families("boxes", BOXES, ReferenceObjects(), []), plan.facts, agreement=AGREEMENT
    )
    for cell in range(len(fresh.steps)):
        for place in range(part):
            claim = fresh.claim(cell, place)
            if claim is None:
                continue
            for r, reward in enumerate(REWARDS.values()):
                value = reward.judge([claim], Path(), [ClaimContext(duration=10.0)])[0].value
                there = found.values[r, cell, place]
                both = value is None or np.isnan(there)
                worst = max(worst, float("inf") if both else abs(value - there))
    return worst


if __name__ == "__main__":
    main()
