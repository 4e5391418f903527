"""``referee-calib media``."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from referee_calib.cli import common
from referee_calib.cli.study.import_progress import track_names
from referee_calib.errors import StudyError

if TYPE_CHECKING:
    from referee_calib.study import Study, VideoRow


@click.command(short_help="Show what the videos are; make copies that browsers play.")
@common.study_argument
@click.option("--playable", is_flag=True, help="Copy what not every browser plays into STUDY/playable.")
@common.options("json", "quiet")
@click.pass_context
def command(ctx: click.Context, study: Path, playable: bool, as_json: bool, quiet: bool) -> None:
    """Show one row for each video that claims name: size, clock, length, rate, stream, what is wrong with it.

    A copy for browsers, H.264 in MP4, shows every frame at the time at which the original does, checked frame by frame;
    the packets are kept where another container is enough. People watch it while it moves; every standing picture, for
    people and referees alike, is decoded from the original. Exit code 1 when a video cannot be used or copied.

    \b
    Examples:
      referee-calib media mystudy
      referee-calib media mystudy --playable
    """  # noqa: D301
    from referee_calib.study import Study, make_playable_copies

    with Study.open(study) as opened:
        named = Counter(claim.video for claim in opened.claims(perturbed=True))
        rows = _rows(opened, named, quiet=quiet)
        copies = None
        if playable:
            copies = make_playable_copies(opened.folder, sorted(named), opened.media_path, track_names(quiet=quiet))
    data = {"videos": [asdict(row) for row in rows], "copies": None if copies is None else asdict(copies)}
    common.result(data, "\n".join([*_table(rows), *([] if copies is None else copies.lines())]), as_json=as_json)
    if any(row.problem for row in rows) or (copies is not None and copies.failed):
        ctx.exit(1)


def _rows(study: Study, named: Counter[str], *, quiet: bool) -> list[VideoRow]:
    names = track_names(quiet=quiet)("looking at videos", sorted(named))
    return [_row(study, name, named[name]) for name in names]


def _row(study: Study, video: str, claims: int) -> VideoRow:
    from referee_calib.study import broken_row, video_row

    try:
        return video_row(video, claims, study.media_path(video), study.config.clock)[0]
    except StudyError as error:  # a link that leads out of the media folder
        return broken_row(video, claims, error)


def _table(rows: list[VideoRow]) -> list[str]:
    from referee_calib.study import table_lines

    return table_lines(rows) if rows else ["The study has no claims, so it names no videos."]
