"""doccano's exports: one JSON-lines file per annotator, in a zip file or a folder; or lines that name the user.

A unit's labels are a set where there are several. Spans are no ratings.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from referee_calib.errors import InputError
from referee_calib.rating_tables.exports.answers import NO_ANSWER, NO_RATING, AnnotatedItem, Answers, is_plain, labels
from referee_calib.rating_tables.json_rows import Object
from referee_calib.rating_tables.source import TableSource

QUESTION = "label"
USER = "_user"  # the annotator whose file a line stood in
JOINED = "all"  # name of the file in which doccano joins everybody


def is_doccano(row: Object) -> bool:
    """Tell whether an object is an example of doccano."""
    if "text" not in row and "filename" not in row and "data" not in row:
        return False
    return isinstance(row.get("label", row.get("labels")), list) or _has_users(row.get("annotations"))


def with_user(rows: list[Object], name: str) -> list[Object]:
    """Note on every line the annotator after whom its file is named."""
    return [row | {USER: name} for row in rows]


def read(rows: list[Object], source: TableSource) -> Answers:
    """Read every annotator's labels."""
    found = Answers()
    for number, row in enumerate(rows, start=1):
        item = AnnotatedItem.of(source, row.get("id", number), row, row.get("meta"))
        given = _by_user(row, source.path)
        if not given:
            found.excluded[NO_ANSWER] += 1
        for user, chosen in given.items():
            if not all(map(is_plain, chosen)):
                found.excluded[NO_RATING] += 1
            elif not chosen:
                found.excluded[NO_ANSWER] += 1
            else:
                found.rows.append(item.answer(user, QUESTION, labels(chosen)))
    return found


def _by_user(row: Object, path: Path) -> dict[str, list[Any]]:
    if _has_users(row.get("annotations")):
        found: dict[str, list[Any]] = {}
        for one in row["annotations"]:
            place = one.get("start_offset")
            found.setdefault(str(one["user"]), []).append(one["label"] if place is None else [place])
        return found
    user = row.get("user", row.get("username", row.get(USER)))
    if user is None or user == JOINED:
        raise InputError(
            f"{path} does not say who annotated",
            "doccano names its files after the annotators",
            "Give the zip file or the folder of an export in which annotators are kept apart.",
        )
    return {str(user): row.get("label", row.get("labels")) or []}


def _has_users(annotations: Any) -> bool:
    return isinstance(annotations, list) and any(
        isinstance(one, dict) and {"label", "user"} <= one.keys() for one in annotations
    )
