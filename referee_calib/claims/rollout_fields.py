"""Checking and converting the fields of a rollout; every refusal names the place and the field."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import orjson

from referee_calib.claims.box_units import BoxUnit
from referee_calib.claims.parse_failures import EXPLANATIONS
from referee_calib.errors import ClaimError, FieldError
from referee_calib.records import AUDITED, PERTURBED, Claim, Span, TimedBox

MOST_RECENT = 64
# true boxes that were read lately: the replies to one prompt, which follow one another, have the same
_RECENT: dict[tuple[str, bytes], tuple[TimedBox, ...]] = {}
_RESERVED = {PERTURBED: "perturb --for-people", AUDITED: "audit sample"}
_KNOWN_UNITS = frozenset({"0-1", "0-1000"})


def check_text(value: Any, name: str, place: str, *, empty: bool = True) -> str:
    """Return a field that must be text, and with `empty` may be empty text."""
    if not isinstance(value, str):
        seen = "missing" if value is None else f"{value!r:.60}"
        raise FieldError(name, f"{place}: field {name} is {seen}", "it must be text", _to_state(name))
    if not value and not empty:
        raise FieldError(name, f"{place}: field {name} is empty", "it must be text", _to_state(name))
    return value


def _to_state(name: str) -> str:
    """Say how a file of rollouts that lacks a field may be imported."""
    return "State it for the whole file: --box-unit UNIT" if name == "box_unit" else ""


def refuse_reserved(source: str, place: str) -> None:
    """Raise for the sources that are kept for perturbed claims and for those of an audit."""
    if source in _RESERVED:
        why = f"that source is kept for the claims of referee-calib {_RESERVED[source]}, which no figure counts"
        raise FieldError("source", f"{place}: field source is {source!r}", why, "Give this policy another name.")


def check_unit(value: Any, name: str, place: str) -> str:
    """Return a unit of boxes as the records write it."""
    if value in _KNOWN_UNITS:
        return str(value)
    try:
        return str(BoxUnit.parse(value))
    except ClaimError as error:
        raise FieldError(name, f"{place}: field {name} is {value!r:.60}", error.why, error.do) from error


def check_boxes(value: Any, unit: str, place: str) -> tuple[TimedBox, ...] | None:
    """Check true boxes, convert them to shares, and sort them by time."""
    if value is None:
        return None
    try:
        key = unit, orjson.dumps(value)
    except TypeError:  # nothing that JSON knows: the check says what
        return _checked(value, unit, place)
    found = _RECENT.get(key)
    if found is None:
        found = _checked(value, unit, place)
        if len(_RECENT) >= MOST_RECENT:
            _RECENT.clear()
        _RECENT[key] = found
    return found


def _checked(value: Any, unit: str, place: str) -> tuple[TimedBox, ...]:
    boxes: Sequence[TimedBox] | None = _shares(value, None if unit == "0-1" else BoxUnit.parse(unit), place)
    if boxes is None and unit == "0-1":
        boxes = _refused_by_claim(value, place)
    elif boxes is None:
        seen = f"{place}: field reference_boxes is {value!r:.80}"
        raise FieldError("reference_boxes", seen, "it is a list of [t, x1, y1, x2, y2] in numbers")
    ordered = tuple(sorted(boxes))
    for left, right in pairwise(ordered):
        if left[0] == right[0]:
            seen = f"{place}: field reference_boxes has two boxes at {left[0]:g} s"
            raise FieldError("reference_boxes", seen, "one object has one")
    return ordered


def _refused_by_claim(value: Any, place: str) -> Sequence[TimedBox]:
    """Let a claim that carries nothing but these true boxes say what is wrong with them."""
    name = "reference_boxes"
    try:
        return Claim(video="v", question="", span=(0.0, 1.0), reference_boxes=value).reference_boxes or ()
    except ClaimError as error:
        _, _, seen = error.seen.partition("reference: ")
        do = "State their unit: --reference-unit UNIT" if "shares" in error.why else error.do
        raise FieldError(name, f"{place}: field {name}, {seen or error.seen}", error.why, do) from error


def _shares(value: Any, unit: BoxUnit | None, place: str) -> list[TimedBox] | None:
    """Return boxes that are as they must be, as shares; None when some are not."""
    if not isinstance(value, list | tuple):
        return None
    found: list[TimedBox] = []
    for box in value:
        if not isinstance(box, list | tuple) or len(box) != 5:
            return None
        if not {float, int}.issuperset(map(type, box)):
            return None
        time, *corners = box
        if unit is not None:
            shares = unit.share((corners[0], corners[1], corners[2], corners[3]))
            if isinstance(shares, str):
                seen = f"{place}: field reference_boxes, box {corners} at {time:g} s in {unit}"
                raise FieldError("reference_boxes", seen, EXPLANATIONS[shares], "Check --reference-unit")
            corners = list(shares)
        x1, y1, x2, y2 = corners
        if not (0 <= x1 < x2 <= 1 and 0 <= y1 < y2 <= 1 and 0 <= time < math.inf):
            return None
        found.append((float(time), float(x1), float(y1), float(x2), float(y2)))
    return found


def check_times(value: Any, place: str) -> tuple[float, ...] | None:
    """Return key times in seconds, in order and each once; None when none are given."""
    if value is None:
        return None
    numbers: Sequence[Any] = value if isinstance(value, list | tuple) else ["?"]
    if not all(type(time) in (int, float) and 0 <= time < math.inf for time in numbers):
        raise FieldError("key_times", f"{place}: field key_times is {value!r:.60}", "it is a list of seconds from 0")
    return tuple(sorted({float(time) for time in numbers}))


def check_span(value: Any, place: str) -> Span | None:
    """Return the true span in seconds, None when it is not given."""
    if value is None:
        return None
    plain = isinstance(value, list | tuple) and len(value) == 2 and type(value[0]) is type(value[1]) is float
    if plain and 0 <= value[0] < value[1] < math.inf:
        return value[0], value[1]
    try:
        return Claim(video="v", question="", span=(0.0, 1.0), reference_span=value).reference_span
    except ClaimError as error:
        _, _, seen = error.seen.partition("reference: ")
        name = "reference_span"
        raise FieldError(name, f"{place}: field {name}, {seen or error.seen}", error.why, error.do) from error


def check_step(value: Any, place: str) -> int | None:
    """Return a training step, None when it is not given."""
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
        raise FieldError("step", f"{place}: field step is {value!r:.60}", "it is a whole number from 0, or null")
    return value
