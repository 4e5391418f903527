"""Before a referee is asked: which referees there are, what the run will cost, and whether to go on."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from referee_calib.cli import common
from referee_calib.cli.referee.referee_options import RefereeOptions, referee_of
from referee_calib.errors import InputError, MissingExtra

if TYPE_CHECKING:
    from referee_calib.records import RefereeScore
    from referee_calib.referee import Referee, RefereeSpec
    from referee_calib.referee.cost_estimate import CostEstimate
    from referee_calib.study import Study
    from referee_calib.study.referee_scoring import ScoringSelection


def referees_to_ask(study: Study, names: Sequence[str], options: RefereeOptions, *, quiet: bool) -> list[Referee]:
    """Make the referees of a run, each a different one, and store what an earlier run with Ray left to be stored."""
    if not study.counts()["claims"]:
        do = f"Add some: referee-calib import {study.folder} FILE"
        raise InputError(f"study {study.folder}", "it holds no claims", do)
    try:
        referees = [referee_of(name, options, study.folder, study.rubric, study.config.clock) for name in names]
    except InputError as error:
        if len(names) == 1 or not options.given:
            raise
        do = f"{error.do} Options go to every referee that is named: what differs belongs into referees.toml."
        raise InputError(error.seen, error.why, do.strip()) from error
    if len({referee.fingerprint for referee in referees}) < len(referees):
        raise InputError(f"referees {', '.join(names)}", "two of them are one and the same", "Name each referee once.")
    for referee in referees:
        _store_ray_scores(study, referee.fingerprint, quiet=quiet)
    return referees


def _store_ray_scores(study: Study, fingerprint: str, *, quiet: bool) -> None:
    """Store what a run with ``--ray`` paid for and was killed before it stored it."""
    folder = study.folder / "ray" / "scores"
    if not folder.is_dir():
        return
    from referee_calib.distributed.study_scoring import store

    try:
        taken = store(study, folder, fingerprint)
    except MissingExtra as error:
        common.remark(f"scores of an earlier run with --ray stay in {folder}: {error}", quiet=quiet)
        return
    if taken:
        common.remark(f"stored {common.counted(taken, 'score')} of an earlier run with --ray", quiet=quiet)


def expected(study: Study, referee: Referee, choice: ScoringSelection, *, quiet: bool) -> CostEstimate | None:
    """Estimate, and say, a run of a referee whose replies cost something."""
    from referee_calib.referee.cost_estimate import estimate_cost
    from referee_calib.study import referee_scoring

    if not referee.backend.cacheable:
        return None
    spec = referee.spec
    found = estimate_cost(
        referee,
        referee_scoring.asks(study, referee.fingerprint, choice),
        study.media,
        before=_earlier(study, referee.fingerprint),
        prices=None if spec is None else spec.prices,
        concurrency=_in_flight(spec),
        again=choice.retry_failed,
    )
    rung = referee.backend.settings().get("rung")
    common.remark(f"{referee.name}{f' (rung {rung})' if rung else ''}: {found}", quiet=quiet)
    return found


def _earlier(study: Study, fingerprint: str) -> Iterator[RefereeScore]:
    """Read the earlier scores only when they are looked at."""
    yield from study.scores(fingerprint)


def _in_flight(spec: RefereeSpec | None) -> int:
    """Return over how many questions the time of a reply is shared; in this process that is counted already."""
    if spec is None:
        return 1
    return int(spec.options.get("concurrency", 64 if spec.backend == "openai" else 1))


def confirm(ctx: click.Context, costs: Sequence[CostEstimate | None], *, yes: bool) -> None:
    """Ask on a terminal before money is spent."""
    priced = [one for one in costs if one is not None and one.money and one.asked]
    if not priced or yes or not on_terminal():
        return
    if not click.confirm("Go on?", err=True):
        common.remark("Nothing was asked.")
        ctx.exit(1)


def on_terminal() -> bool:
    """Return whether somebody can answer a question."""
    return sys.stdin.isatty() and sys.stderr.isatty()
