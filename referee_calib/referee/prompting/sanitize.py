"""Untrusted text made fit to stand inside a prompt.

What a policy writes is paid by the answer, so it may hold anything: role tags of chat templates, closing
brackets of whatever format it guesses, invisible characters, letters that look like others, a hundred
thousand characters. Sanitizing does not look for bad words, which would be a race; it takes away the *means*: line
breaks, brackets, controls, and length. What is left is one line of ordinary letters that cannot contain the
fence it is put between.
"""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}
# Letters, marks and symbols that show nothing although their category is a visible one.
_BLANK = frozenset(map(chr, (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0))) | frozenset(
    map(chr, (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
)
_ROLE = re.compile(
    r"\b(system|assistant|user|human|developer|tool|model|bot|gpt|instructions?|response|observation)\s*:",
    re.IGNORECASE,
)
_HASHES = re.compile(r"#{2,}")
_WORD = re.compile(r"\w+")
# Letters of other scripts that pass for Latin ones; what NFKC folds by itself is not repeated here.
_LOOK_ALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТХУԚԜаеѕіјкорсухԁԛԝһӏΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορυχⅼ",
    "ABESIJKMHOPCTXYQWaesijkopcyxdqwhlABEZHIKMNOPTYXaikvopuxl",
)
_OPENING, _CLOSING = "<{[‹«⟨〈❮❰⟪《˂≪⋘", ">}]›»⟩〉❯❱⟫》˃≫⋙"
_PLAIN = str.maketrans(
    {**dict.fromkeys(_OPENING, "("), **dict.fromkeys(_CLOSING, ")"), "`": "'", "|": "/", "¦": "/", "ǀ": "/", "\\": "/"}
)


def sanitize(text: str, limit: int) -> str:
    """Make untrusted text safe to stand inside a prompt: one line, ordinary letters, no markup, bounded.

    Control and invisible characters and line breaks go; angle, curly and square brackets become round ones, bars and
    backslashes become strokes; role names lose their colon; words that mix in look-alike letters become Latin. A text
    longer than `limit` characters is cut, and a mark says how much.
    """
    # Compatibility forms expand at most 18-fold, so a cut before normalising keeps huge texts cheap.
    folded = unicodedata.normalize("NFKC", text[: 20 * limit])
    line = "".join(" " if c.isspace() else c for c in folded if c.isspace() or _visible(c))
    line = _WORD.sub(_latin, line).translate(_PLAIN)
    line = _ROLE.sub(r"\1 -", _HASHES.sub("#", line))
    line = " ".join(line.split())
    if len(line) <= limit and len(text) <= 20 * limit:
        return line
    return f"{line[:limit].rstrip()} … (cut from {len(text)} characters)"


def _visible(character: str) -> bool:
    return unicodedata.category(character) not in _INVISIBLE and character not in _BLANK


def _latin(word: re.Match[str]) -> str:
    """Fold a word made of Latin and look-alike letters only; a word of another language stays."""
    folded = word.group().translate(_LOOK_ALIKES)
    return folded if folded.isascii() else word.group()
