"""Which file of a video Label Studio plays, and the frame that it shows at a time of ours.

Label Studio counts frames from 1 and takes times for frame ÷ rate, so a video has to begin at 0 s and have a constant
rate; others are refused. A claim's time is never read back from Label Studio: it stays the claim's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from referee_calib.errors import VideoError
from referee_calib.records import Claim
from referee_calib.study import playable_copy_of

if TYPE_CHECKING:
    from referee_calib.study import Study

_NEAR = 1e-4  # seconds: times of claims are rounded, and a frame shown at 1.4 s may begin at 1.40001 s


@dataclass(frozen=True, slots=True, eq=False)
class ServedVideo:
    """A video as Label Studio plays it.

    Attributes
    ----------
    path : Path
        The file: the study's own, or its copy that browsers play.
    fps : float
        Frames per second.
    times : array
        When each frame begins to be shown, in seconds of the study's clock.
    duration : float
        Seconds.
    """

    path: Path
    fps: float
    times: np.ndarray
    duration: float

    def frame(self, time: float) -> int:
        """Return the number, from 1 on, of the frame that is shown at a time."""
        return max(1, int(np.searchsorted(self.times, time + _NEAR, side="right")))

    def last_frame(self, end: float) -> int:
        """Return the number of the last frame that is shown before a span ends."""
        return max(1, int(np.searchsorted(self.times, end - _NEAR, side="left")))


def served_video(study: Study, video: str) -> ServedVideo:
    """Look at a video of the study.

    Raises
    ------
    InputError
        When it cannot be read, browsers do not play it, or Label Studio would show other frames than the claims mean.
    """
    from referee_calib.video import inspect_video, probe

    own, in_the_app = study.media_path(video), f"Rate its claims in the app: referee-calib annotate {study.folder}"
    found = inspect_video(own)
    if found.problem:
        raise VideoError(f"{video} cannot be read", found.problem, found.advice)
    path = own if found.plays_commonly else playable_copy_of(study.folder, own)
    if path is None:
        advice = f"Make a copy that does: referee-calib media {study.folder} --playable"
        raise VideoError(f"{video} does not play in every browser", found.playable_reason, advice)
    info = probe(path)
    if info.variable:
        raise VideoError(f"{video} has a variable frame rate", "Label Studio would show other frames", in_the_app)
    if info.start * info.fps > 0.5:
        why = f"its first frame comes at {info.start:.3f} s and Label Studio counts frames from 0 s"
        raise VideoError(f"{video} begins late", why, in_the_app)
    times = study.frame_times(video).seconds(study.config.clock)
    if info.n_frames != len(times) or not info.fps:
        why = f"the file that browsers play has {info.n_frames} frames and the study's {len(times)}"
        raise VideoError(f"{video} cannot be counted in frames", why, in_the_app)
    return ServedVideo(path, info.fps, times, info.duration)


def evidence_words(claim: Claim) -> str:
    """Say what a claim points at, with its own times in seconds."""
    parts = [f"box at {box[0]:.2f} s" for box in claim.boxes]
    parts += [f"span from {claim.span[0]:.2f} to {claim.span[1]:.2f} s"] if claim.span else []
    return ", ".join(([claim.object] if claim.object else []) + parts)
