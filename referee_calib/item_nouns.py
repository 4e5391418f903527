"""What judged items and their clusters are called: claims and videos in a study, the table's own words elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

_WORDS = re.compile(r"\b([Cc]laim|[Vv]ideo)(s?)\b")
_IRREGULAR = ("s", "x", "z", "ch", "sh")


@dataclass(frozen=True, slots=True)
class ItemNouns:
    """The nouns for what is judged and for what is independent, in the singular.

    The package's own sentences say "claim" and "video"; :meth:`reworded` puts these nouns in their places. Names that
    the user gave are left as they are. Rewording twice is rewording once: an item is called "video" only where its
    cluster is too, and no cluster is called "claim".
    """

    item: str = "claim"
    cluster: str = "video"

    def __post_init__(self) -> None:
        if self.item == "video" != self.cluster:
            object.__setattr__(self, "item", "unit")
        if self.cluster == "claim":
            object.__setattr__(self, "cluster", "cluster")

    def reworded(self, value: Any, names: Iterable[str] = ()) -> Any:
        """Return JSON types in which every sentence says these nouns.

        Parameters
        ----------
        value : JSON types
            Keys stay as they are.
        names : iterable of str
            Texts of the user, such as the names of dimensions, in which nothing is replaced.
        """
        kept = sorted({name for name in names if _WORDS.search(name)}, key=len, reverse=True)
        return self._in(value, re.compile("|".join(map(re.escape, kept)) or r"(?!)", re.IGNORECASE))

    def _in(self, value: Any, names: re.Pattern[str]) -> Any:
        if isinstance(value, str):
            ends = [0, *(end for found in names.finditer(value) for end in found.span()), len(value)]
            parts = [value[a:b] for a, b in pairwise(ends)]
            return "".join(self._text(part) if i % 2 == 0 else part for i, part in enumerate(parts))
        if isinstance(value, Mapping):
            return {key: self._in(one, names) for key, one in value.items()}
        return [self._in(one, names) for one in value] if isinstance(value, list | tuple) else value

    def _text(self, text: str) -> str:
        return _WORDS.sub(self._noun, text)

    def _noun(self, found: re.Match[str]) -> str:
        word, several = found.groups()
        noun = self.item if word.lower() == "claim" else self.cluster
        noun = plural(noun) if several else noun
        return noun[:1].upper() + noun[1:] if word[0].isupper() else noun


def plural(noun: str) -> str:
    """Return the plural of an English noun that forms it regularly."""
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(_IRREGULAR) else f"{noun}s"


def noun_of_column(name: str, default: str) -> str:
    """Return what the values of a column are called: its name where that is a word, else `default`."""
    word = name.strip().replace("_", " ")
    return word.lower() if re.fullmatch(r"[^\W\d]{3,}( [^\W\d]+)?", word) and word.lower() not in _NO_NOUNS else default


_NO_NOUNS = {"index", "name", "unit id", "item id", "group", "cluster id"}
