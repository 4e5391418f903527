"""The rewards of Open-o3-Video: the shipped values on 200 completions, and the measured facts about them."""

import json
from pathlib import Path

import pytest

from referee_calib.errors import InputError
from referee_calib.records import Claim
from referee_calib.reward import OpenO3Reward
from referee_calib.reward.baselines.open_o3_formulas import PARTS, open_o3_parts, shipped_claims

CASES = json.loads((Path(__file__).parent / "vectors" / "open_o3_rewards.json").read_text())["cases"]
SIZE = (1000, 500)
CAR = [0.2, 0.4, 0.4, 0.8]  # in pixels of SIZE: 200, 200, 400, 400
DOG = [0.6, 0.1, 0.7, 0.3]  # 600, 50, 700, 150


@pytest.mark.parametrize("part", [part for part in PARTS if part != "ans_viou"])  # 0 for questions about videos
def test_the_shipped_values_are_reproduced(part):
    shipped = [case["expected"][f"{part}_reward"] for case in CASES]
    ours = [open_o3_parts(case["completion"], case["columns"])[part] for case in CASES]
    assert ours == pytest.approx(shipped, abs=1e-12)
    assert len(set(shipped)) > 2


def spatial(evidence, gate="signed", **columns):
    row = {
        "task": ["temporal-spatial free-form QA"],
        "key_frames": [[{"path": "0.jpg", "time": 30, "idx": 0}]],
        "key_items": [{"0": {"red car": [CAR]}}],
        "image_size": [SIZE],
        "step_percent": [0.5],
        "answer": ["a car"],
    }
    completion = [{"role": "assistant", "content": f"<think>{evidence}</think><answer>a car</answer>"}]
    (value,) = OpenO3Reward(gate=gate)([completion], **{**row, **columns}, prompts=["ignored"])
    return value


def claim(time, name="red car", boxes=("[200, 200, 400, 400]",)):
    return f"<obj>{name}</obj>{''.join(f'<box>{box}</box>' for box in boxes)}at<t>{time}</t>s"


def test_a_wrong_name_is_paid_in_full():
    assert spatial(claim(30, name="banana")) == 1.0


@pytest.mark.parametrize(
    ("time", "shipped", "meant"),
    [(29.1, 1, 1), (29.0, 0, 0), (28.5, 0, 0), (30.9, 1, 1), (35, 1, 0), (60, 1, 0), (1030, 1, 0)],
)
def test_the_shipped_gate_lets_every_late_claim_pass(time, shipped, meant):
    assert spatial(claim(time)) == shipped
    assert spatial(claim(time), gate="absolute") == meant


def test_a_grid_of_boxes_in_one_claim_is_paid_like_the_one_that_fits():
    grid = [f"[{x}, {y}, {x + 200}, {y + 200}]" for x in range(0, 900, 50) for y in range(0, 400, 40)][:171]
    assert "[200, 200, 400, 400]" in grid
    assert len(grid) == 171
    assert spatial(claim(30, boxes=grid)) == 1.0


def test_another_annotated_object_and_duplicates_are_paid_in_full():
    both = [{"0": {"red car": [CAR], "dog": [DOG]}}]
    assert spatial(claim(30, boxes=["[600, 50, 700, 150]"]), key_items=both) == pytest.approx(1.0)
    assert spatial(claim(30) * 10) == 1.0


def test_the_whole_frame_earns_the_share_of_the_object():
    assert spatial(claim(30, boxes=["[0, 0, 1000, 500]"])) == pytest.approx(0.2 * 0.4)


def test_the_shipped_grammar_loses_what_it_loses():
    assert shipped_claims("<obj>a</obj> <box>[1, 2, 3, 4]</box>at<t>1</t>s") == []
    assert shipped_claims("<obj>a</obj><box>[1, 2, 3, 4]</box>at<t>0:09</t>s") == []
    assert shipped_claims("<obj>a</obj><box>[[1, 2, 3, 4],[5, 6, 7, 8]]</box>at<t>1</t>s") == []
    assert shipped_claims("<obj>a</obj><box>[1, 2, 3, 4]</box>at<t>1</t>s") == [(1.0, [[1, 2, 3, 4]])]
    assert shipped_claims("<obj>a</obj> and <obj>b</obj><box>[5, 6, 7, 8]</box>at<t>2</t>s") == [(2.0, [[5, 6, 7, 8]])]


@pytest.mark.parametrize("boxes", ['["a", 1, 2, 3]', "[1, 2, 3]", "[]", "[null, 1, 2, 3]", "[NaN, 0, 1, 1]", "{}"])
def test_what_is_no_box_earns_nothing(boxes):
    assert spatial(claim(30, boxes=[boxes])) == 0.0


def test_many_boxes_without_a_time_end():
    assert spatial("<obj>a</obj>" + "<box>[1, 2, 3, 4]</box>" * 500) == 0.0  # exponential under the shipped pattern


def judged(gate, time, corners=CAR, true_time=30.0):
    one = Claim(
        video="v.mp4", question="", object="red car", boxes=((time, *corners),), reference_boxes=((true_time, *CAR),)
    )
    (reward,) = OpenO3Reward(gate=gate).judge([one], ".")
    return reward.value


def test_single_claims_are_judged_against_their_reference_boxes():
    assert judged("signed", 30.0) == pytest.approx(1.0)
    assert judged("signed", 300.0) == pytest.approx(1.0)
    assert judged("absolute", 300.0) == 0.0
    assert judged("absolute", 30.5, [0.2, 0.4, 0.4, 0.6]) == pytest.approx(0.5)


def test_claims_without_truth_are_unsupported():
    one = Claim(video="v.mp4", question="", object="a", boxes=((1.0, *CAR),))
    (reward,) = OpenO3Reward().judge([one], ".")
    assert (reward.value, reward.status) == (None, "unsupported")


def test_missing_columns_and_wrong_lengths_are_named():
    with pytest.raises(InputError, match="key_items"):
        spatial(claim(30), key_items=None)
    with pytest.raises(InputError, match="image_size has 2 values"):
        spatial(claim(30), image_size=[SIZE, SIZE])
    with pytest.raises(InputError, match="do not fit together"):
        spatial(claim(30), key_items=[{"1": {}}])
    with pytest.raises(InputError, match="gate"):
        OpenO3Reward(gate="late")
    with pytest.raises(InputError, match="parts"):
        OpenO3Reward(parts=("ans_acc",))
