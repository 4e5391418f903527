"""``completions_STEP.parquet`` of TRL's trainers (``log_completions=True``): step, prompt, completion and rewards.

The video and the question are not in it, so that its data set has to be joined.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from referee_calib.rollout_files.layouts.layout import RolloutLayout, Row, message_text, whole_number


def _recognises(row: Row) -> bool:
    return {"prompt", "completion", "step"} <= row.keys() and "rollout" not in row


def _convert(row: Row) -> Iterator[dict[str, Any]]:
    yield {**row, "completion": message_text(row.get("completion")), "step": whole_number(row.get("step"))}


LAYOUT = RolloutLayout("trl", "TRL's trainers, log_completions", _recognises, _convert)
