"""Video questions as a data set for TRL, which shows no videos to a policy: frames, with their times in the prompt."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from datasets import Dataset
from PIL import Image

from referee_calib.errors import InputError
from referee_calib.rollout_files import file_rows
from referee_calib.video import frames_at, probe, resize

PATCH = 28  # pixels of a side that become one token of Qwen2.5-VL; frames of whole patches keep their pixels
KEPT = ("answer", "reference_object", "reference_boxes", "reference_span", "group")
PROMPT = """The pictures are frames of one video, {width} x {height} pixels, taken at {times}.
{question}
Write inside <think> what you see and where: <obj>name</obj><box>[x1, y1, x2, y2]</box>at<t>seconds</t>s. \
Then write <answer>your answer</answer>."""


@dataclass(frozen=True)
class FrameOptions:
    """How a video is shown to the policy.

    Attributes
    ----------
    media : path
        Folder of the videos.
    count : int
        Frames of each video, at the middles of so many equal parts.
    pixels : int
        Largest area of a frame; larger ones are made smaller.
    """

    media: Path
    count: int = 8
    pixels: int = 256 * PATCH * PATCH

    def times(self, video: str) -> list[float]:
        """Return the seconds of the frames."""
        start, end = (clock("file") for clock in (self._info(video).starts_at, self._info(video).ends_at))
        return [round(start + (k + 0.5) * (end - start) / self.count, 2) for k in range(self.count)]

    def size(self, video: str) -> tuple[int, int]:
        """Return width and height of the frames as they are shown: whole patches, within the largest area."""
        info = self._info(video)
        shrink = min(1.0, math.sqrt(self.pixels / (info.width * info.height)))
        width, height = (max(1, round(side * shrink / PATCH)) * PATCH for side in (info.width, info.height))
        return width, height

    def pictures(self, video: str) -> tuple[Image.Image, ...]:
        """Return the frames."""
        return _pictures(self, video)

    def _info(self, video: str) -> Any:
        return probe(self.media / video)


@lru_cache(maxsize=64)
def _pictures(options: FrameOptions, video: str) -> tuple[Image.Image, ...]:
    width, height = options.size(video)
    frames = frames_at(options.media / video, options.times(video))
    return tuple(Image.fromarray(resize(one.image, height, width)) for one in frames)


def read_questions(path: Path) -> list[dict[str, Any]]:
    """Read rows with `question`, `answer` and `video`; a question that stands there twice is taken once."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in file_rows(path):
        if row.error is not None:
            raise row.error
        missing = [name for name in ("video", "question") if not row.fields.get(name)]
        if missing:
            raise InputError(f"{path}: a row without {' and '.join(missing)}", "each asks something about one video")
        found.setdefault((row.fields["video"], row.fields["question"]), row.fields)
    return list(found.values())


def training_rows(questions: Sequence[Mapping[str, Any]], frames: FrameOptions) -> list[dict[str, Any]]:
    """Return what TRL and the reward need of each question: prompt, video, question, size of its frames, known truth.

    The boxes of replies are pixels of the frames as the policy sees them, which the column `image_size` states.
    """
    return [_row(one, frames) for one in questions]


def _row(question: Mapping[str, Any], frames: FrameOptions) -> dict[str, Any]:
    video = question["video"]
    width, height = frames.size(video)
    times = ", ".join(f"{time:.2f} s" for time in frames.times(video))
    text = PROMPT.format(width=width, height=height, times=times, question=question["question"])
    facts = {"video": video, "question": question["question"], "image_size": [width, height]}
    known = {name: question.get(name) for name in KEPT}
    return {"prompt": [{"role": "user", "content": text}], **facts, **known}


def with_frames(rows: Sequence[Mapping[str, Any]], frames: FrameOptions) -> Dataset:
    """Return a data set whose rows get their frames, in the column `images`, when they are read."""
    return Dataset.from_list([dict(row) for row in rows]).with_transform(_AddFrames(frames))


@dataclass(frozen=True)
class _AddFrames:
    frames: FrameOptions

    def __call__(self, batch: dict[str, list[Any]]) -> dict[str, list[Any]]:
        return {**batch, "images": [list(self.frames.pictures(video)) for video in batch["video"]]}
