"""Benchmarks that ask for a span of time: Charades-STA, ActivityNet Captions, TVGBench, TimeLens-Bench."""

from __future__ import annotations

from collections.abc import Sequence

from referee_calib.benchmark.benchmark_items import GroundedItem, ReadItems
from referee_calib.benchmark.catalogue.benchmark_definition import Benchmark, Columns, RuleSet
from referee_calib.benchmark.measures.span_overlap import THRESHOLDS, TIOU, recall_key, span_columns
from referee_calib.benchmark.result_files.read_run import SPAN_FORMS, read_span_run
from referee_calib.benchmark.statistics.figures import mean_of

_FIGURES = (*(mean_of(recall_key(t), f"R1@{t:g}") for t in THRESHOLDS), mean_of(TIOU, "mIoU"))
_FORMULAS = (
    "tIoU = max(0, min(ends) − max(starts)) / (max(ends) − min(starts)), of the first span that is said; 0 without one",
    "mIoU = mean of tIoU over items",
    "R1@t = share of items with tIoU ≥ t (time-r1: > t)",
)
_TIMELENS = RuleSet(
    "timelens",
    "text: first clock times, else first START - END or START to END, else first two numbers; R1 at tIoU ≥ t",
    "github.com/TencentARC/TimeLens, evaluation/compute_metrics.py",
)
_LMMS_EVAL = RuleSet(
    "lmms-eval",
    "text: first START - END of a line on start, end or happening, else numbers of such lines; ends are put in order",
    "github.com/EvolvingLMMs-Lab/lmms-eval, tasks/charades_sta/eval_tvg.py",
)
_TIMECHAT = RuleSet(
    "timechat",
    "text: first START - END anywhere, else numbers of lines on start and end; ends are put in order",
    "github.com/RenShuhuai-Andy/TimeChat, utils/format_tvg.py; lmms-eval until September 2025",
)
_TIME_R1 = RuleSet(
    "time-r1",
    "text: last START to END or START and END; R1 at tIoU > t",
    "github.com/xiaomi-research/time-r1, evaluate.py and src/vllm_inference/eval_all.py",
)


def _measure(read: ReadItems[GroundedItem], rules: str) -> Columns:
    return span_columns(read, "above" if rules == _TIME_R1.name else "at least")


def _temporal(name: str, title: str, sizes: dict[str, int], rules: Sequence[RuleSet], truth: str) -> Benchmark:
    return Benchmark(
        name=name,
        title=title,
        asks="span of time for a sentence",
        formulas=_FORMULAS,
        rules=tuple(rules),
        files=SPAN_FORMS[0],
        truth=truth,
        sizes=sizes,
        figures=_FIGURES,
        read=read_span_run,
        measure=_measure,
    )


TEMPORAL = (
    _temporal(
        "charades-sta",
        "Charades-STA",
        {"test": 3720},
        (_TIMELENS, _LMMS_EVAL, _TIMECHAT, _TIME_R1),
        "charades_sta_test.txt or .json",
    ),
    _temporal(
        "activitynet",
        "ActivityNet Captions",
        {"val_1": 17505, "val_2": 17031},
        (_TIMELENS, _LMMS_EVAL, _TIMECHAT, _TIME_R1),
        "val_2.json",
    ),
    _temporal("tvgbench", "TVGBench", {"all": 800}, (_TIME_R1, _TIMELENS), "tvgbench.json"),
    _temporal("timelens", "TimeLens-Bench", {}, (_TIMELENS,), "charades-timelens.json and its kin"),
)
