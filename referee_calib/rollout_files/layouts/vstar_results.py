"""Result files of V-STaR: one object per item with the answers to what, when and where, and what is true.

The trace of thoughts (``answer_vqa_raw_output``, else ``answer_vqa``), both answers to when and both to where become
one rollout each, as the model wrote them (``answer_temporal_pre`` and its like), else as the evaluator read them. Boxes
of replies are in pixels of ``input_shape``, the frame that the model was given; upstream's files do not tell it, and
the unit is stated for the whole file. True boxes are in pixels of the video's own size, of which one stands at each
annotated second.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from referee_calib.rollout_files.layouts.layout import RolloutLayout, Row

# part of the item: (fields of the reply, the first that holds something counts; field of the question)
_PARTS = {
    "what": (("answer_vqa_raw_output", "answer_vqa"), "question"),
    "when": (("answer_temporal_pre", "answer_temporal"), "temporal_question"),
    "where": (("answer_spatial_pre", "answer_spatial"), "spatial_question"),
    "where-2": (("answer_spatial_pre_2", "answer_spatial_2"), "spatial_question_2"),
    "when-2": (("answer_temporal_pre_2", "answer_temporal_2"), "temporal_question"),
}


def _recognises(row: Row) -> bool:
    """Tell an item by an answer to it, or by its questions: the first of a file may be one that was not answered."""
    answers, questions = {"answer_vqa", "answer_temporal", "answer_spatial"}, {"temporal_question", "spatial_question"}
    return "vid" in row and bool(answers & row.keys() or questions <= row.keys())


def _convert(row: Row) -> Iterator[dict[str, Any]]:
    item = _item_name(row)
    shared = _shared(row)
    for part, (replies, question) in _PARTS.items():
        text = next((row[reply] for reply in replies if row.get(reply)), None)
        if text is not None:
            yield {
                **shared,
                "rollout": f"{item}-{part}",
                "question": row.get(question) or row.get("question"),
                "completion": text if isinstance(text, str) else json.dumps(text, ensure_ascii=False),
            }


def _item_name(row: Row) -> str:
    """Name an item: a video has several, told apart by their number, or by question and span where none was kept."""
    number = row.get("original_index")
    if number is None:
        number = hashlib.sha256(f"{row.get('question')}{row.get('timestamps')}".encode()).hexdigest()[:8]
    return f"{row.get('vid')}-{number}"


def _shared(row: Row) -> dict[str, Any]:
    found: dict[str, Any] = {"video": row.get("vid"), "group": str(row.get("vid")), "source": "V-STaR"}
    for name, given in (("answer", "answer"), ("reference_object", "object")):
        if isinstance(row.get(given), str):
            found[name] = row[given]
    if isinstance(row.get("timestamps"), list):
        found["reference_span"] = row["timestamps"]
    shape = row.get("input_shape")
    if isinstance(shape, list) and len(shape) == 2 and all(isinstance(side, int) for side in shape):
        found["box_unit"] = f"pixels:{shape[0]}x{shape[1]}"
    return found | _truth(row)


def _truth(row: Row) -> dict[str, Any]:
    boxes, width, height = row.get("bboxes"), row.get("width"), row.get("height")
    if not (isinstance(boxes, list) and width and height and all(isinstance(one, Mapping) for one in boxes)):
        return {}
    try:
        found = [[one["timestamp"], one["xmin"], one["ymin"], one["xmax"], one["ymax"]] for one in boxes]
    except KeyError:
        return {}
    unit = f"pixels:{width:g}x{height:g}"
    return {"reference_boxes": found, "reference_unit": unit, "key_times": [one[0] for one in found]}


LAYOUT = RolloutLayout("v-star", "V-STaR, result files", _recognises, _convert)
