"""A study's levels as Inspect's precomputed scores, and back into a study."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers_study import a_claim, run
from helpers_video import render

from referee_calib.records import Rating, RefereeScore
from referee_calib.study import Study

JUDGE = "ab12cd34ef56ab78"


def empty(folder: Path) -> Study:
    made = Study.create(folder, name="A study")
    made.add_claims([a_claim(k) for k in range(3)])
    render(made.media / "a.mp4", 12)
    return made


@pytest.fixture
def study(tmp_path: Path) -> Study:
    made = empty(tmp_path / "study")
    one, two, three = (claim.id for claim in made.claims())
    made.add_rater("anna/b")
    made.add_rater("sim", origin="simulated")
    made.add_referee(JUDGE, {"name": "vlm"})
    relevance = {"dimension": "relevance"}
    made.add_ratings(
        [
            Rating(claim=one, rater="anna/b", level=1, origin="app", nonce="1", **relevance),
            Rating(claim=one, rater="anna/b", level=4, origin="app", nonce="2", **relevance),  # corrected
            Rating(claim=two, rater="anna/b", reason="not visible", origin="app", **relevance),
            Rating(claim=three, rater="sim", level=0, origin="simulated", **relevance),
        ]
    )
    made.add_scores(
        [
            RefereeScore(claim=one, referee=JUDGE, level=3, expected=2.6, **relevance),
            RefereeScore(claim=one, referee=JUDGE, level=4, sample=1, **relevance),
            RefereeScore(claim=two, referee=JUDGE, status="error", reason="timeout", **relevance),
        ]
    )
    return made


def records(path: Path) -> dict[str, list[dict[str, object]]]:
    return {one.name: list(map(json.loads, one.read_text().splitlines())) for one in sorted(path.iterdir())}


def test_each_judge_has_a_file_and_who_gave_no_level_has_no_record(study, tmp_path) -> None:
    done = run("export", study.folder, "--inspect", tmp_path / "out", "--json")
    one, _, three = (claim.id for claim in study.claims())
    found = records(tmp_path / "out")
    assert {name: [(row["id"], row["value"]) for row in rows] for name, rows in found.items()} == {
        "relevance-anna%2Fb.jsonl": [(one, 4)],
        "relevance-sim.jsonl": [(three, 0)],
        "relevance-vlm-ab12cd34.jsonl": [(one, 3)],
    }
    left = {"rating(s) without a level": 1, "repeat(s) of a score": 1, "failed score(s)": 1}
    assert json.loads(done.stdout)["inspect"]["excluded"] == left
    assert "1 repeat(s) of a score" in run("export", study.folder, "--inspect", tmp_path / "two").stdout


def test_another_study_takes_them_back_once(study, tmp_path) -> None:
    run("export", study.folder, "--inspect", tmp_path / "out")
    other = empty(tmp_path / "other")
    files = sorted((tmp_path / "out").iterdir())
    assert "1 judgement (1 by raters) from Inspect, 1 new" in run("import", other.folder, *files, "--add-raters").stdout
    assert [(one.rater, one.level, one.origin) for one in other.ratings()] == [
        ("anna/b", 4, "app"),
        ("sim", 0, "simulated"),
    ]
    assert other.raters()[1].simulated  # a program does not become a person on the way
    assert [(one.referee, one.level, one.expected) for one in other.scores()] == [(JUDGE, 3, 2.6)]
    again = run("import", other.folder, *files, "--json")
    assert [file["new"] for file in json.loads(again.stdout)["files"]] == [0, 0, 0]


def test_ratings_that_people_gave_in_inspect_name_dimensions(study, tmp_path) -> None:
    claim = study.claims()[0].id
    path = tmp_path / "carl.jsonl"
    path.write_text(json.dumps({"id": claim, "value": {"relevance": 2, "timing": None}}))
    assert run("import", study.folder, path, "--add-raters").exit_code == 0
    assert [(one.level, one.origin) for one in study.ratings() if one.rater == "carl"] == [(2, "inspect")]
    for record, said in (
        ({"id": claim, "value": 3}, "a dimension is one of relevance"),
        ({"id": claim, "value": {"relevance": 3}, "epoch": 2}, "has no epochs"),
        ({"id": 7, "value": {"relevance": 3}}, "needs the id of a claim"),
        ({"id": claim, "value": {"relevance": 2.5}}, "a level is a whole number from 0 to 10"),
    ):
        path.write_text(json.dumps(record))
        done = run("import", study.folder, path)
        assert done.exit_code == 2
        assert said in done.stderr
        assert "carl.jsonl line 1" in done.stderr


def test_nothing_is_overwritten_and_nothing_to_write_is_said(study, tmp_path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("stays")
    refused = run("export", study.folder, "--inspect", tmp_path / "out")
    assert refused.exit_code == 2
    assert "is not empty" in refused.stderr
    nowhere = run("export", study.folder)
    assert nowhere.exit_code == 2
    assert "Add --out DIR" in nowhere.stderr
    bare = run("export", empty(tmp_path / "bare").folder, "--inspect", tmp_path / "new")
    assert bare.exit_code == 2
    assert "nobody has rated" in bare.stderr
    assert not (tmp_path / "new").exists()
