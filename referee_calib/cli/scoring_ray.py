"""What ``referee-calib score --engine ray`` does: a study, or a file of claims too large for one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from referee_calib.cli import common
from referee_calib.cli.ray_options import taken
from referee_calib.cli.referee_options import NAMES, referee_of, spec_of
from referee_calib.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from referee_calib.records import RefereeScore
    from referee_calib.scale.engine import Cluster, Job, Total
    from referee_calib.study import Study

_AT_A_TIME = 5000  # scores that one transaction stores
_NOT_WITH_RAY = ("compare", "dry_run", "export_replies", "reparse")
_OF_A_STUDY = ("limit", "sampled")


def score(source: Path, given: dict[str, Any]) -> None:
    """Score a study, or a file or folder of claims, in Ray actors."""
    from referee_calib.scale.engine import Cluster

    for name in _NOT_WITH_RAY:
        if given[name]:
            raise click.UsageError(f"--{name.replace('_', '-')} is not for --engine ray")
    if given["sample"] is not None:
        raise click.UsageError("--sample is not for --engine ray; --samples M scores repeats 0 to M-1")
    options = taken(given)
    cluster = Cluster(
        workers=options["workers"], gpus=options["gpus"], batch=options["batch"], address=options["address"]
    )
    if (source / "study.toml").is_file():
        _score_study(source, given, options, cluster)
    else:
        _score_file(source, given, options, cluster)


def _score_file(source: Path, given: dict[str, Any], options: dict[str, Any], cluster: Cluster) -> None:
    if options["media"] is None or options["out"] is None:
        raise InputError(
            f"{source} is no study",
            "a file of claims does not say where videos are and scores go",
            "Add --media DIR --out DIR",
        )
    for name in _OF_A_STUDY:
        if given[name]:
            raise click.UsageError(f"--{name} is for a study; cut the file of claims instead")
    job = _job(source, options["media"], options["out"], given, None)
    total = _run(job, cluster, given["quiet"])
    common.result(_data(job, total), f"{_said(job, total)} Scores are in {job.out}.", as_json=given["as_json"])
    _leave(total)


def _score_study(folder: Path, given: dict[str, Any], options: dict[str, Any], cluster: Cluster) -> None:
    from referee_calib import jsonl
    from referee_calib.cli.scoring_run import choice_of
    from referee_calib.study import Study, scoring

    for name in ("media", "out"):
        if options[name] is not None:
            raise click.UsageError(f"--{name} is for a file of claims; a study has its own")
    with Study.open(folder) as study, study.scoring_lock():
        ids = {name: given[name] for name in NAMES}
        referee = referee_of(given["name"], ids, study.folder, study.rubric)
        todo = scoring.asks(study, referee.fingerprint, choice_of(given))
        source, out = study.folder / "ray" / "claims.jsonl", study.folder / "ray" / "scores"
        out.mkdir(parents=True, exist_ok=True)
        jsonl.write(source, [claim.to_json() for claim in {ask.claim.id: ask.claim for ask in todo}.values()])
        job = _job(source, study.media, out, given, study)
        study.add_referee(referee.fingerprint, referee.describe())
        total = _run(job, cluster, given["quiet"]) if todo else None
        stored = _store(study, out, referee.fingerprint)
    data = {"stored": stored} | (_data(job, total) if total else {"claims": 0, "fingerprint": referee.fingerprint})
    said = _said(job, total) if total else f"Referee {job.spec.name} has nothing left to judge."
    common.result(data, f"{said} The study has {common.counted(stored, 'new score')}.", as_json=given["as_json"])
    if total:
        _leave(total)


def _leave(total: Total) -> None:
    """Leave with the code of a run whose referee failed at everything, if it did."""
    from referee_calib.cli.scoring_run import in_vain

    failed = {status: count for status, count in total.statuses.items() if status != "ok"}
    if in_vain(sum(total.statuses.values()), failed):
        click.get_current_context().exit(2)


def _job(source: Path, media: Path, out: Path, given: dict[str, Any], study: Study | None) -> Job:
    from referee_calib.records import DIMENSIONS
    from referee_calib.rubric import load
    from referee_calib.scale.engine import Job

    return Job(
        claims=source.resolve(),
        media=media.resolve(),
        out=out.resolve(),
        spec=spec_of(given["name"], {name: given[name] for name in NAMES}, study.folder if study else None),
        rubric=study.rubric if study else load(),
        dimensions=given["dimensions"] or DIMENSIONS,
        samples=given["samples"] or 1,
        retry_failed=given["retry_failed"],
        cache=given["cache"],
    )


def _run(job: Job, cluster: Cluster, quiet: bool) -> Total:
    from referee_calib.scale.engine import run

    with common.progress(0, "claims", quiet=quiet) as advance:
        return run(job, cluster, progress=advance)


def _store(study: Study, out: Path, fingerprint: str) -> int:
    from referee_calib.scale import parts

    return sum(study.add_scores(some).new for some in _chunks(parts.scores(out, fingerprint)))


def _chunks(scores: Iterator[RefereeScore]) -> Iterator[list[RefereeScore]]:
    while some := list(islice(scores, _AT_A_TIME)):
        yield some


def _data(job: Job, total: Total) -> dict[str, Any]:
    return {
        "referee": job.spec.name,
        "fingerprint": total.fingerprint,
        "claims": total.claims,
        "known": total.known,
        "statuses": total.statuses,
        "out": str(job.out),
    }


def _said(job: Job, total: Total) -> str:
    statuses: Mapping[str, int] = total.statuses
    got = ", ".join(f"{count} {status}" for status, count in statuses.items()) or "nothing new"
    known = f"; {common.counted(total.known, 'score')} were there" if total.known else ""
    return (
        f"Referee {job.spec.name} ({total.fingerprint}) judged {common.counted(total.claims, 'claim')}: {got}{known}."
    )
