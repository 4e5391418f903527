"""Prodigy's JSON lines: one task and annotator per line, with ``answer`` and, of choices, the options in ``accept``.

Of a task with one label the rating is accept or reject, and the label is the question. Ignored tasks are counted.
"""

from __future__ import annotations

from collections.abc import Iterator

from referee_calib.rating_tables.exports.answers import NO_ANSWER, NO_RATING, AnnotatedItem, Answer, Answers, labels
from referee_calib.rating_tables.json_rows import Object
from referee_calib.rating_tables.source import TableSource

IGNORED = "task(s) that were ignored"
REJECTED = "task(s) with choices that were rejected"


def is_prodigy(row: Object) -> bool:
    """Tell whether an object is an annotated task of Prodigy."""
    return "answer" in row and ("_annotator_id" in row or "_session_id" in row or "_input_hash" in row)


def read(rows: list[Object], source: TableSource) -> Answers:
    """Read every answer that was not ignored."""
    found = Answers()
    for task in rows:
        item = AnnotatedItem.of(source, task.get("_input_hash", task.get("id")), task, task.get("meta"))
        rater = task.get("_annotator_id") or task.get("_session_id") or "unknown"
        reason = _why_not(task)
        if reason:
            found.excluded[reason] += 1
        else:
            found.rows += _answers(item, str(rater), task)
    return found


def _why_not(task: Object) -> str:
    if task["answer"] == "ignore":
        return IGNORED
    if "options" in task or "accept" in task:
        if task["answer"] == "reject":
            return REJECTED
        return "" if task.get("accept") or _takes_several(task) else NO_ANSWER
    return NO_RATING if "spans" in task and "label" not in task else ""


def _answers(item: AnnotatedItem, rater: str, task: Object) -> Iterator[Answer]:
    if "options" in task or "accept" in task:
        accepted = task.get("accept") or []
        value = frozenset(accepted) if _takes_several(task) else labels(accepted)
        yield item.answer(rater, str(task.get("_view_id", "choice")), value)
    else:
        yield item.answer(rater, str(task.get("label", "answer")), task["answer"])


def _takes_several(task: Object) -> bool:
    return bool((task.get("config") or {}).get("choice_style") == "multiple")
