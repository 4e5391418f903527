"""The reward log of this package's rewards (``log=FOLDER``): every paid reply with its video, question and unit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from referee_calib.rollout_files.layouts.layout import RolloutLayout, Row

_PAID = ("claims", "reward", "value", "paid", "status", "reason", "fingerprint")  # what a row holds beside the reply


def _recognises(row: Row) -> bool:
    return "reward_log" in row


def _convert(row: Row) -> Iterator[dict[str, Any]]:
    yield {name: value for name, value in row.items() if name not in _PAID}


def as_facts(row: Row) -> dict[str, Any]:
    """Return what a line tells about its reply, to be joined with what a trainer wrote down of the same reply."""
    kept = ("video", "question", "completion", "box_unit", "group", "answer", "source")
    truth = ("reference_object", "reference_boxes", "reference_span", "key_times")
    return {name: row[name] for name in (*kept, *truth) if row.get(name) is not None}


LAYOUT = RolloutLayout("reward-log", "rewards of this project, log=FOLDER", _recognises, _convert)
