"""How often the verdict of a study is right, on simulated studies with a planted referee.

    python benchmarks/verdicts.py [--studies 200] [--only TEXT] [--power]

Prints a Markdown table: the share of studies of each planted truth that pass, with exact limits, cannot tell and fail,
and what stopped the others. A pass is right where the referee is good; elsewhere it is a false pass.
With --power: the share of studies with an exploit rate that do not pass, by number of videos.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path

os.environ |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
sys.path[:1] = [str(Path(__file__).parent.parent / name) for name in ("", "tests")]

import helpers_planted_others as others  # noqa: E402
import helpers_planted_tail as tail  # noqa: E402
from helpers_planted_study import Case, study_of, verdict_of  # noqa: E402

from agreement import opposite_levels, share_of_clusters  # noqa: E402
from referee_calib.analysis.tail_checks import check_tail  # noqa: E402

GROUPS = (tail.CASES, others.CASES)  # a module of cases per kind of planted truth
EXPLOITS, VIDEOS = (0.0, 0.0025, 0.005, 0.01, 0.02, 0.05), (60, 100, 200, 300)


def outcomes(case: Case, studies: int) -> tuple[Counter[str], Counter[str]]:
    """Count states, and the thresholds that kept a study from passing."""
    states: Counter[str] = Counter()
    stopped: Counter[str] = Counter()
    for seed in range(studies):
        found = verdict_of(study_of(case, seed), case.limits)
        states[str(found.state)] += 1
        stopped.update({check.threshold for check in found.checks if check.state != "pass"})
    return states, stopped


def planted(studies: int, only: str) -> None:
    """Print one row per planted truth."""
    print("| planted | right | pass | cannot tell | fail | what stopped it |\n|---|---|---|---|---|---|")
    for name, case in ((name, case) for group in GROUPS for name, case in group.items() if only in name):
        states, stopped = outcomes(case, studies)
        passed = share_of_clusters(states["pass"], studies)  # exact limits: none of 50 is not never
        rest = f"{states['cannot tell'] / studies:.3f} | {states['fail'] / studies:.3f}"
        shares = f"{passed.value:.2f} [{passed.low:.2f}, {passed.high:.2f}] | {rest}"
        why = ", ".join(f"{what} {n / studies:.2f}" for what, n in stopped.most_common(4))
        print(f"| {name} | {'pass' if case.good else 'no pass'} | {shares} | {why} |", flush=True)


def unpassed(case: Case, studies: int) -> float:
    """Return the share of studies in which confident acceptance does not pass on some dimension."""
    kept = 0
    for seed in range(studies):
        found = study_of(case, seed)
        tails = (opposite_levels(found.people[name], found.referee[name], cluster=found.video) for name in found.people)
        kept += any(check_tail("", one, case.limits)[0].state != "pass" for one in tails)
    return kept / studies


def power(studies: int) -> None:
    """Print the share of studies whose tail does not pass, by exploit rate and number of videos."""
    print(f"| exploits, share of claims | {' | '.join(f'{n} videos' for n in VIDEOS)} |\n|---{'|---' * len(VIDEOS)}|")
    for share in EXPLOITS:
        caught = []
        for videos in VIDEOS:
            case = replace(tail.CASES["1 % exploits, 100 videos"], videos=videos)
            caught.append(unpassed(replace(case, plant=partial(tail.exploits, share=share)), studies))
        print(f"| {100 * share:g} % | {' | '.join(f'{one:.2f}' for one in caught)} |", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", type=int, default=200)
    parser.add_argument("--only", default="")
    parser.add_argument("--power", action="store_true")
    asked = parser.parse_args()
    power(asked.studies) if asked.power else planted(asked.studies, asked.only)
