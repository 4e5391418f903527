"""The bytes of a file as UTF-8: unpacked, and out of whichever Unicode encoding its byte order mark names."""

from __future__ import annotations

import bz2
import codecs
import gzip
import importlib
import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from referee_calib.errors import InputError

GZIP, BZIP2, XZ, ZIP, ZSTANDARD = b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"PK\x03\x04", b"\x28\xb5\x2f\xfd"
MARKS = (  # the longer ones first: the mark of UTF-32 begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNREADABLE = (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, UnicodeError, RuntimeError)


@contextmanager
def open_unpacked(path: Path) -> Iterator[BinaryIO]:
    """Open a file for reading its bytes, unpacked where it is gzip, bzip2, xz, zstandard, or a zip of one file.

    Raises
    ------
    InputError
        When it cannot be read or unpacked, within the block too.
    """
    try:
        with ExitStack() as stack:
            yield _unpacked(path, stack.enter_context(path.open("rb")), stack)
    except _UNREADABLE as error:
        raise InputError(f"{path} cannot be read", getattr(error, "strerror", None) or str(error)) from error


def byte_lines(file: BinaryIO) -> Iterator[bytes]:
    """Give the lines of an unpacked file in UTF-8 without its byte order mark."""
    reader = file if isinstance(file, io.BufferedReader) else io.BufferedReader(cast(io.RawIOBase, file))
    start = reader.peek(4)[:4]
    encoding = next((name for mark, name in MARKS if start.startswith(mark)), None) or _unmarked(start)
    if encoding is not None:
        text = io.TextIOWrapper(reader, encoding=encoding, newline="\n")
        try:
            yield from (line.encode("utf-8", "surrogatepass") for line in text)
        finally:
            text.detach()  # the file belongs to who opened it
        return
    if start.startswith(codecs.BOM_UTF8):
        reader.read(len(codecs.BOM_UTF8))
    yield from reader


def _unmarked(start: bytes) -> str | None:
    """Return the encoding that the zeros of the first two letters give away, None for UTF-8."""
    if len(start) < 2 or (start[0] == 0) == (start[1] == 0):
        return None
    return "utf-16-be" if start[0] == 0 else "utf-16-le"


def _unpacked(path: Path, file: BinaryIO, stack: ExitStack) -> Any:
    start = file.read(6)
    file.seek(0)
    if start.startswith(GZIP):
        return stack.enter_context(gzip.open(file))
    if start.startswith(BZIP2):
        return stack.enter_context(bz2.open(file))
    if start.startswith(XZ):
        return stack.enter_context(lzma.open(file))
    if start.startswith(ZSTANDARD):
        return stack.enter_context(_zstandard(path, file))
    if start.startswith(ZIP):
        return stack.enter_context(_only_member(path, stack.enter_context(zipfile.ZipFile(file))))
    return file


def _only_member(path: Path, archive: zipfile.ZipFile) -> Any:
    held = [one for one in archive.infolist() if not one.is_dir() and not one.filename.startswith("__MACOSX/")]
    if len(held) != 1:
        raise InputError(f"{path} holds {len(held)} files", "one is read", f"Unpack it: unzip {path}")
    return archive.open(held[0])


def _zstandard(path: Path, file: BinaryIO) -> Any:
    for name in ("compression.zstd", "zstandard"):  # Python 3.14 brings the first
        try:
            return importlib.import_module(name).open(file, "rb")
        except ImportError:
            continue
    raise InputError(f"{path} is packed by zstandard", "this Python cannot unpack that", f"Type: zstd -d {path}")
