"""The rubric: the words and levels that people see and referees are asked with.

One file, ``rubric.toml``, beside this module is the default; a study may carry its own. The version
stored with every rating and score is a digest of the words themselves, so two wordings never pass
for one.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from referee_calib.errors import InputError
from referee_calib.records import DIMENSIONS, N_LEVELS, Dimension

DEFAULT_PATH = Path(__file__).with_name("rubric.toml")


@dataclass(frozen=True, slots=True)
class Scale:
    """One dimension: its question, a line of help and one sentence per level, worst first."""

    dimension: str
    title: str
    question: str
    help: str
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rubric:
    """All scales under one version."""

    version: str  # the file's version and a digest of its words: "1-3f9c2a17"
    scales: tuple[Scale, ...]  # in the order relevance, localization, timing

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

    def __getitem__(self, dimension: str) -> Scale:
        return next(scale for scale in self.scales if scale.dimension == dimension)


@cache
def load(path: Path = DEFAULT_PATH) -> Rubric:
    """Read and check a TOML file with ``version`` and the tables ``relevance``, ``localization`` and ``timing``.

    Raises InputError when the file is missing, is not TOML, or a scale lacks a text or a level.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"rubric {path}", f"it cannot be read ({error})") from error
    scales = tuple(_scale(path, name, data.get(name)) for name in DIMENSIONS)
    return Rubric(version=f"{data.get('version', '0')}-{digest(data)}", scales=scales)


def digest(tables: Mapping[str, Any]) -> str:
    """Return what the version of a rubric ends with: a digest of all its words, by dimension."""
    packed = json.dumps([tables[name] for name in DIMENSIONS], sort_keys=True)
    return hashlib.sha256(packed.encode()).hexdigest()[:8]


def _scale(path: Path, name: Dimension, table: Any) -> Scale:
    texts = ("title", "question", "help")
    if not isinstance(table, dict) or not all(isinstance(table.get(key), str) for key in texts):
        raise InputError(f"rubric {path}", f"[{name}] needs the texts {', '.join(texts)}")
    levels = table.get("levels")
    if not isinstance(levels, list) or len(levels) != N_LEVELS or not all(isinstance(v, str) for v in levels):
        raise InputError(f"rubric {path}", f"[{name}] needs {N_LEVELS} level sentences, worst first")
    return Scale(dimension=name, levels=tuple(levels), **{key: table[key] for key in texts})
