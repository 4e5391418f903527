"""While a referee is asked and afterwards: the progress bar, and what came of a run, in words and as JSON."""

from __future__ import annotations

import shlex
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from referee_calib.cli import common

if TYPE_CHECKING:
    from referee_calib.cli.referee.referee_options import RefereeOptions
    from referee_calib.records import RefereeScore
    from referee_calib.referee import Referee
    from referee_calib.referee.cost_estimate import CostEstimate
    from referee_calib.study import Study
    from referee_calib.study.referee_scoring import ScoringResult, ScoringSelection

Progress = tuple[Callable[[int], None], Callable[["RefereeScore"], None]]


@contextmanager
def progress(study: Study, referee: Referee, choice: ScoringSelection, *, quiet: bool) -> Iterator[Progress]:
    """Show claims, rate and time left, with the failures so far by status."""
    from tqdm import tqdm
    from tqdm.contrib.logging import logging_redirect_tqdm

    from referee_calib.study import referee_scoring

    total = len({ask.claim.id for ask in referee_scoring.asks(study, referee.fingerprint, choice)})
    failed: Counter[str] = Counter()
    hidden = quiet or not sys.stderr.isatty()
    with (
        tqdm(total=total, unit=" claims", disable=hidden, file=sys.stderr, dynamic_ncols=True) as bar,
        nullcontext() if hidden else logging_redirect_tqdm(),  # a warning stands above the bar, not behind it
    ):

        def advance(steps: int) -> None:
            bar.update(steps)

        def watch(one: RefereeScore) -> None:
            if one.status != "ok":
                failed[one.status] += 1
                bar.set_postfix_str(", ".join(f"{count} {status}" for status, count in failed.items()), refresh=False)

        yield advance, watch


def in_vain(scores: int, failed: Mapping[str, int]) -> bool:
    """Return whether a referee failed at everything it was asked; what it cannot judge at all is no failure."""
    return bool(set(failed) - {"unsupported"}) and sum(failed.values()) == scores


def doctor_command(folder: Path, name: str, options: RefereeOptions) -> str:
    """Return the command that examines the referee of a run, as it would be typed."""
    return shlex.join(["referee-calib", "doctor", str(folder), "--referee", name, *options.words()])


def result_of(
    study: Study, referee: Referee, choice: ScoringSelection, done: ScoringResult, cost: CostEstimate | None
) -> dict[str, Any]:
    """Return what one referee's run did, as JSON types."""
    sample = {"sample": 0} if len(choice.samples) == 1 else {"samples": len(choice.samples)}
    found = {"referee": referee.name, "fingerprint": referee.fingerprint, **sample, **asdict(done)}
    noise = study.referees()[referee.fingerprint].get("retest")
    return found | ({"retest": noise} if noise else {}) | ({"estimate": asdict(cost)} if cost else {})


def show(folder: Path, results: Sequence[Mapping[str, Any]], *, several: bool, as_json: bool) -> None:
    """Print what the run did; for several referees with the command that compares them."""
    if not several:
        common.result(results[0], text_of(results[0]), as_json=as_json)
        return
    following = f"referee-calib report {folder} --compare {' '.join(one['fingerprint'][:8] for one in results)}"
    text = "\n".join([*map(text_of, results), f"Compare them: {following}"])
    common.result({"referees": list(results), "next": following}, text, as_json=as_json)


def text_of(result: Mapping[str, Any]) -> str:
    """Return what one referee's run did in words."""
    statuses = ", ".join(f"{count} {status}" for status, count in result["statuses"].items()) or "no scores"
    left = f"; {common.counted(result['left'], 'claim')} left" if result["left"] else ""
    lines = [
        f"Referee {result['referee']} ({result['fingerprint']}) judged {common.counted(result['claims'], 'claim')}; "
        f"stored now: {statuses}{left}."
    ]
    doctor = [f"  Nothing got a level. Can it be used at all? {result['doctor']}"] if "doctor" in result else []
    why, again = failure_lines(result["failed"], result["reasons"])
    noise = [
        f"  Retest noise on {name}: {one['sd']:.3f} levels (df {one['df']}, {one['claims']} claims)."
        for name, one in result.get("retest", {}).items()
    ]
    return "\n".join([*lines, *why, *doctor, *again, *noise])


def failure_lines(failed: Mapping[str, int], reasons: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Return a line per status without a level with its most frequent reason, and how to ask again."""
    why = [f"  {failed[status]} {status}: {reason:.200}" for status, reason in reasons.items()]
    again = "  To ask for these again, type the same command with --retry-failed."
    return why, [again] if set(failed) - {"unsupported"} else []
