"""``referee-calib score``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from referee_calib.cli import common


@click.command(short_help="Let a referee score the claims.")
@common.study_argument
@click.option("--referee", "name", default="pixels", show_default=True, help="Which referee judges.")
@click.option("--limit", type=click.IntRange(min=1), help="Judge at most this many claims in this run.")
@click.option("--sampled", is_flag=True, help="Only the claims that people rate.")
@click.option("--sample", type=click.IntRange(min=0), default=0, show_default=True, help="Number of the repeat.")
@click.option("--retry-failed", is_flag=True, help="Ask again where the referee failed before.")
@common.options("json", "quiet")
def command(
    study: Path,
    name: str,
    limit: int | None,
    sampled: bool,
    sample: int,
    retry_failed: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Let a referee score the claims. Interrupted or killed, the same command goes on where it stopped.

    \b
    Example:
      referee-calib score mystudy --referee pixels --sampled
    """  # noqa: D301
    from referee_calib.referee import named
    from referee_calib.study import Study, scoring

    with Study.open(study) as opened:
        referee = named(name, rubric=opened.rubric)
        todo = scoring.pending(
            opened, referee.fingerprint, sample=sample, only_sampled=sampled, retry_failed=retry_failed
        )[:limit]
        with common.progress(len(todo), "claims", quiet=quiet) as advance:
            done = scoring.score(
                opened,
                referee,
                sample=sample,
                limit=limit,
                only_sampled=sampled,
                retry_failed=retry_failed,
                progress=advance,
            )
    data = {"referee": name, "fingerprint": referee.fingerprint, "sample": sample, **asdict(done)}
    statuses = ", ".join(f"{count} {status}" for status, count in done.statuses.items()) or "no scores"
    left = f"; {common.counted(done.left, 'claim')} left" if done.left else ""
    text = (
        f"Referee {name} ({referee.fingerprint}) judged {common.counted(done.claims, 'claim')}; "
        f"stored now: {statuses}{left}."
    )
    common.result(data, text, as_json=as_json)
