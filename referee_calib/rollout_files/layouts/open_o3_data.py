"""``STGR-RL.json`` of Open-o3-Video: a data set without replies, which other files are joined with.

Its key frames name times, its key items the true boxes at them as shares of the frame, by object. A reference is the
track of one object: where an item has several, its true boxes are left out, and its times stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from referee_calib.rollout_files.layouts.layout import Row


def is_open_o3(row: Row) -> bool:
    """Tell whether a row is one of that data set."""
    return "key_frames" in row and "key_items" in row


def reference_of(row: Row) -> dict[str, Any]:
    """Return what a row of the data set says is true, as fields of a rollout."""
    found: dict[str, Any] = {}
    times = {str(one.get("idx")): one.get("time") for one in row.get("key_frames") or [] if isinstance(one, Mapping)}
    if times and all(isinstance(time, (int, float)) for time in times.values()):
        found["key_times"] = sorted(times.values())
    items = row.get("key_items")
    if "key_times" not in found or not isinstance(items, Mapping):
        return found
    tracks = _tracks(items, times)
    if len(tracks) == 1:
        ((name, boxes),) = tracks.items()
        if len({box[0] for box in boxes}) == len(boxes):
            found |= {"reference_object": name, "reference_boxes": boxes, "reference_unit": "0-1"}
    return found


def _tracks(items: Row, times: Mapping[str, Any]) -> dict[str, list[list[float]]]:
    found: dict[str, list[list[float]]] = {}
    for index, objects in items.items():
        for name, boxes in objects.items() if isinstance(objects, Mapping) else ():
            for box in boxes or []:
                if index in times and isinstance(box, list):
                    found.setdefault(name, []).append([times[index], *box])
    return found
