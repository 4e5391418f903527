"""Stored replies are checked at the door, and their claims get what is true at their own times."""

import json

import pytest

from referee_calib.claims import Rollout, claims_of, read_rollouts
from referee_calib.errors import InputError

ROW = {
    "rollout": "r1",
    "group": "g1",
    "video": "clip.mp4",
    "question": "Where is the red ball?",
    "answer": "left",
    "completion": "<think><obj>red ball</obj><box>[40, 40, 200, 100]</box>at<t>1.1</t>s</think><answer>right</answer>",
    "box_unit": "pixels:400x200",
    "step": 3,
    "source": "sample",
    "reference_object": "red ball",
    "reference_boxes": [[1.0, 0.1, 0.2, 0.5, 0.5], [1.25, 0.2, 0.3, 0.6, 0.6], [2.0, 0.2, 0.3, 0.6, 0.6]],
    "reference_span": [1.0, 2.0],
}


def rollout(**changes):
    return Rollout.from_json({**ROW, **changes}, "rollouts.jsonl line 7")


def at(time):
    return claims_of(rollout(completion=f"<obj>red ball</obj><box>[40, 40, 200, 100]</box>at<t>{time}</t>s")).claims[0]


def test_a_row_and_its_record_are_inverses():
    assert rollout().to_json() == ROW
    minimal = {name: ROW[name] for name in ("rollout", "video", "question", "completion", "box_unit")}
    assert Rollout.from_json(minimal, "line 1").reference_boxes is None


def test_true_boxes_are_interpolated_at_the_time_of_the_claim():
    (claim,) = claims_of(rollout()).claims
    # 1.1 lies 0.1/0.25 = 0.4 of the way: 0.1 + 0.4 * (0.2 - 0.1) = 0.14 and so on
    assert claim.reference_boxes[0] == pytest.approx((1.1, 0.14, 0.24, 0.54, 0.54))
    assert claim.reference_span == (1.0, 2.0)
    assert (claim.answer, claim.step, claim.source) == ("right", 3, "sample")


def test_a_time_outside_the_track_or_in_a_long_gap_is_known_to_be_out_of_view():
    assert at(0.9).reference_boxes == ()
    assert at(1.5).reference_boxes == ()  # between 1.25 and 2.0: a gap of 0.75 s
    assert at(2.1).reference_boxes == ()
    assert at(2.0).reference_boxes == ((2.0, 0.2, 0.3, 0.6, 0.6),)


def test_a_gap_of_half_a_second_is_bridged():
    two = rollout(reference_boxes=[[0.7, 0.0, 0.0, 0.4, 0.4], [1.2, 0.2, 0.2, 0.6, 0.6]])  # 1.1 is 0.8 of the way
    assert claims_of(two).claims[0].reference_boxes[0] == pytest.approx((1.1, 0.16, 0.16, 0.56, 0.56))


def test_unknown_truth_stays_unknown_and_known_absence_stays_empty():
    assert claims_of(rollout(reference_boxes=None)).claims[0].reference_boxes is None
    assert claims_of(rollout(reference_boxes=[])).claims[0].reference_boxes == ()


def test_boxes_at_one_time_get_one_true_box():
    two = "<obj>a</obj><box>[40, 40, 200, 100]</box><box>[0, 0, 40, 40]</box>at<t>1</t>s"
    assert len(claims_of(rollout(completion=two)).claims[0].reference_boxes) == 1


def test_the_order_of_the_true_boxes_in_the_row_does_not_matter():
    assert rollout(reference_boxes=ROW["reference_boxes"][::-1]) == rollout()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"video": None}, "video"),
        ({"video": ""}, "video"),
        ({"completion": None}, "completion"),
        ({"completion": ["a"]}, "completion"),
        ({"question": 3}, "question"),
        ({"box_unit": "px"}, "box_unit"),
        ({"step": -1}, "step"),
        ({"step": 1.5}, "step"),
        ({"source": 4}, "source"),
        ({"boxunit": "0-1"}, "boxunit"),
        ({"reference_span": [2, 1]}, "reference_span"),
        ({"reference_boxes": [[1, 0.5, 0, 0.4, 1]]}, "reference_boxes"),
        ({"reference_boxes": "none"}, "reference_boxes"),
        ({"reference_boxes": [[1, 0, 0, 40, 1]]}, "reference_boxes"),
        ({"reference_boxes": [[1, 0, 0, 0.4, 1], [1, 0, 0, 0.5, 1]]}, "reference_boxes"),
    ],
)
def test_a_bad_row_is_refused_by_line_and_field(changes, words):
    with pytest.raises(InputError) as error:
        rollout(**changes)
    assert "rollouts.jsonl line 7" in str(error.value)
    assert words in str(error.value)


def test_a_file_is_read_and_a_repeated_name_is_refused(tmp_path):
    path = tmp_path / "rollouts.jsonl"
    path.write_text("".join(json.dumps({**ROW, "rollout": name}) + "\n" for name in ("a", "b", "a")))
    with pytest.raises(InputError, match=r"rollouts\.jsonl line 3.*line 1"):
        list(read_rollouts(path))
    path.write_text(json.dumps(ROW) + "\n")
    assert [row.rollout for row in read_rollouts(path)] == ["r1"]
