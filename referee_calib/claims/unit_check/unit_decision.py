"""Whether a stated unit is likely a mistake, and what the numbers look like otherwise.

The check stops where the stated unit contradicts the numbers or the videos, and leaves alone what is only unusual:
objects that are small, that keep to one side, or that are few. How often either happens was simulated: see
`docs/reference/reply_formats.md`. The rules:

shares
    At least half of the boxes lie within 0 to 1, and another unit was stated.
misfit
    A quarter of the boxes (half of fewer than 8, and at least 2) are reversed or reach out, and under another unit or
    order at most a quarter of those do. A tenth is enough, and 3, where none does and the boxes fill the other frame.
shape
    The stated frame has not the video's shape, and with width and height swapped it has.
size
    The stated frame is more than 5 times as wide and high as the video.
range
    Much of the stated frame stays empty, as `unused_range` has it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from referee_calib.claims.unit_check.unit_batch import Floats, Size, UnitBatch, UnitGroup
from referee_calib.claims.unit_check.unit_readings import UnitReading, readings
from referee_calib.claims.unit_check.unused_range import Decision, unused_range
from referee_calib.errors import InputError

TOO_LARGE = 5.0
FILLED = 0.6
SAME_SHAPE, OTHER_SHAPE = math.log(1.12), math.log(1.25)


@dataclass(frozen=True, slots=True)
class UnitFinding:
    """What the check found about boxes with one stated unit.

    Attributes
    ----------
    stated, order : str
        What was stated.
    n_boxes : int
    rule : str
        "shares", "misfit", "shape", "size" or "range" where a mistake is likely, else "".
    why : str
        The same in words.
    likely : str
        Unit that fits, as it would be stated; with another order behind it where that is what fits.
    readings : tuple of UnitReading
        The numbers under each unit and order.
    """

    stated: str
    order: str
    n_boxes: int
    rule: str
    why: str
    likely: str
    readings: tuple[UnitReading, ...]

    def to_json(self) -> dict[str, Any]:
        """Return a dictionary of JSON types."""
        row = {name: getattr(self, name) for name in ("stated", "order", "n_boxes", "rule", "why", "likely")}
        return row | {"readings": [reading.to_json() for reading in self.readings]}

    def table(self) -> str:
        """Return what the numbers look like under each unit, as lines of text."""
        rows = [("unit and order", "outside", "reversed", "up to width", "up to height")]
        for one in self.readings:
            name = f"{one.unit}, {one.order}{' (stated)' if one.stated else ''}"
            wide, high = (f"{share:.0%}" if share < 10 else "over 999%" for share in (one.width, one.height))
            rows.append((name, f"{one.outside:.0%}", f"{one.reversed:.0%}", wide, high))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join(_line(row, widths) for row in rows)


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    name, *cells = row
    return "  ".join([name.ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(cells, widths[1:], strict=True))])


class UnitMistake(InputError):
    """Boxes whose stated unit, order or size contradicts their numbers or their videos; shown with a table.

    Parameters
    ----------
    finding : UnitFinding
    do : str
        How to go on in spite of it.
    """

    def __init__(self, finding: UnitFinding, do: str) -> None:
        likely = f"; they look like {finding.likely}" if finding.likely else ""
        stated = f"stated as {finding.stated}, {finding.order}"
        super().__init__(f"{finding.n_boxes} box{'es' * (finding.n_boxes != 1)} {stated}", f"{finding.why}{likely}", do)
        self.finding, self.detail = finding, finding.table()

    def __str__(self) -> str:
        return f"{super().__str__()}\n{self.detail}"

    def __reduce__(self) -> tuple[type[UnitMistake], tuple[UnitFinding, str]]:
        return type(self), (self.finding, self.do)


@dataclass(frozen=True, slots=True)
class UnitCheck:
    """The findings of a batch, one for each stated unit and order."""

    findings: tuple[UnitFinding, ...]

    @property
    def mistakes(self) -> tuple[UnitFinding, ...]:
        """Findings that should stop the work."""
        return tuple(finding for finding in self.findings if finding.rule)

    def errors(self, do: str) -> list[UnitMistake]:
        """Return an error for each likely mistake; `do` says how to go on in spite of it."""
        return [UnitMistake(finding, do) for finding in self.mistakes]

    def refuse_mistakes(self, do: str) -> None:
        """Raise UnitMistake where a mistake is likely; `do` says how to go on in spite of it."""
        for error in self.errors(do):
            raise error

    def to_json(self) -> dict[str, Any]:
        """Return a dictionary of JSON types."""
        return {"findings": [finding.to_json() for finding in self.findings]}


def check_units(batch: UnitBatch, sizes: Mapping[str, Size] | None = None) -> UnitCheck:
    """Hold the numbers of a batch against what was stated about them.

    Parameters
    ----------
    batch : UnitBatch
        The boxes as written, with the stated units.
    sizes : mapping of video to (width, height), optional
        Sizes in pixels as the videos are shown, turned where their metadata says so; without them shape and size are
        not looked at.
    """
    return UnitCheck(tuple(_finding(group, sizes or {}) for group in batch.groups))


def _finding(group: UnitGroup, sizes: Mapping[str, Size]) -> UnitFinding:
    found = readings(group, sizes)
    own, stated = group.own(sizes), group.stated()
    known = bool(len(own)) and bool(np.isfinite(own).all())
    rule, why, likely = (
        _shares(group)
        or (_shape(group, stated, own, found) if known and group.in_pixels else None)
        or _misfit(found, len(stated))
        or (_size(stated, own, found) if known and group.in_pixels else None)
        or unused_range(group, stated, own if known else None)
        or ("", "", "")
    )
    return UnitFinding(group.name, group.order, len(stated), rule, why, likely, tuple(found))


def _shares(group: UnitGroup) -> Decision | None:
    numbers = group.numbers
    share = np.mean((numbers.max(axis=1) <= 1) & (numbers.min(axis=1) >= 0))
    if group.name == "0-1" or share < 0.5:
        return None
    return "shares", f"{share:.0%} of them lie within 0 to 1", "0-1"


def _shape(group: UnitGroup, stated: Floats, own: Floats, found: list[UnitReading]) -> Decision | None:
    shape = np.log(stated[:, 0] / stated[:, 1]) - np.log(own[:, 0] / own[:, 1])
    turned = np.log(stated[:, 1] / stated[:, 0]) - np.log(own[:, 0] / own[:, 1])
    if np.median(np.abs(shape)) <= OTHER_SHAPE or np.median(np.abs(turned)) >= SAME_SHAPE:
        return None
    swapped = next(one for one in found if "swapped" in one.unit or one.unit == _swapped(group))
    if swapped.misfit > found[0].misfit:
        return None
    return "shape", "the stated frame stands upright and the video does not, or the other way round", swapped.unit


def _swapped(group: UnitGroup) -> str:
    unit = group.units[0]
    return f"pixels:{unit.height:.0f}x{unit.width:.0f}"


def _misfit(found: list[UnitReading], count: int) -> Decision | None:
    stated = found[0]
    better = [one for one in found[1:] if one.misfit <= stated.misfit / 4]
    if round(stated.misfit * count) >= 2 and stated.misfit >= (0.25 if count >= 8 else 0.5):
        some = [one for one in better if "about" not in one.unit] or better
    elif round(stated.outside * count) >= 3 and stated.outside >= 0.1:
        # a frame that is hardly larger than the stated one explains slips, and no other unit
        larger = [one for one in better if one.width < 0.95 * stated.width]
        some = [one for one in larger if one.order == stated.order and _fills(one)]
    else:
        return None
    if not some:
        return None
    best = max(some, key=lambda one: (min(one.width, 1.0) * min(one.height, 1.0), one.order == stated.order))
    kind = "are reversed" if stated.reversed > stated.outside else "reach out of the frame"
    likely = best.unit if best.order == stated.order else f"{best.unit} in the order {best.order}"
    return "misfit", f"{stated.misfit:.0%} of them {kind}", likely


def _fills(reading: UnitReading) -> bool:
    return reading.misfit == 0 and min(reading.width, reading.height) >= FILLED


def _size(stated: Floats, own: Floats, found: list[UnitReading]) -> Decision | None:
    factor = float(np.median((stated / own).min(axis=1)))
    if factor <= TOO_LARGE:
        return None
    others = [one for one in found[1:] if one.order == found[0].order and one.unit != "0-1"]
    if min(found[0].width, found[0].height) >= FILLED and all(
        "about" in one.unit or one.misfit > 0.1 for one in others
    ):
        return None  # a small video was enlarged for the model: the boxes fill that frame, and no other holds them
    fits = [one for one in others if one.misfit <= 0.02]
    best = max(fits, key=lambda one: one.width * one.height * ("about" not in one.unit), default=None)
    return "size", f"the stated frame is {factor:.1f} times as large as the video", best.unit if best else ""
