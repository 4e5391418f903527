"""Any file of rows as objects: JSON lines, a JSON list, CSV and Parquet, a row at a time where the form allows it.

A row that cannot be read is given as the error that it makes, so that a reader may go on and name all of them.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from referee_calib.errors import InputError, MissingExtra
from referee_calib.io import json_lines
from referee_calib.rollout_files.compressed_file import byte_lines, open_unpacked

Row = dict[str, Any]
PARQUET = b"PAR1"
HOLDERS = ("data", "results", "samples", "rollouts", "logs", "items", "annotations")  # keys that may hold the list
SEPARATORS = (",", "\t", ";")
BATCH = 256  # rows of Parquet that are in memory at once


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row of a file.

    Attributes
    ----------
    place : str
        Where it stands, for messages: ``"rollouts.jsonl line 7"``, ``"completions.parquet row 7"``.
    number : int
        Its number from 1, of the line or of the row.
    fields : dict
        What it holds; ``{}`` when it cannot be read.
    error : InputError or None
        Why it cannot be read.
    """

    place: str
    number: int
    fields: Row
    error: InputError | None = None


def file_rows(path: Path) -> Iterator[FileRow]:
    """Read a file row by row; what form it has is seen from its first bytes, never from its name.

    JSON lines, CSV and Parquet are read as they come; a JSON list is read whole.

    Raises
    ------
    InputError
        When the file cannot be read or unpacked, is empty, or has none of these forms.
    MissingExtra
        When Parquet needs a package that is not installed.
    """
    with open_unpacked(path) as file:
        start = file.read(4) if file.seekable() else b""
        if start:
            file.seek(0)
        yield from _parquet(path, file) if start == PARQUET else _text(path, byte_lines(file))


def _text(path: Path, lines: Iterator[bytes]) -> Iterator[FileRow]:
    skipped = 0
    for first in lines:
        skipped += 1
        if first.strip():
            break
    else:
        raise InputError(f"{path} is empty", "there is nothing to import")
    rest, begins = chain([first], lines), first.lstrip()[:1]
    if begins == b"[" or (begins == b"{" and _opens_document(first)):
        yield from _document(path, rest, skipped)
    elif begins != b"{" and (separator := _separator(first)):
        yield from _csv(path, rest, separator)
    else:
        yield from _lines(path, rest, skipped)


def _opens_document(line: bytes) -> bool:
    """Tell whether a line is but the beginning of an object that goes on below, as in indented JSON."""
    return line.strip() == b"{" or (line.rstrip().endswith((b"[", b"{", b",")) and not line.rstrip().endswith(b"}"))


def _lines(path: Path, lines: Iterable[bytes], start: int) -> Iterator[FileRow]:
    name = path.name
    for number, line in enumerate(lines, start=start):
        if not line.strip():
            continue
        place = f"{name} line {number}"
        try:
            row = json_lines.parse(line, place)
            if number == start and (held := _held(row)):
                yield from _numbered(path, held)
            else:
                yield FileRow(place, number, row)
        except InputError as error:
            yield FileRow(place, number, {}, error)


def _document(path: Path, lines: Iterable[bytes], start: int) -> Iterator[FileRow]:
    text = b"".join(lines)
    try:
        whole = json.loads(text.decode())
    except (ValueError, RecursionError) as error:
        if b"\n{" in text.strip():  # lines after all, the first of which is damaged
            yield from _lines(path, text.split(b"\n"), start)
            return
        raise InputError(f"{path}", f"it is not JSON ({error})") from error
    yield from _numbered(path, _listed(path, whole))


def _numbered(path: Path, rows: Iterable[Any]) -> Iterator[FileRow]:
    for number, row in enumerate(rows, start=1):
        place = f"{path.name} row {number}"
        if isinstance(row, dict):
            yield FileRow(place, number, row)
        else:
            wrong = InputError(place, f"it holds {type(row).__name__}, not an object {{…}}")
            yield FileRow(place, number, {}, wrong)


def _listed(path: Path, whole: Any) -> list[Any]:
    """Return the list that a document is or holds; an object of objects is a list of them."""
    if isinstance(whole, list):
        return whole
    if isinstance(whole, dict):
        return _held(whole) or [whole]
    raise InputError(f"{path}", "it holds no list of objects {…}")


def _held(whole: Row) -> list[Any]:
    """Return the rows that an object holds under a usual name, or as its values; nothing where it is a row itself."""
    for key in HOLDERS:
        held = whole.get(key)
        if isinstance(held, list) and held and all(isinstance(one, dict) for one in held):
            return held
    values = list(whole.values())
    return values if values and all(isinstance(one, dict) for one in values) else []


def _separator(line: bytes) -> str:
    """Return what separates the names in a header of CSV, "" where the line is none."""
    try:
        header = line.decode()
    except UnicodeDecodeError:
        return ""
    mark = max(SEPARATORS, key=header.count)
    return mark if header.count(mark) and header.isprintable() | header.strip().replace("\t", "").isprintable() else ""


def _csv(path: Path, lines: Iterable[bytes], separator: str) -> Iterator[FileRow]:
    csv.field_size_limit(sys.maxsize)
    rows = csv.reader((line.decode() for line in lines), delimiter=separator, strict=True)
    try:
        names = [name.strip() for name in next(rows)]
        if len(set(names)) != len(names):
            raise InputError(f"{path}: two columns of one name", f"the columns are {', '.join(names)}")
        for number, cells in enumerate((row for row in rows if row), start=1):
            place = f"{path.name} row {number}"
            if len(cells) != len(names):
                wrong = InputError(f"{place}: {len(cells)} cells", f"the header has {len(names)}")
                yield FileRow(place, number, {}, wrong)
            else:
                yield FileRow(place, number, dict(zip(names, cells, strict=True)))
    except csv.Error as error:
        raise InputError(f"{path} line {rows.line_num}", f"it cannot be read as a table ({error})") from error


def _parquet(path: Path, file: BinaryIO) -> Iterator[FileRow]:
    try:
        from pyarrow import ArrowException, parquet
    except ImportError as error:
        raise MissingExtra("Parquet", "parquet") from error
    number = 0
    try:
        for batch in parquet.ParquetFile(file).iter_batches(batch_size=BATCH):
            for row in batch.to_pylist():
                number += 1
                yield FileRow(f"{path.name} row {number}", number, row)
    except ArrowException as error:
        raise InputError(f"{path}", f"it cannot be read as Parquet ({error})") from error
    if not number:
        raise InputError(f"{path} is empty", "there is nothing to import")
