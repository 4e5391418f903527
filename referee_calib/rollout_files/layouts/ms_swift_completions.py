"""``completions.jsonl`` of ms-swift (``--log_completions true``): one line per logging step, each column a list.

The video and the question are not in it, so that its data set has to be joined.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from referee_calib.rollout_files.layouts.layout import RolloutLayout, Row, message_text, whole_number


def _recognises(row: Row) -> bool:
    if {"completion", "gen_step"} <= row.keys() and "rollout" not in row:
        return True
    return {"completion", "step"} <= row.keys() and _columns(row)


def _columns(row: Row) -> bool:
    """Tell whether a row is a table: lists of one length, with a reply and not a message in each place."""
    replies = row.get("completion")
    if not isinstance(replies, list) or any(isinstance(one, Mapping) for one in replies):
        return False
    steps = row.get("step", row.get("gen_step"))
    return isinstance(steps, list) and len(steps) == len(replies)


def _convert(row: Row) -> Iterator[dict[str, Any]]:
    if not _columns(row):
        yield _reply(row)
        return
    count = len(row["completion"])
    columns = {name: values for name, values in row.items() if isinstance(values, list) and len(values) == count}
    for k in range(count):
        yield _reply({name: values[k] for name, values in columns.items()})


def _reply(row: Row) -> dict[str, Any]:
    step = whole_number(row.get("step", row.get("gen_step")))
    return {**row, "completion": message_text(row.get("completion")), "step": step}


LAYOUT = RolloutLayout("ms-swift", "ms-swift, log_completions", _recognises, _convert)
