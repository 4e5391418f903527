"""Every block of docs/how_to/report_a_benchmark.md runs; the reference names every benchmark with its rules."""

from pathlib import Path

from helpers_docs import run_page

from referee_calib.benchmark.catalogue.known_benchmarks import BENCHMARKS

DOCS = Path(__file__).parent.parent / "docs"


def test_the_page_runs_from_top_to_bottom(tmp_path):
    run_page((DOCS / "how_to/report_a_benchmark.md").read_text(encoding="utf-8"), tmp_path)


def test_the_reference_names_every_benchmark_its_rules_and_figures():
    table = (DOCS / "reference/benchmarks.md").read_text(encoding="utf-8").split("## Spans")[0].replace("@0", "@")
    for name, one in BENCHMARKS.items():
        assert f"`{name}`" in table
        assert all(f"`{rules.name}`" in table for rules in one.rules)
