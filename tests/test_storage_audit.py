"""What the audit trail of a study says, and that it goes with the study."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy
from helpers_study import a_claim, run

from referee_calib.errors import StudyError
from referee_calib.records import Rating, RefereeScore
from referee_calib.study import Study, trail
from referee_calib.study.audit import record


@pytest.fixture
def study(tmp_path: Path, database: str) -> Study:
    return Study.create(tmp_path / "study")


def said(study: Study) -> list[tuple[str, str, str]]:
    return [(one.actor, one.action, one.subject) for one in trail(study)]


def test_what_is_decided_about_people_and_claims_leaves_an_entry_and_a_rating_none(study: Study) -> None:
    claims = [a_claim(k) for k in range(3)]
    study.add_claims(claims)
    study.add_rater("anna")
    study.renew_code("anna")
    study.add_ratings([Rating(claim=claims[0].id, rater="anna", dimension="relevance", level=3)])
    study.select([claims[1].id], force=True)
    assert said(study) == [
        ("program", "new code", "anna"),
        ("program", "choose claims", "1 claims"),
    ]
    assert trail(study)[-1].detail == {"rated_claims_left_out": [claims[0].id]}
    assert [one.seq for one in trail(study)] == [1, 2]


def test_a_score_that_takes_the_place_of_a_failed_one_leaves_an_entry(study: Study) -> None:
    study.add_claims([claim := a_claim()])
    one = {"claim": claim.id, "referee": "f" * 16, "dimension": "relevance"}
    study.add_scores([RefereeScore(**one, status="error", reason="timeout")])
    assert trail(study) == []
    study.add_scores([RefereeScore(**one, status="ok", level=3, expected=3.0)])
    assert said(study) == [("program", "replace failed scores", "f" * 16)]
    assert trail(study)[0].detail == {"scores": 1}


def test_a_step_that_fails_leaves_no_entry(study: Study) -> None:
    study.add_claims([claim := a_claim()])

    def twice() -> None:
        with study.transaction():
            study.select([claim.id])
            study.select(["cnowhere"])

    with pytest.raises(StudyError, match="no such claim"):
        twice()
    assert trail(study) == []


def test_entries_are_never_changed_and_take_any_subject(study: Study) -> None:
    record(study, "coordinator eva", "exclude claim", "file \udcff \0 ü", reason="\0 \ud83d")
    for statement in ("UPDATE audit SET actor = ''", "DELETE FROM audit"):
        with pytest.raises(sqlalchemy.exc.DBAPIError, match="append-only"), study.writing() as connection:
            connection.execute(sqlalchemy.text(statement))
    (entry,) = trail(study)
    assert (entry.actor, entry.subject) == ("coordinator eva", "file \\udcff \\0 ü")
    assert entry.detail == {"reason": "\0 \ud83d"}


def test_the_trail_goes_out_with_an_export_and_comes_in_once(study: Study, tmp_path: Path) -> None:
    study.add_claims([a_claim()])
    assert run("sample", study.folder, "--claims", 1).exit_code == 0
    record(study, "coordinator eva", "exclude claim", "c1", reason="broken")
    assert run("export", study.folder, "--out", tmp_path / "out").exit_code == 0
    rows = [json.loads(line) for line in (tmp_path / "out" / "audit.jsonl").read_text().splitlines()]
    assert [(one["actor"], one["action"]) for one in rows] == [
        ("command line", "choose claims"),
        ("coordinator eva", "exclude claim"),
    ]
    other = Study.create(tmp_path / "other")
    for new in (2, 0):
        done = run("import", other.folder, tmp_path / "out" / "audit.jsonl", "--json")
        assert done.exit_code == 0, done.output
        (file,) = json.loads(done.stdout)["files"]
        assert file == {"file": "audit.jsonl", "kind": "audit", "entries": 2, "new": new, "known": 2 - new}
    assert [entry for entry in trail(other) if entry.action != "import"] == trail(study)
    assert said(other)[-1] == ("command line", "import", "audit.jsonl")


def test_history_prints_the_trail(study: Study) -> None:
    assert "Nothing was decided yet." in run("history", study.folder).stdout
    record(study, "coordinator eva", "exclude rater", "b\u202eert", reason="too fast")
    line = run("history", study.folder).stdout.strip()
    assert line.endswith('coordinator eva: exclude rater "b\\u202eert" {"reason": "too fast"}')
    (entry,) = json.loads(run("history", study.folder, "--json").stdout)["entries"]
    assert (entry["seq"], entry["action"], entry["detail"]) == (1, "exclude rater", {"reason": "too fast"})


def test_an_entry_that_is_none_is_refused_with_its_line(study: Study, tmp_path: Path) -> None:
    (tmp_path / "audit.jsonl").write_text('{"actor": "eva", "action": "x", "time": "now", "detail": {}}\n')
    done = run("import", study.folder, tmp_path / "audit.jsonl")
    assert done.exit_code == 2
    assert "audit.jsonl line 1" in done.output
    assert "has no subject" in done.output


def test_raters_whom_an_import_brings_are_named(study: Study, tmp_path: Path) -> None:
    study.add_claims([claim := a_claim()])
    row = {"claim": claim.id, "rater": "bea", "dimension": "relevance", "level": 2}
    (tmp_path / "ratings.jsonl").write_text(json.dumps(row) + "\n")
    assert run("import", study.folder, tmp_path / "ratings.jsonl", "--add-raters").exit_code == 0
    assert next((one.action, one.detail.get("raters")) for one in trail(study)) == ("add raters", ["bea"])
    assert said(study)[1] == ("command line", "import", "ratings.jsonl")
