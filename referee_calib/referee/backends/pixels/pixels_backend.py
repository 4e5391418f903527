"""The embedded referee: judges colour-and-shape phrases by looking at pixels.

What it can judge: things of one plain colour and one plain shape ("red ball", "the yellow star") on
grounds of another colour, and, for spans, when such a thing is in view, or hidden between two sights
(less than half of its usual size is seen). It looks up the colour in HSV,
takes connected patches, and compares their outlines with shapes that it draws itself.

What it cannot: anything else, and then it says ``unsupported`` with the reason. It is fooled by things
that touch another thing of their colour, by things hidden in part (their outline is unclear, and what
can be seen of them is smaller than they are); it cannot tell two equal things apart, nor whether a
moment is the one that is asked about. It reads the
claim's phrase, the question, box and span; never the answer, the reasoning or the reference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

from referee_calib.errors import InputError
from referee_calib.referee.backends.pixels.phrase_words import Phrase, asked_about, event_in, read_phrase
from referee_calib.referee.backends.pixels.shape_detector import Patch, patches, working_copy
from referee_calib.referee.frame_policy.policy import FramePolicy
from referee_calib.referee.frame_policy.rendered_views import Box, Clip, View
from referee_calib.referee.question import Question, Reply
from referee_calib.video import Frame

VERSION = "1"

# It judges on five levels; on a scale of other length its level is the same share of that scale.
_TOP = 4.0
# Overlap with what is seen -> level, after the default rubric's sentences: half is level 2, a visible slip of an
# edge level 3; from the overlap at which two careful people's boxes differ (IoU 0.88) it is right.
_OVERLAPS = (0.0, 0.25, 0.5, 0.72, 0.88)
# Level of a sure sight, by what the named thing is to the question.
_ASKED, _MENTIONED, _ALIKE, _OTHER = 4.0, 2.0, 1.0, 0.0

FRAMES = FramePolicy(box_frames=8, crop=False, span_frames=0, clip_frames=64, clip_rate=8.0)


@dataclass(frozen=True)
class PixelsBackend:
    """Looks at pixels."""

    reads_words = False  # neither the prompt's words nor the drawing style reach it
    cacheable = False  # looking again is cheaper than looking up
    deterministic = True  # the same frame gives the same answer, so that repeats would measure nothing

    longest_side: int = 480  # frames are made smaller to this many pixels
    smallest_share: float = 0.0003  # least area of a patch as a share of the frame
    # pixels, at the working size, by which an edge may be off without counting: compression blurs as much
    slip: float = 1.5
    # what a patch of the right colour and unclear outline counts, between not the thing (0) and the thing (1). Above a
    # half: what is hidden in part is more often the thing that is named than another one
    unclear: float = 0.75
    in_view: float = 0.4  # least certainty at which a patch counts as the thing at a sampled time

    def __post_init__(self) -> None:
        shares = (self.smallest_share, self.unclear, self.in_view)
        if self.longest_side < 32 or self.slip < 0 or not all(0 <= share <= 1 for share in shares):
            raise InputError(f"{self}", "sides are at least 32 pixels, a slip is not negative, shares lie in 0 to 1")

    def settings(self) -> dict[str, Any]:
        """Return version and thresholds."""
        return {"backend": "pixels", "version": VERSION, **asdict(self)}

    def describe(self) -> dict[str, Any]:
        """Return the settings and what it can and cannot judge."""
        can = "things of one plain colour and one plain shape, and when they are in view or hidden"
        cannot = (
            "anything else (status unsupported); it is misled by hidden parts, merged things, equal things and moments"
        )
        return {**self.settings(), "what": "Looks at pixels; no model.", "can": can, "cannot": cannot}

    def answer(self, question: Question) -> Reply:
        """Judge one question."""
        judge = {"relevance": self._relevance, "localization": self._localization, "timing": self._timing}
        judged = judge[question.dimension](question)
        if isinstance(judged, str):
            return Reply(status="unsupported", reason=judged)
        expected, said = judged
        expected = min(max(expected, 0.0), _TOP) * (question.rubric[question.dimension].top / _TOP)
        return Reply(text=f"{said}\nLevel: {question.answers[int(expected + 0.5)]}", expected=expected)

    def _localization(self, question: Question) -> tuple[float, str] | str:
        phrase = read_phrase(question.claim.object)
        if isinstance(phrase, str):
            return _unreadable("claim", question.claim.object, phrase)
        fits = [self._fit(phrase, view, question.clip) for view in question.views]
        return sum(fits) / len(fits), f"{phrase}: fit of the box " + ", ".join(f"{fit:.2f}" for fit in fits)

    def _relevance(self, question: Question) -> tuple[float, str] | str:
        named = read_phrase(question.claim.phrase) if question.claim.object else None
        if isinstance(named, str):
            return _unreadable("claim", question.claim.object, named)
        wanted = asked_about(question.claim.question)
        if isinstance(wanted, str):
            return _unreadable("question", question.claim.question, wanted)
        named = named or wanted[0]
        worth = _worth(named, wanted)
        shown = self._in_boxes(named, question) if question.claim.boxes else self._in_span(named, question)
        return worth * shown, f"{named}: worth {worth:g} to the question, shown with certainty {shown:.2f}"

    def _timing(self, question: Question) -> tuple[float, str] | str:
        wanted = asked_about(question.claim.question)
        phrase = wanted[0] if not isinstance(wanted, str) else read_phrase(question.claim.object)
        if isinstance(phrase, str):
            return _unreadable("question", question.claim.question, phrase)
        event = event_in(question.claim.question)
        if event is None:
            return _unreadable("question", question.claim.question, "no event that it knows (in view, hidden)")
        assert question.claim.span is not None  # noqa: S101 - timing is asked of spans only
        found, step = self._spans(phrase, event, question)
        overlap = max((_overlap(question.claim.span, span, step / 2) for span in found), default=0.0)
        listed = ", ".join(f"{start:.2f}-{end:.2f} s" for start, end in found) or "never"
        return _level(overlap), f"{phrase}: {event} {listed}; overlap with the span {overlap:.2f}"

    def _fit(self, phrase: Phrase, view: View, clip: Clip) -> float:
        """Level of a box, weighted by how surely the best patch is the named thing."""
        box = _box_of(view)
        height, width = view.frame.image.shape[:2]
        scale = min(1.0, self.longest_side / max(height, width))
        slip = (self.slip / (width * scale), self.slip / (height * scale))
        seen = self._patches(phrase.colour, view.frame, clip)
        return max((self._sure(patch, phrase) * _level(_iou(box, patch.box, slip)) for patch in seen), default=0.0)

    def _in_boxes(self, phrase: Phrase, question: Question) -> float:
        """How surely the boxes show the thing; a cut-out would tell no more than its frame."""
        frames = [view for view in question.views if view.role == "frame"]
        shown = frames or [view for view in question.views if view.role == "crop"]
        sights = [self._sight(phrase, view, question.clip) for view in shown]
        return sum(sights) / len(sights)

    def _in_span(self, phrase: Phrase, question: Question) -> float:
        """Share of the span in which what is asked about happens; half of it is enough."""
        start, end = question.claim.span or (0.0, 0.0)
        found, _ = self._spans(phrase, event_in(question.claim.question) or "in view", question)
        longest = max((min(end, last) - max(start, first) for first, last in found), default=0.0)
        return min(1.0, 2 * max(longest, 0.0) / (end - start))

    def _sight(self, phrase: Phrase, view: View, clip: Clip) -> float:
        """How surely the named thing, or half of it, is in the box or in the context around it."""
        area = _widened(_box_of(view), view.style.context)
        seen = self._patches(phrase.colour, view.frame, clip)
        return max((self._sure(p, phrase) * min(1.0, 2 * _share_within(p.box, area)) for p in seen), default=0.0)

    def _sure(self, patch: Patch, phrase: Phrase) -> float:
        return 1.0 if phrase.shape == "any" else patch.shapes[phrase.shape] + self.unclear * patch.unclear

    def _spans(self, phrase: Phrase, event: str, question: Question) -> tuple[list[tuple[float, float]], float]:
        """When the event happens, each stretch and all of them together, and the sampling step."""
        clip = question.clip
        key = ("spans", self, phrase, event)
        if key not in clip.memo:
            sizes = [self._seen_size(phrase, clip.frame(t), clip) for t in clip.overview]
            step = (clip.duration - clip.begin) / len(clip.overview)
            spans = (_gaps if event == "hidden" else _stretches)(sizes, step)
            clip.memo[key] = [(clip.begin + start, clip.begin + end) for start, end in spans], step
        found: tuple[list[tuple[float, float]], float] = clip.memo[key]
        return found

    def _seen_size(self, phrase: Phrase, frame: Frame, clip: Clip) -> float:
        """Area of the largest patch that counts as the thing, as a share of the frame; 0 when none does."""
        seen = self._patches(phrase.colour, frame, clip)
        return max((patch.size for patch in seen if self._sure(patch, phrase) >= self.in_view), default=0.0)

    def _patches(self, colour: str, frame: Frame, clip: Clip) -> tuple[Patch, ...]:
        key = ("patches", self, frame.pts, colour)
        if key not in clip.memo:
            hsv = working_copy(frame.image, self.longest_side)
            smallest = max(12, round(self.smallest_share * hsv.shape[0] * hsv.shape[1]))
            clip.memo[key] = patches(hsv, colour, smallest)
        found: tuple[Patch, ...] = clip.memo[key]
        return found


def _worth(named: Phrase, wanted: Sequence[Phrase]) -> float:
    """Level that a sure sight of the named thing earns: the question's first phrase is what it asks about."""
    asked, *mentioned = wanted
    if _same(named, asked):
        return _ASKED
    if any(_same(named, other) for other in mentioned):
        return _MENTIONED
    return _ALIKE if named.colour == asked.colour or named.shape == asked.shape else _OTHER


def _same(a: Phrase, b: Phrase) -> bool:
    return a.colour == b.colour and (a.shape == b.shape or "any" in (a.shape, b.shape))


def _level(overlap: float) -> float:
    """Turn an overlap into an expected level, linear between the anchors."""
    for level in range(1, len(_OVERLAPS)):
        low, high = _OVERLAPS[level - 1], _OVERLAPS[level]
        if overlap < high:
            return level - 1 + (overlap - low) / (high - low)
    return _TOP


def _iou(box: Box, seen: Box, slip: tuple[float, float]) -> float:
    """Overlap after each edge of the box is moved towards what is seen by up to the slip."""
    x1, y1, x2, y2 = (_nearer(box[i], seen[i], slip[i % 2]) for i in range(4))
    across = min(x2, seen[2]) - max(x1, seen[0])
    down = min(y2, seen[3]) - max(y1, seen[1])
    if across <= 0 or down <= 0:
        return 0.0
    both = across * down
    return both / ((x2 - x1) * (y2 - y1) + (seen[2] - seen[0]) * (seen[3] - seen[1]) - both)


def _overlap(span: tuple[float, float], seen: tuple[float, float], slip: float) -> float:
    start, end = (_nearer(span[i], seen[i], slip) for i in range(2))
    both = min(end, seen[1]) - max(start, seen[0])
    return max(both, 0.0) / (max(end, seen[1]) - min(start, seen[0]))


def _nearer(value: float, target: float, most: float) -> float:
    return value + min(max(target - value, -most), most)


def _widened(box: Box, context: float) -> Box:
    dx, dy = context * (box[2] - box[0]), context * (box[3] - box[1])
    return box[0] - dx, box[1] - dy, box[2] + dx, box[3] + dy


def _share_within(box: Box, area: Box) -> float:
    across = min(box[2], area[2]) - max(box[0], area[0])
    down = min(box[3], area[3]) - max(box[1], area[1])
    return max(across, 0.0) * max(down, 0.0) / ((box[2] - box[0]) * (box[3] - box[1]))


def _box_of(view: View) -> Box:
    assert view.box is not None  # noqa: S101 - frames and crops carry their box
    return view.box


def _stretches(sizes: Sequence[float], step: float) -> list[tuple[float, float]]:
    """Merge samples in which the thing is seen into stretches of time, and add their hull."""
    runs = _runs([size > 0 for size in sizes])
    found = [(a * step, b * step) for a, b in runs]
    return [*found, (found[0][0], found[-1][1])] if len(found) > 1 else found


def _gaps(sizes: Sequence[float], step: float) -> list[tuple[float, float]]:
    """Find the stretches between two sights in which less than half of the thing is seen."""
    seen = sorted(size for size in sizes if size > 0)
    if not seen:
        return []
    usual = seen[len(seen) // 2]
    runs = _runs([size >= usual / 2 for size in sizes])
    return [(before[1] * step, after[0] * step) for before, after in pairwise(runs)]


def _runs(seen: Sequence[bool]) -> list[tuple[int, int]]:
    """Return first and one past the last of every run, forgiving one missed sample."""
    closed = [s or (0 < i < len(seen) - 1 and seen[i - 1] and seen[i + 1]) for i, s in enumerate(seen)]
    starts = [i for i, s in enumerate(closed) if s and (i == 0 or not closed[i - 1])]
    ends = [i + 1 for i, s in enumerate(closed) if s and (i + 1 == len(closed) or not closed[i + 1])]
    return list(zip(starts, ends, strict=True))


def _unreadable(where: str, text: str, why: str) -> str:
    return f"the {where} {' '.join(text.split())[:80]!r} holds {why}"
