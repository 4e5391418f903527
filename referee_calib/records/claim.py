"""Claims: the evidence that a model pointed at."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from operator import attrgetter

import orjson

from referee_calib.errors import ClaimError
from referee_calib.records.base import DIMENSIONS, Dimension, Record, check_texts, is_finite, set_fields

TimedBox = tuple[float, float, float, float, float]
Span = tuple[float, float]
PERTURBED = "perturbed"  # the source of claims that were perturbed for people to rate; no policy wrote them
AUDITED = "audit"  # the source of claims that were drawn from a training run for its audit
_pack = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_pack_ascii = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), allow_nan=False).encode
# the dimensions of a claim with boxes or without, with a span or without
_APPLY: dict[tuple[bool, bool], tuple[Dimension, ...]] = {
    (boxes, span): tuple(
        name for name in DIMENSIONS if {"relevance": True, "localization": boxes, "timing": span}[name]
    )
    for boxes in (False, True)
    for span in (False, True)
}
_TEXTS = ("video", "question", "answer", "object", "rollout", "source", "text", "group", "id")
_texts_of = attrgetter(*_TEXTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(Record):
    """One piece of evidence that a model pointed at.

    Attributes
    ----------
    video : str
        Path of the video, relative to the study's media folder, with forward slashes.
    question, answer : str
        What the model was asked and what it answered in the rollout; untrusted text.
    object : str
        The noun phrase the model named ("red ball"); empty for a claim about a span alone.
    boxes : tuple of (t, x1, y1, x2, y2)
        Where the model says the object is; may be empty when there is a span.
    span : (start, end) or None
        When the model says the evidence happens, in seconds.
    rollout : str
        The model reply the claim came from; claims of one rollout are paid together.
    index : int
        Position of the claim within its rollout, from 0.
    step : int or None
        Training step of the policy that wrote it.
    source : str
        Where the rollout came from ("sample", "trl", …); "perturbed" is kept for claims that `perturb` made for people,
        "audit" for those that `audit sample` drew from a training run.
    text : str
        The piece of model text the claim was read from.
    reference_boxes : tuple of boxes or None
        True boxes of what the question asks about, at the times of `boxes`; ``()`` when it is known not to
        be in view then, None when nobody knows.
    reference_span : (start, end) or None
        True span, where known.
    group : str
        Rollouts of one group answer the same prompt and are compared with one another in training; "" when not known.
    id : str
        Content hash; given only when a record is read back, and then it must match.
    """

    video: str
    question: str
    answer: str = ""
    object: str = ""
    boxes: tuple[TimedBox, ...] = ()
    span: Span | None = None
    rollout: str = ""
    index: int = 0
    step: int | None = None
    source: str = ""
    text: str = ""
    reference_boxes: tuple[TimedBox, ...] | None = None
    reference_span: Span | None = None
    group: str = ""
    id: str = ""

    def __post_init__(self) -> None:
        if {str} != {*map(type, _texts_of(self))}:
            check_texts(self, _TEXTS, ClaimError)
        if not self.video:
            raise ClaimError(self._place(), "it names no video")
        if not _are_plain(self.boxes):  # boxes as readers make them are what they must be
            set_fields(self, boxes=checked_boxes(self.boxes, self._place()))
        if self.span is not None:
            set_fields(self, span=checked_span(self.span, self._place()))
        if self.reference_span is not None:
            set_fields(self, reference_span=checked_span(self.reference_span, f"{self._place()}, reference"))
        if self.reference_boxes is not None and not _are_plain(self.reference_boxes):
            set_fields(self, reference_boxes=checked_boxes(self.reference_boxes, f"{self._place()}, reference"))
        if not self.boxes and self.span is None:
            raise ClaimError(self._place(), "it has neither a box nor a span, so there is nothing to judge")
        digest = self._content_hash()
        if self.id and self.id != digest:
            raise ClaimError(f"{self._place()} with id {self.id}", f"its content gives the id {digest}: it was edited")
        object.__setattr__(self, "id", digest)

    def _place(self) -> str:
        return f"claim {self.index} of rollout {self.rollout or '(none)'}"

    def _content_hash(self) -> str:
        """Name what is judged, not where it came from: references, step, source and group are left out."""
        content = [self.video, self.question, self.answer, self.object, self.boxes, self.span, self.rollout, self.index]
        return "c" + hashlib.sha256(_packed(content, self.boxes, self.span)).hexdigest()[:15]

    def to_ascii_json(self) -> str:
        """Return the record as JSON in ASCII, one key per field, without blanks."""
        try:
            packed = orjson.dumps(dict(zip(Claim.__slots__, _fields_of(self), strict=True)))
        except TypeError:  # half a surrogate in model text
            return _pack_ascii(self.to_json())
        return packed.decode() if packed.isascii() else _pack_ascii(self.to_json())

    def complete(
        self, *, reference_boxes: tuple[TimedBox, ...] | None, reference_span: Span | None, group: str
    ) -> Claim:
        """Give a claim that was made just now, and that nobody else holds, its references and group; return it.

        None of them is part of its id. They are taken as they are: whoever calls this has checked them.
        """
        put = object.__setattr__
        put(self, "reference_boxes", reference_boxes)
        put(self, "reference_span", reference_span)
        put(self, "group", group)
        return self

    @property
    def perturbed(self) -> bool:
        """Whether it was made for people's response curve, and is nothing that a policy claimed."""
        return self.source == PERTURBED

    @property
    def audited(self) -> bool:
        """Whether it was drawn from a training run for its audit."""
        return self.source == AUDITED

    @property
    def phrase(self) -> str:
        """What is to be found: the named object, or the question when only a span is claimed."""
        return self.object or self.question

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """The dimensions on which this claim can be judged: no box, no localization; no span, no timing."""
        return _APPLY[bool(self.boxes), self.span is not None]


_fields_of = attrgetter(*Claim.__slots__)


def _packed(content: Sequence[object], boxes: tuple[TimedBox, ...], span: Span | None) -> bytes:
    """Return compact JSON as Python's own encoder writes it, by a faster one where both write the same.

    They differ in how small and large numbers are written, and over half a surrogate.
    """
    numbers = [number for box in boxes for number in box]
    numbers += span or ()
    for number in numbers:
        if not (0.0001 <= number < 1e15 or number == 0):
            break
    else:
        with suppress(TypeError):
            return orjson.dumps(content)
    return _pack(content).encode("utf-8", "surrogatepass")


def _numbers(values: object, count: int, place: str, what: str) -> tuple[float, ...]:
    if isinstance(values, str) or not isinstance(values, Sequence) or len(values) != count:
        raise ClaimError(f"{place}: {what} {values!r:.80}", f"it must be {count} numbers")
    if not all(map(is_finite, values)):
        raise ClaimError(f"{place}: {what} {values!r:.80}", "every number must be finite")
    return tuple(float(v) for v in values)


def _are_plain(boxes: object) -> bool:
    """Tell whether boxes are a tuple of tuples of five floats, as they must be: nothing is left to check."""
    if type(boxes) is not tuple:
        return False
    for box in boxes:
        if type(box) is not tuple or len(box) != 5:
            return False
        t, x1, y1, x2, y2 = box
        floats = type(t) is type(x1) is type(y1) is type(x2) is type(y2) is float
        if not (floats and 0 <= x1 < x2 <= 1 and 0 <= y1 < y2 <= 1 and 0 <= t < math.inf):
            return False
    return True


def checked_boxes(boxes: Sequence[Sequence[float]], place: str) -> tuple[TimedBox, ...]:
    """Return boxes as tuples; ClaimError, naming the place, for one that is reversed or outside the frame."""
    if isinstance(boxes, str) or not isinstance(boxes, Sequence):
        raise ClaimError(f"{place}: boxes {boxes!r:.80}", "they must be a list of (t, x1, y1, x2, y2)")
    return tuple(_box(box, place) for box in boxes)


def _box(box: Sequence[float], place: str) -> TimedBox:
    t, x1, y1, x2, y2 = _numbers(box, 5, place, "box")
    shown = f"{place}: box ({x1:g}, {y1:g}, {x2:g}, {y2:g}) at {t:g} s"
    if not (0 <= x1 <= 1 and 0 <= y1 <= 1 and 0 <= x2 <= 1 and 0 <= y2 <= 1):
        raise ClaimError(shown, "corners are shares of the frame from 0 to 1", "State the unit when importing.")
    if x1 >= x2 or y1 >= y2:
        raise ClaimError(shown, "it is reversed or has no area; corners are left, top, right, bottom")
    if t < 0:
        raise ClaimError(shown, "its time lies before the video")
    return t, x1, y1, x2, y2


def checked_span(span: Sequence[float] | None, place: str) -> Span | None:
    """Return a span as a tuple; ClaimError, naming the place, for one that is reversed, empty or before the video."""
    if span is None:
        return None
    if type(span) is tuple and len(span) == 2 and type(span[0]) is type(span[1]) is float:
        start, end = span
        if 0 <= start < end < math.inf:
            return start, end
    start, end = _numbers(span, 2, place, "span")
    if not 0 <= start < end:
        raise ClaimError(f"{place}: span {start:g} to {end:g} s", "it is reversed, empty or before the video")
    return start, end
