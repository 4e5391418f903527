"""The formulas of Open-o3-Video's evidence rewards for one reply, and its way of reading the reply.

Written anew from the formulas; the values agree with the shipped ones. :mod:`referee_calib.reward.baselines.open_o3`
makes a reward of them.
"""

from __future__ import annotations

import ast
import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

import numpy as np

from referee_calib.errors import InputError

Gate = Literal["signed", "absolute"]
Part = Literal["ans_tiou", "ans_viou", "thk_temporal_point", "thk_temporal_segment", "thk_spatial", "format"]
PARTS: tuple[Part, ...] = get_args(Part)
GATE_SECONDS = 1.0

_TEMPORAL = ("temporal QA", "temporal QA (MCQ)")
_GENERAL = "General video QA"
_IMAGE = "visual QA"
_BOX = re.compile(r"<box>(\[.*?\])</box>")
_NAMED_BOX = re.compile(r"<obj>(\w+)</obj><box>(\[.*?\])</box>")
_TIME = re.compile(r"<t>([\d.]+)</t>s")
_SPAN = re.compile(r"<t>(\d+\.?\d*)</t>s to <t>(\d+\.?\d*)</t>s")

Corners = Sequence[float]
KeyFrame = tuple[float, list[list[Corners]]]  # a time, and for each object its true boxes


def open_o3_parts(text: str, row: Mapping[str, Any], gate: Gate = "signed") -> dict[Part, float]:
    """Return every part, each 0 to 1, for one completion and its columns (see :meth:`OpenO3Reward.__call__`)."""
    task = row["task"]
    think, answer = _between(text, "think"), _between(text, "answer")
    if task == _IMAGE:
        return _image_parts(text, think, answer, row)
    temporal, general = task in _TEMPORAL, _GENERAL in task
    point = segment = spatial = tiou = 0.0
    if temporal:
        true = _true_span(row["answer"], task)
        tiou = _answer_overlap((answer or "").strip(), true)
        segment = _share_within(think or "", true)
    elif not general and think is not None:
        frames = _key_frames(row)
        point = _proximity(think, [time for time, _ in frames], row["step_percent"])
        spatial = _spatial(think, frames, gate) if answer is not None else 0.0
    return {
        "ans_tiou": tiou,
        "ans_viou": 0.0,
        "thk_temporal_point": point,
        "thk_temporal_segment": segment,
        "thk_spatial": spatial,
        "format": _format(text, think, answer, temporal=temporal, general=general),
    }


def _image_parts(text: str, think: str | None, answer: str | None, row: Mapping[str, Any]) -> dict[Part, float]:
    """Return the parts for a question about one image: overlap with the box in its true answer, and no times."""
    true = _true_box(row)
    boxes = [box for box in map(_json_box, _BOX.findall(think or "")) if box is not None]
    first = _BOX.search((answer or "").strip())
    answered = _json_box(first.group(1)) if first else None
    named = _NAMED_BOX.search(text) is not None
    whole = think is not None and answer is not None
    return {
        "ans_tiou": 0.0,
        "ans_viou": _overlap(true, answered) if true is not None else 0.0,
        "thk_temporal_point": 0.0,
        "thk_temporal_segment": 0.0,
        "thk_spatial": max((_overlap(true, box) for box in boxes), default=0.0) if whole and true is not None else 0.0,
        "format": _format(text, think, answer, temporal=False, general=named),
    }


def _true_box(row: Mapping[str, Any]) -> Corners | None:
    """Return the box of the true answer in the pixels that the model sees; None where the answer holds none."""
    found = _BOX.search(str(row["answer"]))
    box = _json_box(found.group(1)) if found else None
    if box is None:
        return None
    try:
        (width, height), (wide, high) = row["image_size"], row["image_size_refine"]
        x1, y1, x2, y2 = (float(corner) for corner in box)
        return x1 * wide / width, y1 * high / height, x2 * wide / width, y2 * high / height
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise InputError(
            "columns answer, image_size, image_size_refine of a visual QA", f"they do not fit together ({error!r})"
        ) from error


def _json_box(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def shipped_claims(think: str) -> list[tuple[float, list[Any]]]:
    """Read times and boxes as the shipped grammar does: `<obj>…</obj><box>[…]</box>…at<t>…</t>s`, no space between.

    Its one pattern is equivalent to these searches, but takes exponential time on some replies.
    """
    claims: list[tuple[float, list[Any]]] = []
    position = 0
    while True:
        obj = think.find("<obj>", position)
        boxes = think.find("</obj><box>[", obj + 5) if obj >= 0 else -1
        at = think.find("]</box>at<t>", boxes + 12) if boxes >= 0 else -1
        end = think.find("</t>s", at + 12) if at >= 0 else -1
        if end < 0:
            return claims
        read = _time_and_boxes(think[at + 12 : end], think[boxes + 6 : at + 7])
        claims += [read] if read is not None else []
        position = end + 5


def _time_and_boxes(time: str, boxes: str) -> tuple[float, list[Any]] | None:
    try:
        return float(time.strip()), [json.loads(piece) for piece in _brackets(boxes)]
    except (ValueError, RecursionError):
        return None


def _brackets(text: str) -> list[str]:
    """Return every `[…]` within a line, each up to the first closing bracket."""
    found = []
    for line in text.split("\n"):
        start = line.find("[")
        while start >= 0 and (end := line.find("]", start)) >= 0:
            found.append(line[start : end + 1])
            start = line.find("[", end)
    return found


def _spatial(think: str, frames: Sequence[KeyFrame], gate: Gate) -> float:
    claims = shipped_claims(think)
    if not claims:
        return 0.0
    return sum(claim_overlap(time, boxes, frames, gate) for time, boxes in claims) / len(claims)


def claim_overlap(time: float, boxes: Sequence[Any], frames: Sequence[KeyFrame], gate: Gate) -> float:
    """Overlap with the nearest key frame within the gate: the best object's mean, over its boxes, of the best IoU."""
    reachable = [(abs(true - time), objects) for true, objects in frames if _passes(true - time, gate)]
    reachable = [(distance, objects) for distance, objects in reachable if distance < math.inf]
    if not reachable:
        return 0.0
    _, objects = min(reachable, key=lambda pair: pair[0])
    means = [
        sum(max((_overlap(t, b) for b in boxes), default=0.0) for t in true) / len(true) for true in objects if true
    ]
    return max([0.0, *means])


def _passes(late: float, gate: Gate) -> bool:
    return (abs(late) if gate == "absolute" else late) < GATE_SECONDS


def _overlap(true: Corners, claimed: Any) -> float:
    """IoU as shipped: reversed claimed boxes are not refused, and what is no box counts 0."""
    if not isinstance(claimed, list) or len(claimed) != 4:
        return 0.0
    try:
        b = np.array(claimed, dtype=float)
    except (TypeError, ValueError):
        return 0.0
    if b.shape != (4,):
        return 0.0
    x1, y1, x2, y2 = (float(v) for v in true)
    shared = max(0.0, min(x2, b[2]) - max(x1, b[0])) * max(0.0, min(y2, b[3]) - max(y1, b[1]))
    union = (x2 - x1) * (y2 - y1) + (b[2] - b[0]) * (b[3] - b[1]) - shared
    return float(shared / union) if union > 0 else 0.0


def _proximity(think: str, key_times: Sequence[float], step_percent: float) -> float:
    """Mean over all times of `exp(-d² / 2σ²)`; σ shrinks from 4 s to 1 s over the first three quarters of training."""
    times = _times(think)
    if not times:
        return 0.0
    sigma = 4 * (1 - step_percent) if step_percent < 0.75 else 1.0
    nearest = [min(abs(time - key) for key in key_times) for time in times]
    return sum(math.exp(-(d**2) / (2 * sigma**2)) for d in nearest) / len(nearest)


def _share_within(think: str, true: Sequence[float]) -> float:
    times = _times(think)
    return sum(true[0] <= time <= true[1] for time in times) / len(times) if times else 0.0


def _times(think: str) -> list[float]:
    """Return all times; one that is no number loses them all, as shipped."""
    try:
        return [float(time) for time in _TIME.findall(think)]
    except ValueError:
        return []


def _answer_overlap(answer: str, true: Sequence[float]) -> float:
    found = _SPAN.search(answer)
    if found is None:
        return 0.0
    start, end = float(found[1]), float(found[2])
    whole = max(end, true[1]) - min(start, true[0])
    if end < start or whole == 0:
        return 0.0
    return max(0.0, min(end, true[1]) - max(start, true[0])) / whole


def _format(text: str, think: str | None, answer: str | None, *, temporal: bool, general: bool) -> float:
    if think is None or answer is None:
        return 0.0
    if not (_balanced(text, "think", "answer") and _balanced(think, "obj", "t", "box")):
        return 0.0
    points = think.count("<t>") >= 2 if temporal else all(think.count(f"<{tag}>") for tag in ("obj", "t", "box"))
    return 1.0 if points or general else 0.5


def _balanced(text: str, *tags: str) -> bool:
    return all(text.count(f"<{tag}>") == text.count(f"</{tag}>") for tag in tags)


def _between(text: str, tag: str) -> str | None:
    start = text.find(f"<{tag}>")
    end = text.find(f"</{tag}>", start + len(tag) + 2) if start >= 0 else -1
    return text[start + len(tag) + 2 : end] if end >= 0 else None


def _true_span(answer: Any, task: str) -> tuple[float, float]:
    try:
        # the letter stands in the first line, the span in the second; what follows, as an empty line, does not count
        written = answer.split("\n")[1] if task == "temporal QA (MCQ)" and isinstance(answer, str) else answer
        start, end = ast.literal_eval(written) if isinstance(written, str) else written
        return float(start), float(end)
    except (IndexError, TypeError, ValueError, SyntaxError, MemoryError, RecursionError) as error:
        raise InputError(f"answer {answer!r:.60} of a {task}", "it must hold the true span [start, end]") from error


def _key_frames(row: Mapping[str, Any]) -> list[KeyFrame]:
    try:
        width, height = row["image_size"]
        frames = [
            (float(f["time"]), _objects(row["key_items"][str(f["idx"])], width, height)) for f in row["key_frames"]
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            "columns key_frames, key_items, image_size", f"they do not fit together ({error!r})"
        ) from error
    if not frames:
        raise InputError("column key_frames", "a question about places and times needs at least one")
    return frames


def _objects(items: Mapping[str, Any], width: float, height: float) -> list[list[Corners]]:
    boxes = [its for its in items.values() if its is not None]  # tables fill objects of other rows with nothing
    return [[(x1 * width, y1 * height, x2 * width, y2 * height) for x1, y1, x2, y2 in its] for its in boxes]
