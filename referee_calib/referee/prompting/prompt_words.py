"""The words around a question that no placeholder of its tail holds: captions of pictures, times, what is missing.

They are English here; a prompt file gives others under its mark ``=== words ===``, one ``key: text`` a line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")

WORDS: Mapping[str, str] = {
    "picture": "Picture {number}: {caption}",
    "frame": "the whole frame at {time} s; the {colour} box is the claim.",
    "frame_corners": "the whole frame at {time} s; the {colour} corners mark the box that is the claim.",
    "crop": "the box at {time} s cut out, with {context} of its size around it.",
    "inside_span": "the whole frame at {time} s, inside the claimed span.",
    "outside_span": "the whole frame at {time} s, outside the claimed span.",
    "box": "The box is claimed at {times} s.",
    "many_boxes": "The box is claimed at {count} times, the first at {first} s, the last at {last} s.",
    "span": "The span is claimed from {start} s to {end} s.",
    "no_question": "(none is given)",
    "no_object": "(no object, only a span of time)",
}
"""Each text by its key; its own placeholders are those that another wording may use."""


class Caption(NamedTuple):
    """What names a picture, before it is in words."""

    kind: str  # a key of `WORDS`
    values: Mapping[str, str]  # of its placeholders


def fill(template: str, values: Mapping[str, str]) -> str:
    """Replace ``{name}`` placeholders in one pass: braces in values are not looked at, an unknown name stays."""
    return PLACEHOLDER.sub(lambda found: values.get(found.group(1), found.group(0)), template)


def fault_of(key: str, text: str) -> str:
    """Say what is wrong with another wording of one text; empty where it can be used."""
    if key not in WORDS:
        return f"known are {', '.join(WORDS)}"
    known = PLACEHOLDER.findall(WORDS[key])
    strange = [name for name in PLACEHOLDER.findall(text) if name not in known]
    if strange:
        shown = ", ".join(f"{{{name}}}" for name in known)
        return f"{{{strange[0]}}} is no placeholder of it; {f'there is {shown}' if known else 'it has none'}"
    if key == "picture" and "{caption}" not in text:
        return "it lacks {caption}"
    return "" if text else "it is empty"
