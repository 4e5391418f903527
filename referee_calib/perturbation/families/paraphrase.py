"""Saying the same in other words.

A few rules that keep the meaning of any phrase they apply to, and nothing more: a table of words that mean the
same, a colour behind its noun, "in" for "wearing" before clothes, and an article. Where none applies, the
perturbation does not apply.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from referee_calib.perturbation.families.perturbation import Dice, Known, Perturbation, Unit
from referee_calib.records import Claim

Rule = Literal["any", "synonym", "order", "article"]
_PAIRS = (
    ("car", "automobile"), ("bike", "bicycle"), ("motorbike", "motorcycle"), ("sofa", "couch"),
    ("tv", "television"), ("phone", "telephone"), ("kid", "child"), ("kids", "children"), ("plane", "aeroplane"),
    ("fridge", "refrigerator"), ("grey", "gray"), ("photo", "photograph"),
    ("lorry", "truck"), ("bin", "trash can"), ("laptop", "notebook computer"),
    ("policeman", "police officer"), ("fireman", "firefighter"), ("hippo", "hippopotamus"),
    ("rhino", "rhinoceros"), ("mic", "microphone"), ("goalie", "goalkeeper"), ("colour", "color"),
)  # fmt: skip
SYNONYMS = dict(_PAIRS) | {b: a for a, b in _PAIRS if " " not in b}
COLOURS = "red|green|blue|yellow|orange|purple|pink|brown|black|white|grey|gray|violet|cyan|magenta|turquoise"
_CLOTHES = "shirt|jacket|coat|dress|hat|cap|suit|sweater|hoodie|uniform|vest|skirt|jeans|shorts|helmet|t-shirt"
_COLOUR_FIRST = re.compile(rf"((?:an?|the) )?({COLOURS}) ([^\W\d_]+)", re.IGNORECASE)
_COLOUR_LAST = re.compile(rf"((?:an?|the) )?([^\W\d_]+) that is ({COLOURS})", re.IGNORECASE)
_DRESSED = re.compile(rf"(.+) (in|wearing) ((?:an? |the )?(?:[^\W\d_]+ )?(?:{_CLOTHES}))", re.IGNORECASE)
_ARTICLE = re.compile(r"(?:an?|the) (?=\S)", re.IGNORECASE)
_DETERMINED = re.compile(
    r"(?:this|that|these|those|my|your|his|her|its|our|their|one|two|three|some|any|every|each|another|both|all|\d+)\b"
    r"|.*['’]s ",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paraphrase(Perturbation):
    """Name the same object in other words; the magnitude plays no part.

    Attributes
    ----------
    rule : {"any", "synonym", "order", "article"}
        Any: one, at random, of those that apply.
    """

    rule: Rule = "any"
    unit: ClassVar[Unit] = ""

    @property
    def key(self) -> str:
        return "paraphrase" if self.rule == "any" else f"paraphrase_{self.rule}"

    def __call__(self, claim: Claim, rng: Dice, *, duration: Known = None, fps: Known = None) -> Claim | None:
        rules = RULES if self.rule == "any" else {self.rule: RULES[self.rule]}
        found = [said for apply in rules.values() if (said := apply(claim.object)) and said != claim.object]
        return replace(claim, object=rng.choice(found), id="") if found else None


def synonym(phrase: str) -> str:
    """Replace the last word that has a synonym; empty when none has."""
    words = phrase.split(" ")
    for i in reversed(range(len(words))):
        other = SYNONYMS.get(words[i].lower())
        if other:
            return " ".join([*words[:i], other, *words[i + 1 :]])
    return ""


def order(phrase: str) -> str:
    """Put a colour behind its noun or back before it, or say "wearing" for "in"; empty when there is neither."""
    if found := _COLOUR_FIRST.fullmatch(phrase):
        return f"{found[1] or ''}{found[3]} that is {found[2]}"
    if found := _COLOUR_LAST.fullmatch(phrase):
        return f"{found[1] or ''}{found[3]} {found[2]}"
    if found := _DRESSED.fullmatch(phrase):
        return f"{found[1]} {'wearing' if found[2].lower() == 'in' else 'in'} {found[3]}"
    return ""


def article(phrase: str) -> str:
    """Drop the article at the start, or put "the" there; empty for a phrase that another word determines."""
    if not phrase.strip() or _DETERMINED.match(phrase):
        return ""
    return _ARTICLE.sub("", phrase, count=1) if _ARTICLE.match(phrase) else f"the {phrase}"


RULES: dict[str, Callable[[str], str]] = {"synonym": synonym, "order": order, "article": article}
