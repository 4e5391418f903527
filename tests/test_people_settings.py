"""The table [people] of study.toml, and who is let in by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from referee_calib.errors import StudyError
from referee_calib.study import Study, people
from referee_calib.study.settings import PeopleSettings, read_settings


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("public_url", "rate.example.org", "like https://rate.example.org"),
        ("public_url", "ftp://rate.example.org", "like https://rate.example.org"),
        ("public_url", "https://user@rate.example.org", "like https://rate.example.org"),
        ("public_url", "https://rate.example.org:port", "like https://rate.example.org"),
        ("public_url", "https://example.org/study", "a host name of its own"),
        ("trusted_proxies", ["proxy.local"], "neither an address nor a network"),
        ("frame_ancestors", ["*; script-src *"], "must be like"),
        ("oidc_server", "http://accounts.example.org", "https"),
        ("allow", ["lab.org"], "neither an e-mail address nor a domain"),
        ("allow", ["@"], "neither an e-mail address nor a domain"),
        ("allow", ["anna@uni.edu, bert@uni.edu"], "neither an e-mail address nor a domain"),
        ("names", ["anna@uni.edu"], "is not like"),
        ("names", ["@uni.edu = anna"], "is not like"),
        ("names", ["anna@uni.edu = anna", "ANNA@uni.edu = anne"], "stands there twice"),
        ("names", ["anna@uni.edu = anna", "bert@uni.edu = anna"], "stands there twice"),
        ("panel_return_url", "http://example.org", "https"),
        ("panel_return_url", "javascript:alert(1)", "https"),
    ],
)
def test_a_setting_that_cannot_hold_is_refused_with_its_reason(key: str, value: object, why: str) -> None:
    with pytest.raises(StudyError, match=why):
        read_settings(PeopleSettings, {key: value}, "study.toml")


def test_what_was_set_is_read_back(tmp_path: Path) -> None:
    study = Study.create(tmp_path / "study")
    settings = PeopleSettings(
        public_url="https://rate.example.org:8443",
        trusted_proxies=("10.0.0.0/8", "::1"),
        allow=("anna@uni.edu", "@lab.org"),
        names=("grace@uni.edu = grace",),
        panel_return_url="https://uni.sona-systems.com/credit?code={code}&survey_code={person}",
    )
    study.set_config(people=settings)
    assert Study.open(study.folder).config.people == settings


@pytest.mark.parametrize(
    ("email", "allowed"),
    [
        ("anna@uni.edu", True),
        (" Anna@UNI.edu", True),
        ("bert@uni.edu", False),
        ("any@lab.org", True),
        ("any@sub.lab.org", False),
        ("any@notlab.org", False),
        ("any@lab.org@evil.example", False),
        ("grace@uni.edu", True),  # her name is given: that lets her in
        ("lab.org", False),
        ("@lab.org", True),
        ("", False),
    ],
)
def test_the_list_lets_in_addresses_and_exactly_their_domains(email: str, allowed: bool) -> None:
    settings = PeopleSettings(allow=("anna@uni.edu", "@lab.org"), names=("grace@uni.edu = grace",))
    assert people.is_allowed(settings, email) is allowed


def test_an_account_is_the_same_rater_each_time_and_its_address_is_apart(tmp_path: Path) -> None:
    study = Study.create(tmp_path / "study")
    study.set_config(people=PeopleSettings(allow=("@lab.org",), names=("grace@uni.edu = grace",)))
    first = people.rater_of_account(study, "Hedy@lab.org", verified=True)
    assert (first.state, people.rater_of_account(study, "hedy@LAB.org ", verified=True)) == ("open", first)
    assert first.rater.startswith("person-")
    assert people.rater_of_account(study, "grace@uni.edu", verified=True).rater == "grace"
    assert people.rater_of_account(study, "hedy@lab.org", verified=False).state == "unverified"
    assert people.rater_of_account(study, "eve@elsewhere.example", verified=True).state == "not on the list"
    assert {one["subject"]: one["rater"] for one in people.identities(study)} == {
        "hedy@lab.org": first.rater,
        "grace@uni.edu": "grace",
    }
    people.revoke(study, "grace", actor="x")
    assert people.rater_of_account(study, "grace@uni.edu", verified=True).state == "withdrawn"


def test_an_account_is_nobody_who_is_a_program(tmp_path: Path) -> None:
    study = Study.create(tmp_path / "study")
    study.add_rater("robot", origin="simulated")
    study.set_config(people=PeopleSettings(names=("eve@uni.edu = robot",)))
    assert people.rater_of_account(study, "eve@uni.edu", verified=True).state == "withdrawn"


def test_no_export_has_an_address_or_an_id_of_a_panel(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from referee_calib.cli.main import main

    study = Study.create(tmp_path / "study")
    study.set_config(people=PeopleSettings(allow=("@lab.org",)))
    people.rater_of_account(study, "hedy@lab.org", verified=True)
    token = people.open_panel(study, "sona", actor="x").token
    entered = people.enter_panel(study, token, {"survey_code": "id4711"}, "digest", "secret")
    assert entered.state == "open"
    done = CliRunner().invoke(main, ["export", str(study.folder), "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    exported = "".join(path.read_text() for path in (tmp_path / "out").rglob("*.json*"))
    assert entered.rater in exported
    assert not [one for one in ("hedy@lab.org", "id4711", token) if one in exported]
