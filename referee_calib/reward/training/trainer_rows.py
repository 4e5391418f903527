"""One reply of a training step with what stands beside it, checked: a fault of a row costs that row alone."""

from __future__ import annotations

import logging
import math
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from pathlib import Path
from typing import Any

from referee_calib.claims import Pixels, Rollout
from referee_calib.errors import FieldError, InputError
from referee_calib.reward.penalties import ClaimContext
from referee_calib.reward.training.reply_reward import ReplyReward

logger = logging.getLogger(__name__)

REQUIRED = ("video", "question")
_TO_ROLLOUT = ("rollout", "group", "answer", "step", "source", "reference_object", "reference_boxes", "reference_span")
OPTIONAL = ("box_unit", "image_size", *_TO_ROLLOUT, "duration", "key_times")
MOST_REMARKS = 256  # kinds of trouble that are warned of
_SIZE = re.compile(r"\s*(?:pixels:)?\s*[(\[]?\s*(?P<width>\d{1,6})\s*[x×X*,]\s*(?P<height>\d{1,6})\s*[)\]]?\s*")
_TWICE = "the unit of the boxes is stated twice: {} is used, {} is not"
_SAID: set[str] = set()


@dataclass(frozen=True, slots=True)
class TrainerRow:
    """One completion with its columns, checked."""

    index: int
    rollout: Rollout
    known: ClaimContext


@dataclass(frozen=True, slots=True)
class UnusableRow:
    """One completion that cannot be rewarded, and why."""

    index: int
    reason: str
    step: Any = None

    def reward(self) -> ReplyReward:
        """Return what it earns before the failure policy: nothing is known."""
        step = self.step if isinstance(self.step, int) else None
        return ReplyReward(reward=None, value=None, status="unusable", reason=self.reason, step=step)


def read_row(
    text: str,
    given: Mapping[str, Any],
    place: str,
    index: int,
    *,
    media: Path,
    unit: str | None,
    needs: Sequence[str] = (),
) -> TrainerRow | UnusableRow:
    """Check one reply and what stands beside it.

    What is not among `needs` and cannot be read is left out, with a warning once of each kind.
    """
    left = dict(given)
    needed = {*REQUIRED, *needs, "box_unit"} | (set() if unit or given.get("box_unit") else {"image_size"})
    while True:
        try:
            return _checked(text, left, place, index, media, unit)
        except FieldError as error:
            if error.field not in left or error.field in needed:
                return UnusableRow(index, str(error), left.get("step"))
            remark_once(f"{error.seen}: {error.why}; it is not used", f"{error.field}: {error.why}")
            del left[error.field]
        except InputError as error:
            return UnusableRow(index, str(error), left.get("step"))


def _checked(text: str, given: Mapping[str, Any], place: str, index: int, media: Path, unit: str | None) -> TrainerRow:
    row = {name: as_plain(given[name]) for name in _TO_ROLLOUT if given.get(name) is not None}
    row["rollout"], row["group"] = str(row.get("rollout", index)), str(row.get("group", ""))
    row["answer"] = _answer(row.get("answer"))
    rollout = Rollout.from_json(
        {
            **row,
            "video": _video(given.get("video"), media, place),
            "question": given.get("question"),
            "completion": text,
            "box_unit": _unit(given, unit, place),
        },
        place,
    )
    known = ClaimContext(_seconds(given.get("duration"), place), _key_times(given.get("key_times"), place))
    return TrainerRow(index, rollout, known)


def _answer(value: Any) -> str:
    """Return the expected answer as text; a number of a data set is one, too."""
    return value if isinstance(value, str) else str(value) if _is_number(value) else ""


def _video(value: Any, media: Path, place: str) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str) and len(value) == 1:
        value = value[0]  # some trainers hand over a list of videos for every prompt
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    if not isinstance(value, str) or not value:
        raise InputError(f"{place}: video {value!r:.60}", "it must be the path of one video")
    path = Path(value)
    if not path.is_absolute():
        return value
    for folder in (media.absolute(), media.resolve()):  # the folder may be a link, and named either way
        if path.is_relative_to(folder):
            return path.relative_to(folder).as_posix()
    raise InputError(f"{place}: video {value:.200}", f"it lies outside the media folder {media}", "Set media=…")


def _unit(given: Mapping[str, Any], unit: str | None, place: str) -> str:
    """Return the unit of a row's boxes: what stands nearest to them, column before parameter before frame size."""
    size = _image_size(given.get("image_size"), place)
    pixels = None if size is None else str(Pixels(*size))
    column = None if given.get("box_unit") is None else str(given["box_unit"])
    used = column or unit or pixels
    if used is not None:
        if column and unit and column != unit:
            remark_once(_TWICE.format(f"column box_unit ({column})", f"unit={unit!r}"))
        if pixels and used != pixels and used.startswith("pixels"):
            stated = "column box_unit" if column else "unit"
            remark_once(_TWICE.format(f"{stated} ({used})", f"column image_size ({pixels})"))
        return used
    raise no_unit(f"{place}: the unit of its boxes is not stated")


def no_unit(seen: str) -> InputError:
    """Return the refusal of boxes whose unit nobody states."""
    return InputError(
        seen,
        "the numbers of a box mean nothing without it",
        'Pass unit="pixels:WIDTHxHEIGHT" (or 0-1, 0-1000), or a column box_unit or image_size.',
    )


def remark_once(words: str, kind: str = "") -> None:
    """Warn of something that concerns many rows, once of each kind; by default the words are the kind."""
    if (kind or words) not in _SAID and len(_SAID) < MOST_REMARKS:
        _SAID.add(kind or words)
        logger.warning("%s", words)


def _image_size(value: Any, place: str) -> tuple[int, int] | None:
    """Read width and height, as two numbers or as a text like 336x196."""
    size = as_plain(value)
    if isinstance(size, (list, tuple)) and all(isinstance(side, str) for side in size):
        size = ",".join(size)
    if isinstance(size, str) and (found := _SIZE.fullmatch(size)):
        size = [int(found["width"]), int(found["height"])]
    if size is None:
        return None
    whole = (
        isinstance(size, Sequence) and len(size) == 2 and all(_is_number(side) and side == int(side) for side in size)
    )
    if not whole or min(size) < 1:
        seen = f"{place}: image_size {value!r:.60}"
        raise FieldError("image_size", seen, "it must be width and height: [336, 196], or 336x196")
    return int(size[0]), int(size[1])


def as_plain(value: Any) -> Any:
    """Return arrays and tensors, and numbers of their libraries, as lists and numbers; all else as it is."""
    to_list = getattr(value, "tolist", None)
    return to_list() if callable(to_list) else value


def _seconds(value: Any, place: str) -> float | None:
    if value is None:
        return None
    value = as_plain(value)
    if not _is_number(value) or not 0 < value < math.inf:
        seen = f"{place}: duration {value!r:.40}"
        raise FieldError("duration", seen, "it must be the length of the video in seconds")
    return float(value)


def _key_times(value: Any, place: str) -> tuple[float, ...]:
    times = [] if value is None else as_plain(value)
    if isinstance(times, str) or not isinstance(times, Sequence) or not all(map(_is_number, times)):
        raise FieldError("key_times", f"{place}: key_times {value!r:.60}", "it must be a list of seconds")
    return tuple(float(time) for time in times)


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
