"""JSON lines: one JSON object per line, UTF-8, no NaN."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

import orjson

from referee_calib.errors import InputError
from referee_calib.io.atomic_files import atomic


def read(path: Path | str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Read a file line by line, as (number from 1, object); empty lines are passed over.

    Raises InputError, naming the line, when the file cannot be read, or a line is not UTF-8, not JSON, or not an
    object.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                line = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
                if line.strip():
                    yield number, parse(line, f"{path} line {number}")
    except OSError as error:
        raise InputError(f"{path} cannot be read", error.strerror or str(error)) from error


def write(path: Path | str, rows: Iterable[Mapping[str, Any]]) -> int:
    """Write rows of JSON types (no NaN) into a file that appears whole or not at all, and return how many.

    Raises StudyError when the folder is missing, read-only or full; what stood under `path` is untouched.
    """
    count = 0
    with atomic(Path(path)) as file:
        for count, row in enumerate(rows, start=1):  # noqa: B007 - the last number is the count
            file.write(line(row))
    return count


def line(row: Mapping[str, Any]) -> bytes:
    r"""Return one line with its end; a half surrogate in model text becomes ``\ud83d`` and is read back as such."""
    try:
        return json.dumps(row, ensure_ascii=False, allow_nan=False).encode() + b"\n"
    except UnicodeEncodeError:
        return json.dumps(row, ensure_ascii=True, allow_nan=False).encode() + b"\n"


def parse(text: bytes, place: str) -> dict[str, Any]:
    """Read one line as an object.

    Raises InputError, which begins with `place`, when it is not UTF-8, not JSON, or not an object, or names a field
    twice.
    """
    return _parse_flat(text) or _parse_any(text, place)


def _parse_flat(text: bytes) -> dict[str, Any] | None:
    """Read an object without objects in it fast; None where it is no such, or may name a field twice."""
    if b'" :' in text or b'"\t:' in text:
        return None
    try:
        row = orjson.loads(text)
    except ValueError:  # not JSON, or what JSON may hold and orjson does not take: a half surrogate
        return None
    # as many colons behind quotes as fields: no field came twice, and none holds an object
    return row if isinstance(row, dict) and text.count(b'":') == len(row) else None


def _parse_any(text: bytes, place: str) -> dict[str, Any]:
    try:
        row = json.loads(text.decode(), parse_constant=_refuse, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:  # ValueError: not UTF-8, not JSON, or a number beyond all use
        raise InputError(place, f"it is not JSON ({error})") from error
    if not isinstance(row, dict):
        raise InputError(place, f"it holds {type(row).__name__}, not an object {{…}}")
    return row


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the field {twice!r:.60} comes twice; which of the two counts?")
    return row


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a JSON number; write null")
