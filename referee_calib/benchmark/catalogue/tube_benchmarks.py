"""Benchmarks that ask for a tube, a box in every frame of a span: HC-STVG and VidSTG."""

from __future__ import annotations

from typing import cast

from referee_calib.benchmark.benchmark_items import ReadItems, TubeItem
from referee_calib.benchmark.catalogue.benchmark_definition import Benchmark, Columns, RuleSet
from referee_calib.benchmark.measures.tube_overlap import (
    GT_VIOU,
    THRESHOLDS,
    TUBE_TIOU,
    VIOU,
    TubeRules,
    tube_columns,
)
from referee_calib.benchmark.result_files.read_run import read_tube_run
from referee_calib.benchmark.statistics.figures import mean_of

_FIGURES = (
    mean_of(TUBE_TIOU, "m_tIoU"),
    mean_of(VIOU, "m_vIoU"),
    *(mean_of(f"{VIOU}@{t:g}", f"vIoU@{t:g}") for t in THRESHOLDS),
    mean_of(GT_VIOU, "gt vIoU"),
)
_FORMULAS = (
    "vIoU = sum of IoU over the frames of both spans / number of frames of their union",
    "m_vIoU = mean of vIoU, vIoU@t = share of items with vIoU > t, m_tIoU = mean tIoU of the spans of frames",
    "gt vIoU = mean IoU over the frames of the true tube, whatever span was said",
    "spans of frames are half open; a frame without a predicted box counts 0",
)
_TUBEDETR = RuleSet(
    "tubedetr",
    "the union ends with the later end, as vIoU is defined; STCAT's evaluator does the same",
    "github.com/antoyang/TubeDETR, datasets/hcstvg_eval.py and vidstg_eval.py",
)
_TUBEDETR_BEFORE = RuleSet(
    "tubedetr-2022-03",
    "TubeDETR's code until May 2022: the union ends with the earlier end, which gives larger vIoU",
    "the same files at commit 20c0019 (max_end = min(…)), corrected in 3c32cc9",
)


def _measure(read: ReadItems[TubeItem], rules: str) -> Columns:
    return tube_columns(read, cast(TubeRules, rules))


def _tubes(name: str, title: str, sizes: dict[str, int], truth: str) -> Benchmark:
    return Benchmark(
        name=name,
        title=title,
        asks="box in every frame of a span",
        formulas=_FORMULAS,
        rules=(_TUBEDETR, _TUBEDETR_BEFORE),
        files="TubeDETR's results, or lines with true_span, true_boxes, said_span, said_boxes",
        truth=truth,
        sizes=sizes,
        figures=_FIGURES,
        read=read_tube_run,
        measure=_measure,
    )


TUBES = (
    _tubes("hc-stvg", "HC-STVG", {"v1 test": 1160, "v2 val": 2000}, "TubeDETR's test_proc.json"),
    _tubes(
        "vidstg", "VidSTG", {"test, declarative": 4610, "interrogative": 5693, "both": 10303}, "TubeDETR's test.json"
    ),
)
