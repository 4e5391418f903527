"""What a coordinator takes out of a study: ratings, adjudications, exclusions and the audit trail, a table each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from referee_calib.dataset_export.dataset_tables import pseudonyms
from referee_calib.errors import InputError, StudyError
from referee_calib.io import ROW_FORMATS, make_folder, write_bytes
from referee_calib.records import Rating
from referee_calib.study import Adjudication, AuditEntry, Exclusion, Study, adjudications, exclusions, trail

COORDINATOR_TABLES = ("ratings", "adjudications", "exclusions", "audit")
_NAMING = frozenset({"rater", "coordinator", "actor", "subject", "note", "reason", "detail"})
_SHORTEST = 3  # characters of a name that is replaced within other text
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CoordinatorTable:
    """One table: its columns in order, and its rows."""

    name: str
    columns: tuple[str, ...]
    rows: list[Row]

    def packed(self, kind: str) -> bytes:
        """Return the bytes of a file: "jsonl", "csv" or "parquet"; InputError for another kind."""
        if kind not in ROW_FORMATS:
            raise InputError(f"format {kind!r:.40}", f"it is one of {', '.join(ROW_FORMATS)}")
        return ROW_FORMATS[kind](self.columns, self.rows)


def coordinator_table(study: Study, name: str, *, pseudonymous: bool = False) -> CoordinatorTable:
    """Return one of `COORDINATOR_TABLES`, whole: with history, and with what is excluded.

    Parameters
    ----------
    study : Study
    name : str
    pseudonymous : bool
        Call raters r1, r2, … and coordinators c1, c2, …, within notes and reasons too; nonces, which may hold a name,
        are left empty.

    Raises
    ------
    InputError
        When there is no such table.
    """
    if name not in _MAKERS:
        raise InputError(f"table {name!r:.40}", f"it is one of {', '.join(COORDINATOR_TABLES)}")
    columns, rows = _MAKERS[name](study)
    return CoordinatorTable(name, columns, _Pseudonyms(study).applied(rows) if pseudonymous else rows)


def write_coordinator_tables(
    study: Study, folder: Path, kind: str, *, pseudonymous: bool = False, force: bool = False
) -> dict[str, int]:
    """Write all four tables into a folder, each file whole or not at all, and return how many rows each has.

    Raises StudyError when one is there already and not to be replaced by `force`, or the folder cannot be written.
    """
    tables = [coordinator_table(study, name, pseudonymous=pseudonymous) for name in COORDINATOR_TABLES]
    packed = {folder / f"{table.name}.{kind}": table.packed(kind) for table in tables}
    there = [path.name for path in packed if path.exists()]
    if there and not force:
        raise StudyError(
            f"{folder} holds {', '.join(there)} already", "an export overwrites nothing", "Add --force to replace it."
        )
    make_folder(folder)
    for path, content in packed.items():
        write_bytes(path, content)
    return {table.name: len(table.rows) for table in tables}


def _ratings(study: Study) -> tuple[tuple[str, ...], list[Row]]:
    held = exclusions(study)
    raters = {one.subject for one in held if one.kind == "rater"}
    claims = {one.subject for one in held if one.kind == "claim"}
    found = study.ratings(history=True, perturbed=True, held=True, occasion=None)
    last = {(one.claim, one.rater, one.dimension, one.occasion): number for number, one in enumerate(found)}
    latest = set(last.values())
    apart = {one.id: one.source for one in study.claims(perturbed=True) if one.perturbed or one.audited}
    rows = [
        {
            **asdict(one),
            "latest": number in latest,
            "excluded": one.rater in raters or one.claim in claims,
            "set_apart": apart.get(one.claim, ""),  # "perturbed" or "audit": no figure of the study counts it
        }
        for number, one in enumerate(found)
    ]
    return (*(one.name for one in fields(Rating)), "latest", "excluded", "set_apart"), rows


def _adjudications(study: Study) -> tuple[tuple[str, ...], list[Row]]:
    return _names(Adjudication), [asdict(one) for one in adjudications(study, history=True)]


def _exclusions(study: Study) -> tuple[tuple[str, ...], list[Row]]:
    return _names(Exclusion), [asdict(one) for one in exclusions(study, history=True)]


def _audit(study: Study) -> tuple[tuple[str, ...], list[Row]]:
    return _names(AuditEntry), [asdict(one) for one in trail(study)]


_MAKERS = {"ratings": _ratings, "adjudications": _adjudications, "exclusions": _exclusions, "audit": _audit}


def _names(kind: Any) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind))


class _Pseudonyms:
    """Other names for the raters and coordinators of a study, the same at every export."""

    def __init__(self, study: Study) -> None:
        salt = study.config.created
        raters = pseudonyms([one.name for one in study.raters()], salt)
        deciders = {one.coordinator for one in adjudications(study, history=True)}
        deciders |= {one.coordinator for one in exclusions(study, history=True)}
        actors = {
            one.actor.removeprefix("coordinator ") for one in trail(study) if one.actor.startswith("coordinator ")
        }
        coordinators = pseudonyms(sorted(deciders | actors), salt)
        self._names: Mapping[str, str] = {name: f"c{other[1:]}" for name, other in coordinators.items()} | raters
        within = sorted((name for name in self._names if len(name) >= _SHORTEST), key=len, reverse=True)
        self._within = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, within))})(?!\w)") if within else None

    def applied(self, rows: Sequence[Row]) -> list[Row]:
        """Return rows without the names."""
        return [{key: self._cell(key, value) for key, value in row.items()} for row in rows]

    def _cell(self, column: str, value: Any) -> Any:
        return self._renamed(value) if column in _NAMING else "" if column == "nonce" else value

    def _renamed(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {self._renamed(key): self._renamed(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [self._renamed(one) for one in value]
        if not isinstance(value, str):
            return value
        if value in self._names:
            return self._names[value]
        for role in ("rater ", "coordinator "):
            if value.startswith(role) and value.removeprefix(role) in self._names:
                return role + self._names[value.removeprefix(role)]
        return self._within.sub(lambda found: self._names[found.group()], value) if self._within else value
