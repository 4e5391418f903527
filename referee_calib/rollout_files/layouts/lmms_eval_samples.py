"""``*_samples_TASK.jsonl`` of lmms-eval (``--log_samples``): doc_id, doc, target, the replies and the metrics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from referee_calib.rollout_files.layouts.layout import RolloutLayout, Row


def _recognises(row: Row) -> bool:
    return "doc_id" in row and bool({"resps", "filtered_resps"} & row.keys())


def _convert(row: Row) -> Iterator[dict[str, Any]]:
    doc = row.get("doc")
    about: dict[str, Any] = dict(doc) if isinstance(doc, Mapping) else {}
    for name in ("doc_id", "input", "target"):
        if row.get(name) is not None:
            about.setdefault({"input": "prompt", "target": "answer"}.get(name, name), row[name])
    replies = list(_texts(row.get("resps") or row.get("filtered_resps")))
    for k, text in enumerate(replies or [None]):
        name = f"doc-{row.get('doc_id')}" + (f"-{k}" if len(replies) > 1 else "")
        yield {**about, "completion": text, "rollout": name, "group": f"doc-{row.get('doc_id')}"}


def _texts(value: Any) -> Iterator[str]:
    """Give the replies out of the lists of lists that they stand in."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


LAYOUT = RolloutLayout("lmms-eval", "lmms-eval, --log_samples", _recognises, _convert)
