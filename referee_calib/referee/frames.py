"""What a referee is shown: which frames of the clip, with which box drawn, and which crops.

Localization is judged from whole frames only, because a crop hides what the box missed. Relevance adds
a crop with some context. Timing takes frames over the span and over the whole clip. Pictures are made
only when a backend asks for them; every setting here can change a score and is in the fingerprint.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Hashable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from referee_calib.errors import InputError, VideoError
from referee_calib.records import Claim, Dimension, TimedBox

if TYPE_CHECKING:
    import numpy as np

    from referee_calib.video import Frame

Role = Literal["frame", "crop", "moment"]
Box = tuple[float, float, float, float]
COLOURS: dict[str, tuple[int, int, int]] = {
    "red": (255, 0, 0),
    "lime": (0, 255, 0),
    "magenta": (255, 0, 255),
    "white": (255, 255, 255),
}


@dataclass(slots=True)
class Clip:
    """One video within one scoring pass: the frames that its questions need, decoded once.

    Attributes
    ----------
    video : str
        Path as the claims give it.
    duration : float
        Seconds.
    frames : dict of float to Frame
        By requested time.
    missing : str
        Why some requested times have no frame; empty when all have.
    memo : dict
        Room for a backend's work that several questions share, such as the segmentation of a frame; it
        lives as long as the pass over this video.
    """

    video: str
    duration: float
    frames: dict[float, Frame]
    missing: str = ""
    memo: dict[Hashable, Any] = field(default_factory=dict)

    def frame(self, time: float) -> Frame:
        """Return the frame shown at a requested time, or raise VideoError saying why there is none."""
        found = self.frames.get(time)
        if found is not None:
            return found
        if time > self.duration:
            raise VideoError(f"video {self.video}", f"{time:g} s lies after its end at {self.duration:.3f} s")
        raise VideoError(f"video {self.video}", self.missing or f"no frame was taken at {time:g} s")


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One picture of a question.

    Attributes
    ----------
    role : {"frame", "crop", "moment"}
        Whole frame with the box, crop around the box, or whole frame without a box.
    frame : Frame
        The decoded frame, shared by all questions; never drawn on.
    box : (x1, y1, x2, y2) or None
        The claimed box, normalised.
    inside : bool
        Whether the frame's requested time lies in the claimed span (always True for boxes).
    policy : FramePolicy
        How the picture is drawn.
    """

    role: Role
    frame: Frame
    box: Box | None
    inside: bool
    policy: FramePolicy

    @property
    def time(self) -> float:
        """Requested time in seconds."""
        return self.frame.requested

    @property
    def caption(self) -> str:
        """Name the picture in words, for the prompt."""
        if self.role == "frame":
            return f"the whole frame at {self.time:.2f} s; the {self.policy.colour} box is the claim."
        if self.role == "crop":
            return f"the box at {self.time:.2f} s cut out, with {self.policy.context:.0%} of its size around it."
        return f"the whole frame at {self.time:.2f} s, {'inside' if self.inside else 'outside'} the claimed span."

    @property
    def image(self) -> np.ndarray:
        """Render the picture: uint8, shape (height, width, 3), RGB."""
        from referee_calib import video

        if self.box is None:
            return self.frame.image
        if self.role == "crop":
            return video.crop(self.frame.image, self.box, context=self.policy.context)
        color = COLOURS[self.policy.colour]
        return video.draw(self.frame.image, [self.box], color=color, thickness=self.policy.line_width)


@dataclass(frozen=True, slots=True)
class FramePolicy:
    """Which pictures a question gets.

    Attributes
    ----------
    box_frames : int
        Most frames of a claim that has several boxes; spread evenly over them.
    crop : bool
        Whether relevance also gets a crop of every box.
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
        Of the drawn box, in pixels; a hundredth of the frame's shorter side when not given.
    """

    box_frames: int = 4
    crop: bool = True
    context: float = 0.25
    span_frames: int = 6
    clip_frames: int = 6
    clip_rate: float = 2.0
    colour: str = "red"
    line_width: int | None = None

    def __post_init__(self) -> None:
        counts = (self.box_frames, self.clip_frames, 1 if self.line_width is None else self.line_width)
        if min(counts) < 1 or self.span_frames < 0 or self.clip_rate <= 0 or self.context < 0:
            raise InputError(f"{self}", "counts and rates of a frame policy must be positive")
        if self.colour not in COLOURS:
            raise InputError(f"box colour {self.colour!r}", f"a box is drawn in {', '.join(COLOURS)}")

    def settings(self, *, drawn: bool = True) -> dict[str, Any]:
        """Return what belongs into a fingerprint.

        Parameters
        ----------
        drawn : bool
            False for a backend that reads frames and coordinates: no drawn line and no cut-out can change it.
        """
        style = {"colour", "line_width", "crop"}
        return {key: value for key, value in asdict(self).items() if drawn or key not in style}

    def times(self, claim: Claim, dimension: Dimension, duration: float) -> list[float]:
        """Return the times, in seconds, at which this question needs frames.

        Parameters
        ----------
        claim : Claim
        dimension : {"relevance", "localization", "timing"}
        duration : float
            Of the video, in seconds.

        Returns
        -------
        list of float
        """
        if dimension != "timing" and claim.boxes:
            return [box[0] for box in self._boxes(claim)]
        inside = self._over_span(claim, duration)
        return inside if inside and dimension != "timing" else sorted({*inside, *self.clip_times(duration)})

    def views(self, claim: Claim, dimension: Dimension, clip: Clip) -> tuple[View, ...]:
        """Return the pictures of one question, in the order in which the prompt names them.

        Raises
        ------
        VideoError
            When the clip has no frame at a time that the question needs.
        """
        if dimension == "timing" or not claim.boxes:
            return self._moments(claim, dimension, clip)
        boxes = self._boxes(claim)
        views = [View("frame", clip.frame(b[0]), b[1:], True, self) for b in boxes]
        if dimension == "relevance" and self.crop:
            views += [View("crop", view.frame, view.box, True, self) for view in views]
        return tuple(views)

    def clip_times(self, duration: float) -> list[float]:
        """Return the middles of equal parts of the clip, at most `clip_rate` per second."""
        count = max(1, min(self.clip_frames, math.ceil(duration * self.clip_rate)))
        return [(i + 0.5) * duration / count for i in range(count)]

    def _moments(self, claim: Claim, dimension: Dimension, clip: Clip) -> tuple[View, ...]:
        assert claim.span is not None  # noqa: S101 - a claim has boxes or a span
        start, end = claim.span
        if start >= clip.duration:
            why = f"the span starts at {start:g} s, after its end at {clip.duration:.3f} s"
            raise VideoError(f"video {clip.video}", why)
        times = self.times(claim, dimension, clip.duration)
        return tuple(View("moment", clip.frame(t), None, start <= t <= end, self) for t in times)

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


def open_clip(path: Path, video: str, questions: Iterable[tuple[Claim, Dimension]], policy: FramePolicy) -> Clip:
    """Decode, in one pass, every frame that the questions about one video need.

    Parameters
    ----------
    path : Path
        The video file.
    video : str
        Its name for messages.
    questions : iterable of (claim, dimension)
    policy : FramePolicy

    Returns
    -------
    Clip
        When the file breaks off, with the frames before the break and the reason in `missing`.

    Raises
    ------
    VideoError
        When the file gives no frame at all.
    """
    from referee_calib.video import probe

    duration = probe(path).duration
    wanted = {t for claim, dimension in questions for t in policy.times(claim, dimension, duration)}
    frames, missing = _readable(path, sorted(t for t in wanted if t <= duration))
    return Clip(video=video, duration=duration, frames=frames, missing=missing)


def _readable(path: Path, times: list[float]) -> tuple[dict[float, Frame], str]:
    """Decode all times; where the file breaks, the longest run of early times that can be decoded."""
    from referee_calib.video import frames_at

    try:
        return dict(zip(times, frames_at(path, times), strict=True)), ""
    except VideoError as error:
        whole = error
    found: dict[float, Frame] = {}

    def breaks(count: int) -> bool:
        try:
            found.update(zip(times[:count], frames_at(path, times[:count]), strict=True))
        except VideoError:
            return True
        return False

    bisect_right(range(1, len(times) + 1), False, key=breaks)
    if not found:
        raise whole
    return found, str(whole)
