"""Renderings of a video with its own pictures at other times: backwards, or some seconds ahead."""

from __future__ import annotations

from pathlib import Path

from referee_calib.errors import VideoError
from referee_calib.video.render import render_replaced, timed_pictures, write_rendering
from referee_calib.video.video_info import probe

MOST_BYTES = 2_000_000_000  # of pictures that are held to be played backwards


def render_reversed(source: Path, target: Path) -> None:
    """Render a video with its pictures in reverse order, at the same times, as the MP4 `target`.

    Raises VideoError when the source cannot be read, or its pictures are too many to be held at once.
    """
    info = probe(source)
    needed = info.width * info.height * 3 * (info.n_frames or round(info.duration * info.fps))
    if needed > MOST_BYTES:
        why = f"its pictures take {needed / 1e9:.1f} GB; at most {MOST_BYTES / 1e9:.0f} are played backwards"
        raise VideoError(f"video {source}", why, "Leave out the probe of the reversed clip, or use shorter videos.")
    base, frames = timed_pictures(source)
    held = list(frames)
    stamps, images = [pts for pts, _ in held], [image for _, image in held]
    write_rendering(source, target, base, zip(stamps, reversed(images), strict=True))


def render_shifted(source: Path, target: Path, seconds: float) -> None:
    """Render a video that shows at every time what the source shows some seconds later; its end shows its beginning."""
    render_replaced(source, source, target, ahead=seconds)
