"""Wrong evidence by place: what a reward must pay less for, whatever it forgives."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal

from referee_calib.errors import InputError
from referee_calib.perturbation.families.boxes import with_boxes
from referee_calib.perturbation.families.perturbation import Dice, Known, Perturbation, Unit
from referee_calib.perturbation.families.reference_objects import (
    ReferenceObject,
    ReferenceObjects,
    differ,
    head,
    overlap,
)
from referee_calib.records import Claim, TimedBox

Of = Literal["same_class", "other_class", "any"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HardNegative(Perturbation):
    """Wrong evidence about a box."""

    # what is where; the claim's own boxes and its reference boxes are known without it
    known: ReferenceObjects = field(default=ReferenceObjects(), repr=False)
    # IoU with the claim's own box, its reference boxes and, for a background, everything known there: below it
    most: float = 0.1
    wrong: ClassVar[bool] = True
    unit: ClassVar[Unit] = ""

    def __post_init__(self) -> None:
        Perturbation.__post_init__(self)
        if not 0 < self.most <= 1:
            raise InputError(f"most={self.most!r:.40}", "an overlap lies above 0, up to 1")

    def _free(self, box: TimedBox, taken: list[TimedBox]) -> bool:
        return all(overlap(box[1:], other[1:]) < self.most for other in taken)


@dataclass(frozen=True, slots=True, kw_only=True)
class Background(HardNegative):
    """Wrong evidence: a box of the same size elsewhere in the frame, off everything that is known to be there.

    Attributes
    ----------
    tries : int
        Places tried before it does not apply.
    """

    tries: int = 200
    key: ClassVar[str] = "background"

    def __call__(self, claim: Claim, rng: Dice, *, duration: Known = None, fps: Known = None) -> Claim | None:
        boxes = [self._elsewhere(box, claim, rng) for box in claim.boxes]
        found = [box for box in boxes if box is not None]
        return with_boxes(claim, found) if found and len(found) == len(boxes) else None

    def _elsewhere(self, box: TimedBox, claim: Claim, rng: Dice) -> TimedBox | None:
        t, x1, y1, x2, y2 = box
        width, height = x2 - x1, y2 - y1
        true = (other for other in claim.reference_boxes or () if abs(other[0] - t) < 1e-9)
        taken = [box, *true, *(obj.box for obj in self.known.at(claim.video, t))]
        for _ in range(self.tries):
            x, y = rng.uniform(0, 1 - width), rng.uniform(0, 1 - height)
            placed = (t, x, y, min(x + width, 1.0), min(y + height, 1.0))
            if self._free(placed, taken):
                return placed
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Distractor(HardNegative):
    """Wrong evidence: the true box of another object in the same video, under the claim's own words.

    It takes the object that is boxed nearest in time, at that time, so that the box is true of it.

    Attributes
    ----------
    of : {"same_class", "other_class", "any"}
        Whether the other phrase has the same noun at its head
        (see :mod:`referee_calib.perturbation.families.reference_objects`).
    """

    of: Of = "any"

    @property
    def key(self) -> str:
        return "distractor" if self.of == "any" else f"{self.of}_distractor"

    def __call__(self, claim: Claim, rng: Dice, *, duration: Known = None, fps: Known = None) -> Claim | None:
        others = [t for t in self.known.by_video.get(claim.video, ()) if claim.object and self._suits(t, claim)]
        if not claim.boxes or not others:
            return None
        t = claim.boxes[0][0]
        phrase = min(others, key=lambda obj: (abs(obj.box[0] - t), obj.phrase, obj.box)).phrase
        track = [obj.box for obj in others if obj.phrase == phrase]
        boxes = [min(track, key=lambda box: (abs(box[0] - own[0]), box)) for own in claim.boxes]
        return with_boxes(claim, list(dict.fromkeys(boxes)))

    def _suits(self, obj: ReferenceObject, claim: Claim) -> bool:
        if not differ(obj.phrase, claim.object):
            return False
        if self.of != "any" and (head(obj.phrase) == head(claim.object)) != (self.of == "same_class"):
            return False
        return self._free(obj.box, [*claim.boxes, *(claim.reference_boxes or ())])


@dataclass(frozen=True, slots=True, kw_only=True)
class SwappedName(HardNegative):
    """Wrong evidence: the claim's boxes under the name of another object.

    The name is one known in the same video, of an object that is not at the claim's place; where there is none,
    one from another video that nothing in this video has.
    """

    key: ClassVar[str] = "swapped_name"

    def __call__(self, claim: Claim, rng: Dice, *, duration: Known = None, fps: Known = None) -> Claim | None:
        if not claim.object:
            return None
        here = self.known.by_video.get(claim.video, [])
        at_place = {obj.phrase for obj in here if self._at_place(obj, claim)}
        names = {obj.phrase for obj in here} - at_place
        if not any(differ(name, claim.object) for name in names):
            names = {obj.phrase for obj in self.known.rows if obj.video != claim.video}
            names = {name for name in names if all(differ(name, obj.phrase) for obj in here)}
        found = sorted(name for name in names if differ(name, claim.object))
        return replace(claim, object=rng.choice(found), id="") if found else None

    def _at_place(self, obj: ReferenceObject, claim: Claim) -> bool:
        return any(
            abs(own[0] - obj.box[0]) <= 0.5 and overlap(own[1:], obj.box[1:]) >= self.most for own in claim.boxes
        )
