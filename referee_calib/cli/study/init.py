"""``referee-calib init``."""

from __future__ import annotations

from pathlib import Path

import click

from referee_calib.cli import common
from referee_calib.records import CLOCKS, Clock


@click.command(short_help="Make a study folder.")
@common.study_argument
@click.option("--name", default="", help="The study's title; the folder's name by default.")
@click.option("--rubric", default="", metavar="FILE", help="A rubric file in the folder, for words of your own.")
@click.option(
    "--clock",
    type=click.Choice(CLOCKS),
    default="first-frame",
    show_default=True,
    help="What 0 s of the claims is: the first frame, as policies count, or 0 on the video file's own clock.",
)
@common.options("json")
def command(study: Path, name: str, rubric: str, clock: Clock, as_json: bool) -> None:
    """Make a study folder: settings, a media folder for the videos, and an empty database.

    \b
    Example:
      referee-calib init mystudy --name "Red balls, policy step 400"
    """  # noqa: D301
    from referee_calib.study import Study

    made = Study.create(study, name=name, rubric=rubric, clock=clock)
    data = {"study": str(made.folder), "name": made.config.name, "rubric": made.rubric.version}
    text = f"Made study {made.config.name!r} in {study}.\nNext: referee-calib import {study} FILE… --media VIDEOS"
    common.result(data, text, as_json=as_json)
