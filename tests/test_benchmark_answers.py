"""Answers, and answers with their evidence: lmms-eval's tasks, NExT-GQA, CG-Bench, by hand."""

import pytest
from helpers_benchmark import compared, figures, saved

from referee_calib.benchmark.measures.interval_sets import merged, set_iou, span_iop
from referee_calib.errors import InputError


def sample(number, metric, value, **more):
    return {"doc_id": number, "target": "A", "resps": ["A"], "filtered_resps": "A", metric: value, **more}


TASKS = {  # task: metric, its values for a right, a wrong and an uncounted answer
    "videomme": (
        "videomme_perception_score",
        {"score": 1.0, "videoID": "v1", "task_category": "x"},
        {"score": 0.0, "videoID": "v1", "task_category": "y"},
        None,
    ),
    "nextqa": ("exact_match", True, False, None),
    "mvbench": (
        "mvbench_accuracy",
        {"pred_answer": "A", "gt_answer": "A", "score": 1},
        {"pred_answer": "B", "gt_answer": "A", "score": 0},
        {"pred_answer": "", "gt_answer": "A", "score": 0},
    ),
    "mlvu": (
        "mlvu_percetion_score",
        {"question_id": "q", "task_type": "count", "pred_answer": "A", "answer": "A"},
        {"question_id": "q", "task_type": "order", "pred_answer": "B", "answer": "A"},
        None,
    ),
    "longvideobench": (
        "lvb_acc",
        {"id": "1", "question_category": "S2E", "parsed_pred": "A", "answer": "A"},
        {"id": "2", "question_category": "S2E", "parsed_pred": "C", "answer": "A"},
        None,
    ),
    "egoschema": ("score", {"pred": 2, "ground_truth": 2}, {"pred": -1, "ground_truth": 2}, None),
    "perceptiontest": (
        "accuracy",
        {"video_name": "v", "pred_id": 1, "answer_id": 1, "area": "memory"},
        {"video_name": "v", "pred_id": 0, "answer_id": 1, "area": "memory"},
        None,
    ),
    "vsibench": (
        "vsibench_overall",
        {"question_type": "object_counting", "prediction": "2", "ground_truth": "2", "MRA:.5:.95:.05": 1.0},
        {"question_type": "route_planning", "prediction": "A", "ground_truth": "B", "accuracy": 0.0},
        None,
    ),
    "tempcompass": ("avg_accuracy", {"video_id": "v", "rating": 1}, {"video_id": "v", "rating": 0}, None),
}


@pytest.mark.parametrize("task", TASKS)
def test_what_each_task_of_lmms_eval_wrote_is_counted(tmp_path, task):
    metric, right, wrong, uncounted = TASKS[task]
    rows = [sample(0, metric, right), sample(1, metric, wrong), sample(2, metric, right)]
    rows += [sample(3, metric, uncounted, submission={"3": "A"})] if uncounted else []
    found = compared("lmms-eval", [saved(tmp_path / f"0101_samples_{task}.jsonl", rows)])
    assert figures(found) == pytest.approx({"accuracy": 2 / 3})
    assert found.estimates["run"]["accuracy"].n_units == 3
    assert ("and do not count" in " ".join(found.notes["run"])) == bool(uncounted)


def test_the_video_is_looked_for_in_the_metric_the_document_and_the_media(tmp_path):
    rows = [
        sample(0, "acc", 1, doc={"video_path": "clips/a.mp4"}),
        sample(1, "acc", 0, input_media=["/data/a.mp4"]),
        sample(2, "videomme", {"score": 1, "videoID": "b"}),
    ]
    first = compared("lmms-eval", [saved(tmp_path / "x.jsonl", rows[:2])])
    assert first.systems[0].runs[0].videos == ("a", "a")
    assert compared("lmms-eval", [saved(tmp_path / "x.jsonl", rows[2:])]).systems[0].runs[0].videos == ("b",)
    found = compared("lmms-eval", [saved(tmp_path / "x.jsonl", [sample(0, "acc", 1)])])
    assert "run: 1 of 1 items name no video, and each stands for its own" in found.notes["run"]


def test_kinds_of_task_have_rows_of_their_own(tmp_path):
    metric, right, wrong, _ = TASKS["mlvu"]
    rows = [sample(0, metric, right), sample(1, metric, wrong), sample(2, metric, wrong)]
    found = compared("lmms-eval", [saved(tmp_path / "x.jsonl", rows)], by_group=True)
    assert {kind: one["accuracy"].value for (_, kind), one in found.groups.items()} == {"count": 1.0, "order": 0.0}


def test_files_of_several_tasks_are_joined_and_told_apart(tmp_path):
    metric, right, wrong, _ = TASKS["mvbench"]
    files = [
        saved(tmp_path / f"0101_samples_mvbench_{task}.jsonl", [sample(0, metric, one), sample(1, metric, right)])
        for task, one in (("count", right), ("order", wrong))
    ]
    found = compared("lmms-eval", files, by_group=True)
    assert figures(found) == {"accuracy": 3 / 4}
    assert found.systems[0].runs[0].items[0] == "mvbench_count 0"
    kinds = {kind: one["accuracy"].value for (_, kind), one in found.groups.items()}
    assert kinds == {"mvbench_count": 1, "mvbench_order": 0.5}


def test_one_metric_is_read_and_the_others_are_named(tmp_path):
    path = saved(tmp_path / "x.jsonl", [sample(0, "acc", 1, strict=0)])
    found = compared("lmms-eval", [path])
    assert "x.jsonl has acc, strict; acc was read (--metric)" in found.notes["run"][0]
    assert figures(compared("lmms-eval", [path], metric="strict")) == {"accuracy": 0}
    with pytest.raises(InputError, match="no metric f1 from 0 to 1: it has acc, strict"):
        compared("lmms-eval", [path], metric="f1")
    with pytest.raises(InputError, match="no metric that can be counted from 0 to 1: it has WUPS"):
        compared("lmms-eval", [saved(tmp_path / "y.jsonl", [sample(0, "WUPS", {"0": 1})])])
    marks = [sample(n, "gpt_eval_score", {"score": n}, gpt_eval_acc={"acc": 1.0}) for n in range(5)]
    assert figures(compared("lmms-eval", [saved(tmp_path / "z.jsonl", marks)])) == {"accuracy": 1.0}


def test_intervals_are_merged_before_they_are_compared():
    assert merged([(5, 9), (1, 3), (3, 4), (8, 7)]) == [(1, 4), (5, 9)]
    # 0–4 and 6–8 cover 6, 2–7 covers 5, both cover 2 + 1
    assert set_iou([(0, 4), (6, 8)], [(2, 7)]) == 3 / 8
    assert set_iou([(0, 4), (1, 3)], [(0, 4)]) == 1
    assert set_iou([], [(0, 1)]) == set_iou([], []) == set_iou([(2, 1)], [(1, 2)]) == 0


def test_iop_is_the_share_of_the_prediction():
    assert span_iop((2, 6), (4, 12)) == 2 / 8
    assert span_iop((2, 6), (6, 6)) == 1
    assert span_iop((2, 6), (7, 7)) == span_iop((2, 6), (7, 9)) == span_iop((2, 6), (5, 3)) == 0


GSUB = {"v": {"duration": 20, "location": {"1": [[2, 6]], "2": [[0, 4], [10, 14]], "3": [[5, 9]]}}}
# IoP and IoU of 1: (3, 7) in (2, 6): 3 / 4 and 3 / 5; of 2, best of two: (9, 13) in (10, 14): 3 / 4 and 3 / 5
SPANS = {"v_1": [3, 7], "v_2": [9, 13], "v_9": [0, 1]}
ANSWERS = {
    "v_1": {"prediction": 1, "answer": 1},
    "v_2": {"prediction": 0, "answer": 1},
    "v_3": {"prediction": 1, "answer": 1},
}


def next_gqa(tmp_path, rules, *contents, **options):
    files = [saved(tmp_path / f"{i}.json", one) for i, one in enumerate(contents)]
    return compared("next-gqa", files, rules, truth=saved(tmp_path / "gsub_test.json", GSUB), **options)


def test_next_gqas_denominator_is_questions_with_a_span_or_all_of_them(tmp_path):
    found = next_gqa(tmp_path, "next-gqa", SPANS, ANSWERS)
    assert figures(found) == pytest.approx(
        {"acc@gqa": 1 / 2, "acc@qa": 2 / 3, "acc@gqa_iou": 1 / 2, "iop": 0.75, "iop@0.3": 1, "iop@0.5": 1}
        | {"iou": 0.6, "iou@0.3": 1, "iou@0.5": 1}
    )
    said = " ".join(found.notes["run"])
    assert "1 of 3 items have no predicted span and are left out, as in the evaluator" in said
    assert "1 questions of the run have no true span and are left out" in said
    found = next_gqa(tmp_path, "all-questions", SPANS, ANSWERS)
    assert [figures(found)[key] for key in ("acc@gqa", "iop", "iou@0.5")] == pytest.approx([1 / 3, 0.5, 2 / 3])


def test_next_gqas_spans_may_come_alone_or_in_shares_of_the_video(tmp_path):
    found = next_gqa(tmp_path, "next-gqa", {"v_1": [0.15, 0.35]}, shares=True)  # of 20 s: (3, 7)
    assert figures(found)["iop"] == 0.75
    assert "acc@gqa" not in figures(found)
    found = next_gqa(tmp_path, "next-gqa", {"v_1": [0.15, 0.35]})
    assert "run: every predicted span ends within 1 s, as if they were shares of the video" in " ".join(
        found.notes["run"]
    )
    with pytest.raises(InputError, match=r"has no question of .*: its first is w_1, theirs v_1"):
        next_gqa(tmp_path, "next-gqa", {"w_1": [1, 2]})
    with pytest.raises(InputError, match="holds no true spans"):
        compared("next-gqa", [tmp_path / "0.json"], truth=tmp_path / "0.json")
    with pytest.raises(InputError, match=r"Add --truth gsub_test.json"):
        compared("next-gqa", [tmp_path / "0.json"])


def test_next_gqa_is_read_from_videominds_rows_too(tmp_path):
    row = {"vid": "v", "question": "why", "options": ["x", "y"], "ans": "B", "span": [[2, 6]], "conf": [1.0]}
    rows = [row | {"response": "(B) y", "pred": [[3, 7]]}, row | {"question": "who", "response": "A", "pred": [[2, 6]]}]
    assert figures(compared("next-gqa", [saved(tmp_path / "out.json", rows)]))["acc@gqa"] == 0.5


def cg_bench(tmp_path, rules, rows):
    head = "qid\tvideo_uid\ttask_mode\tscore\tdomain"
    text = "\n".join([head, *("\t".join(map(str, row)) for row in rows)])
    return compared("cg-bench", [saved(tmp_path / "run_score.tsv", text)], rules)


def test_cg_benchs_thresholds_are_reached_above_or_at_them(tmp_path):
    rows = [
        *((1, "u", "long_acc", 1, "News"), (1, "u", "miou", 0.3, "News")),
        *((2, "u", "long_acc", 0, "News"), (2, "u", "miou", 0.6, "News")),
        *((3, "w", "long_acc", 1, "GUI"), (3, "w", "miou", -1, "GUI")),
    ]
    found = figures(cg_bench(tmp_path, "vlmevalkit", rows))
    # 0.3 is above 0.1 and 0.2, 0.6 above all five: (2 / 5 + 5 / 5) / 2; with a right answer (2 / 5) / 2
    assert found == pytest.approx({"long_acc": 2 / 3, "miou": 0.45, "rec@iou": 0.7, "acc@iou": 0.2})
    assert figures(cg_bench(tmp_path, "cg-bench", rows))["acc@iou"] == pytest.approx(0.3)
    for score in ("word", "7", "inf", ""):
        with pytest.raises(InputError, match=r"the score of question 1 is .*: it is from 0 to 1, or −1"):
            cg_bench(tmp_path, None, [(1, "u", "miou", score, "News")])
    assert "have no clue intervals that could be read" in " ".join(cg_bench(tmp_path, None, rows).notes["run"])


def test_cg_bench_is_read_from_videominds_best_proposal_and_from_plain_lines(tmp_path):
    row = {"vid": "v", "question": "?", "options": ["x"], "ans": "A", "response": "A", "span": [[0, 4], [6, 8]]}
    path = saved(tmp_path / "out.json", [row | {"pred": [[2, 7], [0, 9]]}])
    assert figures(compared("cg-bench", [path]))["miou"] == 3 / 8
    lines = [{"video": "v", "item": 1, "said": [[2, 5], [4, 7]], "true": [[0, 4], [6, 8]], "correct": 1}]
    found = figures(compared("cg-bench", [saved(tmp_path / "out.jsonl", lines)]))
    assert found == pytest.approx({"long_acc": 1, "miou": 3 / 8, "rec@iou": 3 / 5, "acc@iou": 3 / 5})
    with pytest.raises(InputError, match="no column qid"):
        compared("cg-bench", [saved(tmp_path / "x.csv", "a,b\n1,2")])
