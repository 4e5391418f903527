"""Potato's output: a folder per annotator with ``annotated_instances.jsonl``, or ``user_state.json`` of newer versions.

A scheme is a question. Of a chosen label Potato writes the label and a mark; of scales, sliders and numbers the value.
Of a scheme that rates several things (multirate), ``SCHEME:THING`` is a question each; seen in Potato 2.12.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from referee_calib.rating_tables.exports.answers import NO_ANSWER, AnnotatedItem, Answers, labels
from referee_calib.rating_tables.json_rows import Object
from referee_calib.rating_tables.source import TableSource

FILES = ("annotated_instances.jsonl", "user_state.json")
STATE = "instance_id_to_label_to_value"
USER = "_user"
VALUED = re.compile(  # labels that stand for a value
    r"scale_\d+|scale|slider|number|confidence_level|select-one|text_box|free_response|textbox_input"
)
MARKS = ("true", "True", "on")  # values that only say that a label was chosen
NOT_CHOSEN = ("None", "False", "", "false")


def is_potato(row: Object) -> bool:
    """Tell whether an object is Potato's."""
    return "label_annotations" in row or STATE in row


def with_user(rows: list[Object], folder: str) -> list[Object]:
    """Note on every line the annotator after whom its folder is named."""
    return [{USER: folder} | row for row in rows]


def read(rows: list[Object], source: TableSource) -> Answers:
    """Read every annotator's answers to every scheme."""
    found = Answers()
    for row in rows:
        user = row.get("user_id") or row.get("user") or row.get(USER) or "unknown"
        for name, schemes, held in _instances(row):
            item = AnnotatedItem.of(source, name, held)
            given = {scheme: value for scheme, chosen in schemes.items() if (value := _value(chosen)) is not None}
            if not given:
                found.excluded[NO_ANSWER] += 1
            found.rows += [item.answer(user, scheme, value) for scheme, value in given.items()]
    return found


def _instances(row: Object) -> Iterator[tuple[Any, dict[str, Any], Object]]:
    if STATE in row:
        for name, given in row[STATE].items():
            yield name, given if isinstance(given, dict) else _by_question(given), {}
    else:
        yield row.get("id", row.get("instance_id")), row["label_annotations"], row


def _by_question(pairs: list[Any]) -> dict[str, Any]:
    """Turn the newer list of pairs, ({scheme, name}, value), into the older form; the last entry counts.

    A name and another value, as ("fluency", "4"), is a rating of one of several things, and ("good", "good") a label.
    """
    found: dict[str, dict[str, Any]] = {}
    for label, value in pairs:
        found.setdefault(label["schema"], {})[label["name"]] = value
    questions: dict[str, Any] = {}
    for scheme, held in found.items():
        chosen = {name: value for name, value in held.items() if str(value) not in NOT_CHOSEN}
        things = [name for name, value in chosen.items() if _rates(scheme, name, value)]
        if len(things) == len(chosen) == 1 and things[0] == scheme:  # a visual analogue scale is called as its scheme
            questions[scheme] = chosen[scheme]
        elif things and len(things) == len(chosen):
            questions |= {f"{scheme}:{name}": chosen[name] for name in things}
        else:
            questions[scheme] = chosen
    return questions


def _rates(scheme: str, name: str, value: Any) -> bool:
    """Tell a value that says more than that its label was chosen."""
    if VALUED.fullmatch(name) or str(value) in (*MARKS, name):
        return False
    return name == scheme or not isinstance(value, bool)


def _value(chosen: Any) -> Any:
    if not isinstance(chosen, Mapping):
        return chosen
    given = {label: value for label, value in chosen.items() if str(value) not in NOT_CHOSEN}
    if len(given) == 1:
        ((label, value),) = given.items()
        return value if VALUED.fullmatch(label) else label
    return labels(given)
