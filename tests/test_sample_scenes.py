"""Where things are, what is seen of them, what a fault does, and what a careful person makes of it."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from referee_calib.records import Claim
from referee_calib.sample.replies import claim_faults
from referee_calib.sample.replies.questions import SceneQuestion
from referee_calib.sample.scenes import scene_annotations
from referee_calib.sample.scenes.scene_model import MotionPath, Scene, SceneObject, between, covered
from referee_calib.sample.seeded_random import seeded_random
from referee_calib.sample.true_scores import true_score


def still(name: str, x: float, y: float, size: float) -> SceneObject:
    return SceneObject(name, MotionPath(((0.0, x, y),)), ((0.0, size),))


def scene(*things: SceneObject, **more: object) -> Scene:
    # 200 x 100: a square of size 0.2 is 0.75 * 0.2 = 0.15 half high and 0.075 of the width half wide
    return Scene("test", (200, 100), Fraction(10), 4.0, "paper", things, **more)  # type: ignore[arg-type]


RED = still("red square", 0.5, 0.5, 0.2)
RED_BOX = (0.425, 0.35, 0.575, 0.65)


def test_a_thing_in_the_open_is_seen_whole() -> None:
    box, share = scene(RED).sight("red square", 1.0)
    assert box == pytest.approx(RED_BOX)
    assert share == 1.0


def test_half_hidden_behind_a_nearer_thing() -> None:
    # The blue square covers x from 0.5 to 0.65: the right half of the red one.
    box, share = scene(RED, still("blue square", 0.575, 0.5, 0.2)).sight("red square", 0.0)
    assert share == pytest.approx(0.5, abs=0.01)
    assert box == pytest.approx((0.425, 0.35, 0.5, 0.65), abs=0.002)


def test_a_farther_thing_hides_nothing() -> None:
    assert scene(still("blue square", 0.575, 0.5, 0.2), RED).sight("red square", 0.0) == scene(RED).sight(
        "red square", 0.0
    )


def test_the_frame_cuts_and_what_is_outside_is_not_seen() -> None:
    box, share = scene(still("red square", 0.0, 0.5, 0.2)).sight("red square", 0.0)
    assert box == pytest.approx((0.0, 0.35, 0.075, 0.65), abs=0.002)
    assert share == pytest.approx(0.5, abs=0.01)
    assert scene(still("red square", -0.2, 0.5, 0.2)).sight("red square", 0.0) is None


def test_the_camera_moves_everything_the_other_way() -> None:
    box, _ = scene(RED, camera=((0.0, 0.0), (1.0, 0.2))).sight("red square", 2.0)
    assert box == pytest.approx((0.225, 0.35, 0.375, 0.65))


def test_the_grid_knows_inside_from_outside() -> None:
    triangle = np.array([(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)])
    grid = covered(triangle, np.array([0.1, 0.45, 0.8]), np.array([0.1, 0.5]))
    assert grid.tolist() == [[True, True, True], [True, True, False]]  # x + y < 1, one row per y


def test_paths_ease_hop_and_go_round() -> None:
    keys = ((1.0, 0.0, 0.4), (3.0, 1.0, 0.4))
    assert MotionPath(keys).at(1.5) == pytest.approx((0.25, 0.4))
    assert MotionPath(keys, ease=True).at(1.5) == pytest.approx((0.15625, 0.4))  # 0.25² (3 - 2 * 0.25)
    assert MotionPath(keys, hop=(0.2, 2.0)).at(3.0) == pytest.approx((1.0, 0.2))  # |sin(3 pi / 2)| = 1
    assert MotionPath(keys, orbit=(0.1, 0.3, 4.0, 0.0)).at(1.0) == pytest.approx((0.0, 0.7))  # a quarter turn
    assert between(keys, 9.0) == (1.0, 0.4)


def test_variable_rate_shows_frames_for_the_stated_intervals() -> None:
    uneven = scene(RED, gaps=(1, 3))
    assert uneven.ticks[:5] == (0, 1, 4, 5, 8)
    assert uneven.shown_at(0.35) == pytest.approx(0.1)
    assert uneven.shown_at(0.4) == pytest.approx(0.4)


def test_in_view_and_hidden_are_stretches_of_shown_frames() -> None:
    # It moves by 0.05 of the width a frame, from 0.0 to 2.0: its centre leaves the frame after frame 20.
    runner = SceneObject("red square", MotionPath(((0.0, 0.0, 0.5), (4.0, 2.0, 0.5))), ((0.0, 0.2),))
    wall = SceneObject("grey pillar", MotionPath(((0.0, 0.5, 0.5),)), ((0.0, 0.5),), stretch=(0.6, 1.0))  # 0.35 to 0.65
    world = scene(runner, wall)
    # Less than half is seen while the centre lies behind the wall: from x = 0.35 (frame 7) to 0.65 (frame 13).
    ((start, end),) = scene_annotations.hidden(world, "red square")
    assert start == pytest.approx(0.7, abs=0.11)
    assert end == pytest.approx(1.3, abs=0.11)
    assert scene_annotations.in_view(world, "red square")[-1][1] == pytest.approx(2.1, abs=0.11)
    assert all(0 < share <= 1 for _, share in scene_annotations.track(world, "red square"))


def test_faults_change_boxes_as_they_say() -> None:
    grown = claim_faults.scaled(RED_BOX, 2.0)
    assert grown == pytest.approx((0.35, 0.2, 0.65, 0.8))
    assert claim_faults.overlap(RED_BOX, grown) == pytest.approx(0.25)  # half the width times half the height
    moved, share = claim_faults.shifted(RED_BOX, seeded_random("a seed"))
    assert claim_faults.area(moved) == pytest.approx(claim_faults.area(RED_BOX))
    assert 0 < max(abs(m - b) for m, b in zip(moved, RED_BOX, strict=True)) <= share * 0.3 + 1e-9
    assert claim_faults.shifted((0.0, 0.0, 1.0, 1.0), seeded_random("a seed")) is None
    assert claim_faults.moved_span((0.0, 4.0), 4.0, seeded_random("a seed")) is None


WORLD = scene(RED, still("red ball", 0.15, 0.2, 0.15), still("green ball", 0.85, 0.8, 0.15))
ASKED = SceneQuestion("g", WORLD, "enters", "Where is the red square?", "", "red square", "", (0.0, 1.0), (0.0, 1.0))


def level(dimension: str, box: tuple[float, ...] = RED_BOX, name: str = "red square", t: float = 0.5) -> float:
    claim = Claim(video="test.mp4", question=ASKED.text, object=name, boxes=((t, *box),))  # type: ignore[arg-type]
    return true_score(claim, ASKED, dimension)  # type: ignore[arg-type]


def test_people_forgive_small_slips_and_see_large_ones() -> None:
    assert level("localization") == 4.0
    small = (0.435, 0.35, 0.585, 0.65)  # moved by 1/15 of its width: IoU 14 / 16 = 0.875
    assert level("localization", small) == 4.0
    half = (0.5, 0.35, 0.65, 0.65)  # by a half: IoU 1/3; a sixth of the way from 1.4 (at 0.3) to 2.4 (at 0.5)
    assert level("localization", half) == pytest.approx(1.4 + (1 / 3 - 0.3) / 0.2)
    assert level("localization", (0.8, 0.1, 0.9, 0.3)) == 0.0


def test_relevance_follows_the_rubric() -> None:
    assert level("relevance") == 4.0
    assert level("relevance", t=3.0) == 3.0  # the right thing, two seconds after the moment
    ball = WORLD.sight("red ball", 0.0)[0]
    assert level("relevance", ball, "red ball") == 1.0  # a look-alike in colour
    assert level("relevance", WORLD.sight("green ball", 0.0)[0], "green ball") == 0.4
    assert level("relevance", ball) == 0.8  # called the square, but the box shows the ball
    assert level("relevance", (0.0, 0.0, 1.0, 1.0)) == 2.6  # the whole frame points at nothing
    assert level("relevance", name="main object") == 4.0  # a person knows what is meant


def test_timing_follows_the_overlap() -> None:
    claim = Claim(video="test.mp4", question=ASKED.text, span=(0.0, 2.0))
    assert true_score(claim, ASKED, "timing") == pytest.approx(2.2)  # tIoU 1/2
    assert true_score(claim, ASKED, "relevance") == 4.0  # all of what is asked about lies within
