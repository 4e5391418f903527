"""What a layout is: a way in which some program writes replies, and how its rows become rollouts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RolloutLayout:
    """One program's way to write replies into a file.

    Attributes
    ----------
    name : str
        As ``import --layout`` takes it: ``"verl"``.
    written_by : str
        For people: ``"verl, trainer.rollout_data_dir"``.
    recognises : callable
        Tells from one row whether the file has this layout.
    convert : callable
        Gives the rollouts of one row, as fields of :class:`referee_calib.claims.Rollout`, with the row's other fields
        beside them under their own names: a data set may be joined on them.
    exact : bool
        Whether every field of a row must be one of a rollout, so that a typo is no lost column.
    """

    name: str
    written_by: str
    recognises: Callable[[Row], bool]
    convert: Callable[[Row], Iterator[dict[str, Any]]]
    exact: bool = False


def message_text(value: Any) -> str | None:
    """Return the text of a reply: text itself, or what the assistant says last in a list of chat messages.

    A message's content may be a list of parts, of which those of text count. None where it is neither.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return content_text(value.get("content"))
    if not isinstance(value, Sequence) or not all(isinstance(one, Mapping) for one in value):
        return None
    said = [one for one in value if one.get("role", "assistant") == "assistant"]
    return content_text(said[-1].get("content")) if said else None


def question_text(value: Any) -> str | None:
    """Return the text of a prompt: text itself, or what the user says last in a list of chat messages."""
    if isinstance(value, str):
        return value
    if not isinstance(value, Sequence) or not all(isinstance(one, Mapping) for one in value):
        return None
    said = [one for one in value if one.get("role") == "user"]
    return content_text(said[-1].get("content")) if said else None


def content_text(content: Any) -> str | None:
    """Return the text of one message's content, None where it holds none."""
    if isinstance(content, str):
        return content
    if not isinstance(content, Sequence):
        return None
    parts = [one.get("text") if isinstance(one, Mapping) else one for one in content]
    texts = [one for one in parts if isinstance(one, str)]
    return "".join(texts) if texts else None


def whole_number(value: Any) -> Any:
    """Return a training step that was written as text or as a float as the whole number it is; anything else as is."""
    if isinstance(value, str) and value.strip().isdecimal():
        return int(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value
