"""Three kinds of evidence that the shipped reward of Open-o3-Video pays in full: late, misnamed, and by the hundred.

They come first wherever rewards are shown side by side, because nobody needs a statistic to see that they are wrong.
A wrong name is :class:`referee_calib.perturb.SwappedName`; the other two are here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from referee_calib.perturb.base import Dice, Perturbation, Unit
from referee_calib.perturb.boxes import with_boxes
from referee_calib.perturb.times import later
from referee_calib.records import Claim, TimedBox

COLUMNS = 17


@dataclass(frozen=True, slots=True, kw_only=True)
class FarTooLate(Perturbation):
    """The same boxes `delta` seconds later, even where the video is over by then."""

    delta: float = 95.0
    wrong: ClassVar[bool] = True
    unit: ClassVar[Unit] = "seconds"

    @property
    def key(self) -> str:
        """Name of the family."""
        return "far_too_late"

    def __call__(
        self, claim: Claim, rng: Dice, *, duration: float | None = None, fps: float | None = None
    ) -> Claim | None:
        """Perturb a claim (see :class:`referee_calib.perturb.Perturbation`)."""
        return later(claim, self.delta, float("inf"))


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxGrid(Perturbation):
    """The right box among many: a grid over the whole frame, at the same time, in one claim.

    Attributes
    ----------
    boxes : int
        Of the whole claim, the right one among them at a random place.
    """

    boxes: int = 171
    wrong: ClassVar[bool] = True
    unit: ClassVar[Unit] = ""

    @property
    def key(self) -> str:
        """Name of the family."""
        return "box_grid"

    def __call__(
        self, claim: Claim, rng: Dice, *, duration: float | None = None, fps: float | None = None
    ) -> Claim | None:
        """Perturb a claim (see :class:`referee_calib.perturb.Perturbation`)."""
        if not claim.boxes:
            return None
        right = claim.boxes[0]
        rows = -(-(self.boxes - 1) // COLUMNS)
        grid: list[TimedBox] = [
            (right[0], c / COLUMNS, r / rows, (c + 1) / COLUMNS, (r + 1) / rows)
            for r in range(rows)
            for c in range(COLUMNS)
        ]
        place = int(rng.random() * self.boxes)
        others = grid[: self.boxes - 1]
        return with_boxes(claim, [*others[:place], right, *others[place:]])
