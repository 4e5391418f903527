"""Groups of numbers as models write them: from the text of a box or a pair of times to numbers.

Each pattern reads its text in one pass: no text, however hostile, takes more than linear time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

Numbers = tuple[float, ...]

LONGEST_NUMBER = 40

_FOUR = re.compile(r"\[(\d{1,9}), ?(\d{1,9}), ?(\d{1,9}), ?(\d{1,9})\]", re.ASCII)  # what nearly every box is
_SIDE = r"[\"']?{}[\"']?\s{{0,3}}[=:]\s{{0,3}}([-\d.]{{1,20}})"
_SIDES = ("x_?(?:1|min)", "y_?(?:1|min)", "x_?(?:2|max)", "y_?(?:2|max)")  # x1=71, y1=123, x2=116, y2=165
_NAMED = re.compile(r"\s{0,3},\s{0,3}".join(map(_SIDE.format, _SIDES)), re.IGNORECASE)
_INNERMOST = re.compile(r"\[([^\[\]]*)\]")
_SEPARATORS = re.compile(r"[\s,;]+")
_WIDE_SEPARATORS = re.compile(r"\s*;\s*|,\s+")
_DECIMAL_COMMA = re.compile(r"-?\d{1,6},\d{1,6}")
_ROUND_TO_SQUARE = str.maketrans("()", "[]")
_FULL_WIDTH = str.maketrans(
    "，、；：（）［］【】｛｝．－＋＜＞／～％０１２３４５６７８９", ",,;:()[][]{}.-+<>/~%0123456789"
)


def half_width(text: str) -> str:
    """Write full-width digits, brackets and signs as the usual ones, character for character."""
    return text if text.isascii() else text.translate(_FULL_WIDTH)


def read_number(word: str) -> float | None:
    """Read what `float` reads, NaN and infinities too: the caller reports those by name; but not `1_0` as ten."""
    try:
        return None if "_" in word or len(word) > LONGEST_NUMBER else float(word)
    except ValueError:
        return None


def read_groups(text: str, size: int) -> list[Numbers] | None:
    """Read groups of `size` numbers: `[a, b]`, `(a, b)`, `a, b`, `[[a, b], [c, d]]`, `[a, b], [c, d]`, `[a, b; c, d]`.

    Two pairs of corners, `(x1, y1), (x2, y2)`, are read as one group of four. Decimal commas are read where they
    cannot be separators: `[0,46; 0,43; …]`, `[0,46, 0,43, …]`. None when anything else is there: a group of another
    size is not cut or filled.
    """
    if size == 4 and (plain := _FOUR.fullmatch(text)) is not None:
        return [tuple(map(float, plain.groups()))]
    text = half_width(text).translate(_ROUND_TO_SQUARE).strip()
    if size == 4 and ("=" in text or ":" in text):
        text = _NAMED.sub(r"\1, \2, \3, \4", text)
    groups: list[Numbers] | None
    if "[" in text or "]" in text:
        outside = _INNERMOST.sub(" ", text)
        groups = _all_numbers(_INNERMOST.findall(text), size) if not outside.strip("[], ;\t\r\n") else None
    else:
        groups = _all_numbers([text], size)
    if groups is None:
        return None
    if size == 4 and groups and all(len(group) == 2 for group in groups) and len(groups) % 2 == 0:
        return [first + last for first, last in zip(groups[::2], groups[1::2], strict=True)]
    return groups if all(len(group) == size for group in groups) else None


def _all_numbers(parts: Sequence[str], size: int) -> list[Numbers] | None:
    groups: list[Numbers] = []
    for part in parts:
        for piece in _pieces(part.strip(", ;\t\r\n"), size):
            values = [read_number(word) for word in piece]
            if any(value is None for value in values):
                return None
            groups.append(tuple(value for value in values if value is not None))
    return groups if any(groups) else None


def _pieces(part: str, size: int) -> list[list[str]]:
    """Split the inside of a bracket into the words of its groups."""
    words = _WIDE_SEPARATORS.split(part) if part.count(",") >= size else []
    if len(words) == size and all(_DECIMAL_COMMA.fullmatch(word) for word in words):
        # "0,46, 0,43, …" are shares; "71,123, 116,165, …" may as well be two boxes, and is neither
        if not (";" in part or all(word.lstrip("-").startswith("0,") for word in words)):
            return [words]
        return [[word.replace(",", ".") for word in words]]
    lists = part.split(";")
    if len(lists) > 1 and all("," in one for one in lists):
        return [[word for word in _SEPARATORS.split(one.strip(", \t\r\n")) if word] for one in lists]
    return [[word for word in _SEPARATORS.split(part) if word]]
