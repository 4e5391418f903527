"""Benchmarks that ask for answers, and for answers with their evidence: lmms-eval's tasks, NExT-GQA, CG-Bench."""

from __future__ import annotations

from referee_calib.benchmark.benchmark_items import GroundedItem, ReadItems
from referee_calib.benchmark.catalogue.benchmark_definition import Benchmark, Columns, RuleSet
from referee_calib.benchmark.measures.answer_accuracy import ACCURACY, accuracy_columns
from referee_calib.benchmark.measures.grounded_answers import (
    ACC_GQA,
    ACC_GQA_IOU,
    ACC_IOU,
    ANSWERED,
    CLUE_MIOU,
    GQA_THRESHOLDS,
    LONG_ACC,
    MIOP,
    MIOU,
    REC_IOU,
    cg_bench_columns,
    next_gqa_columns,
)
from referee_calib.benchmark.result_files.read_run import read_answer_run, read_cg_bench_run, read_gqa_run
from referee_calib.benchmark.statistics.figures import mean_of

ALL_QUESTIONS, CG_BENCH = "all-questions", "cg-bench"


def _accuracy(read: ReadItems[GroundedItem], _: str) -> Columns:
    return accuracy_columns(read.items)


def _gqa(read: ReadItems[GroundedItem], rules: str) -> Columns:
    return next_gqa_columns(read, all_questions=rules == ALL_QUESTIONS)


def _cg_bench(read: ReadItems[GroundedItem], rules: str) -> Columns:
    return cg_bench_columns(read, "at least" if rules == CG_BENCH else "above")


LMMS_EVAL = Benchmark(
    name="lmms-eval",
    title="Question answering by lmms-eval",
    asks="answer to a question",
    formulas=(
        "Accuracy = mean of the scores that the task wrote; a sample without one does not count (MVBench: no answer)",
        "what a task averages by kind (MLVU's M-Avg) is the mean of the rows of --by-group",
    ),
    rules=(RuleSet("lmms-eval", "as each task scored it", "github.com/EvolvingLMMs-Lab/lmms-eval, lmms_eval/tasks"),),
    files="*_samples_TASK.jsonl of lmms-eval (--log_samples; + joins tasks), or rows with video, item and correct",
    figures=(mean_of(ACCURACY, "Accuracy"),),
    read=read_answer_run,
    measure=_accuracy,
)

NEXT_GQA = Benchmark(
    name="next-gqa",
    title="NExT-GQA",
    asks="answer to a question, and its span of time",
    formulas=(
        "IoP = length of prediction ∩ truth / length of prediction (a point: 1 inside, else 0); IoU = tIoU; best truth",
        "Acc@GQA = share answered right with IoP ≥ 0.5; Acc@IoU the same with IoU ≥ 0.5; Acc@QA without evidence",
        "mIoP, mIoU = means; IoP@t, IoU@t = shares of at least t",
    ),
    rules=(
        RuleSet(
            "next-gqa",
            "questions without a predicted span are left out",
            "github.com/doc-doc/NExT-GQA, code/TempGQA/eval_ground.py",
        ),
        RuleSet(
            ALL_QUESTIONS, "they count as not grounded", "github.com/yeliudev/VideoMind, videomind/eval/eval_auto.py"
        ),
    ),
    files="the spans and answers of a run joined by + (test_ground.json+test-res.json), or VideoMind's rows",
    truth="gsub_test.json",
    sizes={"val": 3358, "test": 5553},
    figures=(
        mean_of(ACC_GQA, "Acc@GQA"),
        mean_of(ANSWERED, "Acc@QA"),
        mean_of(ACC_GQA_IOU, "Acc@IoU"),
        mean_of(MIOP, "mIoP"),
        *(mean_of(f"iop@{t:g}", f"IoP@{t:g}") for t in GQA_THRESHOLDS),
        mean_of(MIOU, "mIoU"),
        *(mean_of(f"iou@{t:g}", f"IoU@{t:g}") for t in GQA_THRESHOLDS),
    ),
    read=read_gqa_run,
    measure=_gqa,
)

CG_BENCH_GROUNDED = Benchmark(
    name="cg-bench",
    title="CG-Bench",
    asks="answer to a question, and its clue intervals",
    formulas=(
        "IoU = length of the intersection / of the union of what all intervals of both cover; mIoU = its mean",
        "rec@IoU = mean over t = 0.1, …, 0.5 of the share with IoU > t (cg-bench: ≥ t)",
        "acc@IoU = mean over t of the share with IoU > t and a right answer; long-acc = share of right answers",
        "a question whose answer or intervals could not be read counts in no figure that needs them",
    ),
    rules=(
        RuleSet("vlmevalkit", "IoU > t", "github.com/open-compass/VLMEvalKit, vlmeval/dataset/utils/cgbench.py"),
        RuleSet(CG_BENCH, "IoU ≥ t", "github.com/CG-Bench/CG-Bench, run/stat_with_key.py"),
    ),
    files="VLMEvalKit's table of scores (qid, task_mode, score), VideoMind's rows, or rows with said, true, correct",
    sizes={"mini": 3000, "all": 12129},
    figures=(
        mean_of(LONG_ACC, "long-acc"),
        mean_of(CLUE_MIOU, "mIoU"),
        mean_of(REC_IOU, "rec@IoU"),
        mean_of(ACC_IOU, "acc@IoU"),
    ),
    read=read_cg_bench_run,
    measure=_cg_bench,
)

ANSWERS = (LMMS_EVAL, NEXT_GQA, CG_BENCH_GROUNDED)
