"""Perturbations keep their direction, and stay inside frame and video."""

import dataclasses

import pytest
from helpers_perturb import ask, claim

from referee_calib.errors import InputError
from referee_calib.perturbation import (
    Background,
    Distractor,
    Grow,
    Shift,
    Shrink,
    SpanGrow,
    SpanShift,
    SpanShrink,
    WrongSpan,
    WrongTime,
)

MIDDLE = (1.0, 0.4, 0.45, 0.5, 0.6)  # 0.1 wide, 0.15 high


ONE = claim(MIDDLE, span=(2.0, 4.0))
BOX_FAMILIES = [Shift(direction=d) for d in ("x", "y", "diagonal", "any")] + [Grow(), Shrink()]
SPAN_FAMILIES = [SpanShift(), SpanGrow(), SpanShrink()]


def test_a_direction_follows_from_seed_and_claim_and_not_from_the_magnitude():
    def angle(seed, index, delta):
        moved = ask(Shift(delta=delta), claim(MIDDLE, index=index), seed=seed)
        return round((moved.boxes[0][1] - MIDDLE[1]) / 0.1 / delta, 6), round(
            (moved.boxes[0][2] - MIDDLE[2]) / 0.15 / delta, 6
        )

    assert angle(0, 0, 0.1) == angle(0, 0, 0.5)
    assert len({angle(seed, 0, 0.1) for seed in range(5)}) == 5
    assert len({angle(0, index, 0.1) for index in range(5)}) == 5


def test_all_sides_are_met():
    sides = {ask(Shift(delta=0.1, direction="diagonal"), claim(MIDDLE, index=i)).boxes[0][1:3] for i in range(60)}
    assert len(sides) == 4


def test_a_side_that_leaves_the_frame_is_avoided():
    corner = claim((1.0, 0.0, 0.0, 0.1, 0.1))
    for seed in range(20):
        moved = ask(Shift(delta=0.5, direction="diagonal"), corner, seed=seed).boxes[0]
        assert moved[1:] == pytest.approx((0.05, 0.05, 0.15, 0.15))


def test_where_there_is_no_room_it_does_not_apply_or_is_cut_as_asked():
    wide = claim((1.0, 0.1, 0.1, 0.9, 0.9))
    assert ask(Shift(delta=0.2, direction="x"), wide) is None  # 0.16 of room for 0.1
    assert ask(Shift(delta=0.125, direction="x"), wide) is not None
    cut = ask(Shift(delta=0.5, direction="x", keep=0.5), wide).boxes[0]
    # 0.8 wide, moved by 0.4: half a box beyond 0.1 of room leaves 0.5 of 0.8
    assert cut[3] - cut[1] == pytest.approx(0.5)
    assert ask(Shift(delta=0.7, direction="x", keep=0.5), wide) is None
    assert ask(Grow(delta=0.2), wide).boxes[0][1:] == pytest.approx((0.02, 0.02, 0.98, 0.98))
    assert ask(Grow(delta=1.0, keep=0.5), wide) is None  # 1.6 x 1.6, of which 1 / 2.56 is in the frame
    assert ask(Shrink(delta=1.0, keep=0.5), wide) is None
    with pytest.raises(InputError, match="keep"):
        Grow(keep=0.0)


def test_what_a_claim_lacks_does_not_apply():
    box_only, span_only = claim(MIDDLE), claim(span=(1, 2), name="")
    assert all(ask(dataclasses.replace(family, delta=0.1), span_only) is None for family in BOX_FAMILIES)
    assert all(ask(dataclasses.replace(family, delta=0.1), box_only, 10.0) is None for family in SPAN_FAMILIES)
    assert [ask(kind, span_only, 10.0) for kind in (Background(), WrongTime(delta=1.0), Distractor())] == [None] * 3


def test_spans_stay_in_the_video():
    early = claim(span=(0.2, 2.2), name="")
    assert ask(SpanShift(delta=0.5), early, 10.0).span == pytest.approx((1.2, 3.2))
    assert ask(SpanShift(delta=0.3), early, 2.4) is None
    assert ask(SpanShift(delta=0.9, keep=0.5), early, 2.4) is None  # 2 s long; 0.4 s of it would remain
    assert ask(SpanShift(delta=0.3, keep=0.5), early, 2.4).span in (
        pytest.approx((0.0, 1.6)), pytest.approx((0.8, 2.4)),
    )  # fmt: skip
    assert ask(SpanGrow(delta=0.5, keep=0.5), early, 10.0).span == pytest.approx((0.0, 2.7))
    assert ask(SpanGrow(delta=0.5), early, 10.0) is None
    assert ask(SpanGrow(delta=4.0, keep=0.5), early, 3.0) is None
    assert ask(SpanShrink(delta=1.0), early, 10.0) is None


def test_a_wrong_time_stays_in_the_video():
    assert ask(WrongTime(delta=3.0), ONE, 10.0).boxes == ((4.0, *MIDDLE[1:]),)
    assert ask(WrongTime(delta=0.9), ONE, 1.5).boxes == ((pytest.approx(0.1), *MIDDLE[1:]),)
    assert ask(WrongTime(delta=3.0), ONE, 3.5) is None


def test_a_wrong_span_does_not_meet_the_right_one():
    for seed in range(20):
        start, end = ask(WrongSpan(), ONE, 10.0, seed=seed).span
        assert end - start == pytest.approx(2.0)
        assert end <= 2.0 + 1e-9 or start >= 4.0
        assert end <= 10.0
    assert ask(WrongSpan(), ONE, 5.5) is not None
    assert ask(WrongSpan(), claim(span=(1.0, 4.0), name=""), 4.5) is None
    assert ask(WrongSpan(), ONE, None) is None
