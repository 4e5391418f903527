"""Names that could be taken for one another: by case, space, or letters that look alike."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

# letters and digits that are drawn alike; after Unicode's table of confusables, the ones that names are made of
_LOOKALIKES = str.maketrans(
    {
        **dict(zip("авекмнорстухіјѕԁɡһӏ", "abekmhopctyxijsdghl", strict=True)),
        **dict(zip("αβεικνορτυχ", "abeikvoptux", strict=True)),
        **dict(zip("01|ı", "olli", strict=True)),
        "i": "l",
        "ß": "ss",
    }
)


def look_of(name: str) -> str:
    """Return what is left of a name once case, marks, spaces, dashes and the choice among lookalikes are taken away."""
    folded = unicodedata.normalize("NFKD", name).casefold()
    bare = "".join(sign for sign in folded if sign.isalnum() or sign == "|")
    return bare.translate(_LOOKALIKES).translate(_LOOKALIKES)


def similar_names(name: str, known: Iterable[str]) -> list[str]:
    """Return the other names that look like this one."""
    look = look_of(name)
    return [one for one in known if one != name and look_of(one) == look]


def closest_names(name: str, known: Iterable[str]) -> list[str]:
    """Return up to three names that a mistyped one may stand for, best first."""
    names = list(known)
    alike = similar_names(name, names)
    best = get_close_matches(name.casefold(), {one.casefold() for one in names}, n=3, cutoff=0.6)
    close = [one for folded in best for one in names if one.casefold() == folded]
    return list(dict.fromkeys(alike + close))[:3]
