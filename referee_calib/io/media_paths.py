"""Where a claim's video lies: inside the media folder, and never anywhere else."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from referee_calib.errors import InputError


def media_file(media: Path, video: str, *, error: type[InputError] = InputError) -> Path:
    """Return the path of a claim's video, refusing everything that leads out of the media folder; it need not be there.

    Raises `error` for an absolute path, one with ``..``, a backslash or a null character, a link that leads out of the
    folder or in a circle, or a name that no file can have.
    """
    parts = PurePosixPath(video)
    if not video or "\0" in video or "\\" in video or parts.is_absolute() or ".." in parts.parts:
        raise error(f"video {video!r:.200}", "a video is named by its path inside the media folder")
    path = media / video
    try:
        inside = path.resolve().is_relative_to(media.resolve())
    except (OSError, RuntimeError, UnicodeEncodeError) as trouble:  # a circle of links; a name no file can have
        raise error(f"video {video!r:.200}", f"its path cannot be followed ({trouble})") from trouble
    if not inside:
        raise error(f"video {video!r:.200}", "it is a link that leads out of the media folder")
    return path
