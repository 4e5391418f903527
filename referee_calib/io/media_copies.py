"""A video as files: one, or those of a folder of frames. Telling it from another, and bringing it elsewhere."""

from __future__ import annotations

import filecmp
import hashlib
import os
import shutil
from functools import lru_cache
from pathlib import Path

_EDGE = 1 << 16  # bytes of a video's beginning and end that tell it from another one


def video_digest(path: Path) -> str:
    """Tell a video from others by size, time of change, and the bytes at its two ends; "" without a file.

    A folder of frames is told by names, sizes and times of change of what is in it.
    """
    try:
        if path.is_dir():
            stats = [(one.name, one.stat()) for one in video_files(path)]
            told = [f"{name} {found.st_size} {found.st_mtime_ns}" for name, found in stats]
            return hashlib.sha256("\n".join(told).encode("utf-8", "surrogatepass")).hexdigest()
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


def same_content(one: Path, other: Path) -> bool:
    """Whether two videos are the same: one file, files of equal bytes, or folders of such files under equal names."""
    if one.is_dir() != other.is_dir():
        return False
    if not one.is_dir():
        return one.samefile(other) or filecmp.cmp(one, other)
    names, others = (sorted(each.name for each in folder.iterdir()) for folder in (one, other))
    return names == others and all(same_content(one / name, other / name) for name in names)


def copy_video(source: Path, target: Path, *, link: bool) -> None:
    """Copy a video to a name that is not there yet, with its times of change; or make hard links of its files.

    Where the disk allows no link it is copied. Raises OSError, and may then leave a part of `target`: give it a hidden
    name first.
    """
    if source.is_dir():
        shutil.copytree(source, target, copy_function=_linked if link else shutil.copy2)
    elif link:
        _linked(source, target)
    else:
        shutil.copy2(source, target)


def video_files(path: Path) -> list[Path]:
    """Return the file that a video is, or the files of its folder of frames, by name. Raises OSError without one."""
    path.stat()
    return sorted(one for one in path.iterdir() if one.is_file()) if path.is_dir() else [path]


def remove_video(path: Path) -> None:
    """Remove a file or a folder of frames; nothing happens where there is none."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _linked(source: Path | str, target: Path | str) -> None:
    try:
        os.link(Path(source).resolve(), target)
    except OSError:  # another disk, or one without links
        shutil.copy2(source, target)
