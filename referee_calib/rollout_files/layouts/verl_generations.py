"""``STEP.jsonl`` of verl (``trainer.rollout_data_dir``): input, output, score, step, and what the reward added.

The video and the question are not in it, so that its data set has to be joined.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from referee_calib.rollout_files.layouts.layout import RolloutLayout, Row, message_text, whole_number


def _recognises(row: Row) -> bool:
    return {"input", "output", "score"} <= row.keys()


def _convert(row: Row) -> Iterator[dict[str, Any]]:
    kept = {name: value for name, value in row.items() if name not in ("input", "output", "gts")}
    reply = {"prompt": row.get("input"), "completion": message_text(row.get("output"))}
    yield {**kept, **reply, "step": whole_number(row.get("step"))}


LAYOUT = RolloutLayout("verl", "verl, trainer.rollout_data_dir", _recognises, _convert)
