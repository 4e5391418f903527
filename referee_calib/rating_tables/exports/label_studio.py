"""Label Studio's JSON export: tasks with annotations, each a list of results.

A result's ``from_name`` is the question, the annotation's ``completed_by`` the rater. Choices, ratings, numbers,
taxonomies and pairwise choices are ratings; regions and text are none. ``data`` holds the fields of the task.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from referee_calib.rating_tables.exports.answers import (
    BY_A_MODEL,
    NO_ANSWER,
    NO_RATING,
    AnnotatedItem,
    Answers,
    is_plain,
    labels,
)
from referee_calib.rating_tables.json_rows import Object
from referee_calib.rating_tables.source import TableSource

CANCELLED = "annotation(s) that were cancelled (skipped)"
PLACED = ("x", "start", "end", "timeserieslabels", "brushlabels")  # where in the item a result lies


def is_label_studio(row: Object) -> bool:
    """Tell whether an object is a task of Label Studio."""
    return isinstance(row.get("annotations"), list) and "data" in row and "id" in row


def read(rows: list[Object], source: TableSource) -> Answers:
    """Read every answer of every annotator."""
    found = Answers()
    for task in rows:
        item = AnnotatedItem.of(source, task["id"], task.get("data"), task.get("meta"), task)
        for annotation in task.get("annotations", []):
            if annotation.get("was_cancelled"):
                found.excluded[CANCELLED] += 1
            else:
                _add(found, item, _annotator(annotation.get("completed_by")), annotation)
        for prediction in task.get("predictions", []):
            model = prediction.get("model_version") if isinstance(prediction, dict) else None
            if model is not None and model == source.referee:
                _add(found, item, model, prediction)
            else:
                found.excluded[BY_A_MODEL] += 1
    return found


def _annotator(given: Any) -> str:
    """Return a person by e-mail address where the export has it, else by number."""
    if isinstance(given, dict):
        given = given.get("email") or given.get("username") or given.get("id")
    return "unknown" if given is None else str(given)


def _add(found: Answers, item: AnnotatedItem, rater: Any, annotation: Object) -> None:
    results = [one for one in annotation.get("result", []) if "from_name" in one]
    asked = [one["from_name"] for one in results]
    if not results:
        found.excluded[NO_ANSWER] += 1
    for one in results:
        value = _value(one.get("value", {}))
        if value is None or asked.count(one["from_name"]) > 1:
            found.excluded[NO_RATING] += 1
        else:
            found.rows.append(item.answer(rater, one["from_name"], value))


def _value(value: Object) -> Any:
    """Return a result as a label, a number or a set; None where it is no rating of the whole item."""
    if any(key in value for key in PLACED):
        return None
    for key in ("rating", "number", "selected"):
        if is_plain(value.get(key)):
            return value[key]
    for key in ("choices", "taxonomy"):
        if isinstance(value.get(key), list):
            return labels(_paths(value[key]))
    return None


def _paths(chosen: list[Any]) -> Iterator[Any]:
    """Return choices as they are, and the paths of a taxonomy as text."""
    for one in chosen:
        yield " > ".join(map(str, one)) if isinstance(one, list) else one
