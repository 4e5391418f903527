"""``referee-calib invite``: what is typed, what is printed, and what becomes of it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from referee_calib.cli.main import main
from referee_calib.study import Study, people
from referee_calib.study.audit import trail


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return Study.create(tmp_path / "study")


def invite(study: Study, *words: str) -> Result:
    return CliRunner().invoke(main, ["invite", str(study.folder), *words])


def test_each_name_gets_a_link_that_lets_exactly_them_in(study: Study) -> None:
    done = invite(study, "anna", " bert ", "anna", "--expires", "12h", "--uses", "2", "--url", "https://r.example/")
    lines = done.stdout.splitlines()
    assert [line.split("\t")[0] for line in lines] == ["anna", "bert"]
    for line in lines:
        name, link, bounds = line.split("\t")
        token = re.fullmatch(r"link https://r\.example/i/([\w-]{22})", link)
        assert token is not None
        assert people.credential_of(study, token[1]).rater == name
        assert re.fullmatch(r"until \d{4}-\d\d-\d\d \d\d:\d\d UTC, 2 uses", bounds)
    assert {one.actor for one in trail(study)} == {"command line"}


def test_links_lead_to_the_public_address_of_the_study(study: Study) -> None:
    from referee_calib.study.settings import PeopleSettings

    study.set_config(people=PeopleSettings(public_url="https://rate.example.org"))
    assert "\tlink https://rate.example.org/i/" in invite(study, "anna").stdout
    assert invite(study, "anna", "--expires", "never").stdout.endswith("without end\n")


def test_a_new_name_close_to_another_is_remarked(study: Study) -> None:
    invite(study, "anna", "rater 1")
    assert "Anna looks like anna" in invite(study, "Anna").stderr
    assert "annna is new in the study, beside Anna and anna" in invite(study, "annna").stderr
    assert invite(study, "anna").stderr == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "nobody was named"),
        (["anna", "--expires", "3y"], "it is no time"),
        (["anna", "--expires", "0d"], "it is no time"),
        (["anna", "--expires", "999999w"], "beyond the calendar"),
        (["--revoke", "anna"], "no such rater"),
        (["--reinstate", "zed"], "no such rater"),
        (["--panel", "gallup"], "only prolific, sona, mturk are known"),
        (["--close-panel", "sona"], "it has no open link"),
        (["robot"], "nobody signs in as it"),
        (["x" * 65], "1 to 64 printable characters"),
    ],
)
def test_a_mistake_is_one_line_and_changes_nothing(study: Study, words: list[str], said: str) -> None:
    study.add_rater("robot", origin="simulated")
    before = trail(study)
    done = invite(study, *words)
    assert (done.exit_code, len(done.stderr.splitlines()), done.stdout) == (2, 1, "")
    assert said in done.stderr
    assert trail(study) == before
    assert [one.name for one in study.raters()] == ["robot"]


def test_the_list_says_who_can_come_in_how_and_when_they_were_here(study: Study) -> None:
    study.add_rater("robot", origin="simulated")
    study.add_rater("coded")
    invite(study, "anna", "bert", "--uses", "1")
    invite(study, "--revoke", "bert", "--why", "left")
    found = dict(line.split("\t", 1) for line in invite(study, "--list").stdout.splitlines())
    assert found["robot"].startswith("nobody signs in (simulated)")
    assert found["coded"] == "code\tlast here never"
    assert found["anna"].startswith("1 link\t")
    assert re.match(r"revoked \d{4}-\d\d-\d\d: left\t", found["bert"])
    assert found["link 2"].startswith("bert\trevoked\tused 0\t")
    data = json.loads(invite(study, "--list", "--json").stdout)
    assert {one["rater"] for one in data["raters"]} == {"robot", "coded", "anna", "bert"}
    assert not any("token" in one for one in data["invitations"])


def test_the_link_of_a_panel_carries_what_its_own_page_fills_in(study: Study) -> None:
    first, second = (invite(study, "--panel", "prolific", "--uses", "60").stdout for _ in range(2))
    assert "?PROLIFIC_PID={{%PROLIFIC_PID%}}&STUDY_ID={{%STUDY_ID%}}&SESSION_ID={{%SESSION_ID%}}" in first
    assert "without end, 60 people" in second
    assert [one.state for one in people.invitations(study)] == ["revoked", "open"]
    token = second.split("/p/")[1].split("?")[0]
    fields = {"PROLIFIC_PID": "pid1", "STUDY_ID": "s", "SESSION_ID": "x"}
    rater = people.enter_panel(study, token, fields, "digest", "secret").rater
    assert invite(study, "--identities").stdout == f"{rater}\tprolific\tpid1\n"
    assert invite(study, "--close-panel", "prolific").exit_code == 0
    assert people.invitations(study)[-1].state == "revoked"
