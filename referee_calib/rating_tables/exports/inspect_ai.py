"""Inspect AI's files of precomputed scores: a record per sample with ``id`` and ``value``, a file or folder of files.

The keys of a value are questions; a value that is no object answers the question ``metadata.dimension``, or ``score``.
The rater is ``metadata.rater``, else the file's name. A level that is None or NaN was not given, which Inspect itself
takes for 0 where it stands inside an object.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from referee_calib.errors import InputError
from referee_calib.inspect_scores import FIELDS
from referee_calib.rating_tables.exports.answers import NO_ANSWER, NO_RATING, AnnotatedItem, Answers, is_plain
from referee_calib.rating_tables.json_rows import Object
from referee_calib.rating_tables.source import TableSource

QUESTION = "score"
USER = "_user"  # the rater after whom a file is named


def is_inspect(row: Object) -> bool:
    """Tell whether an object is a record of precomputed scores."""
    return {"id", "value"} <= row.keys() <= FIELDS | {USER}


def with_user(rows: list[Object], name: str) -> list[Object]:
    """Note on every record the rater after whom its file is named."""
    return [row | {USER: name} for row in rows]


def read(rows: list[Object], source: TableSource) -> Answers:
    """Read every score; samples of several epochs are units of their own."""
    found = Answers()
    seen: set[tuple[str, str, str]] = set()
    for row in rows:
        about = row.get("metadata") or {}
        epoch = row.get("epoch")
        unit = str(row["id"]) if epoch is None else f"{row['id']}, epoch {epoch}"
        # the cluster of what this package wrote is its video
        item = AnnotatedItem.of(source, unit, about, row, {"cluster": about.get("video")})
        rater = str(about.get("rater") or row.get(USER) or source.path.stem)
        for question, value in _answers(row["value"], str(about.get("dimension") or QUESTION)).items():
            _refuse_second(source.path, (item.unit, rater, question), seen)
            if value is None or (isinstance(value, float) and math.isnan(value)):  # NaN: "unscored"
                found.excluded[NO_ANSWER] += 1
            elif not is_plain(value):
                found.excluded[NO_RATING] += 1
            else:
                found.rows.append(item.answer(rater, question, value))
    return found


def _answers(value: Any, question: str) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {question: value}


def _refuse_second(path: Path, key: tuple[str, str, str], seen: set[tuple[str, str, str]]) -> None:
    if key in seen:
        unit, rater, question = key
        raise InputError(
            f"{path}: two values of {rater!r} for {unit!r} on {question!r}",
            "Inspect refuses that too",
            "Keep one of them.",
        )
    seen.add(key)
