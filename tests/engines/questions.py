"""Questions for the engines: drawn scenes, all three dimensions, unequal numbers of pictures and words."""

from __future__ import annotations

import numpy as np

from referee_calib.records import Claim
from referee_calib.referee import Clip, FramePolicy, Prompt, Question
from referee_calib.rubric import load
from referee_calib.video.frames import Frame

WIDTH, HEIGHT = 224, 140
NOUNS = ("red ball", "the second of three blue cups on the left", "dog", "a person with a green umbrella")


def picture(seed: int, width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    """Draw a few coloured rectangles: uint8, (height, width, 3)."""
    dice = np.random.default_rng(seed)
    image = np.full((height, width, 3), dice.integers(60, 200, 3), np.uint8)
    for _ in range(6):
        x, y = dice.integers(0, width - 40), dice.integers(0, height - 30)
        image[y : y + dice.integers(10, 60), x : x + dice.integers(10, 80)] = dice.integers(0, 255, 3)
    return image


def asked(
    seed: int,
    *,
    boxes: int = 1,
    answers: tuple[str, ...] = ("0", "1", "2", "3", "4"),
    size: tuple[int, int] = (WIDTH, HEIGHT),
) -> list[Question]:
    """Return the three questions about one claim with so many boxes and a span."""
    dice = np.random.default_rng(1000 + seed)
    times = [1.0 + i for i in range(boxes)]
    corners = [(x, y, x + 0.3, y + 0.4) for x, y in dice.uniform(0.05, 0.5, (boxes, 2)).tolist()]
    claim = Claim(
        video="drawn.mp4",
        question=f"Where is the {NOUNS[seed % 4]}?",
        object=NOUNS[seed % 4],
        boxes=tuple((t, *box) for t, box in zip(times, corners, strict=True)),
        span=(1.0, 2.0 + boxes),
        rollout=f"r{seed}",
    )
    policy = FramePolicy(span_frames=1, clip_frames=1)
    wanted = {t for dimension in claim.dimensions for t in policy.times(claim, dimension, 8.0)}
    frames = {t: Frame(t, t, round(90 * t), picture(100 * seed + round(10 * t), *size)) for t in wanted}
    clip = Clip(video=claim.video, duration=8.0, frames=frames)
    rubric, prompt = load(), Prompt(answers=answers)
    return [Question(claim, d, policy.views(claim, d, clip), clip, rubric, prompt) for d in claim.dimensions]


def many(claims: int) -> list[Question]:
    """Return the questions about so many claims, with one to three boxes."""
    return [question for seed in range(claims) for question in asked(seed, boxes=1 + seed % 3)]
