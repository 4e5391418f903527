"""JSON of a result file: one value, or a line for each object; keys that stand twice are counted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from referee_calib.errors import InputError
from referee_calib.rating_tables import read_content, text_of

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class JsonContent:
    """The value of a file, a list where it has lines, and how many keys of its objects stood there twice."""

    path: Path
    value: Any
    repeated: int = 0

    @property
    def rows(self) -> list[JsonObject]:
        """Return its objects: of a list of them, or the one object; empty for anything else."""
        if isinstance(self.value, Mapping):
            return [dict(self.value)]
        if isinstance(self.value, list) and all(isinstance(one, Mapping) for one in self.value):
            return self.value
        return []

    def notes(self) -> list[str]:
        """Say how many keys stood twice."""
        many = f"{self.path.name}: {self.repeated:,} keys of its objects stand there twice; the last one counts"
        return [many] if self.repeated else []


def read_json_content(path: Path) -> JsonContent:
    """Read JSON or JSON lines, also as ``.gz``.

    Raises
    ------
    InputError
        When it cannot be read or is no JSON, with the line.
    """
    text, _ = text_of(path, read_content(path))
    repeated = [0]

    def counted(pairs: list[tuple[str, Any]]) -> JsonObject:
        found = dict(pairs)
        repeated[0] += len(pairs) - len(found)
        return found

    try:
        value = json.loads(text, object_pairs_hook=counted)
    except ValueError:
        repeated[0] = 0
        value = [json.loads(line, object_pairs_hook=counted) for line in _lines(path, text)]
    return JsonContent(path, value, repeated[0])


def _lines(path: Path, text: str) -> list[str]:
    lines = [line for line in text.split("\n") if line.strip()]
    for number, line in enumerate(text.split("\n"), start=1):
        try:
            _ = json.loads(line) if line.strip() else None
        except ValueError as error:
            raise InputError(f"{path} line {number}", f"it is not JSON ({error})") from error
    if not lines:
        raise InputError(f"{path}", "it is empty")
    return lines
