"""Importing exports of annotation tools into a study: read, checked and counted first, then written in one step."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from referee_calib.annotation_imports.answer_ratings import GivenAnswer, answer_ratings
from referee_calib.annotation_imports.cvat_annotations import cvat_annotations
from referee_calib.annotation_imports.cvat_tracks import read_cvat
from referee_calib.annotation_imports.import_statements import AnnotationStatements
from referee_calib.annotation_reading import AnnotationsRead, StoredAnnotations, store_annotations
from referee_calib.errors import InputError
from referee_calib.label_studio import RaterNames, rater_names, study_check, write_names
from referee_calib.rating_tables import TOOLS, Object, TableSource, export_objects

if TYPE_CHECKING:
    from referee_calib.study import Study

FORMATS = {"label-studio": "label_studio", "potato": "potato", "argilla": "argilla", "cvat": "cvat"}  # to origins
CLAIM_FIELD = "claim_id"  # the field of an item that names its claim; else the item's own name does
NAMES_ROW = (CLAIM_FIELD, "id", "user_id", "_server_id", "_user")


@dataclass(frozen=True, slots=True)
class ImportedAnnotations:
    """What became of one file."""

    file: str
    read: AnnotationsRead
    stored: StoredAnnotations

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON types."""
        return {"file": self.file, **self.stored.to_json(), **self.read.to_json()}

    def lines(self) -> list[str]:
        """Say it in words."""
        done = self.stored
        marks = f", {done.marks} marks, {done.new_marks} new" if done.marks else ""
        head = f"{self.file}: {done.ratings} ratings, {done.new} new, {done.known} known{marks}."
        return [head, *(f"  {line}" for line in self.read.lines())]


def import_annotations(
    study: Study, paths: Sequence[Path], tool: str, stated: AnnotationStatements
) -> list[ImportedAnnotations]:
    """Import exports of one tool; importing one again changes nothing.

    Parameters
    ----------
    study : Study
        Whose claims were annotated: an item's id, or its field ``claim_id``, is the claim's id.
    paths : sequence of Path
        Files, or folders and archives as the tool makes them.
    tool : str
        One of `FORMATS`.
    stated : AnnotationStatements
        What is known about them.

    Raises
    ------
    InputError
        When a file cannot be read, or nothing in it can be used; then nothing is stored.
    """
    names = _names(study, stated) if tool == "label-studio" else None
    read = [(path, _read(study, path, tool, stated, names)) for path in paths]
    for path, found in read:
        if not found.ratings and not found.marks:
            why = "; ".join(found.lines()) or "it holds no annotations"
            raise InputError(f"{path}: nothing in this export of {tool} can be used", why)
    with study.transaction():
        done = [
            ImportedAnnotations(path.name, found, _store(study, path, found, FORMATS[tool])) for path, found in read
        ]
        if names is not None:  # so that a pull of the same project takes its users for the same raters
            write_names(study, names)
    return done


def _store(study: Study, path: Path, found: AnnotationsRead, origin: str) -> StoredAnnotations:
    stored = store_annotations(study, found, origin=origin, source=path.name)
    if path.is_file():
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        # counts alone: names of rows may hold addresses of people
        counts = {"ratings": stored.ratings, "new": stored.new, "known": stored.known, "not_taken": found.counts()}
        study.add_intake(digest, {"file": path.name, "kind": f"{origin} annotations", **counts})
    return stored


def _read(
    study: Study, path: Path, tool: str, stated: AnnotationStatements, names: RaterNames | None
) -> AnnotationsRead:
    if tool == "cvat":
        return cvat_annotations(study, read_cvat(path), stated)
    rows = export_objects(path, tool)
    if tool == "potato" and path.is_file():  # Potato names an annotator by the folder
        rows = [{"_user": path.resolve().parent.name} | row for row in rows]
    try:
        if names is not None:
            return study_check(study, names.name, stated.lowest).read(rows)
        return _answers(study, path, rows, tool, stated)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        why = f"it is not as {tool} writes it ({type(error).__name__}: {error})"
        raise InputError(f"{path}", why, f"Another format is said with --format {'|'.join(FORMATS)}.") from error


def _names(study: Study, stated: AnnotationStatements) -> RaterNames:
    """Return who the users of Label Studio are: as stated by number or address, else as a pull would name them."""
    numbers = [f"{user}={name}" for user, name in stated.raters.items() if user.isdecimal()]
    names = rater_names(study, numbers, {})
    names.others, names.everybody = stated.raters, stated.everybody
    return names


def _answers(
    study: Study, path: Path, rows: Sequence[Object], tool: str, stated: AnnotationStatements
) -> AnnotationsRead:
    """Read an export row by row, so that what it cannot use is known by its row."""
    found, given = AnnotationsRead(), list[GivenAnswer]()
    source = TableSource(path=path, unit=CLAIM_FIELD)
    for number, row in enumerate(rows, start=1):
        answers = TOOLS[tool].read([row], source)
        named = next((str(row[key]) for key in NAMES_ROW if row.get(key)), "")
        place = f"record {number}" + (f" ({named:.60})" if named else "")
        for reason, count in answers.excluded.items():
            for _ in range(count):
                found.exclude(reason, place)
        for remark in answers.remarks:
            found.remark(remark, place)
        given += [GivenAnswer(one.unit, one.rater, one.question, one.value, place) for one in answers.rows]
    claims = {one.id: one for one in study.claims(perturbed=True)}
    answer_ratings(given, found, claims=claims, rubric=study.rubric, stated=stated, origin=FORMATS[tool])
    return found
