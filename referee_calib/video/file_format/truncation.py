"""Whether a file ends before its own sizes say that it should: it was cut off in transfer.

Formats: ISO 14496-12 (boxes of MP4), RFC 8794 (EBML: WebM, Matroska), RIFF (AVI), ISO 13818-1 (transport packets).
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

_PACKET = 188
_SEGMENT = b"\x18\x53\x80\x67"
_EBML = b"\x1a\x45\xdf\xa3"


def is_cut_off(path: Path) -> bool:
    """Whether the file is shorter than it says of itself; False where its format says nothing.

    A transport stream says nothing but the length of its packets: one that was cut between two of them looks whole.
    """
    try:
        return _is_shorter(path)
    except OSError:  # it vanished meanwhile: whoever reads it says so
        return False


def _is_shorter(path: Path) -> bool:
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(12)
        if head[:4] == b"RIFF":
            return _riff_end(file) > size
        if head[:4] == _EBML:
            return _segment_end(file) > size
        if head[4:8] in (b"ftyp", b"moov", b"mdat", b"free", b"wide", b"skip"):
            return _last_box_end(file, size) > size
        return head[:1] == b"\x47" and _is_transport(file) and size % _PACKET != 0


def _riff_end(file: BinaryIO) -> int:
    file.seek(4)
    return 8 + int.from_bytes(file.read(4), "little")


def _is_transport(file: BinaryIO) -> bool:
    file.seek(0)
    start = file.read(3 * _PACKET)
    return len(start) > 2 * _PACKET and start[_PACKET] == start[2 * _PACKET] == 0x47


def _last_box_end(file: BinaryIO, size: int) -> int:
    at = 0
    while at + 8 <= size:
        file.seek(at)
        length = int.from_bytes(file.read(4), "big")
        file.read(4)
        if length == 1:  # the size follows in 64 bits
            length = int.from_bytes(file.read(8), "big")
        if length < 8:  # 0: to the end of the file; else damage, which the reader will meet
            return size
        at += length
    return at


def _segment_end(file: BinaryIO) -> int:
    file.seek(4)
    file.seek(_vint(file) or 0, 1)
    if file.read(4) != _SEGMENT:
        return 0
    length = _vint(file)
    return 0 if length is None else file.tell() + length


def _vint(file: BinaryIO) -> int | None:
    """Read an EBML size of 1 to 8 bytes; None for "unknown", which live recordings write."""
    first = file.read(1)
    if not first or not first[0]:
        return None
    width = 9 - first[0].bit_length()
    rest = file.read(width - 1)
    value = int.from_bytes(bytes([first[0] & (0xFF >> width)]) + rest, "big")
    return None if value == (1 << 7 * width) - 1 else value
