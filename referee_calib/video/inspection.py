"""Looking at a video before it is used: what it is, which of its pictures are meant, what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from referee_calib.video.file_format.browser_support import Browser


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoInspection:
    """What one look at a video found.

    Attributes
    ----------
    path : Path
        The file, or the folder of frames.
    width, height : int
        Pixels of the picture as it is shown: turned, mirrored and stretched as the file asks; 0 where unknown.
    start : float
        Time of the first frame on the file's own clock, in seconds.
    duration : float
        Length from the first frame to where the last one stops being shown, in seconds; 0 where unknown.
    fps : float
        Mean frames per second; 0 where unknown or where there is one frame.
    variable : bool
        Whether the time from frame to frame varies.
    stream : int or None
        Number of the stream whose pictures are taken; None for a folder of frames, or where there is none.
    stream_reason : str
        Why that one, where there are several; empty where there is one.
    codec, container, pixel_format : str
        FFmpeg's names; ``"frames"`` is the container of a folder of frames.
    complete : bool
        False where the file was cut off.
    cut_off_at : float or None
        Seconds after the first frame at which the pictures break off.
    decodable : bool
        Whether the first, a middle and the last frame could be decoded.
    playable : mapping of {"Chromium", "Firefox", "Safari"} to bool
        Which browsers play it as it is.
    playable_reason : str
        Why not all of them do; empty where all do.
    remarks : tuple of str
        What a reader should know though the video can be used: another start than 0, a second stream, ….
    problem : str
        Why it cannot be used, naming the file for what it is; empty for a video that can.
    advice : str
        What to do about the problem.
    """

    path: Path
    width: int = 0
    height: int = 0
    start: float = 0.0
    duration: float = 0.0
    fps: float = 0.0
    variable: bool = False
    stream: int | None = None
    stream_reason: str = ""
    codec: str = ""
    container: str = ""
    pixel_format: str = ""
    complete: bool = True
    cut_off_at: float | None = None
    decodable: bool = False
    playable: dict[Browser, bool] = field(default_factory=dict)
    playable_reason: str = ""
    remarks: tuple[str, ...] = ()
    problem: str = ""
    advice: str = ""

    @property
    def plays_commonly(self) -> bool:
        """Whether both Chromium and Firefox play it as it is, which is what the annotation app asks for."""
        return self.playable.get("Chromium", False) and self.playable.get("Firefox", False)

    @property
    def usable(self) -> bool:
        """Whether claims about it can be judged."""
        return not self.problem
