"""Result files of benchmarks for tests, and their figures."""

import json
from pathlib import Path

from referee_calib.benchmark.catalogue.known_benchmarks import benchmark_named
from referee_calib.benchmark.compared_runs import ComparisonOptions, SystemFiles, compare_runs
from referee_calib.benchmark.result_files.read_run import ReadOptions

RESULTS = Path(__file__).parent / "vectors" / "benchmark_results"


def saved(path, content):
    """Write JSON, lines where the name ends with l or the content is text, and return the path."""
    lines = path.name.endswith("l")
    text = (
        content if isinstance(content, str) else "\n".join(map(json.dumps, content)) if lines else json.dumps(content)
    )
    path.write_text(text + "\n", encoding="utf-8")
    return path


def compared(name, files, rules=None, *, truth=None, metric=None, shares=False, **options):
    """Compare one system, whose run has these files, or several, by name."""
    benchmark = benchmark_named(name)
    systems = files if isinstance(files, dict) else {"run": files}
    every = [SystemFiles(system, (tuple(its),)) for system, its in systems.items()]
    reading = ReadOptions(benchmark.rule_set(rules).name, truth, metric, shares)
    return compare_runs(benchmark, every, reading, ComparisonOptions(n_resamples=200, **options))


def figures(found, system="run"):
    """Return the values of a system by figure."""
    return {key: one.value for key, one in found.estimates[system].items()}
