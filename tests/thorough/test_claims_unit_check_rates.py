"""How often right batches are stopped, and wrong ones are: the rates that docs/reference/reply_formats.md states."""

import numpy as np
import pytest
from helpers_boxes import box_batch, unit_check

COUNTS = (1, 2, 3, 5, 10, 30, 100, 300)
RIGHT = [  # stated unit, the frame it means, the video
    ("0-1", (1, 1), (1280, 720)),
    ("0-1000", (1000, 1000), (1280, 720)),
    ("0-1000", (1000, 1000), (480, 480)),
    ("0-100", (100, 100), (1280, 720)),
    ("pixels:336x196", (336, 196), (336, 196)),
    ("pixels:448x252", (448, 252), (1280, 720)),
    ("pixels:448x448", (448, 448), (1280, 720)),
    ("pixels:1920x1080", (1920, 1080), (1920, 1080)),
    ("pixels:252x448", (252, 448), (1080, 1920)),
    ("pixels:672x392", (672, 392), (336, 196)),
]
KINDS = ("spread", "small", "large", "left", "top", "centre", "one still object", "one in the corner", "one moving")


def alarms(kind, unit, frame, size, counts, repeats, order="xyxy", seed=3):
    rng = np.random.default_rng(seed)
    return np.mean(
        [
            bool(unit_check(box_batch(rng, kind, count, frame, order), unit, size).mistakes)
            for count in counts
            for _ in range(repeats)
        ]
    )


@pytest.mark.parametrize("kind", KINDS)
def test_right_batches_are_hardly_ever_stopped(kind):
    """1,200 batches of each kind."""
    most = 0.01 if kind in ("left", "one moving") else 0
    assert np.mean([alarms(kind, *one, COUNTS, 15) for one in RIGHT]) <= most


def test_boxes_in_the_top_left_quarter_alone_are_sometimes_stopped():
    """They look like boxes of half the stated size: most where the video is small or square."""
    assert 0.03 < np.mean([alarms("top-left", *one, COUNTS, 15) for one in RIGHT]) < 0.15


@pytest.mark.parametrize(
    ("stated", "frame", "size", "order", "count", "least"),
    [
        ("pixels:1920x1080", (1000, 1000), (336, 196), "xyxy", 1, 0.95),
        ("pixels:448x252", (1000, 1000), (1280, 720), "xyxy", 5, 0.95),
        ("0-1000", (448, 252), (336, 196), "xyxy", 10, 0.85),
        ("0-1000", (640, 360), (640, 360), "xyxy", 30, 0.9),
        ("0-1000", (1280, 720), (1280, 720), "xyxy", 30, 0.6),
        ("pixels:1280x720", (448, 252), (1280, 720), "xyxy", 10, 0.9),
        ("pixels:448x252", (1280, 720), (1280, 720), "xyxy", 5, 0.95),
        ("0-1000", (100, 100), (1280, 720), "xyxy", 10, 0.85),
        ("0-1000", (112, 112), (1920, 1080), "xyxy", 10, 0.95),
        ("0-1000", (1, 1), (1280, 720), "xyxy", 1, 0.95),
        ("pixels:252x448", (448, 252), (1280, 720), "xyxy", 1, 0.95),
        ("pixels:448x252", (448, 252), (1280, 720), "yxyx", 10, 0.9),
        ("pixels:448x252", (448, 252), (1280, 720), "xywh", 5, 0.95),
    ],
)
def test_wrong_units_are_stopped(stated, frame, size, order, count, least):
    assert alarms("spread", stated, frame, size, (count,), 100, order) >= least


def test_an_order_that_no_number_contradicts_is_not_seen():
    """On a square grid boxes with y first look like any others."""
    assert alarms("spread", "0-1000", (1000, 1000), (1280, 720), COUNTS, 20, "yxyx") <= 0.01
