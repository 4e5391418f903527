"""``referee-calib restore``."""

from __future__ import annotations

from pathlib import Path

import click

from referee_calib.cli import common


@click.command(short_help="Bring the records of a backup back.")
@common.study_argument
@click.argument("backup", metavar="BACKUP", type=click.Path(path_type=Path))
@common.options("json")
def command(study: Path, backup: Path, as_json: bool) -> None:
    """Bring the records of a backup back into the study that it was made of.

    What the study holds is kept aside under the name that is printed. Settings, pages and videos of the study stay.
    Where the study's folder is lost: copy the backup's folder to its place, and the videos into its media folder.

    \b
    Example:
      referee-calib restore mystudy backups/monday
    """  # noqa: D301
    from referee_calib.study import restore

    done = restore(study, backup)
    text = f"{study} holds the {sum(done.rows.values()):,} records of {backup} again."
    if done.kept:
        text += f"\nWhat it held before is kept: {done.kept}"
    data = {"study": str(study), "backup": str(backup), "rows": done.rows, "kept": done.kept}
    common.result(data, text, as_json=as_json)
