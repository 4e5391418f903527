"""What a file is that is no video: told from its first bytes, so that an error names it for what it is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

COPY = "Replace the file with a complete copy."
_HEAD = 512
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
_TEXTS: tuple[tuple[bytes, str, str], ...] = (
    (
        b"version https://git-lfs.github.com",
        "it is a pointer of Git LFS, not the video itself",
        "Type: git lfs pull",
    ),
    (b"#EXTM3U", "it is a playlist (m3u8), not a video", "Join what it lists: ffmpeg -i LIST -c copy OUT.mp4"),
    (
        b"ffconcat version",
        "it is a playlist (ffconcat), not a video",
        "Join it: ffmpeg -f concat -i LIST -c copy OUT.mp4",
    ),
    (b"<!doctype html", "it is a web page, not a video: the download failed", "Download the video again."),
    (b"<html", "it is a web page, not a video: the download failed", "Download the video again."),
    (b"<?xml", "it is an XML file, not a video", COPY),
    (b"PK\x03\x04", "it is a ZIP archive, not a video", "Unpack it."),
    (b"\x1f\x8b", "it is a gzip archive, not a video", "Unpack it."),
)
RAW_STREAMS = {
    "h264",
    "hevc",
    "vvc",
    "m4v",
    "mpegvideo",
    "obu",
    "cavsvideo",
    "vc1",
    "dirac",
    "h261",
    "h263",
    "rawvideo",
}


class NoVideo(NamedTuple):
    """Why a file is no video, and what to do."""

    why: str
    do: str


def missing(path: Path) -> NoVideo | None:
    """Say why there is no file at a path, None where there is a file or a folder."""
    if path.exists():
        return None
    if _ADDRESS.match(str(path)):
        return NoVideo("it is an address; videos are files", "Download it, and name it by its path below --media.")
    if path.is_symlink():
        return NoVideo(f"it is a link to {path.readlink()}, which is not there", "Restore what it points to.")
    return NoVideo("there is no such file", "Check the video's path in the claims.")


def told_by_first_bytes(path: Path) -> NoVideo | None:
    """Say what a file is that can be no video, None where it may be one. May raise OSError."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        return NoVideo("the file is empty", COPY)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for mark, why, do in _TEXTS:
        if start.startswith(mark.lower()):
            return NoVideo(why, do)
    if not head.strip(b"\0"):
        return NoVideo("it holds nothing but zeros: a copy that was never filled", COPY)
    return None


def is_still_picture(format_name: str) -> bool:
    """Whether FFmpeg reads it by one of its formats for single pictures."""
    return format_name == "image2" or format_name.endswith("_pipe")
