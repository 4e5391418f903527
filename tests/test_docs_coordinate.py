"""The commands of docs/how_to/coordinate_a_study.md run in the order of the page."""

from pathlib import Path

from helpers_coordinator import rated_study
from helpers_docs import run_page

from referee_calib.records import RefereeScore
from referee_calib.study import adjudicate

TEXT = (Path(__file__).parent.parent / "docs/how_to/coordinate_a_study.md").read_text(encoding="utf-8")


def test_every_command_of_the_page_runs(tmp_path):
    study, _, claims = rated_study(tmp_path / "mystudy")
    scores = [
        RefereeScore(claim=claim.id, referee="f" * 16, dimension=name, level=2, status="ok")
        for claim in claims
        for name in claim.dimensions
    ]
    study.add_scores(scores)
    adjudicate(study, "dora", claims[0].id, {"relevance": 3}, "seen twice")
    run_page(TEXT, tmp_path)
    assert "Adjudicated levels" in (tmp_path / "mystudy/report/report.md").read_text()
    assert "seen twice" in (tmp_path / "tables/adjudications.csv").read_text()
    assert "dora" not in (tmp_path / "tables/audit.csv").read_text()
