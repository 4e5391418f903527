"""Stored replies: one record per model reply, and its claims with what is known to be true.

A row of ``rollouts.jsonl`` holds ``rollout``, ``video``, ``question``, ``completion`` and ``box_unit``, and may hold
``group``, ``answer``, ``step``, ``source``, ``reference_object``, ``reference_boxes``, ``reference_unit``,
``key_times`` and ``reference_span``.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from referee_calib.claims.parse import BY_DEFAULT, ParsedReply, parse_rollout
from referee_calib.claims.reading_options import ReadingOptions
from referee_calib.claims.rollout_fields import (
    check_boxes,
    check_span,
    check_step,
    check_text,
    check_times,
    check_unit,
    refuse_reserved,
)
from referee_calib.claims.text.reply_context import Duration
from referee_calib.errors import FieldError, InputError
from referee_calib.records import Claim, Span, TimedBox

LARGEST_GAP = 0.5  # seconds between two true boxes across which a line is drawn
KEY_TIME_REACH = LARGEST_GAP / 2  # seconds around a key time at which its true boxes are taken to hold

_REQUIRED = ("rollout", "video", "question", "completion", "box_unit")
_OPTIONAL_TEXT = ("group", "answer", "source", "reference_object")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """One reply of a model to one question about one video.

    Attributes
    ----------
    rollout : str
        Name of the reply, unique within a study.
    video, question : str
        What it is about (see :class:`referee_calib.records.Claim`).
    completion : str
        The reply itself; untrusted.
    box_unit : str
        Unit of its boxes: ``"pixels:448x252"``, ``"0-1"`` or ``"0-1000"``.
    group : str
        Replies of one group answer the same prompt and are compared with one another in training.
    answer : str
        The expected answer, where known. (A claim carries the model's own answer instead.)
    step : int or None
        Training step of the policy.
    source : str
        Where the reply came from.
    reference_object : str
        What the question asks about, where known.
    reference_boxes : tuple of (t, x1, y1, x2, y2) or None
        Its true boxes as shares of the frame, densely in time and only while it is in view; None when unknown.
    key_times : tuple of float or None
        Where the truth was annotated at single frames: their times in seconds. Then nothing is interpolated: within
        0.25 s of a key time its true boxes count (none: known not to be in view), elsewhere the truth is unknown.
    reference_unit : str
        Unit of the true boxes in the row that was read, as of `box_unit`; a rollout holds shares, ``"0-1"``.
    reference_span : (start, end) or None
        When the event that is asked about happens, where known.
    """

    rollout: str
    video: str
    question: str
    completion: str
    box_unit: str
    group: str = ""
    answer: str = ""
    step: int | None = None
    source: str = ""
    reference_object: str = ""
    reference_boxes: tuple[TimedBox, ...] | None = None
    key_times: tuple[float, ...] | None = None
    reference_unit: str = "0-1"
    reference_span: Span | None = None

    @classmethod
    def from_json(cls, row: Mapping[str, Any], place: str) -> Rollout:
        """Read and check one row.

        Parameters
        ----------
        row : mapping
            One JSON object.
        place : str
            Where it stands, for messages: ``"rollouts.jsonl line 7"``.

        Raises
        ------
        InputError
            Naming the place, the field, and what is wrong with it.
        """
        if not isinstance(row, Mapping):
            raise InputError(f"{place}: {row!r:.60}", "a rollout is a JSON object")
        if unknown := sorted(row.keys() - _NAMES):
            name = f"{unknown[0]!r:.60}"
            raise FieldError(f"unknown {name}", f"{place}: unknown field {name}", f"known are {', '.join(_ORDERED)}")
        values = dict(row)
        for name in _REQUIRED:
            check_text(values.get(name), name, place, empty=name in ("completion", "question"))
        for name in _OPTIONAL_TEXT:
            values[name] = "" if values.get(name) is None else check_text(values[name], name, place)
        refuse_reserved(values["source"], place)
        values["step"] = check_step(values.get("step"), place)
        values["box_unit"] = check_unit(values["box_unit"], "box_unit", place)
        unit = check_unit(values.get("reference_unit") or "0-1", "reference_unit", place)
        values["reference_unit"] = "0-1"
        values["reference_boxes"] = check_boxes(values.get("reference_boxes"), unit, place)
        values["key_times"] = check_times(values.get("key_times"), place)
        values["reference_span"] = check_span(values.get("reference_span"), place)
        return cls(**values)

    def to_json(self) -> dict[str, Any]:
        """Return a dictionary of JSON types, one key per field; key times only where there are any."""
        row = asdict(self)
        del row["reference_unit"]  # always shares, as a row without it says
        row["key_times"] = None if self.key_times is None else list(self.key_times)
        if self.key_times is None:
            del row["key_times"]
        row["reference_boxes"] = None if self.reference_boxes is None else [list(box) for box in self.reference_boxes]
        row["reference_span"] = None if self.reference_span is None else list(self.reference_span)
        return row


def read_rollouts(path: Path) -> Iterator[Rollout]:
    """Read a ``rollouts.jsonl``; two rows with one name are refused.

    Raises
    ------
    InputError
        Naming file, line and field.
    """
    from referee_calib.io import json_lines

    seen: dict[str, int] = {}
    for number, row in json_lines.read(path):
        place = f"{path.name} line {number}"
        rollout = Rollout.from_json(row, place)
        if rollout.rollout in seen:
            first = seen[rollout.rollout]
            raise InputError(f"{place}: field rollout, {rollout.rollout!r:.60}", f"line {first} has the same name")
        seen[rollout.rollout] = number
        yield rollout


def claims_of(rollout: Rollout, *, options: ReadingOptions = BY_DEFAULT, duration: Duration = None) -> ParsedReply:
    """Parse the reply and attach to each claim the true boxes at its times and the true span, where known.

    `options` and `duration` are those of :func:`parse_rollout`.
    """
    parsed = parse_rollout(
        rollout.completion,
        video=rollout.video,
        question=rollout.question,
        unit=rollout.box_unit,
        rollout=rollout.rollout,
        step=rollout.step,
        source=rollout.source,
        options=options,
        duration=duration,
    )
    claims = tuple(
        claim.complete(
            reference_boxes=_reference_at(claim, rollout),
            reference_span=rollout.reference_span,
            group=rollout.group,
        )
        for claim in parsed.claims
    )
    return ParsedReply(claims, parsed.failures, parsed.answer, parsed.remarks, parsed.formats, parsed.written)


def _reference_at(claim: Claim, rollout: Rollout) -> tuple[TimedBox, ...] | None:
    """Return the true boxes at each time of a claim's boxes; None when the truth at one of them is unknown.

    Without key times, a time outside the true boxes, or in a gap longer than 0.5 s, has none ("known not to be in
    view").
    """
    boxes = rollout.reference_boxes
    if boxes is None or not claim.boxes:
        return None
    times = dict.fromkeys(box[0] for box in claim.boxes)
    if rollout.key_times is None:
        return tuple(box for box in (box_at(boxes, time) for time in times) if box is not None)
    near = [key_time_near(rollout.key_times, time) for time in times]
    at = dict(zip(times, near, strict=True))
    if any(key is None for key in near):
        return None
    return tuple((time, *box[1:]) for time, key in at.items() for box in boxes if box[0] == key)


def key_time_near(key_times: Sequence[float], time: float) -> float | None:
    """Return the key time nearest to a time, None when none lies within 0.25 s."""
    nearest = min(key_times, key=lambda key: abs(key - time), default=math.inf)
    away = abs(nearest - time)
    return nearest if away < KEY_TIME_REACH or math.isclose(away, KEY_TIME_REACH) else None


def box_at(boxes: Sequence[TimedBox], time: float) -> TimedBox | None:
    """Interpolate a track linearly; None outside it and in gaps longer than 0.5 s."""
    behind = bisect_left(boxes, time, key=lambda box: box[0])
    if behind < len(boxes) and boxes[behind][0] == time:
        return boxes[behind]
    if behind in (0, len(boxes)):
        return None
    left, right = boxes[behind - 1], boxes[behind]
    gap = right[0] - left[0]
    if gap > LARGEST_GAP and not math.isclose(gap, LARGEST_GAP):
        return None
    share = (time - left[0]) / gap
    x1, y1, x2, y2 = (a + share * (b - a) for a, b in zip(left[1:], right[1:], strict=True))
    return time, x1, y1, x2, y2


_ORDERED = tuple(field.name for field in fields(Rollout))
_NAMES = frozenset(_ORDERED)
