"""What is known to be where in the videos of a study, and when two phrases name different objects.

The rule for phrases reads words and knows no meaning. The head of a phrase is its last word before the first
preposition or relative word, without a plural ending: "two men in red shirts" has the head "man". Two phrases
name different objects only if each has a word that the other lacks: "red ball" and "blue ball" do, "ball" and
"red ball" may be one object. "car" and "vehicle" pass as different, which is why a distractor must also lie
elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from referee_calib.errors import InputError
from referee_calib.io import json_lines
from referee_calib.records import Claim, TimedBox

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_ARTICLES = frozenset({"a", "an", "the", "this", "that", "some", "one", "two", "three", "his", "her", "its", "their"})
_BREAKS = {
    *("in", "on", "at", "with", "of", "from", "by", "to", "near", "behind", "under", "above", "beside", "between"),
    *("holding", "wearing", "carrying", "riding", "that", "which", "who", "whose", "and", "or"),
}
_PLURALS = {"men": "man", "women": "woman", "people": "person", "children": "child", "feet": "foot", "mice": "mouse"}
POINTS = 0.5  # overlap with the truth from which a claim's own words name what is there
SEEN = 0.5  # share of an object that must be seen
_AT_ONCE = 0.5  # seconds


@dataclass(frozen=True, slots=True)
class ReferenceObject:
    """A named object in one frame of a video: path, phrase and true box."""

    video: str
    phrase: str
    box: TimedBox

    def to_json(self) -> list[Any]:
        """Return `[video, phrase, t, x1, y1, x2, y2]`."""
        return [self.video, self.phrase, *self.box]


@dataclass(frozen=True)
class ReferenceObjects:
    """All objects that are known."""

    rows: tuple[ReferenceObject, ...] = ()
    by_video: dict[str, list[ReferenceObject]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        found: dict[str, list[ReferenceObject]] = {}
        for row in self.rows:
            found.setdefault(row.video, []).append(row)
        object.__setattr__(self, "by_video", found)

    def at(self, video: str, time: float) -> list[ReferenceObject]:
        """Return what is known to be in a video within half a second of a time."""
        return [obj for obj in self.by_video.get(video, ()) if abs(obj.box[0] - time) <= _AT_ONCE]

    def __or__(self, other: ReferenceObjects) -> ReferenceObjects:
        """Return what either knows, each object once."""
        return ReferenceObjects(tuple(dict.fromkeys((*self.rows, *other.rows))))

    def to_json(self) -> list[list[Any]]:
        """Return one list per object."""
        return [row.to_json() for row in self.rows]

    @classmethod
    def from_json(cls, rows: Iterable[Iterable[Any]]) -> Self:
        """Read what `to_json` gave."""
        try:
            found = []
            for video, phrase, *numbers in rows:
                t, x1, y1, x2, y2 = (float(number) for number in numbers)
                found.append(ReferenceObject(str(video), str(phrase), (t, x1, y1, x2, y2)))
        except (TypeError, ValueError) as error:
            raise InputError(f"known objects {rows!r:.80}", "each is [video, phrase, t, x1, y1, x2, y2]") from error
        return cls(tuple(found))


def collect_reference_objects(claims: Iterable[Claim], names: Mapping[str, str] | None = None) -> ReferenceObjects:
    """Collect what a study's claims and their reference boxes tell about what is where.

    Parameters
    ----------
    claims : iterable of Claim
    names : mapping of rollout id to phrase, optional
        What the question asks about, where known. Otherwise a claim's own words name what its reference boxes
        show, if one of its boxes overlaps that box by at least 0.5; other claims tell nothing.

    Returns
    -------
    ReferenceObjects
        Each once, in a fixed order.
    """
    found = {
        ReferenceObject(claim.video, phrase, box)
        for claim in claims
        for box in claim.reference_boxes or ()
        if (phrase := (names or {}).get(claim.rollout) or (claim.object if _points(claim, box) else ""))
    }
    return ReferenceObjects(tuple(sorted(found, key=lambda obj: (obj.video, obj.phrase, obj.box))))


def read_reference_objects(path: Path | str) -> ReferenceObjects:
    """Read what is where from a file of annotated objects: the sample study's ``truth.jsonl``, or one like it.

    Parameters
    ----------
    path : path
        JSON lines, one per video: ``{"video", "objects": [{"name", "boxes_t_x1_y1_x2_y2_share"}, …]}``, each box with
        the share of the object that can be seen; what is more than half hidden is no evidence and passed over.

    Raises
    ------
    InputError
        When a line lacks one of these fields or a box is none; it names the line.
    """
    found: list[ReferenceObject] = []
    for number, row in json_lines.read(path):
        try:
            for obj in row["objects"]:
                boxes = [box[:5] for box in obj["boxes_t_x1_y1_x2_y2_share"] if box[5] >= SEEN]
                found += ReferenceObjects.from_json([[row["video"], obj["name"], *box] for box in boxes]).rows
        except (KeyError, TypeError, IndexError, InputError) as error:
            why = 'it holds {"video", "objects": [{"name", "boxes_t_x1_y1_x2_y2_share"}]}'
            raise InputError(f"{path} line {number}", f"{why} ({error!s:.120})") from error
    return ReferenceObjects(tuple(found))


def head(phrase: str) -> str:
    """Return the noun at the head of a phrase, in the singular; empty when there is none."""
    words = _words(phrase)
    last = next((i for i, word in enumerate(words) if i and word in _BREAKS), len(words))
    return _singular(words[last - 1]) if words else ""


def differ(one: str, other: str) -> bool:
    """Tell whether two phrases name different objects: each has a word that the other lacks."""
    a, b = ({_singular(word) for word in _words(phrase)} for phrase in (one, other))
    return bool(a - b) and bool(b - a)


def overlap(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    """IoU of two boxes as plain numbers."""
    across, down = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if across <= 0 or down <= 0:
        return 0.0
    return across * down / (_area(a) + _area(b) - across * down)


def _points(claim: Claim, box: TimedBox) -> bool:
    return any(own[0] == box[0] and overlap(own[1:], box[1:]) >= POINTS for own in claim.boxes)


def _area(box: tuple[float, ...]) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _words(phrase: str) -> list[str]:
    words = [word.lower() for word in _WORD.findall(phrase)]
    return [word for i, word in enumerate(words) if word not in _ARTICLES or (word == "that" and i)]


def _singular(word: str) -> str:
    if word in _PLURALS:
        return _PLURALS[word]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
