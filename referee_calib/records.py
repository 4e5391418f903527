"""The three records that everything else passes around: claims, ratings, referee scores.

Units, everywhere in the package:

- times and spans are seconds on the video's own presentation timeline (see :mod:`referee_calib.video.frames`);
- boxes are ``(t, x1, y1, x2, y2)``: the time of the frame, then corners as shares of the frame's width
  and height, 0 at the left and top, 1 at the right and bottom;
- levels are whole numbers on the rubric's scale (0 worst, 4 best); expected levels are real numbers on it.

A record that exists has been checked: what cannot mean anything raises on construction, so no later
code checks again. ``to_json`` and ``from_json`` are exact inverses.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal, Self, get_args

from referee_calib.errors import ClaimError, InputError, RatingError

TimedBox = tuple[float, float, float, float, float]
Span = tuple[float, float]
Dimension = Literal["relevance", "localization", "timing"]
Status = Literal["ok", "unparsed", "refused", "error", "unsupported"]

DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
STATUSES: tuple[Status, ...] = get_args(Status)
WORTH_ANOTHER_TRY: frozenset[Status] = frozenset({"error", "unparsed", "refused"})  # what is unsupported stays so
TOP_LEVEL = 4
N_LEVELS = TOP_LEVEL + 1


class _Record:
    """JSON in and out, shared by the three records."""

    __slots__ = ()

    def to_json(self) -> dict[str, Any]:
        """Return a dictionary of JSON types, one key per field."""
        return {f.name: _plain(getattr(self, f.name)) for f in fields(self)}  # type: ignore[arg-type]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Build and check a record; unknown keys are refused, so that a typo is not a lost column."""
        known = {f.name for f in fields(cls)}  # type: ignore[arg-type]
        unknown = sorted(set(data) - known)
        if unknown:
            raise InputError(
                f"{cls.__name__} with unknown fields {', '.join(unknown)}",
                f"it has only {', '.join(sorted(known))}",
            )
        try:
            return cls(**data)
        except TypeError as error:
            raise InputError(f"{cls.__name__} {dict(data)!r:.200}", str(error)) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(_Record):
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
        Where the rollout came from ("sample", "trl", …).
    text : str
        The piece of model text the claim was read from.
    reference_boxes : tuple of boxes or None
        True boxes of what the question asks about, at the times of `boxes`; ``()`` when it is known not to
        be in view then, None when nobody knows.
    reference_span : (start, end) or None
        True span, where known.
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
    id: str = ""

    def __post_init__(self) -> None:
        place = f"claim {self.index} of rollout {self.rollout or '(none)'}"
        _texts(self, ("video", "question", "answer", "object", "rollout", "source", "text", "id"), ClaimError)
        if not self.video:
            raise ClaimError(place, "it names no video")
        _set(self, boxes=_boxes(self.boxes, place))
        _set(self, span=_span(self.span, place))
        _set(self, reference_span=_span(self.reference_span, f"{place}, reference"))
        if self.reference_boxes is not None:
            _set(self, reference_boxes=_boxes(self.reference_boxes, f"{place}, reference"))
        if not self.boxes and self.span is None:
            raise ClaimError(place, "it has neither a box nor a span, so there is nothing to judge")
        digest = self._content_hash()
        if self.id and self.id != digest:
            raise ClaimError(f"{place} with id {self.id}", f"its content gives the id {digest}: it was edited")
        _set(self, id=digest)

    def _content_hash(self) -> str:
        """Name what is judged, not where it came from: references, step and source are left out."""
        content = [
            self.video,
            self.question,
            self.answer,
            self.object,
            self.boxes,
            self.span,
            self.rollout,
            self.index,
        ]
        packed = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return "c" + hashlib.sha256(packed.encode("utf-8", "surrogatepass")).hexdigest()[:15]

    @property
    def phrase(self) -> str:
        """What is to be found: the named object, or the question when only a span is claimed."""
        return self.object or self.question

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """The dimensions on which this claim can be judged: no box, no localization; no span, no timing."""
        applies = {"relevance": True, "localization": bool(self.boxes), "timing": self.span is not None}
        return tuple(name for name in DIMENSIONS if applies[name])


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating(_Record):
    """One person's judgement of one claim on one dimension.

    Attributes
    ----------
    claim, rater : str
        Ids.
    dimension : {"relevance", "localization", "timing"}
    level : int or None
        0–4, or None when the person could not judge; then `reason` says why.
    reason : str
        Why there is no level: "cannot judge", "not visible", "video broken", or the like.
    note : str
        Free text of the rater.
    seconds : float or None
        Active time spent on the claim.
    order : int or None
        How many claims the rater had seen before this one.
    rubric : str
        Version of the rubric that was shown.
    time : str
        When it was given, ISO 8601 in UTC.
    origin : str
        Where it was collected: "app", "label_studio", "simulated", ….
    nonce : str
        Unique per act of rating; a second arrival of the same act is not a second rating.
    """

    claim: str
    rater: str
    dimension: Dimension
    level: int | None = None
    reason: str = ""
    note: str = ""
    seconds: float | None = None
    order: int | None = None
    rubric: str = ""
    time: str = ""
    origin: str = ""
    nonce: str = ""

    def __post_init__(self) -> None:
        place = f"rating of {self.claim} by {self.rater}"
        _texts(self, ("claim", "rater", "reason", "note", "rubric", "time", "origin", "nonce"), RatingError)
        if not self.claim or not self.rater:
            raise RatingError(place, "it names no claim or no rater")
        _dimension(self.dimension, place, RatingError)
        _level(self.level, place, RatingError)
        if self.level is None and not self.reason:
            raise RatingError(f"{place} on {self.dimension}", "it has neither a level nor a reason why not")

    @property
    def simulated(self) -> bool:
        """True when no person gave this rating."""
        return self.origin == "simulated"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefereeScore(_Record):
    """One referee's judgement of one claim on one dimension.

    Attributes
    ----------
    claim : str
        Id of the claim.
    referee : str
        Fingerprint of everything that can change the score.
    dimension : {"relevance", "localization", "timing"}
    level : int or None
        0–4, or None when `status` is not "ok".
    expected : float or None
        Expected level on the same scale, where the backend knows more than one digit; else the level.
    distribution : tuple of float or None
        Probability of each level, where the backend gives it.
    status : {"ok", "unparsed", "refused", "error", "unsupported"}
    reason : str
        What happened, when `status` is not "ok".
    raw : str
        The backend's reply, kept so that a better parser can read it again.
    sample : int
        Number of the repeat, from 0.
    seconds : float or None
        Time the call took.
    tokens : int or None
        Tokens billed.
    mass : float or None
        Probability of all answers the referee may give (the digits "0" to "4") before they were rescaled, where
        the backend knows it: little mass means that the model wanted to say something else.
    rung : {"", "exact", "choice", "truncated", "parsed"}
        How the expected level was read: from the probabilities of all answers, from those of a constrained
        choice (the mass is lost), from the most probable tokens only, or from the words of the reply.
    """

    claim: str
    referee: str
    dimension: Dimension
    level: int | None = None
    expected: float | None = None
    distribution: tuple[float, ...] | None = None
    status: Status = "ok"
    reason: str = ""
    raw: str = ""
    sample: int = 0
    seconds: float | None = None
    tokens: int | None = None
    mass: float | None = None
    rung: str = ""

    def __post_init__(self) -> None:
        place = f"score of {self.claim} by referee {self.referee}"
        _dimension(self.dimension, place, InputError)
        if self.status not in STATUSES:
            raise InputError(f"{place} with status {self.status!r}", f"a status is one of {', '.join(STATUSES)}")
        _level(self.level, place, InputError)
        if (self.level is None) == (self.status == "ok"):
            raise InputError(f"{place}: status {self.status}, level {self.level}", "only an ok score has a level")
        if self.expected is not None and not 0 <= self.expected <= TOP_LEVEL:
            raise InputError(f"{place}: expected level {self.expected}", f"the scale is 0 to {TOP_LEVEL}")
        if self.distribution is not None:
            _set(self, distribution=tuple(float(p) for p in self.distribution))
        if self.level is None and (self.expected is not None or self.distribution is not None):
            raise InputError(f"{place}: status {self.status}", "a failed score carries no expected level either")
        if self.level is not None and self.expected is None:
            _set(self, expected=float(self.level))


def _set(record: object, **values: object) -> None:
    for name, value in values.items():
        object.__setattr__(record, name, value)


def _plain(value: object) -> object:
    return [_plain(v) for v in value] if isinstance(value, tuple) else value


def _texts(record: object, names: Iterable[str], error: type[InputError]) -> None:
    for name in names:
        if not isinstance(getattr(record, name), str):
            raise error(f"{type(record).__name__} with {name} = {getattr(record, name)!r:.80}", "it must be text")


def _dimension(value: object, place: str, error: type[InputError]) -> None:
    if value not in DIMENSIONS:
        raise error(f"{place} on {value!r:.60}", f"a dimension is one of {', '.join(DIMENSIONS)}")


def _level(value: object, place: str, error: type[InputError]) -> None:
    whole = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= TOP_LEVEL
    if value is not None and not whole:
        raise error(f"{place}: level {value!r:.60}", f"a level is a whole number from 0 to {TOP_LEVEL}")


def _numbers(values: object, count: int, place: str, what: str) -> tuple[float, ...]:
    if isinstance(values, str) or not isinstance(values, Sequence) or len(values) != count:
        raise ClaimError(f"{place}: {what} {values!r:.80}", f"it must be {count} numbers")
    if not all(isinstance(v, (int, float)) and not isinstance(v, bool) and math.isfinite(v) for v in values):
        raise ClaimError(f"{place}: {what} {values!r:.80}", "every number must be finite")
    return tuple(float(v) for v in values)


def _boxes(boxes: Sequence[Sequence[float]], place: str) -> tuple[TimedBox, ...]:
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


def _span(span: Sequence[float] | None, place: str) -> Span | None:
    if span is None:
        return None
    start, end = _numbers(span, 2, place, "span")
    if not 0 <= start < end:
        raise ClaimError(f"{place}: span {start:g} to {end:g} s", "it is reversed, empty or before the video")
    return start, end
