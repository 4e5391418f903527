"""Changes of what is shown, while the claim stays as it is.

A changed video is a video: the perturbed claim names a rendering of its own, with the same length, size and frame
times (:mod:`referee_calib.perturbation.harness.rendered_media` makes it), so that every reward scores it in its
ordinary way and the same claim can be shown to people. How the box is drawn belongs to a referee's frame policy and
not to the video, so :class:`OverlayStyle` leaves the claim alone and changes the reward that is asked
(:meth:`Perturbation.shown`); a reward that sees no drawing is not asked.
"""

from __future__ import annotations

import zlib
from abc import abstractmethod
from dataclasses import dataclass, is_dataclass, replace
from typing import Any, ClassVar

from referee_calib.errors import InputError
from referee_calib.perturbation.families.perturbation import Dice, Known, Perturbation, Unit
from referee_calib.perturbation.families.reference_objects import overlap
from referee_calib.records import Claim

FOLDER = "_perturbed"  # within a folder of media, where renderings lie


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedChange(Perturbation):
    """The same claim about a changed rendering of its video."""

    unit: ClassVar[Unit] = ""

    @abstractmethod
    def video(self, claim: Claim, rng: Dice) -> str | None:
        """Name the rendering, or None where it does not apply."""

    def __call__(self, claim: Claim, rng: Dice, *, duration: Known = None, fps: Known = None) -> Claim | None:
        video = self.video(claim, rng)
        return None if video is None else replace(claim, video=video, id="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank(RenderedChange):
    """Wrong evidence: grey frames."""

    wrong: ClassVar[bool] = True
    key: ClassVar[str] = "blank"

    def video(self, claim: Claim, rng: Dice) -> str | None:
        return rendered_path("blank", claim.video)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirrored(RenderedChange):
    """Wrong evidence: frames with left and right exchanged, where the box then misses its object.

    Attributes
    ----------
    most : float
        IoU of each box with its mirror image: below it, or it does not apply.
    """

    most: float = 0.1
    wrong: ClassVar[bool] = True
    key: ClassVar[str] = "mirrored"

    def video(self, claim: Claim, rng: Dice) -> str | None:
        clear = all(
            overlap((x1, y1, x2, y2), (1 - x2, y1, 1 - x1, y2)) < self.most for _, x1, y1, x2, y2 in claim.boxes
        )
        return rendered_path("mirrored", claim.video) if claim.boxes and clear else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reencoded(RenderedChange):
    """The same frames, compressed harder.

    Attributes
    ----------
    crf : int
        x264's constant rate factor, 0 to 51; 23 is its default, 35 shows to a person who looks for it.
    """

    crf: int = 35

    def __post_init__(self) -> None:
        Perturbation.__post_init__(self)
        if isinstance(self.crf, bool) or not isinstance(self.crf, int) or not 0 <= self.crf <= 51:
            raise InputError(f"crf={self.crf!r:.40}", "it is a whole number from 0 to 51")

    key: ClassVar[str] = "reencoded"

    def video(self, claim: Claim, rng: Dice) -> str | None:
        return rendered_path(f"reencoded-{self.crf}", claim.video)


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherVideo(RenderedChange):
    """Wrong evidence: the frames of another video, at the claim's times.

    Which one follows from the videos' names alone, so that one rendering per video serves all of its claims.

    Attributes
    ----------
    videos : tuple of str
        As claims name them; a video gets the frames of the one that comes after it in a fixed, shuffled order.
    """

    videos: tuple[str, ...] = ()
    wrong: ClassVar[bool] = True

    def __post_init__(self) -> None:
        Perturbation.__post_init__(self)
        if not all(isinstance(video, str) and video for video in self.videos):
            raise InputError(f"videos={self.videos!r:.80}", "they are paths within the folder of media")
        object.__setattr__(self, "videos", tuple(self.videos))

    key: ClassVar[str] = "other_video"

    def video(self, claim: Claim, rng: Dice) -> str | None:
        if not set(self.videos) - {claim.video}:
            return None
        order = sorted({*self.videos, claim.video}, key=lambda name: (zlib.crc32(name.encode()), name))
        return rendered_path("other", claim.video, order[(order.index(claim.video) + 1) % len(order)])


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlayStyle(Perturbation):
    """Draw the claimed box in another colour, or with another line.

    Attributes
    ----------
    colour : str
        One that frame policies know; "" keeps the colour.
    line_width : int or None
        Pixels; None keeps the line.
    """

    colour: str = "lime"
    line_width: int | None = None
    unit: ClassVar[Unit] = ""

    def __post_init__(self) -> None:
        Perturbation.__post_init__(self)
        whole = isinstance(self.line_width, int) and not isinstance(self.line_width, bool) and self.line_width >= 1
        if self.line_width is not None and not whole:
            raise InputError(f"line_width={self.line_width!r:.40}", "it is a whole number of pixels, from 1")
        if not self.colour and self.line_width is None:
            raise InputError("colour='' and no line_width", "one of them is to be changed")

    @property
    def key(self) -> str:
        return "overlay_width" if self.line_width is not None and not self.colour else "overlay_colour"

    def __call__(self, claim: Claim, rng: Dice, *, duration: Known = None, fps: Known = None) -> Claim | None:
        return claim if claim.boxes else None

    def shown(self, reward: Any) -> Any | None:
        """Return the reward with a referee that is shown boxes in this style; None when it is shown no drawing."""
        referee: Any = getattr(reward, "_judge", None) or getattr(reward, "referee", None)
        reads = getattr(getattr(referee, "backend", None), "reads_words", False)
        if not (reads and is_dataclass(reward) and hasattr(referee, "frames")):
            return None
        changes = {"colour": self.colour or None, "line_width": self.line_width}
        style = {name: value for name, value in changes.items() if value is not None}
        restyled: Any = replace(referee, frames=replace(referee.frames, **style))
        return replace(reward, referee=restyled)  # type: ignore[type-var]


def rendered_path(change: str, video: str, other: str = "") -> str:
    """Name a rendering: `_perturbed/<change>/<video>.mp4`, of two `…/<parts of the first>/<first>/<second>.mp4`."""
    if other:
        return f"{FOLDER}/{change}/{video.count('/') + 1}/{video}/{other}.mp4"
    return f"{FOLDER}/{change}/{video}.mp4"
