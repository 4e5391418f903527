"""What a file holds: bytes out of gzip and zip, and text in whichever encoding it was saved."""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zipfile
import zlib
from pathlib import Path

from referee_calib.errors import InputError

GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
HIDDEN = re.compile(r"(^|/)(\.|__MACOSX/)")  # what archives of a Mac hold beside the files
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_content(path: Path) -> bytes:
    """Return the bytes of a file, unpacked where it is gzip.

    Raises
    ------
    InputError
        When it cannot be read.
    """
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if data.startswith(GZIP) else data
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path} cannot be read", getattr(error, "strerror", None) or str(error)) from error


def text_of(path: Path, data: bytes) -> tuple[str, str]:
    """Return the text of a file, and the encoding where it is none of Unicode's.

    A byte order mark decides; without one it is UTF-8, then UTF-16 where every other byte is zero, then Windows-1252.
    """
    if data.startswith(OLD_EXCEL):
        raise InputError(f"{path} is a workbook of an old Excel", "", "Save it as .xlsx.")
    encoding = next((name for mark, name in MARKS if data.startswith(mark)), None) or _without_mark(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is no text in {encoding}", str(error), "Save it as UTF-8.") from error
    if "\0" in text:
        raise InputError(
            f"{path} is no text", "it holds bytes of zero", "A ratings table is CSV, Excel, Parquet or JSON."
        )
    return text, "" if encoding.startswith("utf") else encoding


def _without_mark(data: bytes) -> str:
    start = data[:1000]
    if start[1::2].count(0) > len(start) // 4:
        return "utf-16-le"
    if start[::2].count(0) > len(start) // 4:
        return "utf-16-be"
    try:
        data.decode()
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def archive_files(path: Path, data: bytes, suffixes: tuple[str, ...]) -> dict[str, bytes]:
    """Return the files of an archive whose names end so, by name."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [name for name in archive.namelist() if name.endswith(suffixes) and not HIDDEN.search(name)]
            return {name: archive.read(name) for name in names}
    except (zipfile.BadZipFile, RuntimeError, zlib.error) as error:
        raise InputError(f"{path} cannot be unpacked", str(error)) from error
