"""What a trainer hands over: completions in either shape, and columns with one value for each of them."""

from __future__ import annotations

import json
import logging
import math
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from numbers import Real
from pathlib import Path
from typing import Any

from referee_calib.claims import Pixels, Rollout
from referee_calib.errors import InputError
from referee_calib.reward.penalties import ClaimContext

logger = logging.getLogger(__name__)

REQUIRED = ("video", "question")
_TO_ROLLOUT = ("rollout", "group", "answer", "step", "source", "reference_object", "reference_boxes", "reference_span")
_SIZE = re.compile(r"\s*(?:pixels:)?\s*[(\[]?\s*(?P<width>\d{1,6})\s*[x×X*,]\s*(?P<height>\d{1,6})\s*[)\]]?\s*")
OPTIONAL = ("box_unit", "image_size", *_TO_ROLLOUT, "duration", "key_times")


@dataclass(frozen=True, slots=True)
class TrainerRow:
    """One completion with its columns, checked."""

    rollout: Rollout
    known: ClaimContext


def completion_text(completion: Any, place: str = "a completion") -> str:
    """Return the text of a completion: a string, or messages of which the assistant's are joined.

    Raises InputError when it is neither. A message without text (a bare tool call) is an empty one.
    """
    if isinstance(completion, str):
        return completion
    if not isinstance(completion, Sequence) or not all(isinstance(message, Mapping) for message in completion):
        raise InputError(f"{place}: {completion!r:.60}", "a completion is a text, or a list of chat messages")
    said = [message.get("content") for message in completion if message.get("role", "assistant") == "assistant"]
    return "\n".join(_content_text(content) for content in said)


def read_rows(
    completions: Sequence[Any],
    columns: Mapping[str, Any],
    *,
    media: Path,
    unit: str | None,
    names: Mapping[str, str],
    needs: Sequence[str] = (),
) -> list[TrainerRow]:
    """Join completions and columns; whatever else a trainer passes is left alone.

    `names` leads from the names used here to the trainer's; `unit` is that of boxes where no column states it; an
    absolute path within `media` is made relative to it. Raises InputError naming the column, and the completion where
    there is one.
    """
    if isinstance(completions, str):
        raise InputError(f"completions {completions!r:.60}", "they are a list, with one completion for each row")
    texts = [completion_text(completion, f"completion {i}") for i, completion in enumerate(completions)]
    found = _columns(columns, names, len(texts), {*REQUIRED, *needs})
    step = getattr(columns.get("trainer_state"), "global_step", None)
    if "step" not in found and isinstance(step, int):
        found["step"] = [step] * len(texts)
    return [
        _row(text, {name: values[i] for name, values in found.items()}, f"completion {i}", i, media, unit)
        for i, text in enumerate(texts)
    ]


def groups_of(columns: Mapping[str, Any], names: Mapping[str, str], count: int) -> list[str]:
    """Return the group of every completion: the column `group`, else one group for each distinct prompt."""
    for name in (names.get("group", "group"), "prompts"):
        if isinstance(columns.get(name), list) and len(columns[name]) == count:
            return [json.dumps(value, sort_keys=True, default=str) for value in columns[name]]
    raise InputError("no column group and no prompts", 'failure="group-mean" needs to know which completions compete')


def _columns(
    columns: Mapping[str, Any], names: Mapping[str, str], count: int, needed: set[str]
) -> dict[str, Sequence[Any]]:
    found: dict[str, Sequence[Any]] = {}
    for name in (*REQUIRED, *OPTIONAL):
        given = names.get(name, name)
        values = columns.get(given)
        if values is None and name not in needed:
            continue
        if values is None:
            there = ", ".join(sorted(key for key, value in columns.items() if isinstance(value, (list, tuple))))
            raise InputError(
                f"no column {given}",
                f"every completion needs its {name}; the columns are: {there or 'none'}",
                f'Add it to the data set, or name yours: columns={{"{name}": "…"}}.',
            )
        values = as_plain(values)
        if isinstance(values, str) or not isinstance(values, Sequence):
            raise InputError(f"column {given} is {values!r:.60}", "it must be a list with one value per completion")
        if len(values) != count:
            raise InputError(f"column {given} has {len(values)} values", f"there are {count} completions")
        found[name] = values
    return found


def _row(text: str, given: dict[str, Any], place: str, index: int, media: Path, unit: str | None) -> TrainerRow:
    row = {name: as_plain(given[name]) for name in _TO_ROLLOUT if given.get(name) is not None}
    row["rollout"], row["group"] = str(row.get("rollout", index)), str(row.get("group", ""))
    row["answer"] = row["answer"] if isinstance(row.get("answer"), str) else ""
    rollout = Rollout.from_json(
        {
            **row,
            "video": _video(given["video"], media, place),
            "question": given["question"],
            "completion": text,
            "box_unit": _unit(given, unit, place),
        },
        place,
    )
    return TrainerRow(
        rollout, ClaimContext(_seconds(given.get("duration"), place), _key_times(given.get("key_times"), place))
    )


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
            _remark(f"column box_unit ({column})", f"unit={unit!r}")
        if pixels and used != pixels and used.startswith("pixels"):
            _remark(f"{'column box_unit' if column else 'unit'} ({used})", f"column image_size ({pixels})")
        return used
    raise InputError(
        f"{place}: the unit of its boxes is not stated",
        "the numbers of a box mean nothing without it",
        'Pass unit="pixels:WIDTHxHEIGHT" (or 0-1, 0-1000), or a column box_unit or image_size.',
    )


@lru_cache(maxsize=256)
def _remark(used: str, other: str) -> None:
    """Say once of each pair that two statements of the unit differ."""
    logger.warning("the unit of the boxes is stated twice: %s is used, %s is not", used, other)


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
        raise InputError(f"{place}: image_size {value!r:.60}", "it must be width and height: [336, 196], or 336x196")
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
        raise InputError(f"{place}: duration {value!r:.40}", "it must be the length of the video in seconds")
    return float(value)


def _key_times(value: Any, place: str) -> tuple[float, ...]:
    times = [] if value is None else as_plain(value)
    if isinstance(times, str) or not isinstance(times, Sequence) or not all(map(_is_number, times)):
        raise InputError(f"{place}: key_times {value!r:.60}", "it must be a list of seconds")
    return tuple(float(time) for time in times)


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)


def _content_text(content: Any) -> str:
    if isinstance(content, str):
        return content
    if isinstance(content, Sequence):
        parts = (part.get("text") for part in content if isinstance(part, Mapping))
        return "".join(part for part in parts if isinstance(part, str))
    return ""
