"""What makes a figure of V-STaR mean something else is counted, said, and changes nothing."""

import pytest
from helpers_vstar import TRUE_BOX, half_right, item

from referee_calib.benchmark.vstar.evaluators.evaluation_rules import OPEN_O3, UPSTREAM
from referee_calib.benchmark.vstar.result_file import ResultFile, item_keys
from referee_calib.benchmark.vstar.run_evaluation import evaluate_run
from referee_calib.benchmark.vstar.traps.item_traps import trap_keys, trap_text
from referee_calib.benchmark.vstar.traps.without_traps import WITHOUT_TRAPS

BOX = [0, 0, 100, 100]


def traps(*items, rules=UPSTREAM):
    """The traps that some item is in, with how many are."""
    file = ResultFile("made", items)
    found = evaluate_run(file, item_keys([file])[0][0], rules).traps
    assert list(found) == list(trap_keys())
    return {key: n for key, n in found.items() if n}


def test_a_plain_file_has_no_traps():
    assert traps(item(0), half_right(1)) == {}


@pytest.mark.parametrize(
    ("changes", "met"),
    [
        ({"answer_vqa": None}, {"unanswered"}),
        ({"answer_vqa": ...}, {"unanswered"}),
        ({"VQA_score": "3."}, {"judge_reply_unread"}),
        ({"VQA_score": -1}, {"judge_reply_unread"}),
        ({"VQA_score": 4}, {"judge_score_out_of_range"}),
        ({"answer_vqa": "<think>…</think> a ball"}, {"whole_reply_judged"}),
        ({"fps": ...}, {"no_duration"}),
        ({"fps": 0}, {"no_duration"}),
        ({"frame_count": float("nan")}, {"no_duration"}),
        ({"bboxes": []}, {"no_annotated_boxes"}),
        ({"timestamps": [2, 2]}, {"true_span_empty"}),
        ({"answer_temporal": None}, {"span_missing_1"}),
        ({"answer_temporal_2": "from 2 to 6"}, {"span_unread_2"}),
        ({"answer_temporal": [], "answer_temporal_pre": "0:02 to 0:06"}, {"span_clock_1", "span_missing_1"}),
        ({"answer_temporal": [6, 2]}, {"span_reversed_1"}),
        ({"answer_temporal": [float("nan"), 6]}, {"span_not_finite_1"}),
        ({"answer_spatial": None}, {"boxes_missing_1"}),
        ({"answer_spatial_2": [BOX]}, {"boxes_without_keys_2"}),
        ({"answer_spatial": {"3.0": BOX, "4": BOX}}, {"frame_keys_1"}),
        ({"answer_spatial": {"frame 3": BOX, "3.0": BOX, "4": BOX}}, {"frame_keys_1"}),
        ({"answer_spatial": {"3": ["1", "2", "3", "4"], "4": BOX}}, {"boxes_malformed_1"}),
        ({"answer_spatial": {"3": [100, 0, 0, 100]}}, {"boxes_reversed_1"}),
        ({"answer_spatial": {"3": [0, 0, 641, 100]}}, {"boxes_outside_1"}),
        ({"answer_spatial": {"3": [-1, 0, 100, 100]}}, {"boxes_outside_1"}),
        ({"answer_spatial": {"3": [0, 0, 0.2, 1]}}, {"boxes_below_1_1"}),
        ({"input_shape": [320, 180]}, {"boxes_other_size_1", "boxes_other_size_2"}),
        ({"input_shape": [640, 360]}, set()),
        ({"original_index": 5}, {"shuffled"}),
        ({"original_index": 0}, set()),
        ({"temporal_IoU": float("nan")}, {"stored_values_differ"}),
        ({"temporal_IoU": 0.9}, {"stored_values_differ"}),
        ({"temporal_IoU": 1.0, "spatial_mIoU_2": 1}, set()),
    ],
    ids=lambda given: str(sorted(given) if isinstance(given, set) else given),  # in one order in every process
)
def test_a_trap_is_counted(changes, met):
    assert traps(item(0, **changes)) == dict.fromkeys(met, 1)


def test_an_item_that_stands_there_again_is_counted():
    assert traps(item(0), item(0), item(0, timestamps=[1, 2])) == {"duplicate_items": 1}


def test_clock_times_are_told_under_both_rules_and_are_missing_under_one():
    one = item(0, answer_temporal=[], answer_temporal_pre="0:02 to 0:06")
    assert traps(one, rules=OPEN_O3) == {"span_clock_1": 1}


def test_every_trap_says_what_it_counts():
    assert all(trap_text(key) for key in trap_keys())
    assert trap_text("frame_keys_2").startswith("chain 2: have boxes under keys")
    assert trap_text("boxes_below_1_1").startswith("chain 1: have boxes within 0 to 1")


def test_the_figure_without_a_trap_is_told():
    """Judge "3." read as 3; 2 to 6 from the clock; the key 3.0 taken as 3; a box of the half-size frame doubled."""
    file = ResultFile(
        "made",
        (
            item(0, VQA_score="3.", answer_temporal=[], answer_temporal_pre="0:02 to 0:06"),
            item(1, answer_spatial={"3.0": BOX, "4": BOX}, answer_temporal_2=[]),
            item(2, answer_spatial_2={"3": [0, 0, 50, 50], "4": [0, 0, 50, 50]}, input_shape=[320, 180]),
        ),
    )
    run = evaluate_run(file, item_keys([file])[0][0], UPSTREAM).values
    by_key = {figure.key: figure.value(run)[0] for _, figure in WITHOUT_TRAPS}
    assert (run.mean("acc"), by_key["accuracy.words"]) == (pytest.approx(2 / 3), 1.0)
    assert (run.mean("tiou_1"), by_key["chain_1.m_tiou.clock"]) == (pytest.approx(2 / 3), 1.0)
    assert by_key["chain_2.m_tiou.clock"] == pytest.approx(2 / 3)  # a reply without a clock is no such trap
    # 1, 1/2 and 1; the third item's boxes of chain 1 are doubled too, which makes 1/4 of 1
    assert run.mean("viou_1") == pytest.approx(2.5 / 3)
    assert by_key["chain_1.m_viou.keys_as_numbers"] == 1.0
    assert by_key["chain_1.m_viou.rescaled"] == pytest.approx((1 + 0.5 + 0.25) / 3)
    # 1, 1 and 1/4; doubled the third is 1
    assert run.mean("viou_2") == pytest.approx(2.25 / 3)
    assert by_key["chain_2.m_viou.rescaled"] == 1.0


def test_boxes_of_one_second_count_each_and_a_second_twice_annotated_counts_twice():
    """The box of the one key is right for the first annotation, and covers a quarter of the second."""
    twice = [{"timestamp": 3, **TRUE_BOX}, {"timestamp": 3, **TRUE_BOX, "xmax": 200, "ymax": 200}]
    file = ResultFile("made", (item(0, bboxes=twice),))
    run = evaluate_run(file, ("0",), UPSTREAM).values
    assert run.mean("viou_1") == pytest.approx((1 + 0.25) / 2)
