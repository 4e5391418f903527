"""What the app's pages say about who is signed in, who could be, and what somebody from a panel is given."""

import json
import shutil
import sys

import pytest
from helpers_app import make_study
from streamlit.testing.v1 import AppTest

from annotate_app import sign_in_page
from annotate_app.routes.entry_answers import PROBLEMS
from annotate_app.served_study import STUDY_VARIABLE, ServedStudy, current_study, open_served_study
from annotate_app.server import SCRIPT
from referee_calib.records import Rating
from referee_calib.study import Study, people
from referee_calib.study.settings import PeopleSettings


@pytest.fixture(autouse=True)
def main_module():
    """AppTest runs the script as __main__ and leaves it there."""
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return make_study(tmp_path_factory.mktemp("pages") / "study")[0]


@pytest.fixture
def study(template, tmp_path, monkeypatch):
    shutil.copytree(template.folder, tmp_path / "study")
    made = Study.open(tmp_path / "study")
    monkeypatch.setenv(STUDY_VARIABLE, str(tmp_path / "study"))
    yield made
    open_served_study.cache_clear()


def payload(name, **query):
    app = AppTest.from_file(str(SCRIPT), default_timeout=20)
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    parts = {part.proto.component_name: json.loads(part.proto.json) for part in app.get("bidi_component")}
    return parts.get(f"annotate_app.{name}"), " ".join(part.proto.body for part in app.get("html"))


def with_account(monkeypatch, study, account, **settings):
    study.set_config(people=PeopleSettings(**{"allow": ("@lab.org",), **settings}))
    monkeypatch.setattr(sign_in_page, "account_of_browser", lambda: account)


def test_the_sign_in_says_why_somebody_is_not_in(study):
    shown, _ = payload("sign_in", problem="expired")
    assert "has expired" in shown["problem"]
    said = {*PROBLEMS.values(), "link", "code", "wait", "ticket", "panel", "device"}
    assert all(sign_in_page.PROBLEMS[one] for one in said)


def test_accounts_are_offered_only_where_the_study_takes_them(study, monkeypatch):
    assert "accounts" not in payload("sign_in")[0]
    with_account(monkeypatch, study, {"is_logged_in": False})
    open_served_study.cache_clear()
    assert payload("sign_in")[0]["accounts"] is True
    with_account(monkeypatch, study, {"is_logged_in": False}, allow=())
    open_served_study.cache_clear()
    assert "accounts" not in payload("sign_in")[0]


def test_an_account_on_the_list_is_handed_a_ticket_and_no_second_time_by_itself(study, monkeypatch):
    with_account(monkeypatch, study, {"is_logged_in": True, "email": "hedy@lab.org", "email_verified": True})
    shown, _ = payload("sign_in")
    assert (shown["submit"], current_study().tickets.redeem(shown["ticket"])) == (True, "hedy@lab.org")
    assert payload("sign_in", problem="ticket")[0]["submit"] is False


@pytest.mark.parametrize(
    ("account", "problem"),
    [
        ({"email": "eve@elsewhere.example", "email_verified": True}, "unlisted"),
        ({"email": "hedy@lab.org", "email_verified": "true"}, "unverified"),  # a word is no statement
        ({"email": "hedy@lab.org"}, "unverified"),
        ({"email": ["hedy@lab.org"], "email_verified": True}, "unlisted"),
    ],
)
def test_another_account_gets_no_ticket_and_a_reason(study, monkeypatch, account, problem):
    with_account(monkeypatch, study, {"is_logged_in": True, **account})
    shown, _ = payload("sign_in")
    assert "ticket" not in shown
    assert shown["problem"] == sign_in_page.PROBLEMS[problem]
    assert [one.name for one in study.raters()] == ["ada"]


def test_somebody_from_a_panel_is_given_the_code_and_the_way_back_at_the_end(study, monkeypatch):
    url = "https://panel.example/done?cc={code}&p={person}"
    study.set_config(people=PeopleSettings(panel_completion_code="<DONE>", panel_return_url=url))
    token = people.open_panel(study, "sona", actor="x").token
    rater = people.enter_panel(study, token, {"survey_code": "id7"}, "digest", "secret").rater
    monkeypatch.setattr(ServedStudy, "rater", lambda _served, _cookies: rater)
    for claim in study.claims():
        study.add_ratings([Rating(claim=claim.id, rater=rater, dimension=one, level=3) for one in claim.dimensions])
    _, words = payload("header", view="rate")
    assert "&lt;DONE&gt;" in words
    assert 'href="https://panel.example/done?cc=%3CDONE%3E&amp;p=id7"' in words
    monkeypatch.setattr(ServedStudy, "rater", lambda _served, _cookies: "ada")
    for claim in study.claims():
        study.add_ratings([Rating(claim=claim.id, rater="ada", dimension=one, level=3) for one in claim.dimensions])
    assert "DONE" not in payload("header", view="rate")[1]


def test_the_own_name_is_on_every_page(study, monkeypatch):
    monkeypatch.setattr(ServedStudy, "rater", lambda _served, _cookies: "ada")
    for view in ("instructions", "rate"):
        assert payload("header", view=view)[0]["rater"] == "ada"
