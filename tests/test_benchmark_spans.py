"""Spans of time for sentences: results in several forms, annotations, and what counts 0 or is refused."""

import gzip
import json

import pytest
from helpers_benchmark import compared, figures, saved

from referee_calib.benchmark.result_files.span_text import (
    lmms_eval_spans,
    time_r1_spans,
    timechat_spans,
    timelens_spans,
)
from referee_calib.errors import InputError

# tIoU (2, 6) with (4, 8): 2 / 6; (0, 5) with (0, 10): 5 / 10; (1, 1) has no length: 0
KEYED = {
    "a.mp4>>>sits down.>>>[4.0, 8.0]": {"timestamps": [[2, 6]]},
    "a.mp4>>>gets up>>>[0, 10]": {"answers": "The event happens in 0 - 5 seconds."},
    "b.mp4>>>walks>>>[[3.0, 9.0]]": "1 - 1",
    "b.mp4>>>runs>>>[3.0, 9.0]": "I do not see that.",
}
VALUES = {"r@0.3": 2 / 4, "r@0.5": 1 / 4, "r@0.7": 0.0, "tiou": (1 / 3 + 1 / 2) / 4}


def test_keys_with_video_query_and_span_hold_replies_or_spans(tmp_path):
    found = compared("timelens", [saved(tmp_path / "run.json", KEYED)])
    assert figures(found) == pytest.approx(VALUES)
    assert found.notes["run"] == (
        "run: 1 of 4 items have no span that could be read, and count 0",
        "run: 1 of 4 items have a span that does not end behind its start: tIoU 0",
    )
    assert found.systems[0].runs[0].videos == ("a", "a", "b", "b")


def test_one_object_a_line_packed_or_not_gives_the_same(tmp_path):
    lines = "\n".join(json.dumps({key: value}) for key, value in KEYED.items())
    (tmp_path / "run.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    for path in (saved(tmp_path / "run.jsonl", lines), tmp_path / "run.jsonl.gz"):
        assert figures(compared("timelens", [path])) == pytest.approx(VALUES)


def test_lmms_evals_samples_hold_such_keys_in_a_metric(tmp_path):
    rows = [
        {"doc_id": i, "resps": [["…"]], "timelens_mIOU": {key: value}, "timelens_IOU@3": {key: value}}
        for i, (key, value) in enumerate(KEYED.items())
    ]
    assert figures(compared("timelens", [saved(tmp_path / "x_samples_timelens.jsonl", rows)])) == pytest.approx(VALUES)


def test_a_key_that_stands_twice_is_said(tmp_path):
    text = '{"a>>>q>>>[0, 4]": "0 - 4", "a>>>q>>>[0, 4]": "0 - 1"}'
    found = compared("timelens", [saved(tmp_path / "run.json", text)])
    assert figures(found)["tiou"] == 1 / 4
    assert "1 keys of its objects stand there twice; the last one counts" in found.notes["run"][0]


def test_annotations_tell_what_is_missing(tmp_path):
    truth = saved(
        tmp_path / "truth.txt", "a 4.0 8.0##sits down\na 0 10##gets up.\nb 3 9##walks\nb 3 9##runs\nc 1 2##hops"
    )
    found = compared("charades-sta", [saved(tmp_path / "run.json", KEYED)], truth=truth)
    assert figures(found)["tiou"] == pytest.approx((1 / 3 + 1 / 2) / 5)
    assert "run: 1 of 5 items are annotated and missing in the results, and count 0" in found.notes["run"]
    fewer = saved(tmp_path / "fewer.json", {"a": {"timestamps": [[4.0, 8.0]], "sentences": ["Sits down."]}})
    found = compared("activitynet", [tmp_path / "run.json"], truth=fewer)
    assert figures(found)["tiou"] == pytest.approx(1 / 3)
    assert "run: 3 items of the results are none of fewer.json and are left out" in found.notes["run"]
    with pytest.raises(InputError, match="no item of the results is one of"):
        compared("activitynet", [tmp_path / "run.json"], truth=saved(tmp_path / "t.txt", "z 1 2##sits down"))


def test_the_annotations_of_each_benchmark_are_read(tmp_path):
    run = saved(tmp_path / "run.json", {"a.mp4>>>sits down>>>[4.0, 8.0]": "2 - 6 seconds"})
    forms = {
        "timelens.json": {"a": {"duration": 9, "spans": [[4.0, 8.0]], "queries": ["sits down."]}},
        "tvgbench.json": [{"path": "./videos/a.mp4", "question": "sits down", "answer": "4.0-8.0"}],
    }
    for name, content in forms.items():
        found = compared("timelens", [run], truth=saved(tmp_path / name, content))
        assert figures(found)["tiou"] == pytest.approx(1 / 3)
    with pytest.raises(InputError, match="holds no annotated spans"):
        compared("timelens", [run], truth=saved(tmp_path / "other.json", {"a": 1}))
    with pytest.raises(InputError, match=r"truth.txt line 2: it is not VIDEO START END##SENTENCE"):
        compared("timelens", [run], truth=saved(tmp_path / "truth.txt", "a 4.0 8.0##sits down\nb"))


TIME_R1 = [
    {"qid": "charades_0", "pred": [2.0, 6.0], "target": [4.0, 8.0], "output_text": "…"},
    {"qid": "charades_1", "pred": [None, None], "target": [0.0, 10.0], "output_text": "…"},
    {"qid": "charades_2", "pred": [0.0, 3.0], "target": [0.0, 10.0], "output_text": "…"},
]


def test_time_r1s_lines_get_their_videos_from_annotations_by_number(tmp_path):
    run = saved(tmp_path / "tg_0_1.jsonl", TIME_R1)
    found = compared("charades-sta", [run], "time-r1")
    assert "3 of 3 items name no video" in found.notes["run"][0]
    assert figures(found)["r@0.3"] == 1 / 3  # 0.3 itself is not above 0.3
    # Time-R1 numbers the sentences of a video together
    truth = saved(tmp_path / "truth.txt", "a 4 8##x\nb 0 10##y\na 0 10##z")
    found = compared("charades-sta", [run], "time-r1", truth=truth)
    assert found.systems[0].runs[0].videos == ("a", "a", "b")
    assert "name no video" not in " ".join(found.notes["run"])
    with pytest.raises(InputError, match="numbers differ"):
        compared("charades-sta", [run], "time-r1", truth=saved(tmp_path / "t.txt", "b 0 10##y\na 4 8##x\na 0 10##z"))


def test_videominds_rows_and_plain_lines_are_read(tmp_path):
    rows = [{"vid": "a", "query": "sits", "span": [[4, 8], [0, 2]], "pred": [[2, 6], [4, 8]], "conf": [0.9, 0.1]}]
    found = compared("charades-sta", [saved(tmp_path / "out.json", rows)])
    assert figures(found)["tiou"] == pytest.approx(1 / 3)  # of the first proposal, with the true span that fits best
    assert "run: 1 of 1 items have several spans; the first is measured" in found.notes["run"]
    rows = [
        {"video": "a.mp4", "query": "sits", "said": [2, 6], "true": [4, 8]},
        {"video": "a.mp4", "item": 2, "said": []},
    ]
    found = compared("charades-sta", [saved(tmp_path / "out.jsonl", rows)])
    assert figures(found)["tiou"] == pytest.approx(1 / 6)
    assert "have no true span of any length, and count 0" in " ".join(found.notes["run"])


def test_a_table_and_other_names_for_the_same_are_read(tmp_path):
    table = "video,query,start,end,true_start,true_end\na.mp4,sits,2,6,4,8\na.mp4,runs,,,0,10\n"
    other = [
        {"vid": "a", "query": "sits", "prediction": [2, 6], "gt": [4, 8]},
        {"vid": "a", "query": "runs", "gt": [0, 10]},
    ]
    for path in (saved(tmp_path / "run.csv", table), saved(tmp_path / "run.jsonl", other)):
        found = compared("charades-sta", [path])
        assert figures(found)["tiou"] == pytest.approx(1 / 6)
        assert found.systems[0].runs[0].items == ("a sits", "a runs")
    with pytest.raises(InputError, match=r"row 1 holds 'now': it is no number"):
        compared("charades-sta", [saved(tmp_path / "x.csv", "video,query,start,end\na,b,now,2")])


def test_tvgbenchs_kinds_of_question_come_from_its_annotations(tmp_path):
    truth = [{"path": "a.mp4", "question": q, "answer": "4.0-8.0", "qsemtype": q.upper()} for q in ("sits", "runs")]
    run = saved(tmp_path / "run.json", {"a>>>sits>>>[4.0, 8.0]": "2 to 6"})
    found = compared("tvgbench", [run], truth=saved(tmp_path / "tvgbench.json", truth), by_group=True)
    assert {kind: one["tiou"].value for (_, kind), one in found.groups.items()} == pytest.approx(
        {"SITS": 1 / 3, "RUNS": 0}
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"a>>>q>>>now": "1 - 2"}, "behind the last >>> stands no span"),
        ({"a>>>q>>>[1, 2]": 7}, "its value is int"),
        ({"a": 1}, "is no result file that is known here: known are VIDEO>>>QUERY>>>SPAN"),
        ("{", "it is not JSON (Expecting property name"),
        ("", "it is empty"),
        ([{"video": "a", "said": [1, 2]}], "has no video, or neither item nor query"),
        ([{"video": "a", "item": 1, "correct": 3}], "correct is 3: it is a number from 0 to 1"),
    ],
)
def test_what_is_no_result_file_is_refused_in_one_line(tmp_path, content, said):
    with pytest.raises(InputError) as caught:
        compared("charades-sta", [saved(tmp_path / "run.json", content)])
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "timelens", "lmms_eval", "timechat", "time_r1"),
    [
        ("The event happens in 2.5 - 4 seconds", [(2.5, 4)], [(2.5, 4)], [(2.5, 4)], []),
        ("from 00:18 to 01:02", [(18, 62)], [], [(1, 18)], [(18, 1)]),
        ("1 to 2, then 5 to 3", [(1, 2), (5, 3)], [], [(1, 2)], [(5, 3)]),
        ("starts at 7 s\nends at 5 s", [(7, 5)], [(5, 7)], [(5, 7)], []),
        ("happens in 3 s - 8 s", [(3, 8)], [(3, 8)], [], []),
        ("7", [], [], [], []),
    ],
)
def test_each_evaluator_reads_a_reply_by_its_own_rules(text, timelens, lmms_eval, timechat, time_r1):
    assert timelens_spans(text) == timelens
    assert lmms_eval_spans(text) == lmms_eval
    assert timechat_spans(text) == timechat
    assert time_r1_spans(text) == time_r1
