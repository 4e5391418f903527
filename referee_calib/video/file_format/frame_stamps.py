"""When each decoded frame is shown, by the stamps of the file.

AVI stores no presentation times: with frames that refer to later ones, what FFmpeg guesses is off by some frames. There
the frames, which decoders give in the order in which they are shown, take the decoding times of the packets in turn.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream


def stored_in_order(container: InputContainer, stream: VideoStream) -> bool:
    """Whether the file has decoding times alone, so that frames are told by counting."""
    return container.format.name == "avi" and stream.codec_context.has_b_frames


class FrameStamps:
    """Stamps the frames of one decoding from the file's beginning, or, where they are not counted, from anywhere."""

    def __init__(self, container: InputContainer, stream: VideoStream) -> None:
        self._counting = stored_in_order(container, stream)
        self._due: deque[int] = deque()

    def decode(self, packet: av.Packet[VideoStream]) -> Iterator[VideoFrame]:
        """Decode a packet, the empty one at the end included."""
        if self._counting and packet.size and packet.dts is not None:
            self._due.append(packet.dts)
        return self.stamped(packet.decode())

    def stamped(self, frames: Iterable[VideoFrame]) -> Iterator[VideoFrame]:
        """Yield the frames that have a time."""
        for frame in frames:
            if self._counting:
                frame.pts = self._due.popleft() if self._due else None
            if frame.pts is not None or frame.dts is not None:
                yield frame


def stamp_of(frame: VideoFrame) -> int:
    """Return a stamped frame's time in ticks of its stream."""
    stamp = frame.pts if frame.pts is not None else frame.dts
    assert stamp is not None  # noqa: S101 - FrameStamps gives no others
    return stamp
