"""Texts with which a paid policy may try to talk a referee into a good level.

They lie in ``prompts/injections.jsonl``, one per line with a name, a kind and the text, written
with JSON escapes so that invisible characters can be seen; ``repeat`` makes long ones. Each asks for level 4 in
one way or another. The tests send all of them through the prompt, the doctor some of them to a real referee,
and a perturbation can put them into claims.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from referee_calib.io import json_lines
from referee_calib.referee.prompting.prompt_file import SHIPPED

PATH = SHIPPED / "injections.jsonl"


@dataclass(frozen=True, slots=True)
class Injection:
    """One text."""

    name: str  # unique
    kind: str  # what it tries: ``"verdict"``, ``"role"``, ``"format"``, ``"unicode"``, ``"order"``, ``"long"``
    text: str  # what stands where a phrase is expected


@cache
def injections() -> tuple[Injection, ...]:
    """Return all texts, in the order of the file."""
    return tuple(
        Injection(row["name"], row["kind"], row["text"] * row.get("repeat", 1)) for _, row in json_lines.read(PATH)
    )
