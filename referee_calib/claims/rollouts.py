"""Stored replies: one record per model reply, and its claims with what is known to be true.

A row of ``rollouts.jsonl`` holds ``rollout``, ``video``, ``question``, ``completion`` and ``box_unit``, and may hold
``group``, ``answer``, ``step``, ``source``, ``reference_object``, ``reference_boxes`` and ``reference_span``.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from referee_calib.claims.box_units import BoxUnit
from referee_calib.claims.parse import BY_DEFAULT, ParsedReply, parse_rollout
from referee_calib.claims.reading_options import ReadingOptions
from referee_calib.errors import ClaimError, InputError
from referee_calib.records import PERTURBED, Claim, Span, TimedBox

LARGEST_GAP = 0.5  # seconds between two true boxes across which a line is drawn

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
        names = [f.name for f in fields(cls)]
        if unknown := sorted(set(row) - set(names)):
            raise InputError(f"{place}: unknown field {unknown[0]!r:.60}", f"known are {', '.join(names)}")
        values = dict(row)
        for name in _REQUIRED:
            _text(values.get(name), name, place, empty=name in ("completion", "question"))
        for name in _OPTIONAL_TEXT:
            values[name] = "" if values.get(name) is None else _text(values[name], name, place)
        _refuse_reserved(values["source"], place)
        values["step"] = _step(values.get("step"), place)
        values["box_unit"] = _unit(values["box_unit"], place)
        boxes = _reference(values, "reference_boxes", place).reference_boxes
        values["reference_boxes"] = None if boxes is None else _in_time(boxes, place)
        values["reference_span"] = _reference(values, "reference_span", place).reference_span
        return cls(**values)

    def to_json(self) -> dict[str, Any]:
        """Return a dictionary of JSON types, one key per field."""
        row = asdict(self)
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


def claims_of(rollout: Rollout, *, options: ReadingOptions = BY_DEFAULT, duration: float | None = None) -> ParsedReply:
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
    known = (with_reference(claim, rollout.reference_boxes, rollout.reference_span) for claim in parsed.claims)
    claims = tuple(replace(claim, group=rollout.group) for claim in known)
    return replace(parsed, claims=claims)


def with_reference(claim: Claim, boxes: Sequence[TimedBox] | None, span: Span | None) -> Claim:
    """Attach the true boxes (sorted, one at each time; None when unknown) at each time of a claim's boxes.

    A time outside the true boxes, or in a gap longer than 0.5 s, has none ("known not to be in view").
    """
    at: tuple[TimedBox, ...] | None = None
    if boxes is not None and claim.boxes:
        times = dict.fromkeys(box[0] for box in claim.boxes)
        at = tuple(box for box in (box_at(boxes, time) for time in times) if box is not None)
    return replace(claim, reference_boxes=at, reference_span=span)


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


def _text(value: Any, name: str, place: str, *, empty: bool = True) -> str:
    if not isinstance(value, str):
        seen = "missing" if value is None else f"{value!r:.60}"
        raise InputError(f"{place}: field {name} is {seen}", "it must be text")
    if not value and not empty:
        raise InputError(f"{place}: field {name} is empty", "it must be text")
    return value


def _refuse_reserved(source: str, place: str) -> None:
    if source == PERTURBED:
        why = "that source is kept for the claims of referee-calib perturb --for-people, which no figure counts"
        raise InputError(f"{place}: field source is {source!r}", why, "Give this policy another name.")


def _unit(value: str, place: str) -> str:
    try:
        return str(BoxUnit.parse(value))
    except ClaimError as error:
        raise InputError(f"{place}: field box_unit is {value!r:.60}", error.why, error.do) from error


def _reference(values: Mapping[str, Any], name: str, place: str) -> Claim:
    """Let a claim that carries nothing but this field check it."""
    try:
        return Claim.from_json({"video": values["video"], "question": "", "span": (0.0, 1.0), name: values.get(name)})
    except ClaimError as error:
        _, _, seen = error.seen.partition("reference: ")
        raise InputError(f"{place}: field {name}, {seen or error.seen}", error.why, error.do) from error


def _step(value: Any, place: str) -> int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
        raise InputError(f"{place}: field step is {value!r:.60}", "it is a whole number from 0, or null")
    return value


def _in_time(boxes: tuple[TimedBox, ...], place: str) -> tuple[TimedBox, ...]:
    ordered = tuple(sorted(boxes))
    for left, right in pairwise(ordered):
        if left[0] == right[0]:
            raise InputError(f"{place}: field reference_boxes has two boxes at {left[0]:g} s", "one object has one")
    return ordered
