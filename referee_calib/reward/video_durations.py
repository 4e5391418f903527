"""How long videos are, and which claims point beyond their end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from referee_calib.errors import InputError, VideoError
from referee_calib.io import media_file
from referee_calib.records import END_ROUNDING, Claim, Clock
from referee_calib.reward.penalties import ClaimContext


class VideoDurations:
    """Lengths of the videos in a media folder, each looked up once, on the clock that the claims' times have."""

    def __init__(self, media: Path, clock: Clock = "file") -> None:
        self.media, self.clock = media, clock
        self.found: dict[str, float | VideoError] = {}

    def complete(self, claim: Claim, known: ClaimContext) -> ClaimContext | VideoError:
        """Add the video's length to what is known of a claim, or return why it cannot be read."""
        if known.duration is not None:
            return known
        length = self.of(claim.video)
        return length if isinstance(length, VideoError) else replace(known, duration=length)

    def known_of(self, claim: Claim) -> ClaimContext:
        """Return what is known of a claim, which may be nothing, to be handed to several rewards."""
        found = self.complete(claim, ClaimContext())
        return found if isinstance(found, ClaimContext) else ClaimContext()

    def of(self, video: str) -> float | VideoError:
        """Return a video's length in seconds, or why it cannot be read."""
        if video not in self.found:
            self.found[video] = self._read(video)
        return self.found[video]

    def _read(self, video: str) -> float | VideoError:
        from referee_calib.video import probe

        if not self.media.is_dir():
            raise InputError(f"media folder {self.media}", "there is no such folder", "Pass media, the videos' folder.")
        try:
            return probe(media_file(self.media, video, error=VideoError)).ends_at(self.clock)
        except VideoError as error:
            return error


def outside_of(claim: Claim, known: ClaimContext) -> str:
    """Say which time of the claim no frame of the video is shown at; empty when all are within."""
    times = [box[0] for box in claim.boxes] + ([claim.span[0]] if claim.span else [])
    if known.duration is None or not times or max(times) <= known.duration + END_ROUNDING:
        return ""
    return f"{max(times):g} s lies after the video's end at {known.duration:g} s"
