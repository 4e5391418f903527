"""Qwen2.5-VL, Qwen3-VL and their kin: `[{"bbox_2d": [71, 123, 116, 165], "label": "ball", "time": 2.2}]`.

Qwen2.5-VL writes pixels of the shown frame, Qwen3-VL steps of a 0-1000 grid: the unit has to be stated. VLM-R1 and
DeepEyes write the same, Visual-RFT with `Position` as the key.
"""

from __future__ import annotations

import re

from referee_calib.claims.formats.reply_format import ReplyFormat
from referee_calib.claims.text.json_evidence import read_json_boxes
from referee_calib.claims.text.reply_context import ReplyContext

_KEYS = ("bbox_2d", "bbox", "box", "bounding_box", "bounding_box_2d", "bboxes", "boxes", "bboxes_2d", "position")
_MARK = re.compile(r"[\"'](?:bbox|box|bounding_box|boxes|position)(?!_2d)|[\"']bbox_2d|[\"']point_2d", re.IGNORECASE)
_POINTS = ("point_2d", "point")


def _present(context: ReplyContext) -> bool:
    return _MARK.search(context.text) is not None


def _read(context: ReplyContext) -> None:
    read_json_boxes(context, _KEYS)
    for root in context.json:
        for node, _ in root.walk():
            if node.kind == "object" and node.get(*_POINTS) is not None and node.get(*_KEYS) is None:
                context.report("point_without_box", node.start, node.end)


FORMAT = ReplyFormat("qwen-json", "{", _present, _read)
