"""Probes of place and time: right words, evidence that is too much, too little, elsewhere or at another time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from referee_calib import geometry
from referee_calib.perturb.base import one_of
from referee_calib.perturb.boxes import with_boxes
from referee_calib.perturb.pixels import rendering
from referee_calib.perturb.table import On
from referee_calib.perturb.times import later
from referee_calib.perturb.wrong import Distractor
from referee_calib.probes.base import Group, Need, Probe, Reply, Start, one
from referee_calib.records import Claim

ELSEWHERE = 0.1  # temporal overlap below which a span is another one
_AREAS = {
    "whole_frame": ("the whole frame", (0.0, 0.0, 1.0, 1.0)),
    "central_half": ("the central half of the frame", (0.25, 0.25, 0.75, 0.75)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Area(Probe):
    """A box that needs no look: the whole frame, or its middle."""

    area: Literal["whole_frame", "central_half"] = "whole_frame"

    def __post_init__(self) -> None:
        one_of("area", self.area, tuple(_AREAS))

    @property
    def key(self) -> str:
        """Unique name."""
        return self.area

    @property
    def title(self) -> str:
        """The same for people."""
        return _AREAS[self.area][0]

    def __call__(self, start: Start) -> Reply | None:
        """Return the reply."""
        corners = _AREAS[self.area][1]
        return one(with_boxes(start.claim, [(t, *corners) for t in dict.fromkeys(b[0] for b in start.claim.boxes)]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch(Probe):
    """A span that needs no look, or says next to nothing: the whole video, or one frame of the right place."""

    span: Literal["whole_video", "one_frame"] = "whole_video"
    on: ClassVar[tuple[On, ...]] = ("span",)
    group: ClassVar[Group] = "time"

    def __post_init__(self) -> None:
        one_of("span", self.span, ("whole_video", "one_frame"))

    @property
    def key(self) -> str:
        """Unique name."""
        return self.span

    @property
    def title(self) -> str:
        """The same for people."""
        return "the whole video" if self.span == "whole_video" else "a span of one frame"

    def __call__(self, start: Start) -> Reply | None:
        """Return the reply."""
        if start.claim.span is None or not start.duration or not start.fps:
            return None
        if self.span == "whole_video":
            return one(replace(start.claim, span=(0.0, start.duration), id=""))
        middle = sum(start.claim.span) / 2
        return one(replace(start.claim, span=(middle, middle + 1 / start.fps), id=""))


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherThing(Probe):
    """The right name on the box of another thing."""

    of: Literal["same_class", "other_class"] = "same_class"

    def __post_init__(self) -> None:
        one_of("of", self.of, ("same_class", "other_class"))

    @property
    def key(self) -> str:
        """Unique name."""
        return "same_class_distractor" if self.of == "same_class" else "right_name_wrong_box"

    @property
    def title(self) -> str:
        """The same for people."""
        kind = "of the same class" if self.of == "same_class" else "of another class"
        return f"the right name on a thing {kind}"

    def __call__(self, start: Start) -> Reply | None:
        """Return the reply."""
        return one(distractor(start, self.of))


@dataclass(frozen=True, slots=True, kw_only=True)
class Away(Probe):
    """The same evidence some seconds later or earlier, where it is known to be wrong or the video is over.

    Attributes
    ----------
    seconds : float
        Positive is late.
    """

    seconds: float = 1.0
    on: ClassVar[tuple[On, ...]] = ("boxes", "span")
    group: ClassVar[Group] = "time"

    @property
    def key(self) -> str:
        """Unique name."""
        return f"{'late' if self.seconds > 0 else 'early'}_{abs(self.seconds):g}"

    @property
    def title(self) -> str:
        """The same for people."""
        return f"{abs(self.seconds):g} s too {'late' if self.seconds > 0 else 'early'}"

    def __call__(self, start: Start) -> Reply | None:
        """Return the reply."""
        if start.on == "boxes":
            made = later(start.claim, self.seconds, float("inf"))
            return one(made) if made is not None and not_there(start, made.boxes) else None
        if start.claim.span is None or start.claim.span[0] + self.seconds < 0:
            return None
        begin, end = (time + self.seconds for time in start.claim.span)
        far = float(geometry.tiou((begin, end), start.claim.span)) < ELSEWHERE
        return one(replace(start.claim, span=(begin, end), id="")) if far else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retimed(Probe):
    """The claim stays, the pictures move: the video played backwards, or shown some seconds ahead.

    Attributes
    ----------
    ahead : float
        Seconds; 0 plays the video backwards.
    """

    ahead: float = 0.0
    on: ClassVar[tuple[On, ...]] = ("boxes", "span")
    needs: ClassVar[frozenset[Need]] = frozenset({"frames"})
    group: ClassVar[Group] = "pictures"

    @property
    def key(self) -> str:
        """Unique name."""
        return f"frames_ahead_{self.ahead:g}" if self.ahead else "reversed_clip"

    @property
    def title(self) -> str:
        """The same for people."""
        return f"pictures of {self.ahead:g} s later under the same claim" if self.ahead else "the clip played backwards"

    def __call__(self, start: Start) -> Reply | None:
        """Return the reply."""
        if not start.duration or not start.pictures:
            return None
        if not self._wrong(start, start.duration):
            return None
        change = f"ahead-{round(1000 * self.ahead)}" if self.ahead else "reversed"
        return one(replace(start.claim, video=rendering(change, start.claim.video), id=""))

    def _wrong(self, start: Start, duration: float) -> bool:
        """Tell whether what is now shown at the claim's times is known to be something else."""
        claim = start.claim
        if start.on == "span" and claim.span is not None:
            begin, end = (self._shown(time, duration) for time in claim.span)
            return float(geometry.tiou(tuple(sorted((begin, end))), claim.span)) < ELSEWHERE if begin != end else False
        boxes = [(self._shown(box[0], duration), *box[1:]) for box in claim.boxes]
        return min(box[0] for box in boxes) >= 0 and not_there(start, boxes)

    def _shown(self, time: float, duration: float) -> float:
        return (time + self.ahead) % duration if self.ahead else duration - time


def distractor(start: Start, of: Literal["same_class", "other_class", "any"]) -> Claim | None:
    """Return the claim on another thing's box, where that thing is known to be another one."""
    made = start.moved(Distractor(known=start.known, of=of))
    if made is None or not (start.telling.wrong_place(made) and start.telling.wrong_thing(made)):
        return None
    return made


def not_there(start: Start, boxes: Sequence[tuple[float, ...]]) -> bool:
    """Tell whether the named thing is known to be elsewhere at these boxes, or the video is over by then."""
    if start.duration is not None and min(box[0] for box in boxes) > start.duration:
        return True
    if start.duration is not None and max(box[0] for box in boxes) > start.duration:
        return False
    return start.telling.wrong_place(with_boxes(start.claim, [tuple(box) for box in boxes]))  # type: ignore[misc]
