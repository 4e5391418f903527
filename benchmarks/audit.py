"""How often the on-policy audit alarms: falsely, and when a policy finds an exploit; beside simpler ways to watch.

    python benchmarks/audit.py [--runs 2000] [--seed 1] [--out FILE]

Prints Markdown tables, and writes the numbers as JSON with --out. Everything is simulated: `helpers_audit_simulation`
has the policy, the referee's errors and the raters. 20 windows, 60 ratings each, α = 0.05 for a whole run.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
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
Method = Callable[[np.random.Generator, Iterator[Window], int], Firsts]
LATE = {
    "all at once": Raters(late=(0.0, 0.0)),
    "half come 3 windows late": Raters(),
    "slow people are lenient": Raters(severe=(1.8, 0.2)),
    "slow people are severe": Raters(severe=(0.2, 1.8)),
    "what is overpaid is rated first": Raters(gross_first=True),
}


def methods(honest: Limits, limits: Limits) -> dict[str, Method]:
    """Return every way to watch a run, by its name; all but the audit rate 60 claims that are paid 0.75 or more."""
    gap = _honest_gap()
    return {
        "audit": lambda rng, windows, runs: simulation.audited(windows, rng, runs, limits),
        "one e-process": lambda rng, windows, runs: _one_e_process(rng, windows, runs, limits.paid),
        "z-test per window": lambda rng, windows, runs: _z_tests(rng, windows, limits.paid, ALPHA),
        "z-tests, Bonferroni": lambda rng, windows, runs: _z_tests(rng, windows, limits.paid, ALPHA / WINDOWS),
        "mean gap, top fifth": lambda rng, windows, runs: _mean_gap(rng, windows, runs, gap + GAP_MARGIN),
    }


def _sample(rng: np.random.Generator, window: Window, from_: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Draw 60 claims of a stratum in each run, without replacement."""
    return np.argsort(np.where(from_, rng.random(from_.shape), 2.0), axis=1)[:, :RATINGS]


def _gross(rng: np.random.Generator, window: Window) -> NDArray[np.intp]:
    chosen = _sample(rng, window, window.paid >= PAID)
    return np.take_along_axis(window.gross, chosen, 1).sum(axis=1)


def _one_e_process(rng: np.random.Generator, windows: Iterator[Window], runs: int, limit: float) -> Firsts:
    process = RateEProcess(limit, windows=WINDOWS, bets=tuple(np.geomspace(0.02, 0.98, 10)), runs=(runs,))
    return simulation.first_alarm(
        [process.add_window(_gross(rng, window), RATINGS) >= np.log(1 / ALPHA) for window in windows]
    )


def _z_tests(rng: np.random.Generator, windows: Iterator[Window], limit: float, alpha: float) -> Firsts:
    error = np.sqrt(limit * (1 - limit) / RATINGS)
    critical = limit + ndtri(1 - alpha) * error
    return simulation.first_alarm([_gross(rng, window) / RATINGS > critical for window in windows])


def _top_gap(rng: np.random.Generator, window: Window) -> NDArray[np.float64]:
    fifth = np.sort(window.paid, axis=1)[:, [-simulation.CLAIMS // 5]]
    chosen = _sample(rng, window, window.paid >= fifth)
    return np.take_along_axis(window.paid - window.people, chosen, 1)


def _honest_gap() -> float:
    rng = np.random.default_rng(0)
    return float(_top_gap(rng, simulation.draw_window(rng, 2500, 0.0, 0.0)).mean())


def _mean_gap(rng: np.random.Generator, windows: Iterator[Window], runs: int, limit: float) -> Firsts:
    """Bet on the gap, moved to 0 to 1, in the same mixture of starts and bets."""
    bets = np.geomspace(0.02, 0.98, 10)
    share = (limit + 1) / 2
    capital, found = np.full((runs, len(bets)), -np.inf), []
    for number, window in enumerate(windows, start=1):
        values = (_top_gap(rng, window) + 1) / 2
        grown = np.log(1 - bets + bets * (values / share)[..., None]).sum(axis=1)
        capital = np.logaddexp(capital, 0.0) + grown
        staked = np.logaddexp.reduce(capital, axis=1) - np.log(WINDOWS * len(bets))
        with np.errstate(divide="ignore"):
            found.append(np.logaddexp(staked, np.log(1 - number / WINDOWS)) >= np.log(1 / ALPHA))
    return simulation.first_alarm(found)


def results(runs: int, seed: int) -> dict[str, Any]:
    """Run everything: by scenario and method the share of alarms, or of exploits found and the windows that takes."""
    honest = simulation.honest_rates()
    limits = simulation.limits_of(honest)
    found: dict[str, Any] = {"runs": runs, "honest": vars(honest), "limits": vars(limits), "scenarios": {}, "late": {}}
    names = ["at the border", *SCENARIOS]
    for name in names:
        row = found["scenarios"][name] = {}
        for method, watch in methods(honest, limits).items():
            rng = np.random.default_rng((seed, names.index(name)))
            windows = simulation.windows_of(rng, runs, SCENARIOS.get(name, SCENARIOS["honest"]))
            if name == "at the border":
                windows = (simulation.at_the_border(rng, one, limits) for one in windows)
            row[method] = _told(watch(rng, windows, runs), exploit=bool(name[0].isdigit()))
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
