"""Sections of docs/how_to/report_a_benchmark.md other than V-STaR's run; the reference names benchmarks and rules."""

import re
from pathlib import Path

from helpers_docs import run_page

from referee_calib.benchmark.catalogue.known_benchmarks import BENCHMARKS

DOCS = Path(__file__).parent.parent / "docs"
PAGE = (DOCS / "how_to/report_a_benchmark.md").read_text(encoding="utf-8")
SECTIONS = re.findall(r"^## (?!V-STaR: ).*?(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)


def test_the_sections_run_from_top_to_bottom(tmp_path):
    assert len(SECTIONS) == 8
    run_page("\n".join(SECTIONS), tmp_path)


def test_the_reference_names_every_benchmark_its_rules_and_figures():
    text = (DOCS / "reference/benchmarks.md").read_text(encoding="utf-8")
    table = text.split("## Other benchmarks")[1].split("### Spans")[0]
    for name, one in BENCHMARKS.items():
        assert f"`{name}`" in table
        assert all(f"`{rules.name}`" in table for rules in one.rules)
    shown = table.replace("@.", "@0.")
    figures = {figure.title for one in BENCHMARKS.values() for figure in one.figures} - {"Accuracy"}
    assert [title for title in figures if title not in shown] == []
