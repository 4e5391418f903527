"""Rewards that compare claims with annotated boxes and spans, behind the interface of the semantic one."""

import pickle

import pytest

from referee_calib.errors import InputError
from referee_calib.records import Claim
from referee_calib.reward import ClaimContext, GeometricReward

TRUE = (0.2, 0.2, 0.4, 0.4)


def claim(*boxes, true=((1.0, *TRUE),), span=None, true_span=None):
    return Claim(
        video="v.mp4",
        question="",
        object="ball" if boxes else "",
        boxes=boxes,
        span=span,
        reference_boxes=true,
        reference_span=true_span,
    )


def value(kind, one, duration=10.0):
    (judged,) = GeometricReward(kind).judge([one], ".", [ClaimContext(duration=duration)])
    return judged.value


def test_overlap_with_the_true_box_at_the_time_of_the_claim():
    half = claim((1.0, 0.2, 0.2, 0.4, 0.3))
    assert value("iou", half) == pytest.approx(0.5)
    assert value("giou", half) == pytest.approx(0.5)  # the enclosing box is the union
    # centres (0.3, 0.25) and (0.3, 0.3): 0.05²; diagonal² 0.2² + 0.2²
    assert value("diou", half) == pytest.approx(0.5 - 0.0025 / (0.08 + 1e-7))
    assert value("ciou", half) < value("diou", half)


def test_the_best_box_of_a_claim_counts():
    assert value("iou", claim((1.0, 0.6, 0.6, 0.8, 0.8), (1.0, *TRUE))) == pytest.approx(1.0)


def test_every_claimed_time_counts_and_one_out_of_view_is_worth_the_floor():
    both = claim((1.0, *TRUE), (2.0, *TRUE))
    assert value("iou", both) == pytest.approx((1 + 0) / 2)
    assert value("giou", both) == pytest.approx((1 - 1) / 2)
    assert value("iou", claim((1.0, *TRUE), true=())) == 0.0
    assert value("giou", claim((1.0, *TRUE), true=())) == -1.0


def test_a_claim_moved_in_time_meets_the_truth_of_the_nearest_time():
    assert value("iou", claim((7.0, *TRUE))) == pytest.approx(1.0)  # overlap does not know time


def test_spans():
    one = claim(span=(1.0, 5.0), true_span=(2.0, 4.5))
    assert value("tiou", one) == pytest.approx(2.5 / 4.0)
    # 2.5/4 · (1 - 1/10) · (1 - 0.5/10)
    assert value("time_r1", one) == pytest.approx(0.625 * 0.9 * 0.95)


@pytest.mark.parametrize(
    ("kind", "one"),
    [
        ("iou", claim((1.0, *TRUE), true=None)),
        ("iou", claim(span=(1.0, 2.0))),
        ("tiou", claim((1.0, *TRUE))),
        ("tiou", claim(span=(1.0, 2.0))),
    ],
)
def test_without_truth_or_without_anything_to_compare_there_is_no_value(kind, one):
    (judged,) = GeometricReward(kind).judge([one], ".")
    assert (judged.value, judged.status) == (None, "unsupported")
    assert judged.reason


def text(*boxes, time="1"):
    return "".join(f"<obj>ball</obj><box>{list(box)}</box>at<t>{time}</t>s " for box in boxes)


def call(kind, texts, **columns):
    track = [[0.8, *TRUE], [1.2, *TRUE]]
    given = {"video": ["v.mp4"], "question": ["q"], "reference_boxes": [track], "reference_span": [[1.0, 3.0]]}
    given = {name: values * len(texts) for name, values in given.items()}
    return GeometricReward(kind, unit="pixels:400x200")(texts, **{**given, **columns})


def test_a_reply_earns_the_mean_over_its_distinct_claims():
    right, half = (80, 40, 160, 80), (80, 40, 160, 60)  # of 400 x 200: the true box, and its upper half
    assert call("iou", [text(right), text(right, half), text(right, right, half), "none"]) == [
        pytest.approx(1.0),
        pytest.approx(0.75),
        pytest.approx(0.75),
        0.0,
    ]


def test_claims_of_another_kind_are_left_out():
    reply = f"<think>{text((80, 40, 160, 80))}</think><answer>From <t>1</t>s to <t>2</t>s</answer>"
    assert call("iou", [reply]) == [pytest.approx(1.0)]
    assert call("tiou", [reply]) == [pytest.approx(0.5)]


def test_a_missing_annotation_column_is_named_and_an_unknown_annotation_abstains():
    with pytest.raises(InputError, match="reference_boxes"):
        call("iou", ["x"], reference_boxes=None)
    with pytest.raises(InputError, match="reference_span"):
        call("tiou", ["x"], reference_span=None)
    assert call("iou", [text((80, 40, 160, 80))], reference_boxes=[None]) == [None]


def test_names_pickles_and_fingerprints():
    rewards = [GeometricReward(kind) for kind in ("iou", "giou", "diou", "ciou", "tiou", "time_r1")]
    assert [reward.__name__ for reward in rewards][:2] == ["GeometricReward-iou", "GeometricReward-giou"]
    assert len({reward.fingerprint for reward in rewards}) == 6
    assert pickle.loads(pickle.dumps(rewards[0])) == rewards[0]
    with pytest.raises(InputError, match="kind"):
        GeometricReward("overlap")


def test_a_length_that_cannot_be_read_is_a_failed_claim_and_not_a_crash(tmp_path):
    one = Claim(video="gone.mp4", question="q", span=(0.0, 1.0), reference_span=(0.0, 2.0))
    (judged,) = GeometricReward("time_r1").judge([one], tmp_path)
    assert (judged.value, judged.status) == (None, "error")
    assert "gone.mp4" in judged.reason
