"""V-STaR under the rules of its two public evaluators: their own printed numbers, and examples worked by hand."""

import json
from math import log
from pathlib import Path

import pytest
from helpers_vstar import half_right, item, trap_items

from referee_calib.benchmark.vstar.evaluators.answer_boxes import best_overlap, frame_overlaps
from referee_calib.benchmark.vstar.evaluators.answer_spans import read_span, span_in_reply, span_overlap
from referee_calib.benchmark.vstar.evaluators.evaluation_rules import OPEN_O3, RULES, UPSTREAM
from referee_calib.benchmark.vstar.evaluators.item_evaluation import duration_bin
from referee_calib.benchmark.vstar.evaluators.judge_scores import read_score
from referee_calib.benchmark.vstar.result_file import ResultFile, item_keys
from referee_calib.benchmark.vstar.run_evaluation import evaluate_run
from referee_calib.benchmark.vstar.vstar_figures import AT_ONE, DECOMPOSITION, DETAILS, HEADLINE

VECTORS = json.loads((Path(__file__).parent / "vectors/vstar_evaluators.json").read_text(encoding="utf-8"))


def evaluated(items, rules=UPSTREAM, replies=None):
    file = ResultFile("made", tuple(items))
    return evaluate_run(file, item_keys([file])[0][0], rules, replies=replies)


def figures(run):
    return {one.key: one.value(run)[0] for one in (*HEADLINE, *DETAILS)}


@pytest.mark.parametrize("told", VECTORS["runs"], ids=lambda told: f"{told['rules']}-{told['seed']}")
def test_every_figure_is_the_one_that_the_evaluator_printed(told):
    """Overall, each bin of durations and each domain; four digits were printed."""
    items = trap_items(told["seed"])
    replies = [one["reply"] if one.get("answer_vqa") else None for one in items]
    run = evaluated(items, RULES[told["rules"]], replies)
    found = {"Overall Statistics": run.values}
    found |= {f"Video Length: {name.capitalize()}": its for name, its in run.by_duration().items()}
    found |= {f"Domain: {name}": its for name, its in run.by_domain().items()}
    assert found.keys() == told["blocks"].keys()
    for name, printed in told["blocks"].items():
        assert figures(found[name]) == pytest.approx(printed, abs=5.1e-5), name


def test_two_items_by_hand():
    """One all right, one with the answer wrong and half of time and place: every mean is 1/2 or 3/4.

    AM = (1/2 + 3/4 + 3/4) / 3 = 2/3; LGM = (ln 2 + ln 4 + ln 4) / 3 = 5/3 ln 2 = 1.155.
    """
    found = figures(evaluated([item(0), half_right(1)]).values)
    assert found["accuracy"] == 0.5
    for chain in ("chain_1", "chain_2"):
        assert (found[f"{chain}.m_tiou"], found[f"{chain}.m_viou"]) == (0.75, 0.75)
        assert found[f"{chain}.am"] == pytest.approx(2 / 3)
        assert found[f"{chain}.lgm"] == pytest.approx(5 / 3 * log(2))
        assert (found[f"{chain}.joint.answer_time"], found[f"{chain}.joint.time_place"]) == (0.5, 1.0)
        assert (found[f"{chain}.r1@0.5"], found[f"{chain}.r1@0.7"]) == (1.0, 0.5)
        assert found[f"{chain}.map@0.9"] == 0.75  # 2 of 2 frames, 1 of 2 frames
    assert found["mam"] == pytest.approx(2 / 3)
    assert found["mlgm"] == pytest.approx(5 / 3 * log(2))


def test_an_unanswered_item_lowers_acc_and_leaves_the_overlaps():
    """Acc 1/3 over all; overlaps 3/4 over the two that were answered; in its bin Acc is 1/2."""
    run = evaluated([item(0), half_right(1), item(2, answer_vqa="")])
    found = figures(run.values)
    assert found["accuracy"] == pytest.approx(1 / 3)
    assert found["chain_1.m_tiou"] == 0.75
    assert found["chain_1.joint.answer_time"] == pytest.approx(1 / 3)
    assert figures(run.by_duration()["short"])["accuracy"] == 0.5


def test_a_mean_of_one_has_no_lgm_and_says_why():
    run = evaluated([item(0), item(1)]).values
    by_key = {one.key: one.value(run) for one in HEADLINE}
    assert by_key["chain_1.am"] == (1.0, None)
    assert by_key["chain_1.lgm"] == by_key["mlgm"] == (None, AT_ONE)


def test_the_parts_of_a_mean_add_up_to_it():
    run = evaluated(trap_items(5), replies=["2"] * 60).values
    by_key = {one.key: one.value(run)[0] for one in (*HEADLINE, *DECOMPOSITION)}
    for whole in ("mlgm", "mam"):
        parts = sum(by_key[f"{whole}.{part}"] for part in ("answer", "time", "place"))
        assert parts == pytest.approx(by_key[whole])


def test_clock_times_are_read_by_open_o3_and_score_nothing_upstream():
    """True 0 to 70, said 0:35 to 1:10: 35/70."""
    one = item(timestamps=[0, 70], answer_temporal=[], answer_temporal_pre="From 0:35 to 1:10")
    assert UPSTREAM.span(one, 1) is None
    assert span_overlap([0, 70], OPEN_O3.span(one, 1)) == 0.5


@pytest.mark.parametrize(
    ("reply", "span"),
    [
        ("from 0:05 to 1:10", [5.0, 70.0]),
        ("<think>0:01, 2</think><answer> 3 to 4.5 </answer>", [3.0, 4.5]),
        ("<t>3</t>s to <t>4</t>s", [3.0, 4.0]),
        ("3.5s to 4s", []),  # a number has to end at a word's end: 3 and nothing else
        ("1:05 to 11:05", []),  # 1:05 is replaced inside 11:05 too: 65, 1 and 65
        ("1 to 2 or 3", []),
        ("", []),
    ],
)
def test_a_span_in_a_reply(reply, span):
    assert span_in_reply(reply) == span


@pytest.mark.parametrize(
    ("stored", "span"),
    [
        ([3, 4.5], (3, 4.5)),
        ("[3, 4.5]", (3, 4.5)),
        ("(3, 4)", (3, 4)),
        ("3 to 4", None),
        ([3, "4"], None),
        ([1, 2, 3], None),
        ([], None),
        (None, None),
        ({"start": 3, "end": 4}, None),
        ("[" * 5000, None),
    ],
)
def test_a_stored_span(stored, span):
    assert read_span(stored) == span


def test_spans_that_share_nothing_or_are_reversed_overlap_by_nothing():
    assert [span_overlap([2, 6], span) for span in ((7, 9), (6, 2), (4, 4), (2, 6))] == [0, 0, 0, 1]
    assert span_overlap([2, 2], (2, 2)) == 0
    assert span_overlap([2, 6], (2, 10**400)) == 0


@pytest.mark.parametrize(
    ("given", "overlap"),
    [
        ([0, 0, 100, 50], 0.5),
        ([[0, 0, 100, 50]], 0.5),
        ([[0, 0, 1, 1], [0, 0, 100, 50]], 0.5),
        ([100, 0, 0, 100], 0),
        ([0, 0, 100, 50, 0.9], 0),
        (["0", "0", "100", "50"], 0),
        ([[0, 0, 100, 50], ["a", 0, 1, 1]], 0),  # one that is no number spoils the frame
        ([[0, 0, 100, 50], [1, 2, 3]], 0.5),  # one of another length does not
        ({"bbox": [0, 0, 100, 50]}, 0),
        ("none", 0),
        ([], 0),
        (None, 0),
    ],
)
def test_a_frame_takes_the_best_of_its_boxes(given, overlap):
    assert best_overlap((0, 0, 100, 100), given) == overlap


def test_seconds_are_matched_as_text():
    truth = [{"timestamp": second, "xmin": 0, "ymin": 0, "xmax": 1, "ymax": 1} for second in (3, 4.0, 5)]
    assert frame_overlaps(truth, {"3": [0, 0, 1, 1], "4": [0, 0, 1, 1], "05": [0, 0, 1, 1]}) == [1.0, 0.0, 0.0]
    assert frame_overlaps(truth, [[0, 0, 1, 1]]) == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("reply", "score"),
    [("3", 3), (" 2\n", 2), ("3.", -1), ("Score: 3", -1), ("", -1), (2.0, 2), (2.5, -1), (True, -1), (None, None)],
)
def test_a_judges_reply_is_a_score_as_a_whole_or_not_at_all(reply, score):
    assert read_score(reply) == score


@pytest.mark.parametrize(
    ("frames", "rate", "label"),
    [
        (1499, 25, "short"),
        (59996, 1000, "medium"),
        (4499, 25, "medium"),
        (4500, 25, "long"),
        (None, 25, ""),
        (9, 0, ""),
    ],
)
def test_bins_go_by_the_length_rounded_to_hundredths(frames, rate, label):
    """1499 / 25 = 59.96 s; 59.996 s is 60.00 s; 179.96 s; 180 s."""
    assert duration_bin({"frame_count": frames, "fps": rate}) == label


def test_with_answers_that_nobody_judged_there_is_no_acc_and_the_rest_stands():
    run = evaluated([item(0), half_right(1, VQA_score=None)])
    by_key = {one.key: one.value(run.values) for one in (*HEADLINE, *DETAILS)}
    why = (None, "1 of 2 answered items have no judge's score")
    assert run.unscored == 1
    assert by_key["accuracy"] == by_key["mlgm"] == by_key["chain_1.joint.answer_time"] == why
    assert by_key["chain_1.m_tiou"] == (0.75, None)
    assert by_key["chain_1.joint.time_place"] == (1.0, None)
