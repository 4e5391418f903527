"""The rubric: the words and levels that people see and referees are asked with.

One file, ``rubric.toml``, beside this module is the default; a study may carry its own, with one to three of the
dimensions relevance, localization and timing, and 2 to 11 levels on each, in any language. The version stored with
every rating and score is a digest of the words themselves, so two wordings never pass for one.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, cast

from referee_calib.errors import InputError
from referee_calib.records import DIMENSIONS, FEWEST_LEVELS, MOST_LEVELS, Claim, Dimension

DEFAULT_PATH = Path(__file__).with_name("rubric.toml")
GUIDE = "docs/how_to/write_a_rubric.md says what a rubric holds."
_TEXTS = ("title", "question", "help")
_KEYS = ("version", "language", *DIMENSIONS)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")  # the form of a BCP 47 tag


@dataclass(frozen=True, slots=True)
class Scale:
    """One dimension: its question, a line of help and one sentence per level, worst first."""

    dimension: str
    title: str
    question: str
    help: str
    levels: tuple[str, ...]

    @property
    def top(self) -> int:
        """The best level; the worst is 0."""
        return len(self.levels) - 1

    @property
    def numbers(self) -> tuple[int, ...]:
        """All levels in order, as people give them."""
        return tuple(range(len(self.levels)))

    def share(self, level: float) -> float:
        """Return a level, whole or expected, as a share of the scale: 0 worst, 1 best."""
        return level / self.top


@dataclass(frozen=True, slots=True)
class Rubric:
    """All scales under one version."""

    version: str  # the file's version and a digest of its words: "1-3f9c2a17"
    scales: tuple[Scale, ...]  # in the order relevance, localization, timing
    language: str = ""  # BCP 47 tag of the words ("de", "zh-Hans"); "" where the file does not say

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """The dimensions that are judged, in the order relevance, localization, timing."""
        return tuple(cast(Dimension, scale.dimension) for scale in self.scales)

    @property
    def intact(self) -> bool:
        """Whether the words are those that the version names; False once they were edited in memory."""
        tables: dict[str, Any] = {
            one.dimension: {
                "title": one.title, "question": one.question, "help": one.help, "levels": list(one.levels)
            }
            for one in self.scales
        }  # fmt: skip
        return self.version.rpartition("-")[2] == digest(tables)

    def applies(self, claim: Claim) -> tuple[Dimension, ...]:
        """Return the dimensions on which a claim is judged: those that it has and the rubric asks about."""
        return self.among(claim.dimensions)

    def among(self, dimensions: Sequence[str]) -> tuple[Dimension, ...]:
        """Return those of some dimensions that the rubric asks about, in its order."""
        return tuple(name for name in self.dimensions if name in dimensions)

    def scale_words(self) -> str:
        """Return what the scales are, for a message: "relevance 0 to 4, localization 0 to 1"."""
        return ", ".join(f"{scale.dimension} 0 to {scale.top}" for scale in self.scales)

    def __getitem__(self, dimension: str) -> Scale:
        for scale in self.scales:
            if scale.dimension == dimension:
                return scale
        raise KeyError(dimension)

    def __contains__(self, dimension: object) -> bool:
        return any(scale.dimension == dimension for scale in self.scales)


@cache
def load(path: Path = DEFAULT_PATH) -> Rubric:
    """Read and check a TOML file.

    It has a ``version``, a ``language``, and one table for each dimension that is judged: ``relevance``,
    ``localization``, ``timing``.

    Raises
    ------
    InputError
        When the file is missing or no TOML, has no dimension or an unknown key, or a scale lacks a text or has too few
        or too many levels.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"rubric {path}", f"it cannot be read ({error})", GUIDE) from error
    _check_keys(f"rubric {path}", data, _KEYS)
    scales = tuple(_scale(f"rubric {path}: [{name}]", name, data[name]) for name in DIMENSIONS if name in data)
    if not scales:
        why = f"it has none of the tables {', '.join(f'[{name}]' for name in DIMENSIONS)}"
        raise InputError(f"rubric {path}", why, GUIDE)
    return Rubric(f"{data.get('version', '0')}-{digest(data)}", scales, _language(path, data.get("language", "")))


def digest(tables: Mapping[str, Any]) -> str:
    """Return what the version of a rubric ends with: a digest of all its words, by dimension."""
    words: Any = [tables[name] for name in DIMENSIONS if name in tables]
    if len(words) < len(DIMENSIONS):  # then the names tell which they are
        words = {name: tables[name] for name in DIMENSIONS if name in tables}
    return hashlib.sha256(json.dumps(words, sort_keys=True).encode()).hexdigest()[:8]


def _language(path: Path, said: Any) -> str:
    if not isinstance(said, str) or (said and not _LANGUAGE.fullmatch(said)):
        do = 'Write a tag of BCP 47: language = "de", "zh-Hans", "ar".'
        raise InputError(f"rubric {path}: language = {said!r:.60}", "it is no language tag", do)
    return said


def _scale(place: str, name: Dimension, table: Any) -> Scale:
    if not isinstance(table, dict):
        raise InputError(place, "it must be a table", GUIDE)
    _check_keys(place, table, (*_TEXTS, "levels"))
    for key in _TEXTS:
        text = table.get(key)
        if not isinstance(text, str) or (key != "help" and not text.strip()):
            raise InputError(f"{place} {key} = {text!r:.60}" if key in table else place, f"it needs the text {key}")
    return Scale(name, levels=_levels(place, table.get("levels")), **{key: table[key] for key in _TEXTS})


def _levels(place: str, given: Any) -> tuple[str, ...]:
    if not isinstance(given, list) or not FEWEST_LEVELS <= len(given) <= MOST_LEVELS:
        seen = f"{place} with {len(given)} levels" if isinstance(given, list) else place
        raise InputError(seen, f"it needs {FEWEST_LEVELS} to {MOST_LEVELS} level sentences, worst first", GUIDE)
    for number, sentence in enumerate(given):
        if not isinstance(sentence, str) or not sentence.strip():
            raise InputError(f"{place}: level {number} is {sentence!r:.60}", "a level is a sentence", GUIDE)
        if sentence in given[:number]:
            why = "two levels have the same words, so nobody can tell them apart"
            raise InputError(f"{place}: levels {given.index(sentence)} and {number}, {sentence!r:.60}", why)
    return tuple(given)


def _check_keys(place: str, table: Mapping[str, Any], known: Sequence[str]) -> None:
    """Refuse a key that is not known: a misspelt dimension would be a dimension that nobody judges."""
    for key in table:
        if key not in known:
            near = get_close_matches(key, known, n=1)
            do = f"Do you mean {near[0]}?" if near else f"Known are {', '.join(known)}."
            raise InputError(f"{place}: {key!r:.60}", "there is no such key", do)
