"""``referee-calib move``."""

from __future__ import annotations

from pathlib import Path

import click

from referee_calib.cli import common

SQLITE = "sqlite"


@click.command(short_help="Move the records of a study to another database.")
@common.study_argument
@click.option("--to", "to", required=True, metavar="URL|sqlite", help="A PostgreSQL URL without a password, or sqlite.")
@common.options("json")
def command(study: Path, to: str, as_json: bool) -> None:
    """Move the records of a study to PostgreSQL, or back to the SQLite file in its folder.

    Everything is copied, compared and then switched over, or nothing is. Nobody writes meanwhile: ratings wait in the
    browsers. Start a running annotation app again afterwards. The password of a database comes from ~/.pgpass,
    PGPASSWORD, or a whole URL in REFEREE_CALIB_DATABASE.

    \b
    Examples:
      referee-calib move mystudy --to postgresql://anna@db.example.org/studies
      referee-calib move mystudy --to sqlite
    """  # noqa: D301
    from referee_calib.study import Study, move_records

    with Study.open(study) as opened:
        done = move_records(opened, "" if to == SQLITE else to)
    text = f"{sum(done.rows.values()):,} records moved to {done.after}, compared with those before.\n"
    text += f"The old ones are closed and kept: {done.kept}"
    data = {"study": str(study), "before": done.before, "after": done.after, "rows": done.rows, "kept": done.kept}
    common.result(data, text, as_json=as_json)
