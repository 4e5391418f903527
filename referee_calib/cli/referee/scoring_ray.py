"""What ``referee-calib score --engine ray`` does: a study, or a file of claims too large for one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from referee_calib.cli import common
from referee_calib.cli.referee.ray_options import taken
from referee_calib.cli.referee.referee_options import NAMES, referee_of, spec_of
from referee_calib.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from referee_calib.records import RefereeScore
    from referee_calib.scale.ray_engine import RayCluster, ScoringJob, ScoringTotals
    from referee_calib.study import Study

_AT_A_TIME = 5000  # scores that one transaction stores
_NOT_WITH_RAY = ("compare", "dry_run", "export_replies", "reparse")
_OF_A_STUDY = ("limit", "sampled")


def score(source: Path, given: dict[str, Any]) -> None:
    """Score a study, or a file or folder of claims, in Ray actors."""
    from referee_calib.scale.ray_engine import RayCluster

    for name in _NOT_WITH_RAY:
        if given[name]:
            raise click.UsageError(f"--{name.replace('_', '-')} is not for --engine ray")
    if given["sample"] is not None:
        raise click.UsageError("--sample is not for --engine ray; --samples M scores repeats 0 to M-1")
    options = taken(given)
    cluster = RayCluster(
        workers=options["workers"], gpus=options["gpus"], batch=options["batch"], address=options["address"]
    )
    if (source / "study.toml").is_file():
        _score_study(source, given, options, cluster)
    else:
        _score_file(source, given, options, cluster)


def _score_file(source: Path, given: dict[str, Any], options: dict[str, Any], cluster: RayCluster) -> None:
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
    common.result(_data(job, total), f"{_said(job, total)}\nScores are in {job.out}.", as_json=given["as_json"])
    _leave(total)


def _score_study(folder: Path, given: dict[str, Any], options: dict[str, Any], cluster: RayCluster) -> None:
    from referee_calib.cli.referee.scoring_run import agree, choice_of, expected
    from referee_calib.io import json_lines
    from referee_calib.io.atomic_files import make_folder
    from referee_calib.study import Study, referee_scoring

    for name in ("media", "out"):
        if options[name] is not None:
            raise click.UsageError(f"--{name} is for a file of claims; a study has its own")
    with Study.open(folder) as study, study.scoring_lock():
        ids = {name: given[name] for name in NAMES}
        referee = referee_of(given["name"], ids, study.folder, study.rubric)
        source, out = study.folder / "ray" / "claims.jsonl", study.folder / "ray" / "scores"
        make_folder(out)
        stored = store(study, out, referee.fingerprint)  # what a killed run paid for
        choice = choice_of(given)
        todo = referee_scoring.asks(study, referee.fingerprint, choice)
        study.add_referee(referee.fingerprint, referee.describe())
        job, total = _job(source, study.media, out, given, study), None
        if todo:
            cost = expected(study, referee, choice, quiet=given["quiet"])
            agree(click.get_current_context(), [cost] if cost else [], yes=given["yes"])
            json_lines.write(source, [claim.to_json() for claim in {ask.claim.id: ask.claim for ask in todo}.values()])
            _hand_over(study, out, referee.fingerprint)
            total = _run(job, cluster, given["quiet"])
            stored += store(study, out, referee.fingerprint)
    data = {"stored": stored} | (_data(job, total) if total else {"claims": 0, "fingerprint": referee.fingerprint})
    said = _said(job, total) if total else f"Referee {job.spec.name} has nothing left to judge."
    common.result(data, f"{said}\nThe study has {common.counted(stored, 'new score')}.", as_json=given["as_json"])
    if total:
        _leave(total)


def _leave(total: ScoringTotals) -> None:
    """Leave with the code of a run whose referee failed at everything, if it did."""
    from referee_calib.cli.referee.scoring_run import in_vain

    failed = {status: count for status, count in total.statuses.items() if status != "ok"}
    if in_vain(sum(total.statuses.values()), failed):
        click.get_current_context().exit(2)


def _job(source: Path, media: Path, out: Path, given: dict[str, Any], study: Study | None) -> ScoringJob:
    from referee_calib.records import DIMENSIONS
    from referee_calib.rubric import load
    from referee_calib.scale.ray_engine import ScoringJob

    return ScoringJob(
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


def _run(job: ScoringJob, cluster: RayCluster, quiet: bool) -> ScoringTotals:
    from referee_calib.scale.ray_engine import run

    with common.progress(0, "claims", quiet=quiet) as advance:
        return run(job, cluster, progress=advance)


def store(study: Study, out: Path, fingerprint: str) -> int:
    """Store the scores that lie in files, save where the study holds a level already; return how many are new.

    PromptText twice, a server may answer twice: then what was stored first stays.
    """
    from referee_calib.scale import score_parts

    held = _Levels(study, fingerprint)
    new = (one for one in score_parts.scores(out, fingerprint) if one not in held)
    return sum(study.add_scores(some).new for some in _chunks(new))


class _Levels:
    """The scores of a referee that have a level in a study, read once per repeat."""

    def __init__(self, study: Study, fingerprint: str) -> None:
        self._study, self._fingerprint = study, fingerprint
        self._known: dict[int, set[tuple[str, str]]] = {}

    def __contains__(self, one: RefereeScore) -> bool:
        if one.sample not in self._known:
            statuses = self._study.score_statuses(self._fingerprint, one.sample)
            self._known[one.sample] = {(key[0], key[2]) for key, status in statuses.items() if status == "ok"}
        return (one.claim, one.dimension) in self._known[one.sample]


def _hand_over(study: Study, out: Path, fingerprint: str) -> None:
    """Put the study's scores where actors look, so that none is asked for again."""
    from referee_calib.scale import score_parts

    there = score_parts.done(out, fingerprint)
    missing = (one for one in study.scores(fingerprint) if not there.has(one.claim, one.dimension, one.sample))
    for some in _chunks(missing):
        score_parts.write(some, out)


def _chunks(scores: Iterable[RefereeScore]) -> Iterator[list[RefereeScore]]:
    coming = iter(scores)
    while some := list(islice(coming, _AT_A_TIME)):
        yield some


def _data(job: ScoringJob, total: ScoringTotals) -> dict[str, Any]:
    return {
        "referee": job.spec.name,
        "fingerprint": total.fingerprint,
        "claims": total.claims,
        "known": total.known,
        "statuses": total.statuses,
        "reasons": total.reasons,
        "out": str(job.out),
    }


def _said(job: ScoringJob, total: ScoringTotals) -> str:
    from referee_calib.cli.referee.scoring_run import ask_again, why_failed

    statuses: Mapping[str, int] = total.statuses
    got = ", ".join(f"{count} {status}" for status, count in statuses.items()) or "nothing new"
    known = f"; {common.counted(total.known, 'score')} were there" if total.known else ""
    head = (
        f"Referee {job.spec.name} ({total.fingerprint}) judged {common.counted(total.claims, 'claim')}: {got}{known}."
    )
    failed = {status: count for status, count in statuses.items() if status != "ok"}
    return "\n".join([head, *why_failed(failed, total.reasons), *ask_again(failed)])
