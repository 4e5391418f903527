"""A study folder that keeps two tables, their columns and the thresholds that they are held to.

::

    STUDY/
    ├── study.toml        written last: which columns mean what, and the thresholds
    ├── thresholds.json   what the thresholds were when the study was made
    └── tables/           the two files as they were given
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from referee_calib import thresholds
from referee_calib.analysis import TableJudgements
from referee_calib.errors import InputError, StudyError
from referee_calib.io import cannot_write, make_folder, write_bytes
from referee_calib.table_study.read_table_study import read_table_study
from referee_calib.table_study.table_study_options import TableStudyOptions
from referee_calib.threshold_record import compare_thresholds, write_thresholds
from referee_calib.thresholds import REASONS, Thresholds

CONFIG, TABLES, FORMAT = "study.toml", "tables", 1
_OF_MEDIA = ("robust_", "probe_", "suite_")
_TEMPLATE = """\
# A study of referee-calib, made from two tables. `referee-calib report STUDY` reports it.
format = {format}
name = {name}
created = {created}

[{table}]
# the files, in this folder, and what their columns mean; see docs/how_to/report_from_tables.md
{columns}
# leniency and slice_leniency are in steps of the scale; "videos" are the clusters of the tables
{thresholds}"""


def create_table_study(folder: Path, options: TableStudyOptions) -> TableJudgements:
    """Keep two tables as a study with the default thresholds; nothing is written where the tables cannot be joined.

    Raises
    ------
    InputError
        For what is wrong with the tables.
    StudyError
        When the folder holds a study, is read-only, or the disk is full.
    """
    if (folder / CONFIG).exists():
        raise StudyError(f"{folder} holds a study already", f"{CONFIG} is there", "Choose another folder.")
    if options.ratings.is_dir():
        raise InputError(f"{options.ratings} is a folder", "a study keeps files", "Report it without STUDY, or zip it.")
    if options.ratings.name == options.scores.name and options.ratings.resolve() != options.scores.resolve():
        raise InputError(
            f"two files are called {options.scores.name}", "a study keeps them beside each other", "Rename one."
        )
    limits = Thresholds(stated=tuple(name for name in REASONS if not name.startswith(_OF_MEDIA)))
    found = read_table_study(options, limits)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    try:
        make_folder(folder / TABLES)
        for path in (options.ratings, options.scores):
            write_bytes(folder / TABLES / path.name, path.read_bytes())
        write_thresholds(folder, limits, now)
        write_bytes(folder / CONFIG, _toml(options, options.name or folder.resolve().name, now, limits).encode())
    except OSError as error:
        raise cannot_write(folder, error) from error
    return found


def _toml(options: TableStudyOptions, name: str, created: str, limits: Thresholds) -> str:
    told = options.to_json() | {key: f"{TABLES}/{getattr(options, key).name}" for key in ("ratings", "scores")}
    return _TEMPLATE.format(
        format=FORMAT,
        name=_toml_value(name),
        created=_toml_value(created),
        table=TABLES,
        columns="\n".join(f"{key} = {_toml_value(value)}" for key, value in told.items()),
        thresholds=limits.toml(),
    )


def _toml_value(value: Any) -> str:
    # TOML's basic strings take JSON's escapes, except that TOML also wants DEL escaped
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def is_table_study(folder: Path) -> bool:
    """Tell whether a folder holds a study that was made from tables."""
    try:
        return TABLES in tomllib.loads((folder / CONFIG).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False  # whoever opens it as another study says what is wrong


def open_table_study(folder: Path) -> TableJudgements:
    """Read the tables of a study folder, with its thresholds.

    Raises
    ------
    StudyError
        When ``study.toml`` names what is not known, or a number that is no threshold.
    InputError
        For what is wrong with the tables.
    """
    path = folder / CONFIG
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    if data.get("format") != FORMAT:
        raise StudyError(f"study {folder} has format {data.get('format')!r}", f"this version reads format {FORMAT}")
    options = _options(folder, path, data[TABLES])
    limits = thresholds.read(data.get(thresholds.TABLE), str(path))
    record = compare_thresholds(folder, limits)
    return read_table_study(replace(options, name=str(data.get("name") or folder.resolve().name)), limits, record)


def _options(folder: Path, path: Path, table: Any) -> TableStudyOptions:
    known = {one.name: one.type for one in fields(TableStudyOptions)}
    if not isinstance(table, dict) or not {"ratings", "scores"} <= set(table) or set(table) - set(known):
        keys = ", ".join(name for name in known if name != "name")
        raise StudyError(f"{path}: [{TABLES}]", f"it has ratings and scores, and of the rest only {keys}")
    for key, value in table.items():
        several = str(known[key]).startswith("tuple")
        if not (
            isinstance(value, list) and all(isinstance(one, str) for one in value)
            if several
            else isinstance(value, str)
        ):
            raise StudyError(
                f"{path}: [{TABLES}] {key} = {value!r:.80}", f"it must be {'a list of texts' if several else 'a text'}"
            )
    given: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    return TableStudyOptions(**given | {key: _inside(folder, path, key, table[key]) for key in ("ratings", "scores")})


def _inside(folder: Path, config: Path, key: str, name: str) -> Path:
    """Return a file of the study; StudyError for one elsewhere."""
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise StudyError(f"{config}: [{TABLES}] {key} = {name!r:.80}", "a study's tables lie in its folder")
    return path
