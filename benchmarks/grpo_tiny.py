"""Does the semantic reward rise when a tiny policy trains on it? Sixty steps of the GRPO recipe on a CPU, by seed.

    .venv-trainers/bin/python benchmarks/grpo_tiny.py [--seeds 3] [--steps 60] [--out benchmarks/results/grpo_tiny]

Prints for each seed the mean reward of the first and of the last ten steps, and the mean gain over seeds with its 95 %
interval (Student's t over seeds); writes the curves to curves.json there, which docs/make_training_picture.py draws.
Exit code 1 when a seed gains less than MARGIN, which was stated before the first run. Ten steps ask each of the four
questions five times, so both ends are of the same questions.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from statistics import mean, stdev

os.environ |= {
    "OMP_NUM_THREADS": "1",
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
}
sys.path[:0] = [str(Path(__file__).parents[1] / "examples" / "grpo_video_qa")]

from grpo_run import run  # noqa: E402
from run_settings import RunSettings  # noqa: E402

MARGIN = 0.05  # of the mean reward, by which the last ten steps exceed the first ten
ENDS = 10  # steps at either end
PARTS = (
    "reward",
    "SemanticEvidenceReward/relevance",
    "SemanticEvidenceReward/localization",
    "SemanticEvidenceReward/claims",
)


def main() -> None:
    """Train once for each seed, print a table, and stop with 1 when a seed gained less than the margin."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/grpo_tiny"))
    given = parser.parse_args()
    curves = []
    for seed in range(given.seeds):
        curves.append(curve(seed, given.steps, given.out / f"seed-{seed}"))
        told = {"margin": MARGIN, "ends": ENDS, "seeds": curves}  # what is done outlives an interruption
        (given.out / "curves.json").write_text(json.dumps(told), encoding="utf-8")
    print("\n| seed | first ten steps | last ten steps | gain |\n|---|---|---|---|")
    gains = []
    for seed, one in enumerate(curves):
        first, last = (sum(values) / len(values) for values in (one["reward"][:ENDS], one["reward"][-ENDS:]))
        gains.append(last - first)
        print(f"| {seed} | {first:.3f} | {last:.3f} | {last - first:+.3f} |")
    if len(gains) > 1:
        print(f"\nMean gain {mean(gains):+.3f} ± {reach(gains):.3f} over {len(gains)} seeds.")
    sys.exit(min(gains) < MARGIN)


def reach(gains: list[float]) -> float:
    """Return half the width of the 95 % interval of their mean."""
    from scipy.stats import t

    return float(t.ppf(0.975, len(gains) - 1)) * stdev(gains) / len(gains) ** 0.5


def curve(seed: int, steps: int, out: Path) -> dict[str, list[float]]:
    """Train with one seed; return what was logged at each step."""
    settings = RunSettings.of(
        tiny=True, out=out, seed=seed, steps=steps, generations=8, batch=16, save_every=steps, go_on=True
    )
    logged = [step for step in run(settings).state.log_history if "reward" in step]
    return {part.rpartition("/")[2]: [float(step.get(part, 0.0)) for step in logged] for part in PARTS}


if __name__ == "__main__":
    main()
