"""The names under which replies are kept: digests of settings, claims, videos, and the program that asks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from referee_calib.referee.backends.local.model_identity import versions
from referee_calib.referee.question import Ask

# What a question shows and says is made by these files, and by nothing else; paths are below the package's folder.
RENDERING_SOURCES = (
    "video/display.py",
    "video/file_format/*.py",
    "video/frame_folder.py",
    "video/crops.py",
    "video/frames.py",
    "video/images.py",
    "video/overlay.py",
    "video/packet_times.py",
    "video/video_info.py",
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


@cache
def rendering_digest(root: Path = Path(__file__).parents[2]) -> Mapping[str, str]:
    """Name the program that makes a question's pictures and words: digest of its source, versions of its libraries."""
    files = sorted(file for pattern in RENDERING_SOURCES for file in root.glob(pattern))
    source = hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()
    return {"source": source, **versions(*_RENDERING_LIBRARIES)}
