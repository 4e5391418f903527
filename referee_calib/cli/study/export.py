"""``referee-calib export``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from referee_calib.cli import common
from referee_calib.errors import InputError, StudyError

if TYPE_CHECKING:
    from referee_calib.study import Study

KINDS = ("csv", "jsonl", "parquet")
_PATH = click.Path(path_type=Path)


@click.command(short_help="Write a study as JSON lines, or for other tools.")
@common.study_argument
@click.option("--out", metavar="DIR", type=_PATH, help="Write everything as JSON lines, which import reads back.")
@click.option("--inspect", metavar="DIR", type=_PATH, help="Write precomputed scores for Inspect AI into a new folder.")
@click.option("--dataset", metavar="DIR", type=_PATH, help="Write a data set to publish into a new folder.")
@click.option("--license", "licence", metavar="ID", help="Licence of the data set: cc-by-4.0, say.")
@click.option("--rater-names", is_flag=True, help="Publish the raters' names; pseudonyms by default.")
@click.option("--tables", metavar="DIR", type=_PATH, help="Write ratings, adjudications, exclusions and audit trail.")
@click.option("--as", "kind", type=click.Choice(KINDS), default="csv", show_default=True, help="Format of --tables.")
@click.option("--pseudonyms", is_flag=True, help="Call raters r1, r2, … and coordinators c1, c2, … in --tables.")
@click.option("--force", is_flag=True, help="Replace the files of an earlier export.")
@common.options("json")
def command(
    study: Path,
    out: Path | None,
    inspect: Path | None,
    dataset: Path | None,
    licence: str | None,
    rater_names: bool,
    tables: Path | None,
    kind: str,
    pseudonyms: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Write a study as JSON lines that `referee-calib import` reads back without loss, or for other tools.

    With --out: claims, ratings and marks (every one ever given), scores, audit trail, decisions (known claims,
    onboarding, holds, exclusions, adjudications), assignment, and export.json. Not in them, and named there: videos,
    settings and pages of the study's folder, personal codes, links and sign-ins, the books of what was imported.

    With --inspect, everybody's latest levels as files that Inspect's precomputed_scores() loads: a file for each
    judge and dimension, a sample per claim.

    With --tables, four tables for spreadsheets and other tools, with history and with what is excluded: ratings,
    adjudications, exclusions, audit.

    With --dataset, Parquet tables, a dataset card (README.md) and croissant.json, without videos, notes and times.

    \b
    Examples:
      referee-calib export mystudy --out backup/
      referee-calib import another backup/*.json* --media mystudy/media --add-raters
      referee-calib export mystudy --inspect levels/
      referee-calib export mystudy --tables tables/ --as parquet --pseudonyms
      referee-calib export mystudy --dataset published/ --license cc-by-4.0
    """  # noqa: D301
    from referee_calib.study import Study

    if out is None and inspect is None and dataset is None and tables is None:
        raise InputError("export without a place", "it is to say what to write, and where", "Add --out DIR.")
    if dataset is not None and licence is None:
        why = "nobody may use a data set without a licence, and only you can state it"
        raise InputError(f"--dataset {dataset}", why, "Add --license cc-by-4.0, say.")
    data: dict[str, Any] = {}
    said = []
    with Study.open(study) as opened:
        if out is not None:
            data, text = _json_lines(opened, out, force)
            said.append(text)
        if inspect is not None:
            data["inspect"], text = _inspect(opened, inspect)
            said.append(text)
        if tables is not None:
            data["tables"], text = _tables(opened, tables, kind, pseudonyms, force)
            said.append(text)
        if dataset is not None:
            data["dataset"], text = _dataset(opened, dataset, str(licence), rater_names)
            said.append(text)
    common.result(data, "\n".join(said), as_json=as_json)


def _json_lines(study: Study, out: Path, force: bool) -> tuple[dict[str, Any], str]:
    from referee_calib.study.exporting import export

    manifest = export(study, out, force=force)
    counts = manifest["counts"]
    text = f"Wrote {counts['claims']} claims, {counts['ratings']} ratings and {counts['scores']} scores to {out}."
    text += f" Not in them: {'; '.join(manifest['left_out'])}."
    return manifest, text


def _inspect(study: Study, folder: Path) -> tuple[dict[str, Any], str]:
    from referee_calib.inspect_scores import write_score_files

    ratings, scores = study.ratings(), study.scores()
    if not ratings and not scores:
        raise StudyError(f"study {study.folder}", "nobody has rated and no referee has scored, so there are no levels")
    files, excluded = write_score_files(folder, study.claims(), ratings, scores, study.referees())
    text = f"Wrote {common.counted(len(files), 'file')} for Inspect's precomputed_scores() to {folder}."
    left = "; ".join(f"{n} {reason}" for reason, n in excluded.items())
    return {"files": files, "excluded": dict(excluded)}, f"{text} Not in them: {left}." if left else text


def _tables(study: Study, folder: Path, kind: str, pseudonyms: bool, force: bool) -> tuple[dict[str, Any], str]:
    from referee_calib.dataset_export import write_coordinator_tables

    rows = write_coordinator_tables(study, folder, kind, pseudonymous=pseudonyms, force=force)
    counts = ", ".join(f"{n:,} {name}" for name, n in rows.items())
    return {"folder": str(folder), "rows": rows, "pseudonyms": pseudonyms}, f"Wrote tables to {folder}: {counts}."


def _dataset(study: Study, folder: Path, licence: str, rater_names: bool) -> tuple[dict[str, Any], str]:
    from referee_calib.dataset_export import write_dataset

    facts = write_dataset(study, folder, licence=licence, rater_names=rater_names)
    rows = {table.name: len(table.rows) for table in facts.tables}
    counts = ", ".join(f"{n:,} {name}" for name, n in rows.items())
    lines = [f"Wrote a data set to {folder}: {counts}; README.md and croissant.json.", facts.simulation]
    lines.append("Read README.md before you publish it: texts of models were not checked for personal data.")
    data = {"folder": str(folder), "license": licence, "rows": rows, "simulated": facts.n_simulated}
    return data, " ".join(line for line in lines if line)
