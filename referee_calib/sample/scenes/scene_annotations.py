"""What is where and when in a scene, as records and as true answers."""

from __future__ import annotations

import math
from functools import cache
from itertools import pairwise
from typing import Any

from referee_calib.records import Span, TimedBox
from referee_calib.sample.scenes.scene_model import Box, Scene

IN_VIEW = 0.1  # an object counts as in view from a tenth of it
HIDDEN = 0.5  # and as hidden when less than half of it is left
_DENSITY = 6.0  # boxes a second in the records


def box_at(scene: Scene, name: str, t: float) -> Box | None:
    """Return the box of what is seen of an object in the frame on screen at `t`; None when it is not in view."""
    sight = scene.sight(name, scene.shown_at(t))
    return None if sight is None or sight[1] < IN_VIEW else sight[0]


@cache
def in_view(scene: Scene, name: str, least: float = IN_VIEW) -> list[Span]:
    """Return the stretches of time in which at least a share `least` of an object is seen."""
    sights = [scene.sight(name, t) for t in scene.times]
    return _stretches(scene, [s is not None and s[1] >= least for s in sights])


def hidden(scene: Scene, name: str) -> list[Span]:
    """Return the stretches between two sights of an object in which most of it is out of sight."""
    seen = in_view(scene, name, HIDDEN)
    return [(a[1], b[0]) for a, b in pairwise(seen)]


@cache
def track(scene: Scene, name: str) -> list[tuple[TimedBox, float]]:
    """Return boxes and visible shares over time, rounded to 4 decimals, while an object is in view.

    About six a second, with the first and the last of every stretch; the last frame's box is repeated at
    the end of the clip, until when it is shown.
    """
    step = max(1, math.floor(len(scene.times) / scene.seconds / _DENSITY))
    sights = [scene.sight(name, t) for t in scene.times]
    shown = [s is not None and s[1] >= IN_VIEW for s in sights]
    rows: list[tuple[TimedBox, float]] = []
    for i, sight in enumerate(sights):
        edge = not all(shown[max(i - 1, 0) : i + 2]) or i in (0, len(sights) - 1)
        if sight is not None and shown[i] and (i % step == 0 or edge):
            rows.append((_rounded(scene.times[i], sight[0]), round(sight[1], 4)))
            if i == len(sights) - 1:
                rows.append((_rounded(scene.seconds, sight[0]), round(sight[1], 4)))
    return rows


def reference_boxes(scene: Scene, name: str) -> list[list[float]]:
    """Return the track as JSON: ``[[t, x1, y1, x2, y2], …]``."""
    return [list(box) for box, _ in track(scene, name)]


def annotation_row(scene: Scene) -> dict[str, Any]:
    """Return everything that is true of a scene as one JSON object."""
    width, height = scene.size
    return {
        "video": scene.video,
        "width": width,
        "height": height,
        "seconds": round(scene.seconds, 4),
        "rate": round(float(scene.rate), 4),
        "frames": len(scene.times),
        "variable": len(set(scene.gaps)) > 1,
        "camera_moves": len(scene.camera) > 1,
        "noise": scene.noise,
        "objects": [_object(scene, name) for name in dict.fromkeys(item.name for item in scene.objects)],
    }


def _object(scene: Scene, name: str) -> dict[str, Any]:
    spans = [[round(a, 4), round(b, 4)] for a, b in in_view(scene, name)]
    boxes = [[*box, share] for box, share in track(scene, name)]
    return {"name": name, "in_view": spans, "boxes_t_x1_y1_x2_y2_share": boxes}


def _stretches(scene: Scene, shown: list[bool]) -> list[Span]:
    ends = [*scene.times[1:], scene.seconds]
    spans: list[Span] = []
    for t, end, now, before in zip(scene.times, ends, shown, [False, *shown], strict=False):
        if now and before:
            spans[-1] = (spans[-1][0], end)
        elif now:
            spans.append((t, end))
    return spans


def _rounded(t: float, box: Box) -> TimedBox:
    x1, y1, x2, y2 = (round(v, 4) for v in box)
    return round(t, 4), x1, y1, x2, y2
