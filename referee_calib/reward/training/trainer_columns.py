"""What a trainer hands over: completions in either shape, and columns with one value for each of them."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from referee_calib.errors import InputError
from referee_calib.reward.training.trainer_rows import (
    OPTIONAL,
    REQUIRED,
    TrainerRow,
    UnusableRow,
    as_plain,
    no_unit,
    read_row,
    remark_once,
)

logger = logging.getLogger(__name__)
Rows = list[TrainerRow | UnusableRow]


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
) -> Rows:
    """Join completions and columns; whatever else a trainer passes is left alone.

    `names` leads from the names used here to the trainer's; `unit` is that of boxes where no column states it; an
    absolute path within `media` is made relative to it. A row that lacks something, or holds something unreadable that
    is among `needs`, is an :class:`UnusableRow`. Raises InputError naming a column that is missing as a whole.
    """
    if isinstance(completions, str):
        raise InputError(f"completions {completions!r:.60}", "they are a list, with one completion for each row")
    found = _columns(columns, names, len(completions), {*REQUIRED, *needs})
    if completions and unit is None and not {"box_unit", "image_size"} & found.keys():
        raise no_unit("no column box_unit and no column image_size")
    step = getattr(columns.get("trainer_state"), "global_step", None)
    if "step" not in found and isinstance(step, int):
        found["step"] = [step] * len(completions)
    if "group" not in found and (prompts := columns.get("prompts")) is not None and len(prompts) == len(completions):
        found["group"] = [_prompt_name(prompt) for prompt in prompts]
    items = [{name: values[i] for name, values in found.items()} for i in range(len(completions))]
    return [
        _read(completion, item, f"completion {i}", i, media, unit, needs)
        for i, (completion, item) in enumerate(zip(completions, items, strict=True))
    ]


def rows_of_items(
    items: Sequence[Mapping[str, Any]],
    *,
    media: Path,
    unit: str | None,
    names: Mapping[str, str],
    needs: Sequence[str] = (),
) -> Rows:
    """Read items that hold `completion` and the columns of one reply each; see :func:`read_rows`."""
    known = (*REQUIRED, *OPTIONAL)
    listed = [{name: item[names.get(name, name)] for name in known if names.get(name, name) in item} for item in items]
    return [
        _read(item.get("completion"), given, f"item {i}", i, media, unit, needs)
        for i, (item, given) in enumerate(zip(items, listed, strict=True))
    ]


def _read(
    completion: Any, given: dict[str, Any], place: str, index: int, media: Path, unit: str | None, needs: Sequence[str]
) -> TrainerRow | UnusableRow:
    try:
        text = completion_text(completion, place)
    except InputError as error:
        return UnusableRow(index, str(error))
    return read_row(text, given, place, index, media=media, unit=unit, needs=needs)


def _prompt_name(prompt: Any) -> str:
    """Name the prompt that completions of one group share."""
    packed = json.dumps(prompt, sort_keys=True, default=str).encode("utf-8", "surrogatepass")
    return hashlib.sha256(packed).hexdigest()[:12]


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
        wrong = _not_a_column(given, values, count)
        if wrong is None:
            found[name] = values
        elif name in needed:
            raise wrong
        else:
            remark_once(f"{wrong.seen}: {wrong.why}; it is not used")
    return found


def _not_a_column(given: str, values: Any, count: int) -> InputError | None:
    if isinstance(values, str) or not isinstance(values, Sequence):
        return InputError(f"column {given} is {values!r:.60}", "it must be a list with one value per completion")
    if len(values) != count:
        return InputError(f"column {given} has {len(values)} values", f"there are {count} completions")
    return None


def _content_text(content: Any) -> str:
    if isinstance(content, str):
        return content
    if isinstance(content, Sequence):
        parts = (part.get("text") for part in content if isinstance(part, Mapping))
        return "".join(part for part in parts if isinstance(part, str))
    return ""
