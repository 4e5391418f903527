"""docs/how_to/assign_claims.md runs from top to bottom."""

from __future__ import annotations

from pathlib import Path

from helpers_docs import run_page

from referee_calib.cli.assignment.assign import command
from referee_calib.study.settings.assignment_settings import STRATA

TEXT = (Path(__file__).parent.parent / "docs/how_to/assign_claims.md").read_text(encoding="utf-8")


def test_the_page_runs(tmp_path: Path) -> None:
    run_page(TEXT, tmp_path)
    assert (tmp_path / "lists.csv").read_text().startswith("rater,place,claim")
    assert 'kind = "stop"' not in (tmp_path / "mystudy" / "study.toml").read_text()


def test_the_page_names_every_stratum_and_every_option() -> None:
    assert all(f"`{name}`" in TEXT for name in STRATA)
    told = {option for parameter in command.params for option in parameter.opts if option.startswith("--")}
    assert {one for one in told if f"{one}" not in TEXT} <= {"--seed", "--stop"}
