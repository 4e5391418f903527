"""The colour and shape words that the pixels referee understands, and what a phrase asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

COLOUR_WORDS = {
    **{name: name for name in ("red", "orange", "yellow", "green", "cyan", "blue", "purple", "pink")},
    **{name: name for name in ("white", "black", "grey", "brown")},
    "gray": "grey",
    "violet": "purple",
    "magenta": "pink",
    "turquoise": "cyan",
    "teal": "cyan",
}
SHAPE_WORDS = {
    **dict.fromkeys(("ball", "circle", "disc", "disk", "dot", "sphere"), "circle"),
    **dict.fromkeys(("square", "box", "cube", "block"), "square"),
    **dict.fromkeys(("rectangle", "bar", "plank", "pillar", "column"), "rectangle"),
    **dict.fromkeys(("triangle", "wedge"), "triangle"),
    **dict.fromkeys(("diamond", "rhombus"), "diamond"),
    **dict.fromkeys(("ring", "hoop", "donut"), "ring"),
    **dict.fromkeys(("cross", "plus"), "cross"),
    **dict.fromkeys(("ellipse", "oval"), "ellipse"),
    "star": "star",
    "hexagon": "hexagon",
    "pentagon": "pentagon",
    **dict.fromkeys(("object", "shape", "thing"), "any"),
}
_ARTICLES = {"a", "an", "the", "one", "single", "this", "that", "small", "big", "large", "little", "tiny", "moving"}
_HIDDEN = {"hidden", "behind", "disappear", "disappears", "covered", "occluded"}
_IN_VIEW = {"view", "visible", "seen", "see", "appear", "appears", "shown", "show", "screen"}
_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A colour and a shape: ``Phrase("red", "circle")`` for "the red ball"; shape "any" for "red thing"."""

    colour: str
    shape: str

    def __str__(self) -> str:
        return f"{self.colour} {'thing' if self.shape == 'any' else self.shape}"


@lru_cache(maxsize=4096)
def read_phrase(text: str) -> Phrase | str:
    """Read a noun phrase, or say why it cannot be judged.

    Reasons are no colour, no shape, two of a kind, and words beside them that may matter.
    """
    words = [_singular(word) for word in _WORD.findall(text.lower())]
    colours = {COLOUR_WORDS[w] for w in words if w in COLOUR_WORDS}
    shapes = {SHAPE_WORDS[w] for w in words if w in SHAPE_WORDS}
    if len(colours) != 1:
        return f"{'no' if not colours else 'more than one'} colour word that it knows"
    if len(shapes) != 1:
        return f"{'no' if not shapes else 'more than one'} shape word that it knows"
    rest = [w for w in words if w not in COLOUR_WORDS and w not in SHAPE_WORDS and w not in _ARTICLES]
    if rest:
        return f"words beside colour and shape that it does not know ({', '.join(rest[:4])})"
    return Phrase(colours.pop(), shapes.pop())


@lru_cache(maxsize=4096)
def phrases_in(text: str) -> tuple[Phrase, ...]:
    """Find every "colour shape" pair in a sentence, in order, each once."""
    words = [_singular(word) for word in _WORD.findall(text.lower())]
    pairs = pairwise(words)
    found = [Phrase(COLOUR_WORDS[a], SHAPE_WORDS[b]) for a, b in pairs if a in COLOUR_WORDS and b in SHAPE_WORDS]
    return tuple(dict.fromkeys(found))


def asked_about(question: str) -> tuple[Phrase, ...] | str:
    """Say what a question asks about: the first phrase is asked about, later ones are mentioned."""
    return phrases_in(question) or "no colour followed by a shape that it knows"


def event_in(question: str) -> Literal["hidden", "in view"] | None:
    """Say which of the two events it knows a question asks about; None for any other."""
    words = set(_WORD.findall(question.lower()))
    if words & _HIDDEN:
        return "hidden"
    return "in view" if words & _IN_VIEW else None


def _singular(word: str) -> str:
    if word in COLOUR_WORDS or word in SHAPE_WORDS:
        return word
    for ending in ("es", "s"):
        stem = word.removesuffix(ending)
        if stem != word and stem in SHAPE_WORDS:
            return stem
    return word
