"""``referee-calib export``."""

from __future__ import annotations

from pathlib import Path

import click

from referee_calib.cli import common


@click.command(short_help="Write a study as JSON lines.")
@common.study_argument
@click.option("--out", metavar="DIR", type=click.Path(path_type=Path), required=True, help="Where to write.")
@click.option("--force", is_flag=True, help="Replace the files of an earlier export.")
@common.options("json")
def command(study: Path, out: Path, force: bool, as_json: bool) -> None:
    """Write claims.jsonl, ratings.jsonl (every rating ever given), scores.jsonl and export.json.

    Nothing of these is lost: `referee-calib import` reads all four files back as they were. Personal codes and
    videos stay in the study.

    \b
    Example:
      referee-calib export mystudy --out backup/
      referee-calib import another backup/*.json* --media mystudy/media --add-raters
    """  # noqa: D301
    from referee_calib.study import Study
    from referee_calib.study.exporting import export

    with Study.open(study) as opened:
        manifest = export(opened, out, force=force)
    counts = manifest["counts"]
    text = f"Wrote {counts['claims']} claims, {counts['ratings']} ratings and {counts['scores']} scores to {out}."
    common.result(manifest, text, as_json=as_json)
