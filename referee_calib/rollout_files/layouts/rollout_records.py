"""``rollouts.jsonl``, this project's own layout, in JSON, CSV or Parquet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from referee_calib.rollout_files.layouts.layout import RolloutLayout, Row, message_text, whole_number

_STRUCTURED = ("reference_boxes", "reference_span", "key_times")


def _recognises(row: Row) -> bool:
    return "completion" in row


def _convert(row: Row) -> Iterator[dict[str, Any]]:
    found = dict(row)
    if not isinstance(found.get("completion"), str) and (text := message_text(found.get("completion"))) is not None:
        found["completion"] = text
    for name in _STRUCTURED:  # a cell of CSV holds them as JSON
        if isinstance(found.get(name), str):
            found[name] = _cell(found[name])
    if "step" in found:
        found["step"] = None if found["step"] == "" else whole_number(found["step"])
    yield found


def _cell(text: str) -> Any:
    try:
        return json.loads(text) if text.strip() else None
    except ValueError:
        return text  # refused by name, with what it is


LAYOUT = RolloutLayout("rollouts", "rollouts.jsonl of this project", _recognises, _convert, exact=True)
