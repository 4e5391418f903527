"""``referee-calib backup``."""

from __future__ import annotations

from pathlib import Path

import click

from referee_calib.cli import common


@click.command(short_help="Copy a study while people rate.")
@common.study_argument
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The new folder of the backup.")
@click.option("--media", is_flag=True, help="With the videos (hard links where the disk allows them).")
@common.options("json")
def command(study: Path, out: Path, media: bool, as_json: bool) -> None:
    """Copy a study, as it is at one moment, into a new folder; whoever rates meanwhile notices nothing.

    The backup is a study with its records in SQLite, wherever those of the study lie: every verb opens it. It is
    compared with the study, and appears whole or not at all.

    \b
    Examples:
      referee-calib backup mystudy --out backups/monday
      referee-calib doctor backups/monday
    """  # noqa: D301
    from referee_calib.study import Study, back_up

    with Study.open(study) as opened:
        done = back_up(opened, out, media=media)
    number = sum(done.rows.values())
    text = f"{number:,} records of {study} are in {out}, compared with the study.\n"
    text += f"To bring them back: referee-calib restore {study} {out}"
    common.result({"study": str(study), "backup": str(out), "rows": done.rows}, text, as_json=as_json)
