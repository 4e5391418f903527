"""``referee-calib import``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from referee_calib.cli import common

if TYPE_CHECKING:
    from referee_calib.study.importing import ImportResult

_FILE = click.Path(path_type=Path)


@click.command(short_help="Read rollouts, claims, ratings, scores or marks into a study.")
@common.study_argument
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=_FILE)
@click.option(
    "--kind",
    type=click.Choice(["rollouts", "claims", "ratings", "scores", "marks", "inspect"]),
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
@click.option("--add-raters", is_flag=True, help="Register raters that the ratings name and the study lacks.")
@common.options("json", "quiet")
def command(
    study: Path,
    files: tuple[Path, ...],
    kind: Literal["rollouts", "claims", "ratings", "scores", "marks", "inspect"] | None,
    media: Path | None,
    link: bool,
    outside: Literal["refuse", "skip"],
    add_raters: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Read JSON lines into a study: all of them or, when anything is wrong, none.

    Rollouts are what a model wrote; claims are read from the text, and what cannot be read is counted by
    reason. Every video is opened and every claim held against its length. Importing again changes nothing.

    \b
    Examples:
      referee-calib import mystudy rollouts.jsonl --media videos/
      referee-calib import mystudy claims.jsonl ratings.jsonl --add-raters
      referee-calib import mystudy backup/*.json* --media videos/ --add-raters
    """  # noqa: D301
    from referee_calib.study import Study, importing

    with Study.open(study) as opened:
        done = importing.import_files(
            opened, files, kind=kind, media=media, link=link, outside=outside, add_raters=add_raters
        )
    for video, reason in done.unplayable.items():
        common.remark(f"Browsers will not play {video}: {reason}.", quiet=quiet)
    common.result(asdict(done), _text(done), as_json=as_json)


def _text(done: ImportResult) -> str:
    lines = [_line(file) for file in done.files]
    if done.videos:
        lines.append(f"{common.counted(done.videos, 'video')} checked, {done.videos_added} brought into the study.")
    if done.raters:
        lines.append(f"Raters registered: {', '.join(done.raters)}.")
    return "\n".join(lines)


def _line(file: dict[str, Any]) -> str:
    from referee_calib.claims import EXPLANATIONS

    if file["kind"] == "manifest":
        drawn = f"{common.counted(file['sampled'], 'sampled claim')}"
        return f"{file['file']}: descriptions of {common.counted(file['referees'], 'referee')}, {drawn}."
    if file["kind"] == "inspect":
        levels = f"{common.counted(file['inspect'], 'judgement')} ({file['ratings']} by raters)"
        return f"{file['file']}: {levels} from Inspect, {file['new']} new, {file['known']} known."
    what = "claims" if file["kind"] == "rollouts" else file["kind"]
    of = f" of {common.counted(file['rollouts'], 'rollout')}" if "rollouts" in file else ""
    count = common.counted(file[what], what.removesuffix("s"))
    line = f"{file['file']}: {count}{of}, {file['new']} new, {file['known']} known."
    if file.get("perturbed"):
        line += f" {file['perturbed']} of them perturbed: people rate them, and no figure of the study counts them."
    if file.get("rollouts_without_claim"):
        line += f" {common.counted(file['rollouts_without_claim'], 'rollout')} without any claim."
    reasons: dict[str, str] = {str(k): v for k, v in EXPLANATIONS.items()} | {
        "outside_video": "The claim lies outside its video's length."
    }
    for reason, times in file.get("excluded", {}).items():
        line += f"\n  {times} not usable, {reason}: {reasons[reason]}"
    return line
