"""Length and frame rate of the videos of a run, each opened once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from referee_calib.errors import VideoError
from referee_calib.records import Claim, Clock


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """What is known of the videos."""

    durations: Mapping[str, float] = field(default_factory=dict)
    rates: Mapping[str, float] = field(default_factory=dict)
    unreadable: Mapping[str, str] = field(default_factory=dict)  # why a video's facts are not known


def read_video_facts(claims: Iterable[Claim], locate: Callable[[str], Path], clock: Clock = "file") -> VideoFacts:
    """Read the facts of every video that claims are about; one that cannot be read is named with the reason."""
    from referee_calib.video import probe

    durations: dict[str, float] = {}
    rates: dict[str, float] = {}
    unreadable: dict[str, str] = {}
    for video in dict.fromkeys(claim.video for claim in claims):
        try:
            found = probe(locate(video))
        except VideoError as error:
            unreadable[video] = str(error)
            continue
        durations[video], rates[video] = found.ends_at(clock), found.fps
    return VideoFacts(durations, rates, unreadable)
