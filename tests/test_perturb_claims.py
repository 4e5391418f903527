"""Perturbations change what they say by how much they say, reproducibly, inside frame and video."""

import dataclasses
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referee_calib.errors import InputError
from referee_calib.geometry import iou, tiou
from referee_calib.perturbation import (
    Background,
    Distractor,
    Grow,
    ReferenceObject,
    ReferenceObjects,
    Shift,
    Shrink,
    SpanGrow,
    SpanShift,
    SpanShrink,
    WrongSpan,
    WrongTime,
    dice,
)
from referee_calib.perturbation.families.reference_objects import overlap
from referee_calib.records import Claim

MIDDLE = (1.0, 0.4, 0.45, 0.5, 0.6)  # 0.1 wide, 0.15 high


def claim(*boxes, span=None, index=0, name="red ball", video="a.mp4"):
    return Claim(video=video, question="q", object=name, boxes=boxes, span=span, index=index)


def ask(family, start, duration=None, seed=0):
    return family(start, dice(seed, family, start), duration=duration)


ONE = claim(MIDDLE, span=(2.0, 4.0))
BOX_FAMILIES = [Shift(direction=d) for d in ("x", "y", "diagonal", "any")] + [Grow(), Shrink()]
SPAN_FAMILIES = [SpanShift(), SpanGrow(), SpanShrink()]


@pytest.mark.parametrize("family", [*BOX_FAMILIES, *SPAN_FAMILIES], ids=lambda f: f.key)
def test_magnitude_zero_is_the_identity(family):
    same = ask(family, ONE, 10.0)
    assert same == ONE


@pytest.mark.parametrize(
    ("family", "overlap_at"),
    [
        # shifted by a share d of its side, what is left over what is covered: (1 - d) / (1 + d)
        (Shift(direction="x"), lambda d: (1 - d) / (1 + d)),
        (Shift(direction="y"), lambda d: (1 - d) / (1 + d)),
        (Shift(direction="diagonal"), lambda d: (1 - d) ** 2 / (2 - (1 - d) ** 2)),
        (Grow(), lambda d: (1 + d) ** -2),
        (Shrink(), lambda d: (1 - d) ** 2),
    ],
    ids=lambda x: getattr(x, "key", "overlap"),
)
@pytest.mark.parametrize("delta", [0.01, 0.1, 0.5, 0.9])
def test_boxes_move_by_exactly_their_share(family, overlap_at, delta):
    moved = ask(dataclasses.replace(family, delta=delta), ONE)
    assert iou(moved.boxes[0][1:], MIDDLE[1:]) == pytest.approx(overlap_at(delta), abs=1e-9)
    assert moved.boxes[0][0] == MIDDLE[0]
    assert moved.span == ONE.span
    assert moved.id != ONE.id


@pytest.mark.parametrize(
    ("family", "overlap_at"),
    [(SpanShift(), lambda d: (1 - d) / (1 + d)), (SpanGrow(), lambda d: 1 / (1 + d)), (SpanShrink(), lambda d: 1 - d)],
    ids=lambda x: getattr(x, "key", "overlap"),
)
@pytest.mark.parametrize("delta", [0.02, 0.3, 0.8])
def test_spans_move_by_exactly_their_share(family, overlap_at, delta):
    moved = ask(dataclasses.replace(family, delta=delta), ONE, 10.0)
    assert tiou(moved.span, ONE.span) == pytest.approx(overlap_at(delta), abs=1e-9)
    assert moved.boxes == ONE.boxes


def test_any_direction_moves_by_delta_measured_in_the_box_s_own_sides():
    moved = ask(Shift(delta=0.4, direction="any"), ONE)
    dx, dy = ((moved.boxes[0][i] - MIDDLE[i]) / (MIDDLE[i + 2] - MIDDLE[i]) for i in (1, 2))
    assert dx**2 + dy**2 == pytest.approx(0.16)


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


def test_background_is_of_the_same_size_and_misses_what_is_true():
    true = claim(MIDDLE)
    two = dataclasses.replace(true, reference_boxes=((1.0, 0.1, 0.1, 0.3, 0.3), (9.0, 0.6, 0.6, 0.9, 0.9)), id="")
    for seed in range(30):
        placed = ask(Background(), two, seed=seed).boxes[0]
        assert placed[0] == MIDDLE[0]
        assert (placed[3] - placed[1], placed[4] - placed[2]) == pytest.approx((0.1, 0.15))
        assert overlap(placed[1:], MIDDLE[1:]) < 0.1
        assert overlap(placed[1:], (0.1, 0.1, 0.3, 0.3)) < 0.1
    assert ask(Background(), claim((1.0, 0.05, 0.05, 0.95, 0.95))) is None


def test_another_object_is_taken_at_the_nearest_time():
    blue = [ReferenceObject("a.mp4", "blue square", (t, 0.7, 0.7, 0.8, 0.8)) for t in (0.0, 1.4, 5.0)]
    near, elsewhere = (
        ReferenceObject("a.mp4", "green star", MIDDLE),
        ReferenceObject("b.mp4", "x", (1.0, 0.1, 0.1, 0.2, 0.2)),
    )
    own = ReferenceObject("a.mp4", "red ball", (1.0, 0.1, 0.1, 0.2, 0.2))
    found = ask(Distractor(known=ReferenceObjects((*blue, near, elsewhere, own))), ONE)
    assert found.boxes == (blue[1].box,)
    assert found.object == "red ball"
    assert ask(Distractor(known=ReferenceObjects((near, elsewhere, own))), ONE) is None


def test_a_wrong_time_stays_in_the_video():
    assert ask(WrongTime(delta=3.0), ONE, 10.0).boxes == ((4.0, *MIDDLE[1:]),)
    assert ask(WrongTime(delta=0.9), ONE, 1.5).boxes == ((pytest.approx(0.1), *MIDDLE[1:]),)
    assert ask(WrongTime(delta=3.0), ONE, 3.5) is None


def test_a_wrong_span_does_not_meet_the_right_one():
    for seed in range(20):
        start, end = ask(WrongSpan(), ONE, 10.0, seed).span
        assert end - start == pytest.approx(2.0)
        assert end <= 2.0 + 1e-9 or start >= 4.0
        assert end <= 10.0
    assert ask(WrongSpan(), ONE, 5.5) is not None
    assert ask(WrongSpan(), claim(span=(1.0, 4.0), name=""), 4.5) is None
    assert ask(WrongSpan(), ONE) is None


@given(
    x=st.floats(0, 0.9), y=st.floats(0, 0.9), w=st.floats(0.01, 1), h=st.floats(0.01, 1),
    delta=st.floats(0, 3), seed=st.integers(0, 99), family=st.sampled_from(BOX_FAMILIES),
)  # fmt: skip
def test_boxes_stay_in_the_frame_or_are_not_applied(x, y, w, h, delta, seed, family):
    start = claim((1.0, x, y, min(x + w, 1.0), min(y + h, 1.0)))
    moved = ask(dataclasses.replace(family, delta=delta), start, seed=seed)  # a Claim checks its own box
    again = ask(dataclasses.replace(family, delta=delta), start, seed=seed)
    assert (moved is None) == (again is None)
    assert moved is None or moved.boxes == again.boxes


@pytest.mark.parametrize("family", [*BOX_FAMILIES, *SPAN_FAMILIES, Background(), WrongTime(), WrongSpan()])
def test_perturbations_are_values(family):
    assert pickle.loads(pickle.dumps(family)) == family
    assert "delta" in dataclasses.asdict(family)


@pytest.mark.parametrize("delta", [-0.1, float("nan"), float("inf")])
def test_a_magnitude_below_zero_or_without_end_is_refused(delta):
    with pytest.raises(InputError):
        Shift(delta=delta)
