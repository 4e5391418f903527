"""When the frames of a file are shown, from its packets or, of large files, from its index and its two ends.

Reading every packet is exact and costs reading the file. Of files above `READ_WHOLE` bytes the index of MP4 is taken,
which has every decoding time: where frames come at one distance, or none refers to a later one, presentation times
follow from them. What follows is held against the packets at both ends of the file, and where it differs every packet
is read after all. Matroska and transport streams have no such index: of large ones the two ends are read, and frames
are not counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

import av
import numpy as np
from av.container import InputContainer
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from referee_calib.video.file_format.container import last_indexed, packets_of
from referee_calib.video.file_format.frame_stamps import stored_in_order

READ_WHOLE = 64_000_000  # bytes; a file of this size is read in a tenth of a second
_LOOK = 96  # packets at the beginning that are held against the index
_TAIL_SECONDS = 10.0
_ENDS = {"matroska", "mpegts"}  # containers whose two ends tell their length


@dataclass(frozen=True, slots=True)
class PacketTimes:
    """The shown packets of a stream.

    Attributes
    ----------
    stamps : array of int
        Presentation times in ticks, rising; without `counted` those of the two ends.
    ticks : int
        How long the last one lasts by the file's own word, 0 where it says nothing.
    read_to : int
        The last decoding time that was read.
    indexed : int or None
        The last decoding time in the file's index.
    counted : bool
        Whether `stamps` holds every frame.
    first : VideoFrame or None
        The first frame, decoded.
    """

    stamps: np.ndarray
    ticks: int
    read_to: int
    indexed: int | None
    counted: bool
    first: VideoFrame | None

    @property
    def complete(self) -> bool:
        """Whether the packets reach as far as the file's index."""
        return self.indexed is None or self.read_to >= self.indexed


_Packet = tuple[int, int, int]  # decoding time, presentation time, duration, in ticks


def read_packet_times(container: InputContainer, stream: VideoStream, size: int) -> PacketTimes | None:
    """Return when the frames of an opened file of `size` bytes are shown; None when it has no frame."""
    indexed = last_indexed(stream)
    if size > READ_WHOLE:
        found = _from_index(container, stream, indexed) or _from_ends(container, stream, indexed)
        if found is not None:
            return found
        container.seek(0)
    packets, first = _packets(container, stream, None)
    return _told(packets, first, indexed, counted=True, in_order=stored_in_order(container, stream))


def _told(
    packets: list[_Packet], first: VideoFrame | None, indexed: int | None, *, counted: bool, in_order: bool = False
) -> PacketTimes | None:
    if not packets:
        return None
    read_to = max(dts for dts, _, _ in packets)
    complete = indexed is None or read_to >= indexed
    # Behind a cut, frames are missing between those that were decoded ahead of them.
    shown = sorted((pts, ticks) for _, pts, ticks in packets if complete or pts <= read_to)
    if first is not None and first.pts is not None and not in_order:  # before it, a key frame is missing
        shown = [one for one in shown if one[0] >= first.pts]
    if not shown:
        return None
    stamps = np.array([pts for pts, _ in shown], dtype=np.int64)
    return PacketTimes(stamps, shown[-1][1], read_to, indexed, counted, first)


def _packets(
    container: InputContainer, stream: VideoStream, most: int | None
) -> tuple[list[_Packet], VideoFrame | None]:
    """Read the shown packets from here on, at most so many, and decode the first frame."""
    read: list[_Packet] = []
    first: VideoFrame | None = None
    undecoded, in_order = True, stored_in_order(container, stream)
    # A file that cannot be read on ends there, whatever its header says.
    with suppress(FFmpegError, OSError), packets_of(container, stream) as packets:
        for packet in islice(packets, most):
            pts = packet.dts if in_order else packet.pts
            if pts is not None and not packet.is_discard and not packet.is_corrupt:
                read.append((packet.dts if packet.dts is not None else pts, pts, packet.duration or 0))
            if undecoded:
                first, undecoded = _first_frame(packet)
    return read, first


def _first_frame(packet: av.Packet[VideoStream]) -> tuple[VideoFrame | None, bool]:
    """Return the frame that a packet gives, and whether to try the next one: a decoder may first need several."""
    try:
        frames = packet.decode()
    except (FFmpegError, OSError):
        return None, False
    return (frames[0], False) if frames else (None, True)


def _from_index(container: InputContainer, stream: VideoStream, indexed: int | None) -> PacketTimes | None:
    if indexed is None or not container.format.name.startswith("mov"):
        return None
    entries = np.array([one.timestamp for one in stream.index_entries if not one.is_discard], dtype=np.int64)
    head, first = _packets(container, stream, _LOOK)
    tail = _from(container, stream, indexed)
    if not head or not tail or max(dts for dts, _, _ in tail) != indexed:
        return None
    stamps = _presented(entries, head, tail)
    return None if stamps is None else PacketTimes(stamps, max(tail, key=_pts)[2], indexed, indexed, True, first)


def _presented(entries: np.ndarray, head: list[_Packet], tail: list[_Packet]) -> np.ndarray | None:
    """Return the presentation times that follow from decoding times, None where the packets at the ends differ."""
    gaps = np.diff(entries)
    if all(dts == pts for dts, pts, _ in (*head, *tail)):
        stamps = entries
    elif gaps.size and gaps.min() == gaps.max():
        stamps = entries + (min(pts for _, pts, _ in head) - int(entries[0]))
    else:
        return None
    ends_meet = int(stamps[-1]) == max(pts for _, pts, _ in tail) and int(stamps[0]) == min(pts for _, pts, _ in head)
    known = set(stamps.tolist())
    return stamps if ends_meet and all(pts in known for _, pts, _ in (*head, *tail)) else None


def _from_ends(container: InputContainer, stream: VideoStream, indexed: int | None) -> PacketTimes | None:
    if container.format.name.split(",")[0] not in _ENDS or not container.duration or not stream.time_base:
        return None
    container.seek(0)
    head, first = _packets(container, stream, _LOOK)
    end = ((container.start_time or 0) + container.duration) / av.time_base - _TAIL_SECONDS
    tail = _from(container, stream, int(end / stream.time_base))
    reaches = bool(tail) and max(tail, key=_pts)[1] * stream.time_base > end
    return _told([*head, *tail], first, indexed, counted=False) if head and reaches else None


def _from(container: InputContainer, stream: VideoStream, stamp: int) -> list[_Packet]:
    """Read the packets from a key frame at or before a time to the end."""
    try:
        container.seek(stamp, stream=stream, backward=True)
    except (FFmpegError, OSError):
        return []
    read: list[_Packet] = []
    with suppress(FFmpegError, OSError), packets_of(container, stream) as packets:
        for packet in packets:
            if packet.pts is not None and not packet.is_discard and not packet.is_corrupt:
                read.append((packet.dts if packet.dts is not None else packet.pts, packet.pts, packet.duration or 0))
    return read


def _pts(packet: _Packet) -> int:
    return packet[1]


def gaps_of(stamps: Iterable[int]) -> list[list[int]]:
    """Return the distances of rising stamps as runs ``[count, distance]``."""
    runs: list[list[int]] = []
    for gap in np.diff(np.fromiter(stamps, dtype=np.int64)).tolist():
        if runs and runs[-1][1] == gap:
            runs[-1][0] += 1
        else:
            runs.append([1, gap])
    return runs
