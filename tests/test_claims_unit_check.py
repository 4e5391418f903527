"""A unit that contradicts the numbers or the videos stops; a batch that is only unusual does not."""

from __future__ import annotations

import numpy as np
import pytest
from helpers_boxes import box_batch, unit_check

from referee_calib.claims import UnitBatch, check_units, parse_rollout
from referee_calib.errors import InputError

# Numbers of a 0-1000 grid: up to 917 and 842. Numbers of a 448 x 252 frame: up to 436 and 224.
GRID = [(679, 145, 790, 576), (474, 590, 747, 842), (759, 406, 851, 468), (270, 685, 663, 736), (764, 16, 917, 491)]
SMALL = [(61, 104, 161, 211), (393, 132, 436, 183), (126, 92, 307, 157), (52, 69, 231, 164), (293, 147, 425, 224)]


@pytest.mark.parametrize(
    ("numbers", "unit", "size", "rule", "likely"),
    [
        (GRID, "pixels:1920x1080", (336, 196), "size", "0-1000"),  # 1080 / 196 = 5.5 times the video
        (SMALL, "0-1000", (336, 196), "range", "pixels, about 436x254"),  # 436 / 336 * 196 = 254.3
        ([(71, 123, 116, 165)], "pixels:196x336", (336, 196), "shape", "pixels:336x196"),
        ([(0.1, 0.2, 0.5, 0.9)], "0-1000", (336, 196), "shares", "0-1"),
        ([(10, 20, 30, 40), (60, 5, 95, 90), (40, 70, 80, 98), (2, 2, 30, 20)], "0-1000", (336, 196), "range", "0-100"),
        (GRID, "0-100", (336, 196), "misfit", "0-1000"),
        # left, top, width and height: reversed as corners where the object is smaller than it is far out
        (
            [(100, 80, 30, 40), (200, 90, 60, 30), (20, 20, 45, 42)],
            "pixels:336x196",
            (336, 196),
            "misfit",
            "order xywh",
        ),
        # y first: the second number is an x of up to 336 and reaches below 196
        ([(20, 210, 90, 330), (100, 250, 180, 300), (5, 30, 60, 70)], "pixels:336x196", (336, 196), "misfit", None),
    ],
    ids=["grid as pixels", "pixels as grid", "swapped", "shares", "percent", "grid as percent", "xywh", "y first"],
)
def test_a_unit_that_contradicts_numbers_or_videos_is_a_mistake(numbers, unit, size, rule, likely):
    (finding,) = unit_check(numbers, unit, size).findings
    assert finding.rule == rule
    assert likely is None or likely in finding.likely
    with pytest.raises(InputError, match=rf"{len(numbers)} box(es)? stated as {unit}.*--unit-check off"):
        unit_check(numbers, unit, size).refuse_mistakes("Go on: --unit-check off.")


def test_the_table_shows_the_numbers_under_each_unit():
    lines = unit_check(SMALL, "0-1000", (336, 196)).findings[0].table().splitlines()
    shown = {line.split("  ")[0]: line.split()[-4:] for line in lines[1:]}
    assert shown["0-1000, xyxy (stated)"] == ["0%", "0%", "44%", "22%"]  # 436 / 1000 and 224 / 1000
    assert shown["pixels:336x196, xyxy"] == ["60%", "0%", "130%", "114%"]  # 3 of 5 reach out; 436 / 336, 224 / 196
    assert shown["0-1000, yxyx"][:2] == ["0%", "0%"]


@pytest.mark.parametrize("unit", ["pixels:336x196", "0-1000", "0-1"])
def test_a_few_right_boxes_in_one_half_are_no_mistake(unit):
    frame = {"pixels:336x196": (336, 196), "0-1000": (1000, 1000), "0-1": (1, 1)}[unit]
    numbers = np.array([(0.1, 0.1, 0.3, 0.9), (0.05, 0.5, 0.4, 0.8), (0.2, 0.02, 0.45, 0.3)]) * (*frame, *frame)
    assert unit_check(numbers, unit, (336, 196)).mistakes == ()


KINDS = ("spread", "small", "large", "left", "top", "centre", "one still object", "one in the corner", "one moving")


@pytest.mark.parametrize("kind", KINDS)
def test_right_batches_of_every_kind_are_let_through(kind):
    """No alarm in 12 batches of each kind and number of boxes; the long run is in tests/thorough."""
    rng = np.random.default_rng(5)
    for count in (1, 3, 10, 60):
        for unit, frame, size in (("0-1000", (1000, 1000), (1280, 720)), ("pixels:448x252", (448, 252), (1280, 720))):
            for _ in range(6):
                assert unit_check(box_batch(rng, kind, count, frame), unit, size).mistakes == ()


def test_a_squashed_square_frame_is_no_swapped_one():
    numbers = [(10, 20, 400, 300), (200, 250, 440, 430)]
    assert unit_check(numbers, "pixels:448x448", (1280, 720)).mistakes == ()


def test_without_sizes_of_videos_the_numbers_alone_are_looked_at():
    assert unit_check(GRID, "pixels:448x252", None).findings[0].rule == "misfit"
    assert unit_check([(71, 123, 116, 165)], "pixels:196x336", None).mistakes == ()


def test_each_stated_unit_is_judged_by_itself_and_formats_with_a_unit_of_their_own_are_not():
    batch = UnitBatch()
    for text, unit in (
        ("<obj>a</obj><box>[0.1, 0.2, 0.5, 0.9]</box>at<t>1</t>s", "0-1000"),
        ("<obj>a</obj><box>[10, 20, 50, 90]</box>at<t>1</t>s", "pixels:336x196"),
        ('[{"box_2d": [627, 211, 841, 345], "label": "ball"}]', "pixels:336x196"),
    ):
        parsed = parse_rollout(text, video="a.mp4", question="Where?", unit=unit)
        batch.add(parsed.written, unit, "a.mp4")
    found = {one.stated: (one.rule, one.n_boxes) for one in check_units(batch, {"a.mp4": (336, 196)}).findings}
    assert found == {"0-1000": ("shares", 1), "pixels:336x196": ("", 1)}


def test_pixels_of_many_frame_sizes_are_one_group():
    batch = UnitBatch()
    for width in (448, 336, 672):
        text = f"<obj>a</obj><box>[{width // 2}, 20, {width - 1}, 90]</box>at<t>1</t>s"
        parsed = parse_rollout(text, video=f"{width}.mp4", question="", unit=f"pixels:{width}x196")
        batch.add(parsed.written, f"pixels:{width}x196", f"{width}.mp4")
    (finding,) = check_units(batch, {}).findings
    assert (finding.stated, finding.n_boxes, finding.rule) == ("pixels of 3 stated sizes", 3, "")


def test_an_empty_batch_has_nothing_to_find():
    assert check_units(UnitBatch()).findings == ()


def test_an_enlarged_frame_that_its_boxes_fill_is_no_mistake():
    numbers = np.array([(0.02, 0.1, 0.3, 0.9), (0.4, 0.05, 0.6, 0.4), (0.7, 0.6, 0.97, 0.98)]) * 1344
    assert unit_check(numbers, "pixels:1344x1344", (240, 240)).mistakes == ()  # 5.6 times the video, and up to 1317
    assert unit_check(numbers * 0.7, "pixels:1344x1344", (240, 240)).mistakes[0].rule == "size"  # up to 922: a grid


def test_pixels_of_a_small_square_frame_are_no_grid_of_a_wide_video():
    numbers = box_batch(np.random.default_rng(2), "spread", 30, (112, 112))
    finding = unit_check(numbers, "0-1000", (1920, 1080)).findings[0]
    assert (finding.rule, finding.likely[:14]) == ("range", "pixels, about ")
