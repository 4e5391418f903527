"""Changes of a claim's times: the same boxes some frames, or seconds, earlier or later."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from referee_calib.perturbation.families.boxes import with_boxes
from referee_calib.perturbation.families.perturbation import AGREEMENT, Dice, Known, Perturbation, Unit
from referee_calib.perturbation.families.spans import SIGNS, When
from referee_calib.records import Claim

REACH_FRAMES = 10  # a side with room for this many frames is as good as any other


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameShift(Perturbation):
    """Keep the boxes and look `delta` frames earlier or later; it needs the video's frame rate.

    Attributes
    ----------
    when : {"any", "early", "late"}
        Any: to a random side among those with room for ten frames.
    """

    when: When = "any"
    unit: ClassVar[Unit] = "frames"

    @property
    def key(self) -> str:
        return "frames" if self.when == "any" else f"frames_{self.when}"

    def small(self, agreement: float = AGREEMENT) -> float:
        return 1.0

    def __call__(self, claim: Claim, rng: Dice, *, duration: Known = None, fps: Known = None) -> Claim | None:
        if not claim.boxes or not fps or fps <= 0:
            return None
        end = math.inf if duration is None else duration
        signs = rng.sample(SIGNS[self.when], len(SIGNS[self.when]))
        rooms = [_room(claim, sign, end) for sign in signs]
        sign = next((s for s, room in zip(signs, rooms, strict=True) if room > REACH_FRAMES / fps), None)
        return shift_boxes_in_time(claim, (sign or signs[rooms.index(max(rooms))]) * self.delta / fps, end)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongTime(Perturbation):
    """Wrong evidence: the same boxes `delta` seconds earlier or later.

    At random, the other way where that leaves the video. An object that stands still is still there: this is
    wrong only where objects move or leave.

    Attributes
    ----------
    when : {"any", "early", "late"}
    """

    delta: float = 2.0
    when: When = "any"
    wrong: ClassVar[bool] = True
    unit: ClassVar[Unit] = "seconds"

    @property
    def key(self) -> str:
        return "wrong_time" if self.when == "any" else f"wrong_time_{self.when}"

    def __call__(self, claim: Claim, rng: Dice, *, duration: Known = None, fps: Known = None) -> Claim | None:
        end = math.inf if duration is None else duration
        signs = rng.sample(SIGNS[self.when], len(SIGNS[self.when]))
        found = (shift_boxes_in_time(claim, sign * self.delta, end) for sign in signs)
        return next((one for one in found if one is not None), None)


def shift_boxes_in_time(claim: Claim, seconds: float, end: float) -> Claim | None:
    """Return the claim with its boxes later by some seconds; None where that leaves the video."""
    if not seconds:
        return claim if claim.boxes else None
    boxes = [(box[0] + seconds, *box[1:]) for box in claim.boxes]
    if not boxes or min(box[0] for box in boxes) < 0 or max(box[0] for box in boxes) >= end:
        return None
    return with_boxes(claim, boxes)


def _room(claim: Claim, sign: float, end: float) -> float:
    """Return the seconds that all boxes can move to one side."""
    times = [box[0] for box in claim.boxes]
    return min(times) if sign < 0 else end - max(times)
