"""A folder of frames standing where a video may stand: ``000001.jpg``, ``000002.jpg``, … and ``frames.toml``.

``frames.toml`` states when the pictures are shown, one of::

    fps = 25                # or "30000/1001"; the first picture is shown at 0 s
    times = "times.txt"     # a file beside it: one line per picture, its time in seconds, rising

With `times`, ``end = 12.4`` may say when the last picture stops being shown; without, it lasts as long as the one
before it.
"""

from __future__ import annotations

import math
import os
import re
import tomllib
from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from referee_calib.errors import InputError, VideoError
from referee_calib.video.file_format import file_kind
from referee_calib.video.images import decode

SIDECAR = "frames.toml"
_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp"}
_NUMBER = re.compile(r"(\d+)$")
_STATE = f'Write {SIDECAR} into it: fps = 25, or times = "times.txt".'


def is_frame_folder(path: str | os.PathLike[str]) -> bool:
    """Whether a path is a folder; what it lacks to be a video is said when it is opened."""
    try:
        return Path(path).is_dir()
    except (OSError, ValueError):  # a name that no file can have: said when it is opened
        return False


@dataclass(frozen=True, slots=True)
class FrameFolder:
    """The pictures of a folder in their order, and when each is shown.

    Attributes
    ----------
    path : Path
    files : tuple of Path
        One per picture.
    times : tuple of float
        When each begins to be shown, in seconds.
    end : float
        When the last one stops being shown.
    """

    path: Path
    files: tuple[Path, ...]
    times: tuple[float, ...]
    end: float

    @classmethod
    def open(cls, path: Path) -> FrameFolder:
        """Read what a folder holds.

        Raises
        ------
        VideoError
            When it holds no pictures, lacks one in between, or does not say when they are shown.
        """
        files = _pictures(path)
        stated = _sidecar(path)
        if "fps" in stated:
            rate = _rate(path, stated["fps"])
            return cls(path, files, tuple(float(k / rate) for k in range(len(files))), float(len(files) / rate))
        times = _times(path, stated["times"], len(files))
        lasts = times[-1] - times[-2] if len(times) > 1 else 0.0
        end = stated.get("end", times[-1] + lasts)
        if not isinstance(end, int | float) or isinstance(end, bool) or not times[-1] <= end < math.inf:
            raise _wrong(path, f"says end = {end!r:.40}", f"and the last picture is shown from {times[-1]:g} s on")
        return cls(path, files, times, float(end))

    def shown_at(self, time: float) -> int:
        """Return the number of the picture shown at a time, from 0; before the first it is the first."""
        return max(0, bisect_right(self.times, time) - 1)

    def picture(self, number: int) -> np.ndarray:
        """Return a picture, uint8 RGB of shape (height, width, 3), turned as its EXIF data ask."""
        file = self.files[number]
        what = f"its picture {file.name} cannot be"
        try:
            return decode(file.read_bytes())
        except OSError as error:
            raise VideoError(f"video {self.path}", f"{what} read ({error.strerror})") from error
        except InputError as error:
            told = file_kind.told_by_first_bytes(file)
            why, do = (f" ({told.why})", told.do) if told else ("", "Replace the picture with a complete copy.")
            raise VideoError(f"video {self.path}", f"{what} decoded{why}", do) from error


def folder_identity(path: Path) -> tuple[tuple[str, int, int], ...]:
    """Return names, sizes and times of change of everything in a folder: what differs when a picture does."""
    with os.scandir(path) as entries:
        return tuple(sorted((one.name, one.stat().st_size, one.stat().st_mtime_ns) for one in entries))


def _pictures(path: Path) -> tuple[Path, ...]:
    try:
        found = [one for one in path.iterdir() if one.suffix.lower() in _SUFFIXES and not one.name.startswith(".")]
    except OSError as error:
        raise VideoError(f"video {path}", error.strerror or str(error)) from error
    numbered = sorted((int(match[1]), one) for one in found if (match := _NUMBER.search(one.stem)))
    if not found or len(numbered) < len(found):
        odd = next((one.name for one in sorted(found) if not _NUMBER.search(one.stem)), "")
        why = f"picture {odd} has no number" if odd else "it is a folder without numbered pictures"
        raise VideoError(f"video {path}", why, "Name its frames 000001.jpg, 000002.jpg, … (JPEG, PNG, WebP or BMP).")
    numbers = [number for number, _ in numbered]
    for before, after in pairwise(numbers):
        if after != before + 1:
            gone = f"picture {before + 1} is missing" if after > before else f"picture {after} is there twice"
            raise VideoError(f"video {path}", gone, "Frames are numbered without gaps.")
    return tuple(one for _, one in numbered)


def _sidecar(path: Path) -> dict[str, Any]:
    try:
        stated = tomllib.loads((path / SIDECAR).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise VideoError(f"video {path}", "it is a folder of pictures that does not say its rate", _STATE) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _wrong(path, "cannot be read", f"({getattr(error, 'strerror', None) or error})") from error
    if ("fps" in stated) == ("times" in stated) or set(stated) - {"fps", "times", "end"}:
        told = ", ".join(stated) or "nothing"
        raise _wrong(path, f"says {told}", "and may say either fps, or times and perhaps end")
    return stated


def _rate(path: Path, value: Any) -> Fraction:
    try:
        rate = Fraction(str(value)) if isinstance(value, int | float | str) else Fraction(0)
    except (ValueError, ZeroDivisionError):
        rate = Fraction(0)
    if rate <= 0 or isinstance(value, bool):
        raise _wrong(path, f"says fps = {value!r:.40}", 'and fps is pictures per second, such as 25 or "30000/1001"')
    return rate


def _times(path: Path, name: Any, count: int) -> tuple[float, ...]:
    if (
        not isinstance(name, str) or Path(name).name != name
    ):  # what lies elsewhere does not come along when it is copied
        raise _wrong(path, f"says times = {name!r:.60}", "and times is the name of a file beside it")
    try:
        times = tuple(float(line) for line in (path / name).read_text(encoding="utf-8").split())
    except (OSError, ValueError) as error:
        why = f"{name} cannot be read ({getattr(error, 'strerror', None) or error})"
        raise VideoError(f"video {path}", why, "One time in seconds per line.") from error
    if len(times) != count:
        why = f"{name} has {len(times)} times, and the pictures are {count}"
        raise VideoError(f"video {path}", why, "One time per picture.")
    rising = all(a < b for a, b in pairwise(times))
    if not rising or not all(0 <= t < math.inf for t in times):
        raise VideoError(f"video {path}", f"{name}: times do not rise from 0 or later", "One time in seconds per line.")
    return times


def _wrong(path: Path, says: str, why: str) -> VideoError:
    return VideoError(f"video {path}", f"its {SIDECAR} {says}, {why}".replace(", (", " ("), _STATE)
