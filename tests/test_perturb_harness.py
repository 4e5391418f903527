"""Curves start from what is true, ask each reward once, and count everything that did not take part."""

import dataclasses
import json

import pytest
from helpers_perturb import true_claim
from helpers_referee import box_of, scene, write_clip

from referee_calib.errors import InputError
from referee_calib.geometry import iou, tiou
from referee_calib.perturbation import (
    Background,
    ConstantReward,
    Shift,
    SpanGrow,
    WrongTime,
    ausc,
    normalised,
    response_curve,
    true_claims,
)
from referee_calib.reward import SemanticEvidenceReward

TRUE_BOX = (1.0, 0.4, 0.4, 0.5, 0.55)


class Overlap:
    """Plain IoU or tIoU with the reference; counts its calls."""

    __name__ = "overlap"

    def __init__(self):
        self.calls = 0

    def judge(self, claims, media):
        self.calls += 1
        return [
            float(iou(c.boxes[0][1:], c.reference_boxes[0][1:])) if c.boxes else float(tiou(c.span, c.reference_span))
            for c in claims
        ]


class Failing:
    __name__ = "failing"

    def judge(self, claims, media):
        return [None if i % 3 == 0 else 0.25 for i, _ in enumerate(claims)]


def claim(name="a.mp4", index=0, **changes):
    given = {
        "boxes": ((1.0, 0.1, 0.1, 0.9, 0.9),),
        "span": (0.0, 5.0),
        "reference_boxes": (TRUE_BOX,),
        "reference_span": (1.0, 3.0),
    }
    return true_claim(index, name, **given | changes)


CLAIMS = [claim(name, i) for name, count in [("a.mp4", 3), ("b.mp4", 1), ("c.mp4", 2)] for i in range(count)]


def test_overlap_answers_as_its_closed_form(tmp_path):
    found = response_curve([Overlap()], CLAIMS, Shift(direction="x"), [0.5, 0.1, 0.2], tmp_path)
    assert found.deltas == (0.0, 0.1, 0.2, 0.5)
    assert found.lines[0].mean == pytest.approx([(1 - d) / (1 + d) for d in found.deltas])
    assert found.lines[0].low == pytest.approx(found.lines[0].mean)  # all claims are alike
    assert (found.n_claims, found.n_videos, found.lines[0].n) == (6, 3, (6, 6, 6, 6))
    assert found.family == "shift_x"


def test_spans_are_perturbed_alone(tmp_path):
    found = response_curve([Overlap()], CLAIMS, SpanGrow(), [0.25], tmp_path)
    assert found.lines[0].mean == pytest.approx((1.0, 1 / 1.25))


def test_curves_start_from_the_truth_and_keep_each_truth_once():
    starts, excluded = true_claims(
        [
            claim(index=0),
            claim(index=0, rollout="again", boxes=((1.0, 0.2, 0.2, 0.3, 0.3),)),
            claim(index=1, reference_boxes=None),
            claim(index=2, reference_boxes=()),
            claim(index=3, object="blue ball"),
        ],
        "boxes",
        names={"r3": "red ball"},
    )
    assert [c.boxes for c in starts] == [(TRUE_BOX,), (TRUE_BOX,)]
    assert [c.span for c in starts] == [None, None]
    assert [c.object for c in starts] == ["red ball", "red ball"]
    assert excluded == {
        "the same true evidence as another claim": 1,
        "no reference boxes": 1,
        "what is asked about is not in view at the claim's times": 1,
    }
    spans, excluded = true_claims([claim(), claim(index=1, reference_span=None)], "span")
    assert [(c.span, c.boxes) for c in spans] == [((1.0, 3.0), ())]
    assert excluded == {"no reference span": 1}


def test_each_reward_is_asked_once_for_everything(tmp_path):
    reward = Overlap()
    found = response_curve(
        [reward], CLAIMS, Shift(), [0.1, 0.3, 0.6], tmp_path, wrong=[Background(), WrongTime(delta=1)]
    )
    assert reward.calls == 1
    assert len(found.rows) == 6 * 4 + 6 * 2
    assert {row.delta for row in found.rows if row.family == "background"} == {None}


def test_failures_and_steps_without_room_are_counted(tmp_path):
    wide = [claim(index=i, reference_boxes=((1.0, 0.1, 0.1, 0.9, 0.9),)) for i in range(2)] + [claim("b.mp4", 5)]
    found = response_curve([Failing(), ConstantReward()], wide, Shift(direction="x"), [0.1, 0.7], tmp_path)
    # a box 0.8 wide with 0.1 of room moves by at most 0.1 / 0.8 = 0.125 of its width
    assert found.n_not_applicable == (0, 0, 2)
    failing, constant = found.lines
    # 3 + 3 + 1 questions; every third fails: 0, 3 and 6
    assert (failing.n, failing.n_failed) == ((2, 2, 0), (1, 1, 1))
    assert (failing.mean[2], failing.low[2], failing.high[2]) == (None, None, None)
    assert constant.mean == (0.5, 0.5, 0.5)
    assert constant.n == (3, 3, 1)
    assert constant.low[2] is None  # one video makes no band
    assert any("does not apply to up to 2 of 3" in note for note in found.notes)


def test_wrong_evidence_anchors_the_curve(tmp_path):
    found = response_curve(
        [Overlap(), ConstantReward()], CLAIMS, Shift(direction="x"), [0.1, 0.3], tmp_path, wrong=[Background()]
    )
    honest, constant = found.lines
    assert honest.wrong["background"] < 0.1
    scaled = normalised(honest.mean, honest.mean[0], honest.wrong["background"])
    assert 0 < ausc(found.deltas, scaled, 0.3) < 1
    assert normalised(constant.mean, constant.mean[0], constant.wrong["background"]) is None
    assert found.wrong_not_applicable == {"background": 0}


def test_the_same_seed_gives_the_same_curve(tmp_path):
    one, two, other = (
        response_curve([Overlap()], CLAIMS, Shift(direction="any"), [0.3], tmp_path, seed=seed) for seed in (1, 1, 2)
    )
    assert one == two
    assert one.rows != other.rows


def test_no_truth_is_said_and_not_an_error(tmp_path):
    blind = [claim(reference_boxes=None)]
    found = response_curve([Overlap()], blind, Shift(), [0.1], tmp_path)
    assert (found.n_claims, found.lines[0].mean, found.excluded) == (0, (None, None), {"no reference boxes": 1})
    assert "nothing to perturb" in found.notes[0]


def test_rewards_need_names_of_their_own_and_a_value_per_claim(tmp_path):
    with pytest.raises(InputError, match="name of its own"):
        response_curve([Overlap(), Overlap()], CLAIMS, Shift(), [0.1], tmp_path)
    short = type("Short", (), {"__name__": "short", "judge": lambda self, claims, media: [1.0]})()
    with pytest.raises(InputError, match="1 values for 12 claims"):
        response_curve({"short": short}, CLAIMS, Shift(), [0.1], tmp_path)


def test_a_row_is_tidy(tmp_path):
    found = response_curve([ConstantReward()], CLAIMS[:1], Shift(), [0.1], tmp_path)
    rows = [dataclasses.asdict(row) for row in found.rows]
    assert json.loads(json.dumps(rows, allow_nan=False)) == rows
    assert list(rows[0])[:6] == ["reward", "family", "delta", "claim", "video", "value"]


def test_the_pixels_referee_forgives_a_slip_that_overlap_does_not_and_both_see_what_is_wrong(tmp_path):
    for name, x in (("a.mp4", 120), ("b.mp4", 260)):
        write_clip(tmp_path / name, [scene(("red", "circle", x, 130, 34), noise=4, seed=i) for i in range(12)])
    claims = [
        claim(name, boxes=((t, 0.1, 0.1, 0.2, 0.2),), index=i, reference_boxes=((t, *box_of("circle", x, 130, 34)),))
        for i, (name, x, t) in enumerate([("a.mp4", 120, 0.3), ("a.mp4", 120, 0.8), ("b.mp4", 260, 0.5)])
    ]
    found = response_curve(
        [SemanticEvidenceReward("pixels", media=tmp_path), Overlap()],
        claims,
        Shift(direction="x"),
        [0.02, 0.05, 0.3, 1.0],
        tmp_path,
        wrong=[Background()],
    )
    pixels, overlap = found.lines
    assert pixels.n_failed == (0, 0, 0, 0, 0)
    assert pixels.mean[2] > overlap.mean[2] + 0.05
    assert pixels.mean[4] < 0.05
    assert pixels.wrong["background"] < 0.05
