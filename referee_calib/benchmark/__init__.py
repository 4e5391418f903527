"""Published benchmarks with error bars: readers of result files, figures, intervals and paired tests.

Any benchmark's results become :class:`ItemValues`; a :class:`Figure` is a function of their means. What is drawn again
for an interval are videos, the same ones for every run.
"""

from referee_calib.benchmark.statistics.figures import Figure, mean_of
from referee_calib.benchmark.statistics.item_values import ItemValues
from referee_calib.benchmark.statistics.paired_bootstrap import PairedVideoBootstrap
from referee_calib.benchmark.statistics.paired_differences import PairedDifference, paired_differences
from referee_calib.benchmark.statistics.seeds import SeedFigure, System, system_figure
from referee_calib.benchmark.statistics.swap_test import swap_test
from referee_calib.benchmark.vstar.evaluators.evaluation_rules import RULES, EvaluationRules
from referee_calib.benchmark.vstar.result_file import ResultFile, item_keys, read_result_file
from referee_calib.benchmark.vstar.run_evaluation import RunEvaluation, evaluate_run
from referee_calib.benchmark.vstar.system_comparison import SystemResult, VstarComparison, compare_systems

__all__ = [
    "RULES",
    "EvaluationRules",
    "Figure",
    "ItemValues",
    "PairedDifference",
    "PairedVideoBootstrap",
    "ResultFile",
    "RunEvaluation",
    "SeedFigure",
    "System",
    "SystemResult",
    "VstarComparison",
    "compare_systems",
    "evaluate_run",
    "item_keys",
    "mean_of",
    "paired_differences",
    "read_result_file",
    "swap_test",
    "system_figure",
]
