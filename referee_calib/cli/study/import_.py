"""``referee-calib import``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from referee_calib.cli import common
from referee_calib.cli.annotation_tools.annotation_options import AnnotationExports, annotation_options
from referee_calib.cli.study.import_options import reply_options
from referee_calib.cli.study.import_progress import track_names
from referee_calib.cli.study.notation_options import notation_options
from referee_calib.errors import InputError
from referee_calib.records import CLOCKS, Clock
from referee_calib.rollout_files import RolloutFileOptions

if TYPE_CHECKING:
    from referee_calib.claims import ReadingOptions
    from referee_calib.study import ImportResult
    from referee_calib.study.intake.import_reader import Kind

_FILE = click.Path(path_type=Path)
_COUNTED: dict[Clock, str] = {"first-frame": "from the first frame", "file": "on the file's own clock"}


@click.command(short_help="Read rollouts, claims, ratings, scores or marks into a study.")
@common.study_argument
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=_FILE)
@click.option(
    "--kind",
    type=click.Choice(
        ["rollouts", "claims", "ratings", "scores", "marks", "inspect", "audit", "decisions", "assignment"]
    ),
    help="What the files hold; seen from their first line by default.",
)
@click.option("--media", metavar="DIR", type=_FILE, help="Folder of the videos; they are copied into the study.")
@click.option("--link", is_flag=True, help="Link the videos (hard links) instead of copying them.")
@click.option(
    "--outside",
    type=click.Choice(["refuse", "skip"]),
    default="refuse",
    show_default=True,
    help="What to do about claims outside their video's length.",
)
@click.option(
    "--clock",
    type=click.Choice(CLOCKS),
    help="What 0 s of the claims is: the first frame, or 0 on the file's own clock. As the study says by default.",
)
@click.option("--skip-broken", is_flag=True, help="Go on without rows and videos that cannot be used; count them.")
@click.option("--add-raters", is_flag=True, help="Register raters that the ratings name and the study lacks.")
@click.option("--playable", is_flag=True, help="Copy videos that not every browser plays, for the annotation app.")
@click.option("--videos", "whole_table", is_flag=True, help="Print every video, not only those with a remark.")
@click.option(
    "--unit-check",
    type=click.Choice(["on", "off"]),
    default="on",
    show_default=True,
    help="Stop where the numbers of the boxes contradict their stated unit.",
)
@reply_options
@annotation_options
@notation_options
@common.options("json", "quiet")
def command(
    study: Path,
    files: tuple[Path, ...],
    kind: Kind | None,
    media: Path | None,
    link: bool,
    outside: Literal["refuse", "skip"],
    clock: Clock | None,
    skip_broken: bool,
    add_raters: bool,
    playable: bool,
    whole_table: bool,
    unit_check: Literal["on", "off"],
    replies: RolloutFileOptions,
    reading: ReadingOptions,
    exports: AnnotationExports,
    as_json: bool,
    quiet: bool,
) -> None:
    """Read files into a study: all of them or, when anything is wrong, none.

    Rollouts are what a model wrote; claims are read from the text, and what cannot be read is counted by
    reason. Every video is opened and every claim held against its length. What is wrong is told in one list.
    Importing again changes nothing. A file is JSON, JSON lines, CSV or Parquet, packed or not; replies may lie
    as TRL, verl, ms-swift, lmms-eval and V-STaR leave them; of a reward log the folder may be named. One line of this
    project's own rollouts.jsonl:

    \b
      {"rollout": "r-1", "video": "pillar.mp4", "question": "When does the red ball disappear?",
       "completion": "<obj>red ball</obj><box>[71, 123, 116, 165]</box>at<t>2.2</t>s",
       "box_unit": "pixels:336x196", "group": "q-4", "answer": "at 2.9 s", "step": 400, "source": "run 3",
       "reference_object": "red ball", "reference_boxes": [[2.2, 0.21, 0.62, 0.34, 0.86]],
       "reference_unit": "0-1", "key_times": [2.2], "reference_span": [2.9, 3.6]}

    \b
    Examples:
      referee-calib import mystudy rollouts.jsonl --media videos/
      referee-calib import mystudy 400.jsonl --dataset train.jsonl --box-unit 0-1000 --media videos/
      referee-calib import mystudy rewards/ --media videos/
      referee-calib import mystudy completions_00400.parquet --dataset rewards/ --media videos/
      referee-calib import mystudy replies.csv --map completion=response --map video=path --ignore-extra
      referee-calib import mystudy claims.jsonl ratings.jsonl --add-raters
      referee-calib import mystudy backup/*.json* --media videos/ --add-raters
      referee-calib import mystudy annotations.xml --format cvat --rater anna
    """  # noqa: D301
    from referee_calib.study import ImportProblems, Study, make_playable_copies
    from referee_calib.study.intake import importing

    if exports.tool is not None:
        about_claims = {"--kind": kind, "--media": media, "--link": link, "--clock": clock, "--playable": playable}
        exports.refuse_beside({name for name, value in about_claims.items() if value})
        exports.bring(study, files, as_json=as_json)
        return
    copies = None
    try:
        with Study.open(study) as opened:
            done = importing.import_files(
                opened,
                files,
                kind=kind,
                media=media,
                link=link,
                outside=outside,
                add_raters=add_raters,
                skip_broken=skip_broken,
                replies=replies,
                reading=reading,
                unit_check=unit_check,
                clock=clock,
                track=track_names(quiet=quiet),
            )
            if playable:
                videos = sorted({claim.video for claim in opened.claims(perturbed=True)})
                copies = make_playable_copies(opened.folder, videos, opened.media_path, track_names(quiet=quiet))
    except ImportProblems as error:
        if as_json:
            click.echo(json.dumps(error.to_json(), indent=2))
        elif whole_table:
            click.echo("\n".join(_table(error.videos)))
        raise
    except InputError as error:
        if as_json:
            problem = {"what": "file", "seen": error.seen, "why": error.why, "do": error.do, "count": 1}
            click.echo(json.dumps({"problems": [problem], "videos": []}, indent=2))
        raise
    if done.unplayable and not playable:
        _remark_unplayable(done, study, quiet=quiet)
    text = "\n".join([_text(done, whole_table=whole_table), *([] if copies is None else copies.lines())])
    data = asdict(done) | ({} if copies is None else {"copies": asdict(copies)})
    common.result(data, text, as_json=as_json)


def _remark_unplayable(done: ImportResult, study: Path, *, quiet: bool) -> None:
    for video, reason in done.unplayable.items():
        common.remark(f"Browsers will not play {video}: {reason}.", quiet=quiet)
    how = f"referee-calib media {study} --playable"
    common.remark(f"The app shows such videos frame by frame. For copies that browsers play: {how}", quiet=quiet)


def _text(done: ImportResult, *, whole_table: bool) -> str:
    lines = [_line(file) for file in done.files]
    if done.videos:
        lines.append(f"{common.counted(done.videos, 'video')} checked, {done.videos_added} brought into the study.")
    for how, count in done.renamed.items():
        videos = common.counted(count, "video")
        lines.append(f"{videos} named otherwise than its file ({how}): the file's name was taken.")
    for problem in done.skipped:
        places = ", ".join(problem["places"])
        about = f"field {problem['field']}: " if problem["field"].isidentifier() else ""
        many = common.counted(problem["count"], problem["what"])
        lines.append(f"Left out: {many}: {about}{problem['why'] or problem['seen']} ({places})")
    shown = [row for row in done.table if whole_table or _is_remarkable(row)]
    lines += _table(shown) if shown else []
    if any("own clock" in row["remark"] for row in shown):
        lines.append(f"Times of the claims count {_COUNTED[done.clock]} (clock in study.toml).")
    if done.raters:
        lines.append(f"Raters registered: {', '.join(done.raters)}.")
    return "\n".join(lines)


def _is_remarkable(row: dict[str, Any]) -> bool:
    return bool(row["remark"] or row["unplayable"]) and not row["problem"]


def _table(rows: Sequence[dict[str, Any]]) -> list[str]:
    from referee_calib.study import VideoRow, table_lines

    return table_lines(VideoRow(**row) for row in rows)


def _line(file: dict[str, Any]) -> str:
    if file["kind"] == "manifest":
        drawn = f"{common.counted(file['sampled'], 'sampled claim')}"
        return f"{file['file']}: descriptions of {common.counted(file['referees'], 'referee')}, {drawn}."
    if file["kind"] == "inspect":
        levels = f"{common.counted(file['inspect'], 'judgement')} ({file['ratings']} by raters)"
        return f"{file['file']}: {levels} from Inspect, {file['new']} new, {file['known']} known."
    if file["kind"] in ("decisions", "assignment"):
        rows = common.counted(file["rows"], "row")
        return f"{file['file']}: {rows} of {file['kind']}, {file['new']} new, {file['known']} known."
    if file["kind"] == "audit":
        entries = common.counted(file["entries"], "entry", "entries")
        return f"{file['file']}: {entries} of an audit trail, {file['new']} new, {file['known']} known."
    what = "claims" if file["kind"] == "rollouts" else file["kind"]
    of = f" of {common.counted(file['rollouts'], 'rollout')}" if "rollouts" in file else ""
    count = common.counted(file[what], what.removesuffix("s"))
    written = f" (read as {file['layout']})" if file.get("layout", "rollouts") not in ("", "rollouts") else ""
    line = f"{file['file']}{written}: {count}{of}, {file['new']} new, {file['known']} known."
    if file.get("perturbed"):
        line += f" {file['perturbed']} of them perturbed: people rate them, and no figure of the study counts them."
    if file.get("rollouts_without_claim"):
        line += f" {common.counted(file['rollouts_without_claim'], 'rollout')} without any claim."
    if file.get("rows_without_reply"):
        line += f" {common.counted(file['rows_without_reply'], 'row')} without any reply."
    if file.get("cut_off"):
        line += " The last line was cut off, as a killed trainer leaves it, and is passed over."
    return line + "".join([*_notations(file), *_excluded(file.get("excluded", {}))])


def _notations(file: dict[str, Any]) -> Iterator[str]:
    """Say what the replies were read as, where it is not one alone, and what was assumed."""
    from referee_calib.claims import REMARKS

    formats = file.get("formats", {})
    if formats and list(formats) != ["open-o3"]:
        yield "\n  Notations: " + ", ".join(f"{name} ({count})" for name, count in formats.items()) + "."
    for reason, times in file.get("remarks", {}).items():
        yield f"\n  {times} read with a remark, {reason}: {dict(REMARKS)[reason]}"


def _excluded(counts: dict[str, int]) -> Iterator[str]:
    from referee_calib.claims import EXPLANATIONS
    from referee_calib.study import EXCLUSIONS

    reasons: dict[str, str] = {str(k): v for k, v in EXPLANATIONS.items()} | EXCLUSIONS
    for reason, times in counts.items():
        yield f"\n  {times} not usable, {reason}: {reasons[reason]}"
