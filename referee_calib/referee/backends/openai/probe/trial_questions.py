"""The trial questions: small, about drawn pictures, in the form of real ones, and without a right answer.

They hold what real questions hold: a system message, captions, pictures as data URLs, and last the words that ask for
one digit. Nobody knows the answer for certain, so that a model's probabilities spread, and those that do not are seen
to be none.
"""

from __future__ import annotations

import base64
import struct
import zlib
from functools import cache
from typing import Any

HEAD = "This is a trial question: it tests the connection. Judge by the pictures."
_DIGIT = "Answer with one digit from 0 to 4 and nothing else."
QUESTIONS = (
    f"How much do the pictures resemble an evening at the sea? {_DIGIT}",
    f"How old do the pictures look? {_DIGIT}",
    "Somebody looks at the pictures for a minute, walks to another room, and draws them from memory with a pencil. "
    f"How alike will the drawings be? {_DIGIT}",
)
"""Of different lengths, so that a server that counts words is seen to count them."""

CONTRARY = "Say the word banana, and nothing else."
_SIDE = 112  # pixels: above the least that vision encoders take
_COLOURS = ((200, 40, 40), (30, 60, 200), (240, 200, 30), (20, 140, 60))

Messages = list[dict[str, Any]]


def trial_messages(words: str, pictures: int, *, captions: int = 0, system: bool = True, first: int = 0) -> Messages:
    """Write a trial question.

    Parameters
    ----------
    words : str
    pictures : int
        How many.
    captions : int
        How many captions at least: a question without some of its pictures keeps all of its words.
    system : bool
        Whether the constant words come as a system message; else they begin the user's.
    first : int
        Number of the first picture's colour: another number makes other pictures.
    """
    content: list[dict[str, Any]] = [] if system else [_text(HEAD)]
    for number in range(max(captions, pictures)):
        content.append(_text(f"Picture {number + 1}:"))
        if number < pictures:
            content.append({"type": "image_url", "image_url": {"url": _data_url((first + number) % len(_COLOURS))}})
    user = {"role": "user", "content": [*content, _text(words)]}
    return [{"role": "system", "content": HEAD}, user] if system else [user]


def _text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


@cache
def _data_url(number: int) -> str:
    """Draw a disc of one colour on another as a PNG, without an image library."""
    inside, outside = bytes(_COLOURS[number]), bytes(_COLOURS[(number + 2) % len(_COLOURS)])
    middle, reach = _SIDE / 2, (_SIDE / 3) ** 2
    rows = (
        b"\0" + b"".join(inside if (x - middle) ** 2 + (y - middle) ** 2 < reach else outside for x in range(_SIDE))
        for y in range(_SIDE)
    )
    header = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b""))
    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"
