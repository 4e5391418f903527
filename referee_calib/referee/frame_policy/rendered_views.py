"""What a picture of a question shows, and the decoded frames it is made from.

A view names a frame, a box and how to draw; it renders itself when its picture is asked for. The clip keeps the
frames of one video, and the latest pictures, so that the questions about a claim share theirs.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from referee_calib.errors import VideoError
from referee_calib.referee.frame_policy.encoded_picture import Encoding, Picture, encode, size_within_budget
from referee_calib.referee.prompting.prompt_words import Caption

if TYPE_CHECKING:
    import numpy as np

    from referee_calib.video import Frame, Outline

Role = Literal["frame", "crop", "moment"]
Box = tuple[float, float, float, float]
COLOURS: dict[str, tuple[int, int, int]] = {
    "red": (255, 0, 0),
    "lime": (0, 255, 0),
    "magenta": (255, 0, 255),
    "white": (255, 255, 255),
}
_CACHED_PICTURES = 64  # of one video: enough for the dimensions of a claim to share theirs


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureStyle:
    """How a picture is drawn, sized and encoded; :class:`~.policy.FramePolicy` says what each setting means."""

    colour: str
    line_width: int | None
    outline: Outline
    context: float
    longest_side: int
    most_pixels: int
    shortest_side: int
    encoding: Encoding
    quality: int


@dataclass(slots=True)
class Clip:
    """One video within one scoring pass: the frames that its questions need, decoded once.

    Attributes
    ----------
    video : str
        Path as the claims give it.
    duration : float
        When it ends, in seconds on the clock of its claims.
    frames : dict of float to Frame
        By requested time.
    missing : str
        Why some requested times have no frame; empty when all have.
    overview : list of float
        Times that the frame policy spreads over the whole clip.
    begin : float
        When its first frame is shown, in seconds on that clock.
    memo : dict
        Room for a backend's work that several questions share, such as the segmentation of a frame; it
        lives as long as the pass over this video.
    """

    video: str
    duration: float
    frames: dict[float, Frame]
    missing: str = ""
    overview: list[float] = field(default_factory=list)
    begin: float = 0.0
    memo: dict[Hashable, Any] = field(default_factory=dict)
    _pictures: OrderedDict[Hashable, tuple[np.ndarray, Picture]] = field(default_factory=OrderedDict, repr=False)

    def picture(self, view: View) -> Picture:
        """Return a view's encoded picture; questions that show the same share the same bytes.

        The latest few are kept. Single steps on the dictionary are atomic, so threads may ask at once.
        """
        key = (view.role, view.frame.pts, view.box, view.style)
        kept = self._pictures.get(key)
        if kept is not None and kept[0] is view.frame.image:
            return kept[1]
        picture = view.picture
        self._pictures[key] = (view.frame.image, picture)
        if len(self._pictures) > _CACHED_PICTURES:
            self._pictures.popitem(last=False)
        return picture

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
    style : PictureStyle
    """

    role: Role
    frame: Frame
    box: Box | None
    inside: bool
    style: PictureStyle

    @property
    def time(self) -> float:
        """Requested time in seconds."""
        return self.frame.requested

    @property
    def caption(self) -> Caption:
        """Name the picture, for the prompt to put into words."""
        values = {"time": f"{self.time:.2f}", "colour": self.style.colour, "context": f"{self.style.context:.0%}"}
        if self.role == "frame":
            return Caption("frame_corners" if self.style.outline == "corners" else "frame", values)
        return Caption("crop" if self.role == "crop" else "inside_span" if self.inside else "outside_span", values)

    @property
    def image(self) -> np.ndarray:
        """Render the picture, within the size budget: uint8, shape (height, width, 3), RGB.

        The box is drawn after the frame was made smaller, so that its line is as wide as the style says.
        """
        from referee_calib.video import crop, draw, pad

        style = self.style
        if self.role == "crop" and self.box is not None:
            cut = crop(self.frame.image, self.box, context=style.context)
            return pad(_sized(cut, style, style.shortest_side), style.shortest_side)
        image = _sized(self.frame.image, style, 0)
        if self.role == "moment" or self.box is None:
            return image
        color = COLOURS[style.colour]
        return draw(image, [self.box], color=color, thickness=style.line_width, outline=style.outline)

    @property
    def picture(self) -> Picture:
        """The rendered picture as it is sent; :meth:`Clip.picture` keeps it for the next question."""
        return encode(self.image, self.style.encoding, self.style.quality)


def _sized(image: np.ndarray, style: PictureStyle, shortest: int) -> np.ndarray:
    from referee_calib.video import resize

    budget = {"longest": style.longest_side, "pixels": style.most_pixels}
    return resize(image, *size_within_budget(*image.shape[:2], **budget, shortest=shortest))
