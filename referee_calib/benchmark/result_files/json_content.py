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
_DIGITS = 300  # of a whole number that surely is a float's too


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


def read_json_content(path: Path, do: str = "") -> JsonContent:
    """Read JSON or JSON lines, also as ``.gz``; `do` is what an error says to do.

    A whole number that no float holds becomes an infinity, so that what computes with it meets no other error.

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

    decoder = json.JSONDecoder(object_pairs_hook=counted, parse_int=_whole_number)
    try:
        return JsonContent(path, decoder.decode(text), repeated[0])
    except (ValueError, RecursionError) as error:
        repeated[0] = 0
        rows = _lines(path, text, decoder, error, do)
    return JsonContent(path, rows, repeated[0])


def _lines(path: Path, text: str, decoder: json.JSONDecoder, whole: Exception, do: str) -> list[Any]:
    """Read a value per line; where the first line is no object, what is wrong with the whole is said."""
    found: list[Any] = []
    for number, line in enumerate(text.split("\n"), start=1):
        try:
            found += [decoder.decode(line)] if line.strip() else []
        except (ValueError, RecursionError) as error:
            lines = bool(found) and isinstance(found[0], dict)
            where, why = (f"{path} line {number}", error) if lines else (str(path), whole)
            raise InputError(where, f"it is not JSON ({why})", do) from error
    if not found:
        raise InputError(str(path), "it is empty", do)
    return found


def _whole_number(digits: str) -> float:
    return int(digits) if len(digits) < _DIGITS else float(digits)
