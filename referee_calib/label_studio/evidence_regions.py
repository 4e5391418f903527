"""A claim's boxes and span as regions of Label Studio, and whether an annotation still has them where they were."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from referee_calib.label_studio.labeling_config import ASKED, BOX, BOX_LABEL, SPAN, SPAN_LABEL, VIDEO
from referee_calib.label_studio.served_videos import ServedVideo
from referee_calib.records import Claim

Region = dict[str, Any]
_PERCENT = 0.05  # of the frame: numbers come back rounded, a hand moves a box by more
BOX_TYPE, SPAN_TYPE = "videorectangle", "timelinelabels"


def evidence_regions(claim: Claim, video: ServedVideo, asked: Sequence[str]) -> list[Region]:
    """Return what a task begins with: the dimensions it asks for, each box on its one frame, the span.

    The regions are read-only; what comes back is compared all the same.
    """
    regions: list[Region] = [_region(f"{claim.id}-asked", ASKED, "choices", {"choices": list(asked)})]
    for number, (time, x1, y1, x2, y2) in enumerate(claim.boxes):
        place = {"x": 100 * x1, "y": 100 * y1, "width": 100 * (x2 - x1), "height": 100 * (y2 - y1)}
        key = {"frame": video.frame(time), "enabled": False, "rotation": 0, "time": time, **place}
        value = {"framesCount": len(video.times), "duration": video.duration, "sequence": [key], "labels": [BOX_LABEL]}
        regions.append(_region(f"{claim.id}-b{number}", BOX, BOX_TYPE, value))
    if claim.span is not None:
        start, end = claim.span
        frames = {"start": video.frame(start), "end": max(video.frame(start), video.last_frame(end))}
        value = {"ranges": [frames], "timelinelabels": [SPAN_LABEL]}
        regions.append(_region(f"{claim.id}-s", SPAN, SPAN_TYPE, value))
    return regions


def _region(name: str, control: str, kind: str, value: Mapping[str, Any]) -> Region:
    region = {"id": name, "from_name": control, "to_name": VIDEO, "type": kind, "value": dict(value)}
    return region if kind == "choices" else region | {"readonly": True}


def changed_evidence(expected: Iterable[Region], result: Iterable[Region]) -> tuple[str, int]:
    """Hold an annotation's regions against the claim's.

    Returns
    -------
    str
        What is wrong: ``"moved"`` or ``"removed"``, "" when everything is where it was.
    int
        How many further regions were drawn.
    """
    given = [place for one in result if (place := _place(one)) is not None]
    missing = []
    for place in filter(None, map(_place, expected)):
        same = next((one for one in given if _near(place, one)), None)
        if same is None:
            missing.append(place)
        else:
            given.remove(same)
    kinds = {kind for kind, _, _ in given}
    if any(kind in kinds for kind, _, _ in missing):
        return "moved", 0
    return ("removed" if missing else ""), len(given)


_Place = tuple[str, tuple[int, ...], tuple[float, ...]]


def _place(region: Region) -> _Place | None:
    """Return the kind of a region, its frames and its corners in percent; None for what is no region."""
    value = region.get("value") or {}
    try:
        if region.get("type") == BOX_TYPE:
            keys = value["sequence"]
            corners = [float(key[name]) for key in keys for name in ("x", "y", "width", "height")]
            return BOX_TYPE, tuple(int(key["frame"]) for key in keys), tuple(corners)
        if region.get("type") == SPAN_TYPE:
            return SPAN_TYPE, tuple(int(one[end]) for one in value["ranges"] for end in ("start", "end")), ()
    except (KeyError, TypeError, ValueError, OverflowError):
        return str(region["type"]), (), ()  # damaged: it is nowhere
    return None


def _near(one: _Place, other: _Place) -> bool:
    if one[:2] != other[:2] or len(one[2]) != len(other[2]):
        return False
    return all(abs(a - b) <= _PERCENT for a, b in zip(one[2], other[2], strict=True))
