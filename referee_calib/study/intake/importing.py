"""Importing files into a study: everything is read and checked first, then written in one step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

from referee_calib.claims import ReadingOptions, UnitBatch, check_units
from referee_calib.errors import InputError
from referee_calib.records import Clock
from referee_calib.reward import log_files
from referee_calib.rollout_files import RolloutFileOptions
from referee_calib.study import export_manifest
from referee_calib.study.intake import (
    ProblemList,
    Track,
    VideoNames,
    bring_videos,
    decision_import,
    judgement_import,
    one_clock,
    untracked,
    video_import,
)
from referee_calib.study.intake.import_reader import FileReader, ImportedFile, Kind
from referee_calib.study.intake.usable_claims import UsableClaims, hold_against_videos, refuse_unjudged
from referee_calib.study.rubric_copy import NAME as RUBRIC
from referee_calib.study.store.claim_rows import ClaimRow
from referee_calib.study.study import Study

_Item = TypeVar("_Item")
UNIT_ADVICE = "Correct the unit (box_unit, --box-unit) or the order (--box-order); or go on as it is: --unit-check off"


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did.

    Attributes
    ----------
    files : list of dict
        Per file its name, kind, counts of new and known records, and what was excluded by reason; JSON types.
    videos, videos_added : int
        Videos that the claims name, and how many of them were copied or linked into the study.
    unplayable : dict
        Videos that browsers do not play, with the reason.
    raters : list of str
        Raters that were registered because ratings name them.
    table : list of dict
        What each video is: the fields of :class:`referee_calib.study.VideoRow`.
    renamed : dict
        How many names of videos in replies were taken for those of files that differ from them, by in what.
    skipped : list of dict
        What was left out because it cannot be used: the fields of :class:`referee_calib.study.Problem`.
    clock : {"file", "first-frame"}
        What 0 s of the study's claims is.
    """

    files: list[dict[str, Any]]
    videos: int = 0
    videos_added: int = 0
    unplayable: dict[str, str] = field(default_factory=dict)
    raters: list[str] = field(default_factory=list)
    table: list[dict[str, Any]] = field(default_factory=list)
    renamed: dict[str, int] = field(default_factory=dict)
    skipped: list[dict[str, Any]] = field(default_factory=list)
    clock: Clock = "file"


def import_files(
    study: Study,
    paths: Sequence[Path],
    *,
    kind: Kind | None = None,
    media: Path | None = None,
    link: bool = False,
    outside: Literal["refuse", "skip"] = "refuse",
    add_raters: bool = False,
    skip_broken: bool = False,
    replies: RolloutFileOptions | None = None,
    reading: ReadingOptions | None = None,
    unit_check: Literal["on", "off"] = "on",
    clock: Clock | None = None,
    track: Track = untracked,
) -> ImportResult:
    """Import files, in any order; importing one again changes nothing.

    Parameters
    ----------
    paths : sequence of Path
        Files of rollouts, claims, ratings, scores or marks; the ``export.json`` of an export; folders of reward logs.
    kind : str, optional
        What all of them are; seen from their content by default.
    media : Path, optional
        Folder of the claims' videos, which are copied into the study.
    link : bool
        Link the videos instead, where the disk allows it.
    outside : {"refuse", "skip"}
        What to do about claims outside their video's length.
    add_raters : bool
        Register raters whom only the ratings name; they get no personal code.
    skip_broken : bool
        Leave out rows and videos that cannot be used, and count them.
    replies : RolloutFileOptions, optional
        What is stated about files of replies.
    reading : ReadingOptions, optional
        What is stated about the notation of the replies.
    unit_check : {"on", "off"}
        Whether boxes whose numbers contradict their stated unit stop the import.
    clock : {"file", "first-frame"}, optional
        What 0 s of the claims is; that of the study, or of their export, by default. A study without claims takes it.
    track : callable, optional
        Shows the progress of each step.

    Raises
    ------
    InputError
        When anything cannot be used, or :class:`referee_calib.study.ImportProblems` when several things cannot; the
        study is as it was then.
    """
    paths = [file for path in paths for file in (log_files(path) if path.is_dir() else [path])]
    manifests = [export_manifest.read(path) for path in paths if path.name == export_manifest.NAME]
    if media is not None and not media.is_dir():
        raise InputError(f"media folder {media}", "there is no such folder", "Name the folder that holds the videos.")
    new = not study.counts()["claims"]
    clock = _clock(study, clock, manifests)
    names = VideoNames([folder for folder in (media, study.media) if folder is not None])
    problems = ProblemList()
    stated = (replies or RolloutFileOptions(), reading or ReadingOptions())
    with FileReader(names, problems, *stated, study.rubric) as reader:
        read = {str(path): path for path in paths if not _of_export(path, manifests)}
        files = [one for name in track("reading", list(read)) if (one := reader.read(read[name], kind)) is not None]
        checked = video_import.check_videos(study, reader.videos, reader.first_named, names, problems, clock, track)
        usable = hold_against_videos(checked.ends, files, problems, study.rubric, refuse=outside == "refuse")
        refuse_unjudged(files, usable, study.rubric)
        if unit_check == "on":
            _hold_against_units(reader.boxes, checked, problems)
        problems.refuse([asdict(row) for row in checked.rows], skip=skip_broken and _anything_left(files, usable))
        used = sorted(usable.used) if media is not None else []
        sources = {study.media_path(video): checked.files[video] for video in used}
        with bring_videos(sources, study.media, link=link, track=track) as brought, study.transaction():
            given = {name: origin for one in manifests for name, origin in one.raters.items()}
            summaries, raters = _store(study, files, usable, given if add_raters else None)
            summaries += [export_manifest.import_manifest(study, one, new_study=new) for one in manifests]
            if clock != study.config.clock:  # before its claims are there: nobody reads them on another one
                study.set_config(clock=clock)
    if any(one.simulated for one in study.raters()) and not study.config.simulated_ratings:
        study.set_config(simulated_ratings=True)
    return ImportResult(
        summaries,
        videos=len(checked.rows),
        videos_added=len(brought),
        unplayable=checked.unplayable,
        raters=raters,
        table=[asdict(row) for row in checked.rows],
        renamed=dict(names.changed),
        skipped=[asdict(one) for one in problems.found],
        clock=clock,
    )


def _clock(study: Study, stated: Clock | None, manifests: Sequence[export_manifest.ExportManifest]) -> Clock:
    """Return what 0 s of the claims is; a study without claims takes any clock."""
    told = {f"study {study.folder}": study.config.clock} if study.counts()["claims"] else {}
    told |= {str(one.path): one.clock for one in manifests} | ({f"--clock {stated}": stated} if stated else {})
    return one_clock(told) or study.config.clock


def _anything_left(files: Sequence[ImportedFile], usable: UsableClaims) -> bool:
    return bool(usable.used) or any(
        file.ratings or file.scores or file.marks or file.audit or file.decisions for file in files
    )


def _store(
    study: Study, files: Sequence[ImportedFile], usable: UsableClaims, origins: Mapping[str, str] | None
) -> tuple[list[dict[str, Any]], list[str]]:
    """Store what the files hold; return what was done of each, and the raters that were registered, if any are to be.

    Known claims go before the ratings, which are then of claims set apart; decisions and assignment after them.
    """
    summaries = [_add_claims(study, file, usable) for file in files]
    raters = [] if origins is None else judgement_import.register(study, files, origins)
    known = [decision_import.add_known_claims(study, file.decisions) for file in files]
    for file, summary in zip(files, summaries, strict=True):
        judgement_import.add_judgements(study, file, summary)
    for file, summary, new in zip(files, summaries, known, strict=True):
        judgement_import.add_decisions(study, file, summary, new)
        study.add_intake(file.digest, summary)
    return summaries, raters


def _hold_against_units(boxes: UnitBatch, checked: video_import.VideoCheck, problems: ProblemList) -> None:
    """Make a problem of each stated unit that contradicts the numbers of its boxes or the videos."""
    sizes = {row.file: (row.width, row.height) for row in checked.rows if row.width and row.height}
    for error in check_units(boxes, sizes).errors(UNIT_ADVICE):
        problems.add("unit", error, error.seen, fatal=True)


def _of_export(path: Path, manifests: Sequence[export_manifest.ExportManifest]) -> bool:
    """Tell whether a file is a manifest or a rubric, or one that an export left empty: nobody has rated, say."""
    unread = path.name == RUBRIC or (path.is_file() and path.stat().st_size == 0)
    return path.name == export_manifest.NAME or (unread and any(path.parent == one.path.parent for one in manifests))


def _add_claims(study: Study, file: ImportedFile, usable: UsableClaims) -> dict[str, Any]:
    left: Counter[str] = Counter(unusable_row=file.unusable)
    perturbed: Counter[bool] = Counter()

    def rows() -> Iterator[ClaimRow]:
        for one in file.claims:
            if why := usable.why_not(one):
                left[why] += 1
            else:
                perturbed[one.perturbed] += 1
                yield one.row

    added = study.add_claim_rows(rows())
    summary: dict[str, Any] = {"file": file.path.name, "kind": file.kind}
    if file.kind == "rollouts":
        summary |= {"rollouts": file.rollouts, "rollouts_without_claim": file.without_claim, "layout": file.layout}
        summary |= {"formats": dict(file.formats.most_common()), "remarks": dict(file.remarks.most_common())}
        summary |= {"cut_off": file.cut_off} if file.cut_off else {}
        summary |= {"rows_without_reply": file.without_reply} if file.without_reply else {}
    excluded = {reason: count for reason, count in (file.parse_failures + left).most_common() if count}
    if file.kind in ("rollouts", "claims"):
        summary |= {"claims": len(file.claims), **judgement_import.counts(added), "excluded": excluded}
        summary |= {"perturbed": perturbed[True]} if perturbed[True] else {}
    elif excluded:
        summary["excluded"] = excluded
    return summary
