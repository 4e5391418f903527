"""What a referee is shown: which frames of the clip, with which box drawn, and which crops.

Localization is judged from whole frames only, under every policy, because a crop hides what the box missed.
Relevance adds a crop with some context, after the frames, so that both questions about a claim begin with
the same pictures. Timing takes frames over the span and over the whole clip. Pictures are made only when a
backend asks for them; every setting here can change a score and is in the fingerprint.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from referee_calib.errors import InputError, VideoError
from referee_calib.records import END_ROUNDING, Claim, Clock, Dimension, TimedBox
from referee_calib.referee.frame_policy.encoded_picture import Encoding
from referee_calib.referee.frame_policy.rendered_views import COLOURS, Clip, PictureStyle, View

if TYPE_CHECKING:
    from referee_calib.video import Frame, Outline

_OUTLINES = ("solid", "dashed", "corners")
_STYLE = {one.name for one in fields(PictureStyle)}
_SHOWN = _STYLE - {"context"} | {"whole", "crop", "over_span"}


@dataclass(frozen=True, slots=True)
class FramePolicy:
    """Which pictures a question gets.

    Attributes
    ----------
    box_frames : int
        Most frames of a claim that has several boxes; spread evenly over them.
    whole : bool
        Whether relevance gets the whole frames with the box. Localization always does.
    crop : bool
        Whether relevance gets a crop of every box, after the frames.
    over_span : bool
        Whether relevance of a claim with boxes and a span also gets frames over the span, last.
    context : float
        Margin of the crop, as a share of the box's width and height on each side.
    span_frames : int
        Frames spread over the span, for timing and for the relevance of a claim without boxes; with 0 both
        get the frames of the whole clip.
    clip_frames : int
        Most frames spread over the whole clip, for timing.
    clip_rate : float
        Most frames per second of those.
    colour : str
        Of the drawn box; named in the caption.
    line_width : int, optional
        Of the drawn box, in pixels of the picture; a hundredth of its shorter side, at least 2, when not given.
    outline : {"solid", "dashed", "corners"}
        Of the drawn box.
    longest_side : int
        Pictures are made smaller to this many pixels on their longer side, here and not by a server, because
        servers differ in how they do it and may refuse to be told.
    most_pixels : int
        Most pixels of a picture altogether.
    shortest_side : int
        Crops are enlarged to this many pixels on their shorter side, and padded with grey where that would break
        the budget: vision encoders refuse pictures of a few pixels, and very long ones.
    encoding : {"jpeg", "png"}
        See :mod:`referee_calib.referee.frame_policy.encoded_picture`.
    quality : int
        Of a JPEG.
    """

    box_frames: int = 4
    whole: bool = True
    crop: bool = True
    over_span: bool = False
    context: float = 0.25
    span_frames: int = 6
    clip_frames: int = 6
    clip_rate: float = 2.0
    colour: str = "red"
    line_width: int | None = None
    outline: Outline = "solid"
    longest_side: int = 1024
    most_pixels: int = 1024 * 768
    shortest_side: int = 56
    encoding: Encoding = "jpeg"
    quality: int = 90

    def __post_init__(self) -> None:
        counts = (self.box_frames, self.clip_frames, 1 if self.line_width is None else self.line_width)
        rates = 0 < self.clip_rate < math.inf and 0 <= self.context < math.inf  # nan is neither
        if min(counts) < 1 or self.span_frames < 0 or not rates:
            raise InputError(f"{self}", "counts and rates of a frame policy must be positive, and finite")
        if not (self.whole or self.crop):
            raise InputError(f"{self}", "relevance would be judged without a picture", "Set whole or crop.")
        sides = 0 <= self.shortest_side <= self.longest_side and self.longest_side >= 32 and self.most_pixels >= 1024
        if not sides or self.shortest_side**2 > self.most_pixels or not 1 <= self.quality <= 100:
            why = "sides are 32 pixels or more, the shortest fits into the budget, quality lies in 1 to 100"
            raise InputError(f"{self}", why)
        _one_of("box colour", self.colour, COLOURS)
        _one_of("outline", self.outline, _OUTLINES)
        _one_of("encoding", self.encoding, ("jpeg", "png"))

    @classmethod
    def named(cls, name: str) -> FramePolicy:
        """Return a policy by its name.

        Parameters
        ----------
        name : {"both", "frame", "crop", "span"}
            ``both``: relevance sees the whole frame with the box and a crop of it. ``frame``: the whole frame
            alone. ``crop``: the crop alone; localization sees whole frames all the same, because a crop cannot
            show what the box missed. ``span``: the whole frame, and frames over the claim's span without a box.

        Returns
        -------
        FramePolicy
            Change single settings with `dataclasses.replace`.

        Raises
        ------
        InputError
            For an unknown name.
        """
        _one_of("frame policy", name, POLICIES)
        return cls(**POLICIES[name])

    def settings(self, *, drawn: bool = True) -> dict[str, Any]:
        """Return what belongs into a fingerprint.

        Parameters
        ----------
        drawn : bool
            False for a backend that reads frames and coordinates: no drawn line and no cut-out can change it.
        """
        return {key: value for key, value in asdict(self).items() if drawn or key not in _SHOWN}

    @property
    def style(self) -> PictureStyle:
        """How its pictures are drawn."""
        return PictureStyle(**{name: getattr(self, name) for name in _STYLE})

    def times(self, claim: Claim, dimension: Dimension, duration: float, begin: float = 0.0) -> list[float]:
        """Return the times, in seconds, at which this question needs frames.

        Parameters
        ----------
        claim : Claim
        dimension : {"relevance", "localization", "timing"}
        duration : float
            When the video ends, in seconds on the clock of the claim.
        begin : float
            When its first frame is shown, in seconds on that clock.
        """
        if dimension != "timing" and claim.boxes:
            also = self._over_span(claim, duration) if self.over_span and dimension == "relevance" else []
            return sorted({*(box[0] for box in self._boxes(claim)), *also})
        inside = self._over_span(claim, duration)
        return inside if inside and dimension != "timing" else sorted({*inside, *self.clip_times(duration, begin)})

    def views(self, claim: Claim, dimension: Dimension, clip: Clip) -> tuple[View, ...]:
        """Return the pictures of one question, in the order in which the prompt names them.

        Raises
        ------
        VideoError
            When the clip has no frame at a time that the question needs.
        """
        if dimension == "timing" or not claim.boxes:
            return self._moments(claim, dimension, clip)
        style = self.style
        frames = [View("frame", clip.frame(b[0]), b[1:], True, style) for b in self._boxes(claim)]
        if dimension == "localization":
            return tuple(frames)
        crops = [View("crop", view.frame, view.box, True, style) for view in frames] if self.crop else []
        moments = self._over_span(claim, clip.duration) if self.over_span else []
        over = [View("moment", clip.frame(t), None, True, style) for t in moments]
        return (*(frames if self.whole else ()), *crops, *over)

    def clip_times(self, duration: float, begin: float = 0.0) -> list[float]:
        """Return the middles of equal parts of the clip from its first frame on, at most `clip_rate` per second."""
        length = duration - begin
        count = max(1, min(self.clip_frames, math.ceil(length * self.clip_rate)))
        return [begin + (i + 0.5) * length / count for i in range(count)]

    def _moments(self, claim: Claim, dimension: Dimension, clip: Clip) -> tuple[View, ...]:
        assert claim.span is not None  # noqa: S101 - a claim has boxes or a span
        start, end = claim.span
        if start >= clip.duration:
            why = f"the span starts at {start:g} s, after its end at {clip.duration:.3f} s"
            raise VideoError(f"video {clip.video}", why)
        times = self.times(claim, dimension, clip.duration, clip.begin)
        style = self.style
        return tuple(View("moment", clip.frame(t), None, start <= t <= end, style) for t in times)

    def _boxes(self, claim: Claim) -> tuple[TimedBox, ...]:
        """Pick at most `box_frames` boxes, the first and the last among them."""
        n, most = len(claim.boxes), self.box_frames
        if n <= most:
            return claim.boxes
        return tuple(claim.boxes[round(i * (n - 1) / max(most - 1, 1))] for i in range(most))

    def _over_span(self, claim: Claim, duration: float) -> list[float]:
        if claim.span is None or claim.span[0] >= duration:
            return []
        start, end = claim.span[0], min(claim.span[1], duration)
        return [start + (i + 0.5) * (end - start) / self.span_frames for i in range(self.span_frames)]


POLICIES: dict[str, dict[str, Any]] = {
    "both": {},
    "frame": {"crop": False},
    "crop": {"whole": False},
    "span": {"crop": False, "over_span": True},
}


def _one_of(what: str, value: str, known: Iterable[str]) -> None:
    if value not in known:
        raise InputError(f"{what} {value!r:.60}", f"known are {', '.join(known)}")


def open_clip(
    path: Path,
    video: str,
    questions: Iterable[tuple[Claim, Dimension]],
    policy: FramePolicy,
    clock: Clock = "file",
) -> Clip:
    """Decode, in one pass, every frame that the questions about one video need.

    Of a file that breaks off these are the frames before the break, with the reason in `missing`.
    """
    from referee_calib.video import probe

    info = probe(path)
    duration, begin = info.ends_at(clock), info.starts_at(clock)
    wanted = {t for claim, dimension in questions for t in policy.times(claim, dimension, duration, begin)}
    frames, missing = _readable(path, sorted(t for t in wanted if t <= duration + END_ROUNDING), clock)
    overview = policy.clip_times(duration, begin)
    return Clip(video=video, duration=duration, frames=frames, missing=missing, overview=overview, begin=begin)


def _readable(path: Path, times: list[float], clock: Clock) -> tuple[dict[float, Frame], str]:
    """Decode all times; where the file breaks, the longest run of early times that can be decoded."""
    from referee_calib.video import frames_at

    try:
        return dict(zip(times, frames_at(path, times, clock=clock), strict=True)), ""
    except VideoError as error:
        whole = error
    found: dict[float, Frame] = {}

    def breaks(count: int) -> bool:
        try:
            found.update(zip(times[:count], frames_at(path, times[:count], clock=clock), strict=True))
        except VideoError:
            return True
        return False

    bisect_right(range(1, len(times) + 1), False, key=breaks)
    if not found:
        raise whole
    return found, str(whole)
