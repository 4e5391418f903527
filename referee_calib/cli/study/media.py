"""``referee-calib media``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from referee_calib.cli import common
from referee_calib.cli.study.import_progress import track_names

if TYPE_CHECKING:
    from referee_calib.study import PlayableCopies, Study, VideoRow


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
    from referee_calib.study import Study

    with Study.open(study) as opened:
        named = Counter(claim.video for claim in opened.claims())
        rows = _rows(opened, named, quiet=quiet)
        copies = _copies(opened, named, quiet=quiet) if playable else None
    data = {"videos": [asdict(row) for row in rows], "copies": None if copies is None else asdict(copies)}
    common.result(data, "\n".join([*_table(rows), *([] if copies is None else copies.lines())]), as_json=as_json)
    if any(row.problem for row in rows) or (copies is not None and copies.failed):
        ctx.exit(1)


def _rows(study: Study, named: Counter[str], *, quiet: bool) -> list[VideoRow]:
    from referee_calib.study import video_row

    track = track_names(quiet=quiet)
    names = track("looking at videos", sorted(named))
    return [video_row(name, named[name], study.media_path(name), study.config.clock)[0] for name in names]


def _copies(study: Study, named: Iterable[str], *, quiet: bool) -> PlayableCopies:
    from referee_calib.study import make_playable_copies

    sources = {video: study.media_path(video) for video in named}
    return make_playable_copies(study.folder, sources, track_names(quiet=quiet))


def _table(rows: list[VideoRow]) -> list[str]:
    from referee_calib.study import table_lines

    return table_lines(rows) if rows else ["The study has no claims, so it names no videos."]
