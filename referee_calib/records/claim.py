"""Claims: the evidence that a model pointed at."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

from referee_calib.errors import ClaimError
from referee_calib.records.base import DIMENSIONS, Dimension, Record, check_texts, set_fields

TimedBox = tuple[float, float, float, float, float]
Span = tuple[float, float]
PERTURBED = "perturbed"  # the source of claims that were perturbed for people to rate; no policy wrote them
_TEXTS = ("video", "question", "answer", "object", "rollout", "source", "text", "group", "id")


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
        Where the rollout came from ("sample", "trl", …); "perturbed" is kept for claims that `perturb` made for people.
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
        place = f"claim {self.index} of rollout {self.rollout or '(none)'}"
        check_texts(self, _TEXTS, ClaimError)
        if not self.video:
            raise ClaimError(place, "it names no video")
        set_fields(self, boxes=checked_boxes(self.boxes, place))
        set_fields(self, span=checked_span(self.span, place))
        set_fields(self, reference_span=checked_span(self.reference_span, f"{place}, reference"))
        if self.reference_boxes is not None:
            set_fields(self, reference_boxes=checked_boxes(self.reference_boxes, f"{place}, reference"))
        if not self.boxes and self.span is None:
            raise ClaimError(place, "it has neither a box nor a span, so there is nothing to judge")
        digest = self._content_hash()
        if self.id and self.id != digest:
            raise ClaimError(f"{place} with id {self.id}", f"its content gives the id {digest}: it was edited")
        set_fields(self, id=digest)

    def _content_hash(self) -> str:
        """Name what is judged, not where it came from: references, step, source and group are left out."""
        content = [self.video, self.question, self.answer, self.object, self.boxes, self.span, self.rollout, self.index]
        packed = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return "c" + hashlib.sha256(packed.encode("utf-8", "surrogatepass")).hexdigest()[:15]

    @property
    def perturbed(self) -> bool:
        """Whether it was made for people's response curve, and is nothing that a policy claimed."""
        return self.source == PERTURBED

    @property
    def phrase(self) -> str:
        """What is to be found: the named object, or the question when only a span is claimed."""
        return self.object or self.question

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """The dimensions on which this claim can be judged: no box, no localization; no span, no timing."""
        applies = {"relevance": True, "localization": bool(self.boxes), "timing": self.span is not None}
        return tuple(name for name in DIMENSIONS if applies[name])


def _numbers(values: object, count: int, place: str, what: str) -> tuple[float, ...]:
    if isinstance(values, str) or not isinstance(values, Sequence) or len(values) != count:
        raise ClaimError(f"{place}: {what} {values!r:.80}", f"it must be {count} numbers")
    if not all(isinstance(v, (int, float)) and not isinstance(v, bool) and math.isfinite(v) for v in values):
        raise ClaimError(f"{place}: {what} {values!r:.80}", "every number must be finite")
    return tuple(float(v) for v in values)


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
    start, end = _numbers(span, 2, place, "span")
    if not 0 <= start < end:
        raise ClaimError(f"{place}: span {start:g} to {end:g} s", "it is reversed, empty or before the video")
    return start, end
