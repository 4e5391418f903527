"""What holds for every family: identity at 0, one direction, exact magnitudes, the frame, JSON, arrays."""

import json
import math
import pickle
from dataclasses import fields, replace

import numpy as np
import pytest
from helpers_perturb import ask, claim
from hypothesis import example, given, settings
from hypothesis import strategies as st

from referee_calib import perturbation
from referee_calib.errors import InputError
from referee_calib.geometry import iou, tiou
from referee_calib.perturbation import DELTAS, FAMILIES, KINDS, MAGNITUDES, ReferenceObjects, claim_random, from_json
from referee_calib.perturbation.families import vectorized
from referee_calib.perturbation.families.edge_moves import EdgeMove
from referee_calib.perturbation.families.perturbation import AGREEMENT

MOVES = [kind for kind in KINDS.values() if isinstance(kind, EdgeMove)]
GRADED = [kind for kind in KINDS.values() if kind.unit in ("share", "1 - IoU", "frames")]
DRAWN = [KINDS[key] for key in ("jitter", "edge_any", "shift_any", "span_boundary")]
# Exact overlap of each family at a magnitude; those that draw have it between two bounds (see bounds below).
CLOSED = {
    "shift_x": lambda d: (1 - d) / (1 + d),
    "shift_y": lambda d: (1 - d) / (1 + d),
    "shift_diagonal": lambda d: (1 - d) ** 2 / (2 - (1 - d) ** 2),
    "grow": lambda d: (1 + d) ** -2,
    "shrink": lambda d: (1 - d) ** 2,
    "aspect": lambda d: 1 / (1 + 2 * d),
    "iou_shift": lambda d: 1 - d,
    "iou_grow": lambda d: 1 - d,
    "iou_shrink": lambda d: 1 - d,
    "span_shift": lambda d: (1 - d) / (1 + d),
    "span_early": lambda d: (1 - d) / (1 + d),
    "span_late": lambda d: (1 - d) / (1 + d),
    "span_grow": lambda d: 1 / (1 + d),
    "span_shrink": lambda d: 1 - d,
    "tiou_shift": lambda d: 1 - d,
}


MIDDLE = claim((4.0, 0.42, 0.44, 0.54, 0.52), span=(8.0, 10.0))
TWO = claim((4.0, 0.42, 0.44, 0.54, 0.52), (4.5, 0.47, 0.43, 0.57, 0.55), span=(8.0, 10.0))


def overlaps(before, after, on):
    if on == "span":
        return [float(tiou(before.span, after.span))]
    return [float(iou(a[1:], b[1:])) for a, b in zip(before.boxes, after.boxes, strict=True)]


def side():
    return st.integers(10, 400).map(lambda n: n / 1000)


@st.composite
def claims(draw, most=3):
    boxes = []
    for i in range(draw(st.integers(1, most))):
        w, h = draw(side()), draw(side())
        x, y = draw(st.floats(0, 1)) * (1 - w), draw(st.floats(0, 1)) * (1 - h)
        boxes.append((float(i), x, y, min(x + w, 1.0), min(y + h, 1.0)))
    start = draw(st.floats(0, 15))
    return claim(*boxes, span=(start, start + draw(st.floats(0.2, 4.9))), index=draw(st.integers(0, 50)))


def test_every_family_of_the_method_is_there():
    needed = {
        *("shift_x", "shift_y", "shift_diagonal", "shift_any", "edge_any", "jitter", "grow", "shrink", "aspect"),
        *("iou_shift", "iou_grow", "iou_shrink", "span_shift", "span_early", "span_late", "span_boundary"),
        *("span_grow", "span_shrink", "tiou_shift", "frames", "paraphrase", "overlay_colour", "overlay_width"),
        *("reencoded", "background", "same_class_distractor", "other_class_distractor", "wrong_time"),
        *("swapped_name", "other_video", "blank", "mirrored", "wrong_span"),
    }
    assert needed <= set(FAMILIES)
    assert all(FAMILIES[key] is type(kind) and kind.key == key for key, kind in KINDS.items())
    assert all(kind.unit in MAGNITUDES for kind in KINDS.values())


@pytest.mark.parametrize("kind", GRADED, ids=lambda k: k.key)
@pytest.mark.parametrize("start", [MIDDLE, TWO], ids=["one box", "two boxes"])
def test_magnitude_zero_is_the_identity(kind, start):
    assert ask(replace(kind, delta=0.0), start) == start


@pytest.mark.parametrize("kind", [k for k in MOVES if k.key in CLOSED], ids=lambda k: k.key)
@given(start=claims(), delta=st.floats(0, 2), seed=st.integers(0, 9))
@example(start=MIDDLE, delta=0.01, seed=0)
@example(start=MIDDLE, delta=0.3, seed=0)
@settings(deadline=None, max_examples=40)
def test_overlap_is_the_closed_form_or_it_does_not_apply(kind, start, delta, seed):
    found = ask(replace(kind, delta=delta), start, seed=seed)
    if found is None:
        assert start is not MIDDLE  # there it has room
        return
    expected = max(CLOSED[kind.key](delta), 0.0) if delta < 1 or kind.key in ("grow", "aspect", "span_grow") else 0.0
    assert overlaps(start, found, kind.on) == pytest.approx([expected] * len(overlaps(start, found, kind.on)), abs=1e-6)
    untouched = ("boxes", "times") if kind.on == "span" else ("span",)
    assert found.span == start.span if "span" in untouched else found.boxes == start.boxes
    assert [box[0] for box in found.boxes] == [box[0] for box in start.boxes]


@pytest.mark.parametrize("target", [0.95, 0.7, 0.3, 0.05])
@pytest.mark.parametrize("key", ["iou_shift", "iou_grow", "iou_shrink", "tiou_shift"])
def test_a_wanted_overlap_is_reached_from_the_middle_of_the_frame(key, target):
    found = [ask(replace(KINDS[key], delta=1 - target), MIDDLE, seed=seed) for seed in range(20)]
    applying = [one for one in found if one is not None]
    # grown to IoU 0.05, 0.12 x 0.08 is 4.47 times as wide and high: 0.54 x 0.36, still in the frame
    assert len(applying) == 20
    for one in applying:
        assert overlaps(MIDDLE, one, KINDS[key].on) == pytest.approx([target], abs=1e-6)
    if key.endswith("shift"):
        assert len({(*one.boxes, one.span) for one in applying}) > 1


def test_a_wanted_overlap_that_cannot_be_is_not_applied():
    whole = claim((1.0, 0.0, 0.0, 1.0, 1.0), span=(0.0, 20.0))
    assert ask(replace(KINDS["iou_shift"], delta=0.3), whole) is None
    assert ask(replace(KINDS["iou_grow"], delta=0.3), whole) is None
    assert ask(replace(KINDS["tiou_shift"], delta=0.3), whole) is None
    assert ask(replace(KINDS["iou_shrink"], delta=0.3), whole) is not None
    for key in ("iou_grow", "iou_shrink"):
        assert ask(replace(KINDS[key], delta=1.0), MIDDLE) is None  # no growth makes the overlap 0
    assert ask(replace(KINDS["iou_shift"], delta=1.5), MIDDLE) is None
    apart = ask(replace(KINDS["iou_shift"], delta=1.0), MIDDLE)
    assert overlaps(MIDDLE, apart, "boxes") == pytest.approx([0.0], abs=1e-9)


@pytest.mark.parametrize("kind", DRAWN, ids=lambda k: k.key)
@given(start=claims(most=1), delta=st.floats(0.001, 0.4), seed=st.integers(0, 20))
@settings(deadline=None, max_examples=40)
def test_edges_move_by_no_more_than_their_share(kind, start, delta, seed):
    found = ask(replace(kind, delta=delta), start, seed=seed)
    if found is None:
        return
    before, after = (start.span, found.span) if kind.on == "span" else (start.boxes[0][1:], found.boxes[0][1:])
    half = len(before) // 2
    sizes = [before[i % half + half] - before[i % half] for i in range(2 * half)]
    shares = [(b - a) / size for a, b, size in zip(before, after, sizes, strict=True)]
    assert max(abs(s) for s in shares) <= delta + 1e-9
    if kind.key in ("edge_any", "span_boundary"):
        assert sorted(abs(s) for s in shares)[-1] == pytest.approx(delta)
        assert sorted(abs(s) for s in shares)[-2] == pytest.approx(0, abs=1e-9)
    if kind.key == "shift_any":
        assert math.hypot(shares[0], shares[1]) == pytest.approx(delta)


def test_every_edge_and_both_sides_are_drawn():
    starts = [claim(MIDDLE.boxes[0], index=i) for i in range(80)]
    moved = [ask(replace(KINDS["edge_any"], delta=0.1), one) for one in starts]
    steps = {
        (i, b > a)
        for one, start in zip(moved, starts, strict=True)
        for i, (a, b) in enumerate(zip(start.boxes[0], one.boxes[0], strict=True))
        if a != b
    }
    assert steps == {(i, outwards) for i in (1, 2, 3, 4) for outwards in (True, False)}


@pytest.mark.parametrize("kind", MOVES, ids=lambda k: k.key)
@given(start=claims(), seed=st.integers(0, 9))
@settings(deadline=None, max_examples=20)
def test_a_claim_moves_in_one_direction_at_every_magnitude(kind, start, seed):
    found = {delta: ask(replace(kind, delta=delta), start, seed=seed) for delta in (0.02, 0.1, 0.3, 0.6, 0.9)}
    signs = set()
    for one in found.values():
        if one is None:
            continue
        before, after = (start.span, one.span) if kind.on == "span" else (start.boxes[0], one.boxes[0])
        signs.add(tuple(int(np.sign(b - a)) if abs(b - a) > 1e-6 else 0 for a, b in zip(before, after, strict=True)))
    known = [sign for sign in signs if any(sign)]
    # an edge that moves by less than 1e-6 has no sign
    assert all(a * b >= 0 for one in known for other in known for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("kind", MOVES, ids=lambda k: k.key)
def test_frames_and_videos_are_not_left(kind):
    rng = np.random.default_rng(3)
    for i in range(60):
        w, h = rng.uniform(0.02, 0.6, 2)
        x, y = rng.uniform(0, 1 - w), rng.uniform(0, 1 - h)
        start = float(rng.uniform(0, 9))
        one = claim((0.0, x, y, x + w, y + h), span=(start, start + 1 - 0.5 * w), index=i)
        for delta in DELTAS:
            for keep in (1.0, 0.5):
                found = ask(replace(kind, delta=delta, keep=keep), one, duration=10.0)
                if found is not None:  # a Claim refuses boxes outside of the frame by itself
                    assert 0 <= found.span[0] < found.span[1] <= 10.0


@pytest.mark.parametrize("kind", MOVES, ids=lambda k: k.key)
def test_a_small_change_is_one_that_two_people_could_differ_by(kind):
    at = kind.small()
    assert replace(kind, delta=at).expects == "same"
    assert replace(kind, delta=at + 1e-6).expects == "not higher"
    found = [ask(replace(kind, delta=at), claim(MIDDLE.boxes[0], span=MIDDLE.span, index=i)) for i in range(200)]
    least = min(min(overlaps(MIDDLE, one, kind.on)) for one in found)
    assert least >= AGREEMENT - 1e-9
    if kind.key != "jitter":  # all four edges hardly ever come out at their inner ends
        assert least == pytest.approx(AGREEMENT, abs=0.002)
    assert kind.small(0.5) > at


def test_wrong_evidence_expects_less_and_other_words_the_same():
    assert {key for key, kind in KINDS.items() if kind.expects == "lower"} == {
        *("background", "distractor", "same_class_distractor", "other_class_distractor", "swapped_name"),
        *("wrong_time", "wrong_time_early", "wrong_time_late", "wrong_span", "other_video", "blank", "mirrored"),
    }
    for key in ("paraphrase", "overlay_colour", "reencoded"):
        assert (KINDS[key].expects, replace(KINDS[key], delta=1.0).expects) == ("same", "same")
    assert KINDS["background"].small() == 0


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_family_goes_through_json_and_pickle(kind):
    filled = perturbation.kinds(
        ReferenceObjects((perturbation.ReferenceObject("a.mp4", "dog", (1.0, 0.1, 0.1, 0.2, 0.2)),)), ["b.mp4"]
    )[kind.key]
    for one in (kind, replace(kind, delta=0.25), filled):
        text = json.dumps(one.to_json(), allow_nan=False)
        assert from_json(json.loads(text)) == one
        assert pickle.loads(pickle.dumps(one)) == one
    assert set(kind.to_json()) == {"family", *(f.name for f in fields(kind))}


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"family": "shift"},
        {"family": ["shift_x"]},
        {"family": "shift_x", "direction": "y"},
        {"family": "shift_x", "delta": -1},
        {"family": "shift_x", "delta": math.nan},
        {"family": "shift_x", "delta": math.inf},
        {"family": "shift_x", "delta": "0.1"},
        {"family": "shift_x", "how": "grow"},
        {"family": "shift_x", "keep": 0},
        {"family": "background", "known": [["a.mp4", "dog"]]},
        {"family": "background", "most": 0},
        {"family": "reencoded", "crf": 99},
        {"family": "overlay_width", "line_width": 0},
        {"family": "overlay_colour", "colour": ""},
        {"family": "other_video", "videos": [""]},
    ],
)
def test_what_is_no_perturbation_is_refused(data):
    with pytest.raises(InputError):
        from_json(data)


@pytest.mark.parametrize("kind", MOVES, ids=lambda k: k.key)
def test_arrays_give_the_numbers_of_single_calls(kind):
    rng = np.random.default_rng(7)
    starts = [claim(name="x", span=(0.5, 1.0)), claim((0.0, 0.1, 0.2, 0.3, 0.9))]
    for i in range(25):
        boxes = []
        for t in range(int(rng.integers(1, 4))):
            w, h = rng.uniform(0.02, 0.5, 2)
            x, y = rng.uniform(0, 1 - w), rng.uniform(0, 1 - h)
            boxes.append((float(t), x, y, x + w, y + h))
        start = float(rng.uniform(0, 5))
        starts.append(claim(*boxes, span=(start, start + float(rng.uniform(0.1, 2))), index=i, video=f"v{i % 3}.mp4"))
    lengths = {"v0.mp4": 8.0, "v1.mp4": 9.5}
    for delta in (0.0, 0.05, 0.4, 1.0, 2.0):
        step = replace(kind, delta=delta)
        single = [step(c, claim_random(4, step, c), duration=lengths.get(c.video)) for c in starts]
        assert vectorized.many(step, starts, seed=4, durations=lengths) == single


def test_many_claims_take_what_only_single_calls_know():
    starts = [claim((1.0, 0.1, 0.1, 0.2, 0.2), index=i) for i in range(4)]
    step = replace(KINDS["frames_late"], delta=2.0)
    assert [c.boxes[0][0] for c in vectorized.many(step, starts, rates={"a.mp4": 20.0})] == pytest.approx([1.1] * 4)
    assert vectorized.many(step, starts) == [None] * 4
    assert vectorized.many(KINDS["shift_x"], []) == []
