"""report.html and report.json on the disk."""

import json
from dataclasses import replace

import pytest
from helpers_report import make_analysis, small_report
from helpers_study import said_by_a_mere_user

from referee_calib.errors import StudyError
from referee_calib.records import Claim
from referee_calib.report import build, render_html, write_report
from referee_calib.rubric import load


@pytest.fixture(scope="module")
def report():
    return small_report(responses=())


def test_page_and_json_are_written_and_tell_the_same(report, tmp_path):
    page, data = write_report(report, tmp_path / "new" / "folder")
    assert [page.name, data.name] == ["report.html", "report.json"]
    assert render_html(json.loads(data.read_text(encoding="utf-8"))) == page.read_text(encoding="utf-8")
    assert sorted(p.name for p in page.parent.iterdir()) == ["report.html", "report.json", "report.md"]


def test_writing_again_replaces_both(report, tmp_path):
    write_report(report, tmp_path)
    write_report(report | {"study": "Another"}, tmp_path)
    assert json.loads((tmp_path / "report.json").read_text())["study"] == "Another"
    assert "Another" in (tmp_path / "report.html").read_text()


def test_a_file_in_the_place_of_the_folder_is_one_clear_error(report, tmp_path):
    (tmp_path / "taken").write_text("mine")
    with pytest.raises(StudyError, match="cannot be written"):
        write_report(report, tmp_path / "taken")
    assert (tmp_path / "taken").read_text() == "mine"


def test_a_report_that_cannot_be_drawn_leaves_the_old_one(report, tmp_path):
    write_report(report, tmp_path)
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    with pytest.raises(ValueError, match="JSON"):
        write_report(report | {"seed": float("nan")}, tmp_path)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_half_an_emoji_in_model_text_does_not_stop_the_report(tmp_path):
    analysis = make_analysis()
    first = analysis.disagreements[1]
    claim = Claim(video="a.mp4", question="What \ud83d is it?", object="it", boxes=((1.0, 0.1, 0.1, 0.2, 0.2),))
    changed = replace(
        analysis, dimensions=(), rewards=(), responses=(), disagreements=(replace(first, claim=claim, time=1.0),)
    )
    page, data = write_report(build(changed, load()), tmp_path)
    assert json.loads(data.read_text())["disagreements"][0]["question"] == "What \ud83d is it?"
    assert "What ⟨U+D83D⟩ is it?" in page.read_text(encoding="utf-8")


def test_names_with_dollar_signs_are_drawn_as_they_are():
    from referee_calib.report.figures.report_figures import all_figures

    analysis = make_analysis()
    first, *others = analysis.responses
    odd = replace(first, lines=tuple(replace(line, label=f"$x_{i}$ & <b>") for i, line in enumerate(first.lines)))
    drawn = all_figures(build(replace(analysis, dimensions=(), responses=(odd, *others)), load()))
    assert "$x_0$ &amp; &lt;b&gt;" in drawn["response-box_shift"].svg


def test_a_read_only_folder_is_one_clear_error(report, tmp_path):
    tmp_path.chmod(0o500)
    try:
        said = said_by_a_mere_user(lambda: write_report(report, tmp_path))
    finally:
        tmp_path.chmod(0o700)
    assert "cannot be written" in said
    assert "read-only for you" in said
    assert list(tmp_path.iterdir()) == []
