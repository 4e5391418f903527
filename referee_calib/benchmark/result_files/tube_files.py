"""Tubes of HC-STVG and VidSTG: what TubeDETR writes and prepares, and plain lines for any program.

- TubeDETR's results: ``predictions`` (``{"VIDEO_FRAME": {"boxes": [[x1, y1, x2, y2]]}}``) and ``video_predictions``
  (``{"VIDEO": {"sted": [start, end], "qtype"}}``), with any words before these keys, as its ``log_stats.json`` has
  them.
- Its annotations: of HC-STVG a list of videos with ``tube_start_frame``, ``tube_end_frame`` (excluded),
  ``frame_count`` and ``trajectory``; of VidSTG an object with ``videos`` and ``trajectories``. Boxes there are x, y,
  width, height.
- Plain lines: ``video``, ``item``, ``true_span``, ``true_boxes``, ``said_span``, ``said_boxes``: frames and corners.

Source: antoyang/TubeDETR, ``datasets/hcstvg_eval.py`` and ``datasets/vidstg_eval.py``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from referee_calib.benchmark.benchmark_items import Box, ReadItems, Span, TubeItem, bare_video
from referee_calib.benchmark.result_files.json_content import JsonContent, JsonObject
from referee_calib.benchmark.result_files.span_values import spans_of
from referee_calib.errors import InputError

BOXES, SPANS = "predictions", "video_predictions"
FPS, MOST_FRAMES, HC_STVG_SECONDS = 5, 200, 20  # TubeDETR's sampling; every video of HC-STVG has 20 s


def holds_tubedetr_results(content: JsonContent) -> bool:
    """Tell whether a file holds TubeDETR's predictions."""
    return isinstance(content.value, Mapping) and _ending(content.value, SPANS) is not None


def holds_plain_tubes(content: JsonContent) -> bool:
    """Tell whether a file holds plain lines of tubes."""
    return bool(content.rows) and {"true_span", "true_boxes"} <= content.rows[0].keys()


def read_plain_tubes(content: JsonContent) -> ReadItems[TubeItem]:
    """Read every line; an item without ``said_span`` has no prediction."""
    return ReadItems([_plain(content, number, row) for number, row in enumerate(content.rows, 1)], content.notes())


def read_tubedetr(results: JsonContent, truth: JsonContent) -> ReadItems[TubeItem]:
    """Join TubeDETR's predictions with its annotations; the frames that count are those that it samples.

    Raises
    ------
    InputError
        For annotations of another form.
    """
    boxes, spans = (_ending(results.value, name) or {} for name in (BOXES, SPANS))
    by_video: dict[str, dict[int, Box]] = {}
    for key, value in boxes.items():
        video, _, frame = str(key).rpartition("_")
        by_video.setdefault(video, {})[int(frame)] = _box(results, key, value["boxes"][0])
    items = [_joined(one, spans.get(one.name), by_video.get(one.name, {})) for one in _annotated_tubes(truth)]
    return ReadItems(items, [*results.notes(), *truth.notes()])


class _AnnotatedTube(NamedTuple):
    """A tube of TubeDETR's annotations: its number, video, span, the boxes of sampled frames, and these frames."""

    name: str
    video: str
    span: Span
    boxes: dict[int, Box]
    frames: list[int]
    kind: str


def _joined(true: _AnnotatedTube, said: Mapping[str, Any] | None, boxes: dict[int, Box]) -> TubeItem:
    span = next(iter(spans_of(said.get("sted"))), None) if said else None
    kind = str((said or {}).get("qtype") or true.kind)
    return TubeItem(
        true.name, true.video, true.span, true.boxes, span, boxes, true.frames, group=kind, given=said is not None
    )


def sampled_frames(first: int, last: int, fps: float) -> list[int]:
    """Return the frames that TubeDETR looks at: 5 a second and at most 200 of them, `last` excluded.

    >>> sampled_frames(0, 20, 10.0)
    [0, 2, 4, 6, 8, 10, 12, 14, 16, 18]
    """
    rate = FPS / fps
    frames = [first]
    for frame in range(first, last):
        if int(frames[-1] * rate) < int(frame * rate):
            frames.append(frame)
    if len(frames) > MOST_FRAMES:
        frames = [frames[j * len(frames) // MOST_FRAMES] for j in range(MOST_FRAMES)]
    return frames


def _annotated_tubes(truth: JsonContent) -> Iterator[_AnnotatedTube]:
    value = truth.value
    if isinstance(value, list) and value and "trajectory" in value[0]:  # HC-STVG: a box for each frame of the tube
        for one in value:
            track = dict(enumerate(one["trajectory"], start=int(one["tube_start_frame"])))
            n_frames = int(one["frame_count"])
            yield _tube(truth, one, track, sampled_frames(0, n_frames - 1, n_frames / HC_STVG_SECONDS))
    elif isinstance(value, Mapping) and {"videos", "trajectories"} <= value.keys():  # VidSTG: of each target
        for one in value["videos"]:
            boxes = value["trajectories"][one["original_video_id"]][str(one["target_id"])]
            track = {int(frame): box["bbox"] for frame, box in boxes.items()}
            yield _tube(truth, one, track, sampled_frames(one["start_frame"], one["end_frame"], one["fps"]))
    else:
        raise InputError(
            f"{truth.path} holds no annotations of tubes",
            "TubeDETR prepares them: preproc/preproc_hcstvg.py and preproc_vidstg.py write *_proc.json and test.json",
        )


def _tube(truth: JsonContent, about: JsonObject, track: Mapping[int, Any], frames: list[int]) -> _AnnotatedTube:
    name = str(about["video_id"])
    start, end = int(about["tube_start_frame"]), int(about["tube_end_frame"])
    boxes = {frame: _corners(truth, name, track[frame]) for frame in frames if start <= frame < end}
    video = bare_video(about.get("original_video_id", name))
    return _AnnotatedTube(name, video, (start, end), boxes, frames, str(about.get("qtype", "")))


def _plain(content: JsonContent, number: int, row: JsonObject) -> TubeItem:
    true, said = spans_of(row.get("true_span")), spans_of(row.get("said_span"))
    if "video" not in row or not true or not isinstance(row.get("true_boxes"), Mapping):
        raise InputError(f"{content.path}: object {number}", "it needs video, true_span and true_boxes by frame")
    video = bare_video(row["video"])
    true_boxes, said_boxes = (_frames(content, number, row.get(name) or {}) for name in ("true_boxes", "said_boxes"))
    item = f"{video} {row['item']}" if "item" in row else video
    return TubeItem(
        item, video, true[0], true_boxes, said[0] if said else None, said_boxes, group=str(row.get("group", ""))
    )


def _frames(content: JsonContent, number: int, boxes: Mapping[str, Any]) -> dict[int, Box]:
    return {int(frame): _box(content, f"object {number}, frame {frame}", box) for frame, box in boxes.items()}


def _corners(content: JsonContent, name: str, box: Any) -> Box:
    x, y, width, height = _box(content, f"video {name}", box)
    return x, y, x + width, y + height


def _box(content: JsonContent, where: str, box: Any) -> Box:
    try:
        x1, y1, x2, y2 = map(float, box)
    except (TypeError, ValueError) as error:
        raise InputError(f"{content.path}: {where} holds {box!r:.60}", "a box is four numbers") from error
    return x1, y1, x2, y2


def _ending(value: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    """Return what stands under a key, or under one with words before it."""
    exact = value.get(name)
    if isinstance(exact, Mapping):
        return exact
    marked = [key for key in value if key.endswith(f"_{name}") and not (name == BOXES and key.endswith(f"_{SPANS}"))]
    return value[marked[0]] if marked and isinstance(value[marked[0]], Mapping) else None
