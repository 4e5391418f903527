"""Every command and code block of docs/how_to/agreement_on_spans_and_boxes.md runs, and prints what the page says."""

from pathlib import Path

from helpers_docs import run_page

from referee_calib.perturbation.harness.overlap_tolerance import PUBLISHED_SPANS

DOCS = Path(__file__).parent.parent / "docs"
TEXT = (DOCS / "how_to/agreement_on_spans_and_boxes.md").read_text(encoding="utf-8")


def test_the_page_runs_from_top_to_bottom(tmp_path):
    run_page(TEXT, tmp_path)


def test_the_explanation_holds_the_numbers_of_the_package():
    text = (DOCS / "explanation/agreement_on_where_and_when.md").read_text(encoding="utf-8")
    assert all(f"| {overlap} " in text for overlap, _ in PUBLISHED_SPANS.values())
