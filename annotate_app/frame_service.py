"""The exact frames that people judge: decoded by the code that shows them to referees, and sent one by one.

A browser decides by itself what it shows of a standing video: on variable rates, edit lists, late starts and mirrored
or stretched pictures that is often another frame, or another picture, than the referee's. So a resting player shows
what this module sends.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from referee_calib.errors import VideoError
from referee_calib.io import video_digest
from referee_calib.video import encode_jpeg, frames_at, resize

if TYPE_CHECKING:
    from referee_calib.study import Study
    from referee_calib.video import FrameTimes

CACHED_BYTES = 96 * 1024 * 1024  # of encoded frames, the most recent ones
CACHED_TIMES = 64  # videos whose frame times are at hand
DECODING = 2  # frames decoded at a time, so that ratings are answered while many people watch
QUALITY = 95  # of the JPEG, with the colour of every pixel kept
LONGEST_SIDE = 1920  # pixels; what is larger is shrunk, as screens do


class FrameService:
    """Frames of a study's videos by their number, in the order in which they are shown."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._pictures: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._times: OrderedDict[str, FrameTimes] = OrderedDict()
        self._held = 0
        self._lock = threading.Lock()
        self._decoding = threading.Semaphore(DECODING)

    def times(self, video: str) -> dict[str, Any]:
        """Return when every frame is shown, as :meth:`referee_calib.video.FrameTimes.compact` does.

        Times are on the study's clock. Raises VideoError when the video cannot be read or its frames not be counted.
        """
        table = self._known_times(video)[1].compact()
        shift = table["start"] if self._study.config.clock == "first-frame" else 0.0
        return {**table, "start": table["start"] - shift, "end": table["end"] - shift}

    def picture(self, video: str, number: int) -> bytes:
        """Return a frame as JPEG. Raises VideoError when there is no such frame, or it cannot be decoded."""
        digest, times = self._known_times(video)
        key = digest, number
        with self._lock:
            if key in self._pictures:
                self._pictures.move_to_end(key)
                return self._pictures[key]
        seconds = times.seconds("first-frame")
        if number >= len(seconds):
            raise VideoError(f"video {video}", f"it has {len(seconds)} frames and no frame {number}")
        with self._decoding:
            shown = frames_at(self._study.media_path(video), [float(seconds[number])], clock="first-frame")
            picture = encode_jpeg(_fitted(shown[0].image), QUALITY, full_colour=True)
        self._keep(key, picture)
        return picture

    def _known_times(self, video: str) -> tuple[str, FrameTimes]:
        digest = video_digest(self._study.media_path(video))
        with self._lock:
            found = self._times.get(digest) if digest else None
        if found is None:
            found = self._study.frame_times(video)
            with self._lock:
                self._times[digest] = found
                while len(self._times) > CACHED_TIMES:
                    self._times.popitem(last=False)
        return digest, found

    def _keep(self, key: tuple[str, int], picture: bytes) -> None:
        with self._lock:
            if key in self._pictures:
                return
            self._pictures[key] = picture
            self._held += len(picture)
            while self._held > CACHED_BYTES and len(self._pictures) > 1:
                _, dropped = self._pictures.popitem(last=False)
                self._held -= len(dropped)


def _fitted(image: Any) -> Any:
    """Return the picture no larger than a screen."""
    height, width = image.shape[:2]
    scale = min(1.0, LONGEST_SIDE / max(height, width))
    return image if scale == 1 else resize(image, max(1, round(height * scale)), max(1, round(width * scale)))
