"""Writing a study as a data set: the whole folder, or nothing."""

from __future__ import annotations

import hashlib
import io
import json
import secrets
import shutil
from importlib.metadata import version
from pathlib import Path
from typing import Any

from referee_calib.dataset_export.croissant_metadata import croissant_metadata
from referee_calib.dataset_export.dataset_card import dataset_card
from referee_calib.dataset_export.dataset_facts import LICENCES, DatasetFacts, dimension_facts
from referee_calib.dataset_export.dataset_tables import DataTable, Kind, data_tables, pseudonyms
from referee_calib.errors import InputError, MissingExtra, StudyError
from referee_calib.io import cannot_write, write_bytes
from referee_calib.study import Study

_ARROW: dict[Kind, str] = {"text": "string", "whole": "int64", "number": "float64", "yes_no": "bool"}


def write_dataset(study: Study, folder: Path, *, licence: str, rater_names: bool = False) -> DatasetFacts:
    """Write ``data/*.parquet``, ``README.md`` and ``croissant.json`` into a new folder.

    Parameters
    ----------
    study : Study
    folder : Path
        Must not exist.
    licence : str
        A key of :data:`referee_calib.dataset_export.LICENCES`, in any case; whoever publishes states it.
    rater_names : bool
        Publish the raters' names as the study has them, not pseudonyms.

    Raises
    ------
    MissingExtra
        When pyarrow is not installed.
    InputError
        For an unknown licence.
    StudyError
        When the folder exists, cannot be written, or nobody has rated; of what was begun nothing stays.
    """
    if folder.exists():
        raise StudyError(f"{folder} is there already", "a data set overwrites nothing", "Name a new folder.")
    given, licence = licence, licence.strip().lower()  # SPDX writes CC-BY-4.0, hubs cc-by-4.0
    if licence not in LICENCES:
        raise InputError(f"licence {given!r:.40}", f"known are {', '.join(LICENCES)}", "Type: --license cc-by-4.0")
    ratings = study.ratings()
    if not ratings:
        raise StudyError(f"study {study.folder}", "nobody has rated, so there is nothing to publish")
    marks = study.marks()
    names = {name: name for name in [one.rater for one in ratings] + [one.rater for one in marks]}
    if not rater_names:
        names = pseudonyms(list(names), study.config.created)
    tables = data_tables(study.claims(), ratings, study.scores(), marks, names, study.rubric)
    packed = {table.name: _parquet(table) for table in tables}
    facts = _facts(study, tables, packed, licence, rater_names)
    metadata = json.dumps(croissant_metadata(facts), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    texts = {"README.md": dataset_card(facts), "croissant.json": metadata}
    content = {f"data/{name}.parquet": held for name, held in packed.items()}
    _write(folder, content | {name: text.encode("utf-8", "replace") for name, text in texts.items()})
    return facts


def _facts(
    study: Study, tables: list[DataTable], packed: dict[str, bytes], licence: str, rater_names: bool
) -> DatasetFacts:
    claims, ratings, described = study.claims(), study.ratings(), study.referees()
    whole = study.claims(perturbed=True)
    scored = dict.fromkeys(one.referee for one in study.scores())
    return DatasetFacts(
        name=study.config.name,
        version=version("referee-calib"),
        licence=licence,
        created=study.config.created,
        clock=study.config.clock,
        tables=tables,
        files={name: (hashlib.sha256(held).hexdigest(), len(held)) for name, held in packed.items()},
        rubric=study.rubric,
        dimensions=dimension_facts(study, claims, ratings),
        referees={one: described.get(one, {}) for one in scored},
        n_raters=len({one.rater for one in ratings}),
        origins=sorted({one.origin or "unknown" for one in ratings}),
        n_videos=len({claim.video for claim in claims}),
        n_ratings=len(ratings),
        n_simulated=sum(one.origin == "simulated" for one in ratings),
        n_without_level=sum(one.level is None for one in ratings),
        n_history=len(study.ratings(history=True)) - len(ratings),
        n_perturbed=sum(claim.perturbed for claim in whole),
        n_audited=sum(claim.audited for claim in whole),
        names_published=rater_names,
    )


def _parquet(table: DataTable) -> bytes:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ModuleNotFoundError as error:
        raise MissingExtra("Parquet", "parquet") from error
    schema = pa.schema([(column.name, pa.type_for_alias(_ARROW[column.kind])) for column in table.columns])
    columns: dict[str, list[Any]] = {
        column.name: [_clean(row[column.name]) for row in table.rows] for column in table.columns
    }
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns, schema=schema), buffer)
    return buffer.getvalue()


def _clean(value: Any) -> Any:
    """Replace half surrogates of model text, which UTF-8 does not know."""
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else value


def _write(folder: Path, content: dict[str, bytes]) -> None:
    hidden = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.tmp")
    try:
        folder.absolute().parent.mkdir(parents=True, exist_ok=True)
        (hidden / "data").mkdir(parents=True)
        for name, held in content.items():
            write_bytes(hidden / name, held)
        hidden.rename(folder)
    except OSError as error:
        raise cannot_write(folder, error) from error
    finally:
        shutil.rmtree(hidden, ignore_errors=True)
