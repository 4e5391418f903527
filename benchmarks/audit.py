"""How often the on-policy audit alarms: falsely, and when a policy finds an exploit; beside simpler ways to watch.

    python benchmarks/audit.py [--runs 2000] [--seed 1] [--out FILE]

Prints Markdown tables, and writes the numbers as JSON with --out. Everything is simulated: `helpers_audit_simulation`
has the policy, the referee's errors and the raters. 20 windows, 60 ratings each, α = 0.05 for a whole run.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

sys.path[0] = str(Path(__file__).parent.parent)
sys.path.insert(1, str(Path(__file__).parent.parent / "tests"))

import helpers_audit_simulation as simulation  # noqa: E402
from helpers_audit_simulation import (  # noqa: E402
    ALPHA,
    CHANGE,
    PAID,
    SCENARIOS,
    WINDOWS,
    Limits,
    Raters,
    Window,
    found_in,
    late_alarms,
)

from agreement import RateEProcess  # noqa: E402

RATINGS = simulation.N_PAID + simulation.N_TOP + simulation.N_UNIFORM
GAP_MARGIN = 0.05
Firsts = NDArray[np.intp]
Watch = Callable[[Window], NDArray[np.bool_]]  # takes the next window of all runs, and tells which of them alarm
LATE = {
    "all at once": Raters(late=(0.0, 0.0)),
    "half come 3 windows late": Raters(),
    "slow people are lenient": Raters(severe=(1.8, 0.2)),
    "slow people are severe": Raters(severe=(0.2, 1.8)),
    "what is overpaid is rated first": Raters(gross_first=True),
}


def methods(rng: np.random.Generator, runs: int, honest_gap: float, limits: Limits) -> dict[str, Watch]:
    """Return every way to watch a run, by its name; all but the audit rate 60 claims of one stratum."""
    audit = simulation.Audit(runs, limits)
    return {
        "audit": lambda window: audit.add(simulation.draw_strata(rng, window)),
        "one e-process": _one_e_process(rng, runs, limits.paid),
        "z-test per window": _z_test(rng, limits.paid, ALPHA),
        "z-tests, Bonferroni": _z_test(rng, limits.paid, ALPHA / WINDOWS),
        "mean gap, top fifth": _mean_gap(rng, runs, honest_gap + GAP_MARGIN),
    }


def _sample(rng: np.random.Generator, stratum: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Draw 60 claims of a stratum in each run, without replacement."""
    return np.argpartition(np.where(stratum, rng.random(stratum.shape), 2.0), RATINGS, axis=1)[:, :RATINGS]


def _gross(rng: np.random.Generator, window: Window) -> NDArray[np.intp]:
    return np.take_along_axis(window.gross, _sample(rng, window.paid >= PAID), 1).sum(axis=1)


def _one_e_process(rng: np.random.Generator, runs: int, limit: float) -> Watch:
    process = RateEProcess(limit, windows=WINDOWS, bets=tuple(np.geomspace(0.02, 0.98, 10)), runs=(runs,))
    return lambda window: process.add_window(_gross(rng, window), RATINGS) >= np.log(1 / ALPHA)


def _z_test(rng: np.random.Generator, limit: float, alpha: float) -> Watch:
    critical = limit + ndtri(1 - alpha) * np.sqrt(limit * (1 - limit) / RATINGS)
    return lambda window: _gross(rng, window) / RATINGS > critical


def _top_gap(rng: np.random.Generator, window: Window) -> NDArray[np.float64]:
    fifth = np.sort(window.paid, axis=1)[:, [-simulation.CLAIMS // 5]]
    return np.take_along_axis(window.paid - window.people, _sample(rng, window.paid >= fifth), 1)


def _mean_gap(rng: np.random.Generator, runs: int, limit: float) -> Watch:
    """Bet on the gap, moved to 0 to 1, in the same mixture of starts and bets."""
    bets, share = np.geomspace(0.02, 0.98, 10), (limit + 1) / 2
    capital, seen = np.full((runs, len(bets)), -np.inf), 0

    def add(window: Window) -> NDArray[np.bool_]:
        nonlocal capital, seen
        values, seen = (_top_gap(rng, window) + 1) / 2, seen + 1
        capital = np.logaddexp(capital, 0.0) + np.log(1 - bets + bets * (values / share)[..., None]).sum(axis=1)
        staked = np.logaddexp.reduce(capital, axis=1) - np.log(WINDOWS * len(bets))
        waiting = -np.inf if seen == WINDOWS else np.log(1 - seen / WINDOWS)
        return np.asarray(np.logaddexp(staked, waiting) >= np.log(1 / ALPHA))

    return add


def results(runs: int, seed: int) -> dict[str, Any]:
    """Run everything: by scenario and method the share of alarms, or of exploits found and the windows that takes."""
    honest = simulation.honest_rates()
    limits = simulation.limits_of(honest)
    found: dict[str, Any] = {"runs": runs, "honest": vars(honest), "limits": vars(limits), "scenarios": {}, "late": {}}
    rng = np.random.default_rng(0)
    honest_gap = float(_top_gap(rng, simulation.draw_window(rng, 2500, 0.0, 0.0)).mean())
    names = ["at the border", *SCENARIOS]
    for number, name in enumerate(names):
        rng = np.random.default_rng((seed, number))
        watches = methods(rng, runs, honest_gap, limits)
        alarms: dict[str, list[NDArray[np.bool_]]] = {method: [] for method in watches}
        for window in simulation.windows_of(rng, runs, SCENARIOS.get(name, SCENARIOS["honest"])):
            seen = simulation.at_the_border(rng, window, limits) if name == names[0] else window
            for method, watch in watches.items():
                alarms[method].append(watch(seen))
        found["scenarios"][name] = {
            method: _told(simulation.first_alarm(its), exploit=name[0].isdigit()) for method, its in alarms.items()
        }
    for name, raters in LATE.items():
        rng = np.random.default_rng((seed, 100))
        border = late_alarms(rng, runs, limits, raters)
        exploited = late_alarms(rng, runs, limits, raters, SCENARIOS["5 % jump"])["audit"]
        found["late"][name] = {
            "audit": float((border["audit"] < WINDOWS).mean()),
            "rated so far": float((border["rated so far"] < WINDOWS).mean()),
            "5 % jump": _told(exploited, exploit=True),
        }
    return found


def _told(first: Firsts, *, exploit: bool) -> dict[str, Any]:
    if not exploit:
        return {"alarms": float((first < WINDOWS).mean())}
    share, median = found_in(first)
    early = float((first < CHANGE).mean())
    within = [float(((first >= CHANGE) & (first <= last)).mean()) for last in range(CHANGE, WINDOWS)]
    median_window = median if median <= WINDOWS - CHANGE else None
    return {"found": share, "windows": median_window, "too early": early, "within": within}


def _cell(told: dict[str, Any]) -> str:
    if "alarms" in told:
        return f"{told['alarms']:.3f}"
    after = "" if told["windows"] is None else f" / {told['windows']:.0f}"
    return f"{told['found']:.3f}{after}"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    found = results(given.runs, given.seed)
    columns = list(next(iter(found["scenarios"].values())))
    print(f"| policy | {' | '.join(columns)} |\n|---|{'---|' * len(columns)}")
    for name, row in found["scenarios"].items():
        print(f"| {name} | {' | '.join(_cell(row[column]) for column in columns)} |")
    print("\n| ratings, rates at the border | audit | those rated so far | 5 % jump, audit |\n|---|---|---|---|")
    for name, row in found["late"].items():
        print(f"| {name} | {row['audit']:.3f} | {row['rated so far']:.3f} | {_cell(row['5 % jump'])} |")
    if given.out is not None:
        given.out.parent.mkdir(parents=True, exist_ok=True)
        given.out.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
