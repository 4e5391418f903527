"""Argilla's records, of version 1 and 2, as JSON of the records or as the flat rows of an exported data set.

Only submitted responses are ratings; drafts and discarded ones are counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from referee_calib.rating_tables.exports.answers import (
    BY_A_MODEL,
    NO_RATING,
    NOT_SUBMITTED,
    AnnotatedItem,
    Answers,
    is_plain,
    labels,
)
from referee_calib.rating_tables.json_rows import Object
from referee_calib.rating_tables.source import TableSource

FLAT, USERS, STATUS = ".responses", ".responses.users", ".responses.status"
NO_STATUS = (
    "{} response(s) come without a status, as Argilla 2 writes JSON: drafts and discarded ones cannot be told from "
    "submitted ones and are read as ratings; the rows of a data set (to_datasets) have the status"
)
Response = tuple[str, Any, Any, str]  # question, user, value, status


def is_argilla(row: Object) -> bool:
    """Tell whether an object is a record of Argilla."""
    if "fields" in row and "responses" in row:
        return True
    return any(key.endswith(USERS) or _is_response_list(value) for key, value in row.items())


def read(rows: list[Object], source: TableSource) -> Answers:
    """Read every submitted response, and the suggestions of the referee."""
    found = Answers()
    unknown = 0
    for number, record in enumerate(rows, start=1):
        name = next((record[key] for key in ("id", "external_id", "_server_id") if record.get(key)), number)
        item = AnnotatedItem.of(source, name, record.get("fields"), record.get("metadata"), record)
        for question, user, value, status in _responses(record):
            unknown += not status
            _add(found, item, question, user, value, status)
        for question, agent, value in _suggestions(record):
            if agent is not None and agent == source.referee:
                _add(found, item, question, agent, value, "submitted")
            else:
                found.excluded[BY_A_MODEL] += 1
    if unknown:
        found.remarks.append(NO_STATUS.format(unknown))
    return found


def _add(found: Answers, item: AnnotatedItem, question: str, user: Any, value: Any, status: str) -> None:
    if status not in ("submitted", ""):
        found.excluded[NOT_SUBMITTED] += 1
        return
    label = labels(value) if isinstance(value, list) and all(map(is_plain, value)) else value
    if label is None or not (is_plain(label) or isinstance(label, frozenset)):
        found.excluded[NO_RATING] += 1
    else:
        found.rows.append(item.answer(user, question, label))


def _responses(record: Object) -> Iterator[Response]:
    given = record.get("responses")
    if isinstance(given, dict):  # version 2: by question
        for question, answers in given.items():
            for one in answers or []:
                yield question, one.get("user_id"), one.get("value"), one.get("status", "")
    elif isinstance(given, list):  # version 1: by user
        for one in given:
            for question, answer in (one.get("values") or {}).items():
                yield question, one.get("user_id"), answer.get("value"), one.get("status", "")
    else:
        yield from _flat(record)


def _flat(record: Object) -> Iterator[Response]:
    for key, value in record.items():
        if key.endswith(FLAT) and value is not None:
            users = record.get(key + ".users") or []
            states = record.get(key + ".status") or [""] * len(users)
            for user, one, status in zip(users, value, states, strict=True):
                yield key.removesuffix(FLAT), user, one, status
        elif _is_response_list(value):
            for one in _as_rows(value):
                yield key, one.get("user_id"), one.get("value"), one.get("status", "")


def _is_response_list(value: Any) -> bool:
    first = value[0] if isinstance(value, list) and value else value
    return isinstance(first, dict) and {"user_id", "value"} <= first.keys()


def _as_rows(value: Any) -> list[Object]:
    if isinstance(value, list):
        return value
    return [dict(zip(value, row, strict=True)) for row in zip(*value.values(), strict=True)]


def _suggestions(record: Object) -> Iterator[tuple[str, Any, Any]]:
    given = record.get("suggestions")
    if isinstance(given, dict):
        for question, one in given.items():
            if isinstance(one, dict):
                yield question, one.get("agent"), one.get("value")
    elif isinstance(given, list):
        for one in given:
            yield one.get("question_name"), one.get("agent"), one.get("value")
    for key, value in record.items():
        if key.endswith(".suggestion") and value is not None:
            yield key.removesuffix(".suggestion"), record.get(key + ".agent"), value
