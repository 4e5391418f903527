"""The names under which replies are kept: digests of settings, claims, videos, and the program that asks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from referee_calib.io import video_files
from referee_calib.referee.backends.local.model_identity import versions
from referee_calib.referee.question import Ask

_EDGE = 1 << 16  # bytes of a video's beginning and end that tell it from another one
# What a question shows and says is made by these files, and by nothing else; paths are below the package's folder.
RENDERING_SOURCES = (
    "video/display.py",
    "video/file_format/*.py",
    "video/frame_folder.py",
    "video/crops.py",
    "video/frames.py",
    "video/images.py",
    "video/overlay.py",
    "referee/frame_policy/*.py",
    "referee/prompting/*.py",
    "referee/question.py",
)
_RENDERING_LIBRARIES = (
    "av",
    "numpy",
    "opencv-python-headless",
)  # "" for OpenCV under another of its names


def digest_of(*parts: Any) -> str:
    """Return the SHA-256 of JSON values."""
    packed = json.dumps(parts, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(packed.encode("utf-8", "surrogatepass")).hexdigest()


def shortcut_of(settings: str, ask: Ask, video: str) -> str:
    """Return a name for a question that needs no decoding.

    It covers the video file, the claim, the settings, and the program that renders and words the question, so it
    never leads to the reply to another question; a changed program only makes it unknown.
    """
    claim = ask.claim
    named = f"{settings} {video} {claim.id} {claim.text!r} {ask.dimension} {ask.sample}"
    return hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()


def video_digest(path: Path) -> str:
    """Tell a video from others by size, time of change, and the bytes at its two ends; "" without a file.

    A folder of frames is told by names, sizes and times of change of what is in it.
    """
    try:
        if path.is_dir():
            files = [(one.name, one.stat()) for one in video_files(path)]
            return digest_of([[name, found.st_size, found.st_mtime_ns] for name, found in files])
        at = path.stat()
        return _edges(str(path), at.st_size, at.st_mtime_ns)
    except OSError:
        return ""


@lru_cache(maxsize=4096)
def _edges(path: str, size: int, changed: int) -> str:
    with Path(path).open("rb") as file:
        head = file.read(_EDGE)
        file.seek(max(0, size - _EDGE))
        return hashlib.sha256(b"%d %d " % (size, changed) + head + file.read(_EDGE)).hexdigest()


@cache
def rendering_digest(root: Path = Path(__file__).parents[2]) -> Mapping[str, str]:
    """Name the program that makes a question's pictures and words: digest of its source, versions of its libraries."""
    files = sorted(file for pattern in RENDERING_SOURCES for file in root.glob(pattern))
    source = hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()
    return {"source": source, **versions(*_RENDERING_LIBRARIES)}
