"""What judged items and their clusters are called: claims and videos in a study, the table's own words elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

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

    def reworded(self, text: str, names: re.Pattern[str] | None = None) -> str:
        """Return a text that says these nouns, except within what `names` matches: texts of the user."""
        if not _WORDS.search(text):
            return text
        found = names.finditer(text) if names else ()
        ends = [0, *(end for name in found for end in name.span()), len(text)]
        parts = (text[a:b] for a, b in pairwise(ends))
        return "".join(_WORDS.sub(self._noun, part) if i % 2 == 0 else part for i, part in enumerate(parts))

    def _noun(self, found: re.Match[str]) -> str:
        word, several = found.groups()
        noun = self.item if word.lower() == "claim" else self.cluster
        noun = plural(noun) if several else noun
        return noun[:1].upper() + noun[1:] if word[0].isupper() else noun


def names_pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """Return what matches names of the user that hold a word to be replaced; None where none does."""
    kept = sorted({name for name in names if _WORDS.search(name)}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, kept))})(?!\w)", re.IGNORECASE) if kept else None


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
