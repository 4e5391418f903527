"""What ``referee-calib score --ray`` does: a study, or a file of claims too large for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from referee_calib.cli import common
from referee_calib.cli.referee import score_costs, score_results
from referee_calib.cli.referee.referee_options import RefereeOptions, referee_of, spec_of
from referee_calib.errors import InputError

if TYPE_CHECKING:
    from referee_calib.distributed.ray_engine import RayCluster, ScoringJob, ScoringTotals
    from referee_calib.study.referee_scoring import ScoringSelection


def score(
    source: Path,
    name: str,
    options: RefereeOptions,
    choice: ScoringSelection,
    ray: Sequence[str],
    *,
    yes: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Score a study, or a file or folder of claims, in Ray actors."""
    cluster, media, out = _settings(ray)
    if (source / "study.toml").is_file():
        if media or out:
            raise click.UsageError("media and out are for a file of claims; a study has its own")
        total, data, said = _score_study(source, name, options, choice, cluster, yes=yes, quiet=quiet)
    else:
        job = _job_of_file(source, name, options, choice, media, out)
        total = _run(job, cluster, quiet=quiet)
        data, said = _data(job, total), f"{_text(job, total)}\nScores are in {job.out}."
    common.result(data, said, as_json=as_json)
    if total is not None and score_results.in_vain(sum(total.statuses.values()), _failed(total)):
        click.get_current_context().exit(2)


def _settings(ray: Sequence[str]) -> tuple[RayCluster, Path | None, Path | None]:
    from referee_calib.distributed.ray_engine import RayCluster
    from referee_calib.referee.referee_spec import build_dataclass, check_keys
    from referee_calib.referee.referees_toml import assigned

    table = assigned(ray, "--ray", texts=("media", "out", "address"))
    check_keys(table, [*(one.name for one in fields(RayCluster)), "media", "out"], "--ray")
    media, out = (Path(table.pop(key)) if key in table else None for key in ("media", "out"))
    return build_dataclass(RayCluster, table, "--ray"), media, out


def _job_of_file(
    source: Path, name: str, options: RefereeOptions, choice: ScoringSelection, media: Path | None, out: Path | None
) -> ScoringJob:
    from referee_calib.distributed.ray_engine import ScoringJob
    from referee_calib.rubric import load

    if media is None or out is None:
        why = "a file of claims does not say where videos are and scores go"
        raise InputError(f"{source} is no study", why, "Add --ray media=DIR --ray out=DIR")
    if choice.limit or choice.only_sampled:
        given = "--limit" if choice.limit else "--sampled"
        raise click.UsageError(f"{given} is for a study; cut the file of claims instead")
    shared = _shared_settings(choice, options, source, media, out)
    return ScoringJob(spec=spec_of(name, options, None), rubric=load(), **shared)


def _score_study(
    folder: Path,
    name: str,
    options: RefereeOptions,
    choice: ScoringSelection,
    cluster: RayCluster,
    *,
    yes: bool,
    quiet: bool,
) -> tuple[ScoringTotals | None, dict[str, Any], str]:
    from referee_calib.distributed import study_scoring
    from referee_calib.distributed.ray_engine import ScoringJob
    from referee_calib.io import json_lines
    from referee_calib.io.atomic_files import make_folder
    from referee_calib.study import Study, referee_scoring

    with Study.open(folder) as study, study.scoring_lock():
        referee = referee_of(name, options, study.folder, study.rubric, study.config.clock)
        source, out = study.folder / "ray" / "claims.jsonl", study.folder / "ray" / "scores"
        make_folder(out)
        stored = study_scoring.store(study, out, referee.fingerprint)  # what a killed run paid for
        todo = referee_scoring.asks(study, referee.fingerprint, choice)
        study.add_referee(referee.fingerprint, referee.describe())
        spec = replace(spec_of(name, options, study.folder), clock=study.config.clock)
        if referee.backend.reads_words:  # the study's folder of prompts is not where actors work
            spec = replace(spec, prompt=referee.prompt)
        shared = _shared_settings(choice, options, source, study.media, out)
        job = ScoringJob(spec=spec, rubric=study.rubric, **shared)
        total = None
        if todo:
            cost = score_costs.expected(study, referee, choice, quiet=quiet)
            score_costs.confirm(click.get_current_context(), [cost], yes=yes)
            json_lines.write(source, [claim.to_json() for claim in {ask.claim.id: ask.claim for ask in todo}.values()])
            study_scoring.hand_over(study, out, referee.fingerprint)
            total = _run(job, cluster, quiet=quiet)
            stored += study_scoring.store(study, out, referee.fingerprint)
    data = {"stored": stored} | (_data(job, total) if total else {"claims": 0, "fingerprint": referee.fingerprint})
    said = _text(job, total) if total else f"Referee {job.spec.name} has nothing left to judge."
    return total, data, f"{said}\nThe study has {common.counted(stored, 'new score')}."


def _shared_settings(
    choice: ScoringSelection, options: RefereeOptions, claims: Path, media: Path, out: Path
) -> dict[str, Any]:
    return {
        "claims": claims.resolve(),
        "media": media.resolve(),
        "out": out.resolve(),
        "dimensions": choice.dimensions,
        "samples": len(choice.samples),
        "retry_failed": choice.retry_failed,
        "cache": options.cache,
    }


def _run(job: ScoringJob, cluster: RayCluster, *, quiet: bool) -> ScoringTotals:
    from referee_calib.distributed.ray_engine import run

    with common.progress(0, "claims", quiet=quiet) as advance:
        return run(job, cluster, progress=advance)


def _failed(total: ScoringTotals) -> dict[str, int]:
    return {status: count for status, count in total.statuses.items() if status != "ok"}


def _data(job: ScoringJob, total: ScoringTotals) -> dict[str, Any]:
    first = {"referee": job.spec.name, "fingerprint": total.fingerprint}
    return {**first, **asdict(total), "out": str(job.out)}


def _text(job: ScoringJob, total: ScoringTotals) -> str:
    got = ", ".join(f"{count} {status}" for status, count in total.statuses.items()) or "nothing new"
    known = f"; {common.counted(total.known, 'score')} were there" if total.known else ""
    claims = common.counted(total.claims, "claim")
    why, again = score_results.failure_lines(_failed(total), total.reasons)
    return "\n".join([f"Referee {job.spec.name} ({total.fingerprint}) judged {claims}: {got}{known}.", *why, *again])
