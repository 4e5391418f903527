"""Personal links, sign-ins and withdrawn access, as the study keeps them."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import inspect

from referee_calib.errors import StudyError
from referee_calib.study import Study, people
from referee_calib.study.audit import trail
from referee_calib.study.store import migrations
from referee_calib.study.store.people.people_tables import create_people, invitation


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return Study.create(tmp_path / "study")


def enter(study: Study, token: str, digest: str = "d" * 64) -> str:
    """Sign in by a token; return what came of it."""
    return people.sign_in_with(study, token, digest, "secret 1").state


def expire(study: Study) -> None:
    with study.writing() as connection:
        connection.execute(invitation.update().values(expires="2020-01-01T00:00:00+00:00"))


def actions(study: Study) -> list[tuple[str, str, str]]:
    return [(one.actor, one.action, one.subject) for one in trail(study)]


def test_the_token_of_a_link_is_nowhere_in_the_study(study: Study) -> None:
    link = people.invite(study, "anna", actor="coordinator kim")
    content = b"".join(path.read_bytes() for path in study.folder.rglob("*") if path.is_file())
    assert link.token.encode() not in content
    assert hashlib.sha256(link.token.encode()).hexdigest().encode() in content
    assert link.token not in repr(link)
    assert people.invitations(study)[0].token == ""


def test_looking_at_a_link_uses_nothing_up_and_signing_in_does(study: Study) -> None:
    token = people.invite(study, "anna", actor="x", uses=2).token
    for _ in range(5):
        assert people.credential_of(study, token) == people.Credential("open", "anna", counted=True)
    assert [enter(study, token, str(k)) for k in range(3)] == ["open", "open", "used up"]
    assert (people.invitations(study)[0].uses, people.invitations(study)[0].state) == (2, "used up")
    assert len(people.sessions(study)) == 2


def test_an_expired_link_lets_nobody_in_and_ends_no_sign_in(study: Study) -> None:
    token = people.invite(study, "anna", actor="x", expires=timedelta(days=14)).token
    assert enter(study, token, "1") == "open"
    expire(study)
    assert enter(study, token, "2") == "expired"
    assert [one.rater for one in people.sessions(study)] == ["anna"]


@pytest.mark.parametrize(("expires", "uses"), [(timedelta(0), None), (timedelta(days=-1), None), (None, 0)])
def test_a_link_that_could_never_be_used_is_refused(study: Study, expires: timedelta | None, uses: int | None) -> None:
    with pytest.raises(StudyError, match="could never be used"):
        people.invite(study, "anna", actor="x", expires=expires, uses=uses)
    assert study.raters() == []


def test_revoking_ends_code_links_and_sign_ins_and_the_name_stays_out(study: Study) -> None:
    code = study.add_rater("anna")
    token = people.invite(study, "anna", actor="x").token
    assert (enter(study, code, "by code"), enter(study, token, "by link")) == ("open", "open")
    assert people.revoke(study, "anna", actor="coordinator kim", why="left") == 2
    assert people.sessions(study) == []
    assert (enter(study, code), enter(study, token)) == ("unknown", "revoked")
    for again in (people.invite, people.renew_code, people.revoke):
        with pytest.raises(StudyError, match="withdrawn"):
            again(study, "anna", actor="x")
    found = people.access(study)[0]
    assert (found.has_code, found.open_links, bool(found.withdrawn), found.why) == (False, 0, True, "left")


def test_access_given_back_needs_a_new_link(study: Study) -> None:
    token = people.invite(study, "anna", actor="x").token
    enter(study, token, "1")
    people.revoke(study, "anna", actor="x")
    people.reinstate(study, "anna", actor="x")
    assert people.sessions(study) == []
    assert enter(study, token) == "revoked"
    assert enter(study, people.invite(study, "anna", actor="x").token, "2") == "open"
    with pytest.raises(StudyError, match="not withdrawn"):
        people.reinstate(study, "anna", actor="x")


def test_a_new_code_ends_the_old_one_the_links_and_every_sign_in_of_that_rater_alone(study: Study) -> None:
    anna, bert = study.add_rater("anna"), study.add_rater("bert")
    link = people.invite(study, "anna", actor="x").token
    assert [enter(study, one, one) for one in (anna, bert, link)] == ["open"] * 3
    study.renew_code("anna")
    assert [one.rater for one in people.sessions(study)] == ["bert"]
    ended = {one.rater: one.why for one in people.sessions(study, ended=True)}
    assert ended == {"anna": "a new code was given", "bert": ""}
    assert (enter(study, anna, "3"), enter(study, link, "4")) == ("unknown", "revoked")


def test_nobody_is_invited_as_a_program_or_as_ratings_from_elsewhere(study: Study) -> None:
    for name, origin in (("robot", "simulated"), ("old", "imported"), ("ls", "label_studio")):
        study.add_rater(name, origin=origin)
        for act in (people.invite, people.renew_code):
            with pytest.raises(StudyError, match="nobody signs in as it"):
                act(study, name, actor="x")
    assert people.invitations(study) == []


def test_a_mistyped_name_is_told_with_the_closest_ones(study: Study) -> None:
    for name in ("anna", "bert", "Anne-Marie"):
        study.add_rater(name)
    with pytest.raises(StudyError, match=r"no such rater.*Did you mean anna"):
        study.renew_code("ana")
    with pytest.raises(StudyError, match="Did you mean Anne-Marie"):
        people.revoke(study, "anne marie", actor="x")
    assert len(study.raters()) == 3


@pytest.mark.parametrize(
    ("name", "like"),
    [("Anna", "anna"), ("an na", "anna"), ("аnnа", "anna"), ("rater-l", "rater 1"), ("ZOË", "zoe"), ("ann4", None)],
)  # the third one has two Cyrillic letters
def test_names_that_look_alike_are_told_and_others_are_not(study: Study, name: str, like: str | None) -> None:
    for other in ("anna", "rater 1", "zoe"):
        study.add_rater(other)
    link = people.invite(study, name, actor="x")
    assert (link.made, link.similar) == (True, (like,) if like else ())


def test_a_key_that_was_changed_ends_what_was_signed_in_under_the_old_one(study: Study) -> None:
    code = study.add_rater("anna")
    enter(study, code, "old")
    assert people.end_other_secrets(study, "secret 1") == 0
    assert people.end_other_secrets(study, "secret 2") == 1
    assert people.sessions(study) == []


def test_signing_out_ends_the_sign_in_and_no_other(study: Study) -> None:
    code = study.add_rater("anna")
    enter(study, code, "laptop")
    enter(study, code, "phone")
    people.end_sign_in(study, "laptop")
    people.end_sign_in(study, "laptop")
    found = [people.sign_in_of(study, one) for one in ("laptop", "phone")]
    assert [one is not None and one.open for one in found] == [False, True]
    assert [one for one in actions(study) if one[1] == "sign out"] == [("rater anna", "sign out", "anna")]


def test_one_rater_keeps_a_bounded_number_of_sign_ins_and_the_newest_is_among_them(study: Study) -> None:
    code = study.add_rater("anna")
    for number in range(25):
        enter(study, code, f"browser {number:02}")
    assert len(people.sessions(study)) == 20
    newest = people.sign_in_of(study, "browser 24")
    assert newest is not None
    assert newest.open


def test_a_sign_in_is_found_by_index_however_many_there_are(study: Study) -> None:
    with study.reading() as connection:
        known = inspect(connection)
        assert known.get_pk_constraint("sign_in")["constrained_columns"] == ["digest"]
        assert ["rater", "ended"] in [one["column_names"] for one in known.get_indexes("sign_in")]
        assert known.get_pk_constraint("withdrawn_access")["constrained_columns"] == ["rater"]


def test_every_step_is_in_the_audit_trail_with_who_did_it(study: Study) -> None:
    kim = "coordinator kim"
    token = people.invite(study, "anna", actor=kim, uses=1).token
    enter(study, token)
    people.revoke(study, "anna", actor=kim, why="left")
    people.reinstate(study, "anna", actor="command line")
    people.renew_code(study, "anna", actor="command line")
    assert actions(study) == [
        (kim, "add rater", "anna"),
        (kim, "invite", "anna"),
        ("rater anna", "sign in", "anna"),
        (kim, "withdraw access", "anna"),
        ("command line", "reinstate", "anna"),
        ("command line", "new code", "anna"),
    ]
    assert trail(study)[3].detail == {"why": "left", "links": 1, "sign-ins": 1}
    assert not any(token in str(one) for one in trail(study))


def test_two_who_use_the_last_use_at_once_get_it_once(study: Study) -> None:
    from concurrent.futures import ThreadPoolExecutor

    token = people.invite(study, "anna", actor="x", uses=1).token
    with ThreadPoolExecutor(4) as pool:
        states = list(pool.map(lambda k: enter(study, token, f"browser {k}"), range(4)))
    assert sorted(states) == ["open", "used up", "used up", "used up"]
    assert len(people.sessions(study)) == 1


def test_a_code_of_an_older_study_works_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = migrations.MIGRATIONS
    monkeypatch.setattr(migrations, "MIGRATIONS", whole[: whole.index(create_people)])
    code = Study.create(tmp_path / "older").add_rater("anna")
    monkeypatch.setattr(migrations, "MIGRATIONS", whole)
    study = Study.open(tmp_path / "older")
    assert enter(study, code) == "open"
    assert [one.rater for one in people.sessions(study)] == ["anna"]
