"""Train the small policy under every reward, and write results, figures and page.

Usage::

    python examples/controlled_training/run_experiment.py [--quick] [--seeds N] [--jobs N] [--out DIR]

By default the documentation's page, its pictures and `results/` here are written anew; with ``--out`` (and always with
``--quick``) everything goes there.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from clip_world import ClipQuestion, clip_questions, held_out
from experiment_figures import draw
from experiment_page import page_text
from experiment_results import Results, write_results
from group_training import TrainingOptions, train
from pointing_policy import PointingPolicy
from reward_examination import examine
from training_conditions import RememberedPay, conditions, mean_overlap_of_people
from true_outcomes import TrueOutcomes

from referee_calib.io import json_lines, make_folder

HERE = Path(__file__).parent
DOCS = HERE.parents[1] / "docs"
QUICK = ("semantic", "iou", "corner", "constant")


def main() -> None:
    """Run the experiment."""
    parser = argparse.ArgumentParser(description="A controlled training experiment on the sample clips.")
    parser.add_argument("--quick", action="store_true", help="one seed, four of the rewards, at most a minute")
    parser.add_argument("--seeds", type=int, default=5, help="policies trained under each reward (default 5)")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1), help="processes (default up to 2)")
    parser.add_argument("--out", type=Path, help="folder of results, page and pictures")
    given = parser.parse_args()
    if given.seeds < 1 or given.jobs < 1:
        sys.exit("run_experiment: --seeds and --jobs are at least 1")
    if given.quick and given.out is None:
        sys.exit("run_experiment: --quick needs --out DIR, so that the documentation keeps the whole experiment")
    kept = (given.out or HERE.parents[1] / "out" / "controlled_training") / "seeds"
    found = run(QUICK if given.quick else None, 1 if given.quick else given.seeds, given.jobs, kept)
    print("\n".join(map(str, write(found, given.out))))


def run(names: Sequence[str] | None, seeds: int, jobs: int, kept: Path) -> Results:
    """Train under the rewards of these names, or all, and return what came of it.

    Every trained policy is written into the folder `kept` at once; a run that was stopped goes on from there.
    """
    questions = clip_questions()
    if jobs == 1 or seeds == 1:
        done = [run_seed(seed, names, kept) for seed in range(seeds)]
    else:
        with ProcessPoolExecutor(min(jobs, seeds), mp_context=get_context("spawn")) as pool:
            done = list(pool.map(run_seed, range(seeds), [names] * seeds, [kept] * seeds))
    runs = [row for rows in done for row in rows]
    examined = {row["condition"]: row.pop("examined") for row in runs if row["examined"] is not None}
    runs = [{name: value for name, value in row.items() if name not in ("examined", "settings")} for row in runs]
    order = [one.name for one in conditions(questions)]
    runs.sort(key=lambda row: (order.index(row["condition"]), row["seed"]))
    return Results(_facts(questions, seeds), runs, examined)


def run_seed(seed: int, names: Sequence[str] | None, kept: Path) -> list[dict[str, Any]]:
    """Train one policy under every reward, all from the same start; the first seed examines the rewards as well."""
    questions, options = clip_questions(), TrainingOptions()
    truth = TrueOutcomes(questions)
    settings = {"seed": seed, **asdict(options)}
    path = kept / f"{seed}.jsonl"
    make_folder(kept)
    done = [row for _, row in json_lines.read(path)] if path.exists() else []
    found = {row["condition"]: row for row in done if row["settings"] == settings}
    for condition in conditions(questions):
        if condition.name in found or (names is not None and condition.name not in names):
            continue
        print(f"seed {seed}: {condition.label}", file=sys.stderr, flush=True)
        pay = RememberedPay(condition, questions)
        examined = examine(questions, pay, truth) if seed == 0 else None
        rows = train(questions, pay, truth, seed, options)
        found[condition.name] = {"condition": condition.name, "label": condition.label, "seed": seed, "rows": rows,
                                 "examined": examined, "settings": settings}  # fmt: skip
        json_lines.write(path, found.values())
    return [row for name, row in found.items() if names is None or name in names]


def write(found: Results, out: Path | None) -> list[Path]:
    """Write results, page and pictures, and return their paths."""
    results = HERE / "results" if out is None else out / "results"
    page = (DOCS / "explanation" if out is None else out) / "controlled_training.md"
    pictures = (DOCS if out is None else out) / "pictures" / "controlled_training"
    write_results(results, found)
    drawn = draw(found, pictures)
    if len(found.labels) < len(conditions(clip_questions())):
        return [results, *drawn]  # the page speaks of all rewards
    page.write_text(page_text(found), encoding="utf-8")
    return [results, page, *drawn]


def _facts(questions: Sequence[ClipQuestion], seeds: int) -> dict[str, Any]:
    options, out = TrainingOptions(), [one for one in questions if held_out(one)]
    return {
        "seeds": seeds,
        "steps": options.steps,
        "questions_of_a_step": options.groups,
        "replies": options.replies,
        "questions": len(questions),
        "clips": len({one.asked.scene.name for one in questions}),
        "held_out_questions": len(out),
        "held_out_clips": len({one.asked.scene.name for one in out}),
        "weights": PointingPolicy(questions).n_weights,
        "needs_boxes": [one.name for one in conditions(questions) if one.needs_boxes],
        "people_overlap": round(mean_overlap_of_people(questions), 3),
    }


if __name__ == "__main__":
    main()
