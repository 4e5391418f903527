"""Every command and code block of docs/how_to/ratings_tables_and_exports.md runs, and prints what the page says."""

from pathlib import Path

from helpers_docs import run_page

from referee_calib.rating_tables import FORMATS

TEXT = (Path(__file__).parent.parent / "docs/how_to/ratings_tables_and_exports.md").read_text(encoding="utf-8")


def test_the_page_runs_from_top_to_bottom(tmp_path):
    run_page(TEXT, tmp_path)


def test_the_page_names_every_form():
    table = TEXT.split("| tool |")[1].lower()
    for form in set(FORMATS) - {"table"}:
        assert form.replace("-", " ") in table
