"""The page on policy improvement: what it shows is what is printed, and its verb and threshold are real."""

from pathlib import Path

from helpers_docs import run_page

from referee_calib.cli.main import VERBS
from referee_calib.thresholds import Thresholds

PAGE = (Path(__file__).parent.parent / "docs" / "explanation" / "policy_improvement.md").read_text(encoding="utf-8")


def test_the_example_prints_what_the_page_shows(tmp_path):
    run_page(PAGE, tmp_path)


def test_the_verb_and_the_default_threshold_are_those_of_the_program():
    assert "improve" in VERBS
    assert f"improvement_share = {Thresholds().improvement_share}" in PAGE
