"""Wrong evidence is wrong: off what is there, on another thing, or under another name."""

from dataclasses import replace
from pathlib import Path

import pytest
from helpers_perturb import ask, claim

from referee_calib.errors import InputError
from referee_calib.io import json_lines
from referee_calib.perturbation import (
    KINDS,
    Background,
    Distractor,
    FrameShift,
    ReferenceObject,
    ReferenceObjects,
    SwappedName,
    collect_reference_objects,
    read_reference_objects,
)
from referee_calib.perturbation.families.reference_objects import differ, head, overlap

BALL = (1.0, 0.4, 0.4, 0.5, 0.55)


def known(*rows):
    return ReferenceObjects(tuple(ReferenceObject(*row) for row in rows))


@pytest.mark.parametrize(
    ("phrase", "noun"),
    [
        ("red ball", "ball"),
        ("the red balls", "ball"),
        ("a man in a red shirt", "man"),
        ("two women holding umbrellas", "woman"),
        ("Children", "child"),
        ("the dog that barks", "dog"),
        ("boxes", "box"),
        ("berries", "berry"),
        ("glass", "glass"),
        ("bus", "bus"),
        ("", ""),
        ("the", ""),
    ],
)
def test_the_head_is_the_last_word_before_a_preposition(phrase, noun):
    assert head(phrase) == noun


@pytest.mark.parametrize(
    ("one", "other", "different"),
    [
        ("red ball", "blue ball", True),
        ("red ball", "the red balls", False),
        ("ball", "red ball", False),
        ("man", "woman", True),
        ("car", "vehicle", True),  # the rule reads words only
        ("", "ball", False),
    ],
)
def test_things_differ_when_each_has_a_word_of_its_own(one, other, different):
    assert differ(one, other) is different
    assert differ(other, one) is different


def test_what_is_known_comes_from_claims_that_point_at_the_truth():
    right = claim((1.0, 0.41, 0.4, 0.5, 0.55), reference_boxes=(BALL,), rollout="r1")
    # 0.05 of 0.1 wide is off: IoU 1/3, so its words may be about something else
    off = claim((2.0, 0.45, 0.4, 0.55, 0.55), name="dog", reference_boxes=((2.0, *BALL[1:]),), rollout="r2")
    unknown = claim(BALL, name="cat", rollout="r3")
    absent = claim(BALL, name="cat", reference_boxes=(), rollout="r4")
    assert collect_reference_objects([right, off, unknown, absent]) == known(("a.mp4", "red ball", BALL))
    named = collect_reference_objects([off], names={"r2": "green ball"})
    assert named == known(("a.mp4", "green ball", (2.0, *BALL[1:])))
    assert ReferenceObjects.from_json(named.to_json()) == named


def test_a_background_is_off_everything_that_is_known_at_that_time():
    things_there = known(
        ("a.mp4", "table", (1.2, 0.0, 0.0, 1.0, 0.4)),
        ("a.mp4", "wall", (9.0, 0.0, 0.0, 1.0, 1.0)),  # at another time
        ("b.mp4", "wall", (1.0, 0.0, 0.0, 1.0, 1.0)),  # in another video
    )
    start = claim(BALL, reference_boxes=((1.0, 0.0, 0.55, 0.3, 1.0),))
    for seed in range(30):
        placed = ask(Background(known=things_there), start, seed=seed).boxes[0]
        assert (placed[0], placed[3] - placed[1], placed[4] - placed[2]) == pytest.approx((1.0, 0.1, 0.15))
        for taken in (BALL, start.reference_boxes[0], things_there.rows[0].box):
            assert overlap(placed[1:], taken[1:]) < 0.1
    corners = [(x / 4, y / 4) for x in range(4) for y in range(4)]
    board = known(*(("a.mp4", "tile", (1.0, x, y, x + 0.25, y + 0.25)) for x, y in corners))
    # 0.25 x 0.25 on a board of such tiles: over one tile wholly, or over four by a quarter each, 1 / 7 > 0.1
    assert ask(Background(known=board), claim((1.0, 0.0, 0.0, 0.25, 0.25))) is None
    assert ask(Background(), claim((1.0, 0.05, 0.05, 0.95, 0.95))) is None


def test_distractors_are_of_the_class_that_is_asked_for():
    there = known(
        ("a.mp4", "blue ball", (1.5, 0.7, 0.1, 0.8, 0.25)),
        ("a.mp4", "dog", (1.1, 0.0, 0.6, 0.2, 0.9)),
        ("a.mp4", "dog", (3.1, 0.1, 0.6, 0.3, 0.9)),
        ("a.mp4", "ball", (1.0, 0.0, 0.0, 0.1, 0.1)),  # may be the red ball itself
        ("a.mp4", "cup", (1.0, *BALL[1:])),  # at the same place
        ("b.mp4", "cat", (1.0, 0.6, 0.6, 0.7, 0.7)),  # in another video
    )
    start = claim(BALL)
    same, other, nearest = (ask(Distractor(known=there, of=of), start) for of in ("same_class", "other_class", "any"))
    assert same.boxes == (there.rows[0].box,)
    assert other.boxes == nearest.boxes == (there.rows[1].box,)
    assert {c.object for c in (same, other, nearest)} == {"red ball"}
    track = ask(Distractor(known=there, of="other_class"), claim(BALL, (3.0, *BALL[1:])))
    assert track.boxes == (there.rows[1].box, there.rows[2].box)
    assert ask(Distractor(known=there, of="same_class"), claim(BALL, name="green hat")) is None
    assert ask(Distractor(known=there), claim(BALL, name="")) is None
    true_there = claim(BALL, reference_boxes=(there.rows[0].box,))
    assert ask(Distractor(known=there, of="same_class"), true_there) is None


def test_a_swapped_name_is_that_of_something_elsewhere():
    there = known(
        ("a.mp4", "blue square", (1.0, 0.7, 0.7, 0.8, 0.8)),
        ("a.mp4", "ball", BALL),
        ("a.mp4", "toy", (1.3, *BALL[1:])),  # another word for what is at the place
        ("b.mp4", "yellow star", (1.0, 0.1, 0.1, 0.2, 0.2)),
        ("b.mp4", "red square", (1.0, 0.3, 0.1, 0.4, 0.2)),
    )
    swapped = {ask(SwappedName(known=there), claim(BALL, index=i)).object for i in range(30)}
    assert swapped == {"blue square"}
    assert ask(SwappedName(known=there), claim(BALL)).boxes == (BALL,)
    alone = known(("a.mp4", "red ball", BALL), ("b.mp4", "yellow star", BALL), ("b.mp4", "ball", BALL))
    assert {ask(SwappedName(known=alone), claim(BALL, index=i)).object for i in range(30)} == {"yellow star"}
    assert ask(SwappedName(known=known(("a.mp4", "red ball", BALL))), claim(BALL)) is None
    assert ask(SwappedName(known=there), claim(BALL, name="")) is None


def test_frames_are_counted_at_the_rate_of_the_video():
    for seed in range(10):
        moved = ask(FrameShift(delta=3), claim(BALL), seed=seed)
        assert abs(moved.boxes[0][0] - 1.0) == pytest.approx(3 / 25)
        assert moved.boxes[0][1:] == BALL[1:]
    assert ask(FrameShift(delta=3, when="late"), claim(BALL), fps=10.0).boxes[0][0] == pytest.approx(1.3)
    assert ask(FrameShift(delta=3, when="early"), claim(BALL), fps=10.0).boxes[0][0] == pytest.approx(0.7)
    assert ask(FrameShift(delta=3), claim(BALL), fps=None) is None
    assert ask(FrameShift(delta=3, when="late"), claim(BALL), fps=10.0, duration=1.3) is None
    # 0.1 s before, 8.9 s behind: ten frames of 25 a second fit on one side only
    early = [
        ask(FrameShift(delta=d), claim((0.1, *BALL[1:]), index=i), duration=9.0) for i in range(20) for d in (1, 2)
    ]
    assert {round(one.boxes[0][0], 6) for one in early} == {0.14, 0.18}


def test_a_claim_after_the_end_of_its_video_stays_what_it_is_at_magnitude_zero():
    beyond = claim((21.0, *BALL[1:]))
    assert [ask(replace(KINDS[key], delta=0.0), beyond) for key in ("frames", "frames_late")] == [beyond, beyond]
    assert ask(FrameShift(delta=1, when="late"), beyond) is None


def test_a_wrong_time_has_a_side():
    assert ask(KINDS["wrong_time_late"], claim(BALL)).boxes[0][0] == 3.0
    assert ask(KINDS["wrong_time_early"], claim(BALL)) is None
    assert ask(replace(KINDS["wrong_time"], delta=5.0), claim(BALL)).boxes[0][0] == 6.0


def test_things_are_read_from_annotated_objects(tmp_path):
    boxes = [[*BALL, 0.5], [2.0, *BALL[1:], 0.4]]  # the second one is hidden
    row = {"video": "a.mp4", "width": 9, "objects": [{"name": "dog", "boxes_t_x1_y1_x2_y2_share": boxes}]}
    json_lines.write(tmp_path / "truth.jsonl", [row])
    assert read_reference_objects(tmp_path / "truth.jsonl") == known(("a.mp4", "dog", BALL))
    cup = known(("a.mp4", "cup", BALL))
    assert (read_reference_objects(tmp_path / "truth.jsonl") | cup | cup).rows == (
        ReferenceObject("a.mp4", "dog", BALL),
        *cup.rows,
    )
    short, odd = ([{"name": "dog", "boxes_t_x1_y1_x2_y2_share": [b]}] for b in ([1, 2], [1, "x", 0, 1, 1, 1]))
    for broken in ({"video": "a.mp4"}, {**row, "objects": short}, {**row, "objects": odd}, {**row, "objects": 3}):
        json_lines.write(tmp_path / "broken.jsonl", [row, broken])
        with pytest.raises(InputError, match="line 2"):
            read_reference_objects(tmp_path / "broken.jsonl")


def test_the_sample_study_s_truth_gives_distractors_of_both_classes():
    truth = read_reference_objects(Path(__file__).parent.parent / "data" / "sample_study" / "truth.jsonl")
    thing = next(t for t in truth.rows if t.video == "crowd.mp4" and t.phrase == "red ball")
    start = claim(thing.box, video="crowd.mp4")
    same, other = (ask(Distractor(known=truth, of=of), start) for of in ("same_class", "other_class"))
    at = {t.box: t.phrase for t in truth.by_video["crowd.mp4"]}
    assert head(at[same.boxes[0]]) == "ball" != head(at[other.boxes[0]])
    assert at[same.boxes[0]] != "red ball"


def test_lists_of_things_are_checked():
    with pytest.raises(InputError, match="known objects"):
        ReferenceObjects.from_json([["a.mp4", "dog", 1, 2]])
