"""The exact frames that people judge: decoded by the code that shows them to referees, and sent one by one.

A browser decides by itself what it shows of a standing video: on variable rates, edit lists, late starts and mirrored or
stretched pictures that is often another frame, or another picture, than the referee's. So a resting player shows what
this module sends.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any

from referee_calib.errors import VideoError
from referee_calib.records import Clock
from referee_calib.video import encode_jpeg, frame_times, frames_at, resize

CACHED_BYTES = 96 * 1024 * 1024  # of encoded frames, the most recent ones
DECODING = 2  # frames decoded at a time, so that ratings are answered while many people watch
QUALITY = 95  # of the JPEG, with the colour of every pixel kept
LONGEST_SIDE = 1920  # pixels; what is larger is shrunk, as screens do
_Key = tuple[str, int, int, int]  # path, size, time of change, number of the frame


class FrameService:
    """Frames of videos by their number, in the order in which they are shown."""

    def __init__(self) -> None:
        self._cached: OrderedDict[_Key, bytes] = OrderedDict()
        self._held = 0
        self._lock = threading.Lock()
        self._decoding = threading.Semaphore(DECODING)

    def times(self, path: Path, clock: Clock = "file") -> dict[str, Any]:
        """Return when every frame is shown: ``start``, ``end``, ``tick`` in seconds, and runs ``[count, ticks]``.

        Parameters
        ----------
        path : Path
            A video file or a folder of frames.
        clock : {"file", "first-frame"}
            What times of claims count from.

        Raises
        ------
        VideoError
            When the video cannot be read, or its frames cannot be counted.
        """
        found = frame_times(path)
        table = found.compact()
        shift = table["start"] if clock == "first-frame" else 0.0
        return {**table, "start": table["start"] - shift, "end": table["end"] - shift}

    def picture(self, path: Path, number: int) -> bytes:
        """Return a frame as JPEG.

        Raises
        ------
        VideoError
            When there is no such frame, or it cannot be decoded.
        """
        found = path.stat()
        key = (str(path), found.st_size, found.st_mtime_ns, number)
        with self._lock:
            if key in self._cached:
                self._cached.move_to_end(key)
                return self._cached[key]
        with self._decoding:
            picture = _encoded(path, number)
        self._keep(key, picture)
        return picture

    def _keep(self, key: _Key, picture: bytes) -> None:
        with self._lock:
            if key in self._cached:
                return
            self._cached[key] = picture
            self._held += len(picture)
            while self._held > CACHED_BYTES and len(self._cached) > 1:
                _, dropped = self._cached.popitem(last=False)
                self._held -= len(dropped)


def _encoded(path: Path, number: int) -> bytes:
    seconds = frame_times(path).seconds()
    if not 0 <= number < len(seconds):
        raise VideoError(f"video {path}", f"it has {len(seconds)} frames and no frame {number}")
    image = frames_at(path, [max(0.0, float(seconds[number]))])[0].image
    height, width = image.shape[:2]
    scale = min(1.0, LONGEST_SIDE / max(height, width))
    if scale < 1:
        image = resize(image, max(1, round(height * scale)), max(1, round(width * scale)))
    return encode_jpeg(image, QUALITY, full_colour=True)
