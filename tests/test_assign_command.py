"""``referee-calib assign``: what it prints, writes and refuses."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from helpers_assign import study_of, work, work_in_turns
from helpers_study import run

from referee_calib.records import Rating
from referee_calib.study import Study, audit, worklist
from referee_calib.study.assignment import coverage


def printed(*arguments: object) -> dict[str, Any]:
    done = run("assign", *arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def test_a_run_releases_and_the_status_tells_how_far_it_is(tmp_path: Path) -> None:
    study, raters = study_of(tmp_path / "s", 12, 3)
    assert printed(study.folder, "--overlap", 2, "--batch", 6, "--dry-run")["dry_run"]
    assert coverage(study).kind == ""
    found = printed(study.folder, "--overlap", 2, "--batch", 6)
    assert (found["kind"], len(found["released_now"]), found["released"]) == ("on demand", 6, 6)
    assert len(printed(study.folder)["released_now"]) == 6  # the batch is a setting now
    work_in_turns(study, raters, 2)
    status = printed(study.folder, "--status")
    assert sum(int(ratings) * claims for ratings, claims in status["by_ratings"].items()) == 6
    assert status["waiting"] == 0
    assert [one["done"] for one in status["raters"]] == [2, 2, 2]
    text = run("assign", study.folder, "--status").stdout
    assert "Assignment: on demand. 12 claims, 0 not released yet." in text
    assert "r1" in text
    toml = (study.folder / "study.toml").read_text()
    assert "[assignment]" in toml
    assert "batch = 6" in toml


def test_lists_are_written_as_a_table(tmp_path: Path) -> None:
    study, _ = study_of(tmp_path / "s", 9, 3)
    out = tmp_path / "lists.csv"
    done = run("assign", study.folder, "--raters", "r0, r1,r2", "--out", out)
    assert done.exit_code == 0
    assert "Two raters share 3 to 3 of these claims." in done.stdout
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert len(rows) == 18
    mine = [one["claim"] for one in rows if one["rater"] == "r1"]
    assert mine == [one.claim for one in worklist(study, "r1").items]


def test_reclaiming_and_stopping(tmp_path: Path) -> None:
    study, _ = study_of(tmp_path / "s", 6, 2)
    assert run("assign", study.folder, "--stop").exit_code == 2  # nothing is assigned yet
    printed(study.folder, "--overlap", 1)
    work(study, "r0", 1)
    worklist(study, "r0")
    assert printed(study.folder, "--reclaim", "expired") == {"reclaimed": 0}
    assert printed(study.folder, "--reclaim", "r0") == {"reclaimed": 2}
    assert printed(study.folder, "--stop") == {"stopped": True, "reclaimed": 0}
    actions = [one.action for one in audit.trail(study) if "rater" not in one.action]
    assert actions == ["assign", "reclaim assignments", "stop assignment"]
    assert printed(study.folder, "--status")["kind"] == "stop"


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--raters", "r0,zoe"), "rater 'zoe': the study has no such rater"),
        (("--strata", "colour"), "'colour' is not one of referee level"),
        (("--strata", "referee level"), "0 referees have scored it"),
        (("--out", "lists.csv"), "claims are handed out on demand"),
        (("--status", "--stop"), "--status and --stop are two different things"),
        (("--status", "--dry-run"), "--status and --dry-run are two different things"),
        (("--reclaim", "zoe"), "no such rater"),
        (("--overlap", "0"), "0 is not in the range"),
        (("--repeats", "0.9"), "0.9 is not in the range"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line_and_nothing_is_changed(
    tmp_path: Path, options: tuple[str, ...], why: str
) -> None:
    study, _ = study_of(tmp_path / "s", 3, 2)
    done = run("assign", study.folder, *options)
    assert done.exit_code == 2
    assert why in done.output
    assert coverage(study).kind == ""
    assert "[assignment]" not in (study.folder / "study.toml").read_text()


def rated(folder: Path, claims: int, spread: int) -> Study:
    """Let two raters judge claims of every level, the second one `spread` levels off on every third claim."""
    study, _ = study_of(folder, 60, 2, videos=20)
    printed(folder, "--overlap", 2, "--batch", 30)
    ids = [one.claim for one in coverage(study).claims][:claims]
    for rater, off in (("r0", 0), ("r1", spread)):
        study.add_ratings(
            [
                Rating(claim=one, rater=rater, dimension=dimension, level=(k + (off if k % 3 == 0 else 0)) % 5)
                for k, one in enumerate(ids)
                for dimension in ("relevance", "localization")
            ]
        )
    return study


def test_it_stops_at_the_wanted_width_and_not_before(tmp_path: Path) -> None:
    study = rated(tmp_path / "s", 24, 1)
    wide = printed(study.folder, "--until-width", 2, "--dry-run")
    assert wide["reached"]
    width = max(one["width"] for one in wide["dimensions"])
    narrow = printed(study.folder, "--until-width", width * 0.8)
    assert [one["more_claims"] for one in narrow["until_width"]["dimensions"]] == [14, 14]  # 24 / 0.8² = 37.5
    assert len(narrow["released_now"]) == 30
    assert worklist(study, "r0").next() is not None
    reached = printed(study.folder, "--until-width", width * 1.01)
    assert (reached["reached"], reached["stopped"]) == (True, True)
    assert worklist(study, "r0").next() is None
    assert "within" in audit.trail(study)[-1].detail["reason"]


def test_without_an_interval_nothing_is_promised(tmp_path: Path) -> None:
    study = rated(tmp_path / "s", 0, 0)
    study.add_rater("robot", origin="simulated")
    done = run("assign", study.folder, "--until-width", 0.2)
    assert done.exit_code == 0
    assert "none yet: nobody gave a level on this dimension" in done.stdout
    assert "can be told once every dimension has an interval" in done.stdout
    assert coverage(study).kind == "on demand"
