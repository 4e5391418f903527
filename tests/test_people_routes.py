"""Coming in by a link, a code, an account or a panel, and going out again, over HTTP."""

from __future__ import annotations

import logging

import pytest
from helpers_app import make_study
from helpers_people import FOREIGN, HOST, OWN, button_of, fields_of, guarded, press

from annotate_app.access import SignInLimiter
from annotate_app.access.account_tickets import AccountTickets
from annotate_app.served_study import ServedStudy
from referee_calib.study import people
from referee_calib.study.settings import PeopleSettings

PID = "5f3c0a9b8e7d6c5b4a392817"
PROLIFIC = {"PROLIFIC_PID": PID, "STUDY_ID": "study1", "SESSION_ID": "session1"}


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    folder = tmp_path_factory.mktemp("people") / "study"
    return make_study(folder, ("ada", "ben"))


@pytest.fixture
def place(template):
    """A served study and the codes of its raters; each test has sign-ins of its own browsers."""
    study, codes = template
    return ServedStudy(study.folder), codes


def invited(served, name="ada", **options):
    return f"/i/{people.invite(served.study, name, actor='x', **options).token}"


def uses(served):
    return people.invitations(served.study)[-1].uses


def with_settings(served, **settings):
    served.study.set_config(people=PeopleSettings(**settings))
    return served


# ---- links ----


def test_a_counted_link_asks_and_only_the_button_uses_it_up(place):
    served, _ = place
    path, client = invited(served, uses=1), guarded(served)
    for _ in range(3):
        page = client.get(path)
        assert (page.status_code, button_of(page), uses(served)) == (200, "Sign in as ada", 0)
        assert "set-cookie" not in page.headers
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
    entered = press(client, page, path)
    assert (entered.status_code, entered.headers["location"], uses(served)) == (303, "/", 1)
    assert served.rater(client.cookies) == "ada"
    assert client.get(path).headers["location"] == "/"  # the browser that used it is in
    assert guarded(served).get(path).headers["location"] == "/?problem=used"


@pytest.mark.parametrize(
    "headers", [{"sec-purpose": "prefetch;prerender"}, {"purpose": "prefetch"}, {"sec-fetch-dest": "image"}]
)
def test_a_browser_that_looks_ahead_signs_nobody_in(place, headers):
    served, _ = place
    client = guarded(served)
    assert client.get(invited(served), headers=headers).status_code == 200
    assert client.head(invited(served)).status_code == 200
    assert (served.rater(client.cookies), uses(served)) == (None, 0)


def test_expired_and_revoked_links_say_so(place):
    served, _ = place
    path = invited(served, "expires-and-leaves")
    people.revoke(served.study, "expires-and-leaves", actor="x")
    assert guarded(served).get(path).headers["location"] == "/?problem=withdrawn"
    assert guarded(served).post(path, headers=OWN).headers["location"] == "/?problem=withdrawn"


def test_the_page_that_asks_shows_names_as_text(place):
    served, _ = place
    page = guarded(served).get(invited(served, "<b>eve</b>", uses=1))
    assert "<b>eve" not in page.text
    assert button_of(page) == "Sign in as <b>eve</b>"
    policy = page.headers["content-security-policy"]
    assert all(part in policy for part in ("default-src 'none'", "form-action 'self'", "frame-ancestors 'none'"))


def test_somebody_elses_link_asks_before_the_person_changes(place):
    served, codes = place
    client = guarded(served)
    client.get(f"/i/{codes['ada']}")
    page = client.get(f"/i/{codes['ben']}")
    assert (page.status_code, button_of(page)) == (200, "Continue as ben")
    assert "You are signed in as ada. Continue as ben?" in page.text
    assert served.rater(client.cookies) == "ada"
    # a page of ours that somebody left open before ada signed in: it named another person, so it asks again
    assert client.post(f"/i/{codes['ben']}", data={"leaving": ""}, headers=OWN).status_code == 200
    before = dict(client.cookies)
    assert press(client, page, f"/i/{codes['ben']}").headers["location"] == "/"
    assert served.rater(client.cookies) == "ben"
    assert served.rater(before) is None  # ada's sign-in ended on the server, too


def test_a_typed_code_of_somebody_else_asks_as_well(place):
    served, codes = place
    client = guarded(served)
    client.post("/sign-in", data={"code": codes["ada"]}, headers=OWN)
    page = client.post("/sign-in", data={"code": codes["ben"]}, headers=OWN)
    assert (page.status_code, button_of(page)) == (200, "Continue as ben")
    press(client, page, "/sign-in")
    assert served.rater(client.cookies) == "ben"


# ---- ending ----


def test_a_copied_cookie_is_worth_nothing_after_signing_out(place):
    served, codes = place
    client = guarded(served)
    client.get(f"/i/{codes['ada']}")
    copied = dict(client.cookies)
    claim = served.study.claims()[0].id
    assert client.get(f"/v/{claim}").status_code == 200
    assert client.post("/sign-out", headers=OWN).headers["location"] == "/"
    thief = guarded(served)
    thief.cookies.update(copied)
    assert thief.get(f"/v/{claim}").status_code == 401


def test_revoking_and_a_new_code_end_open_browsers_at_once(place):
    served, _ = place
    claim = served.study.claims()[0].id
    for end in (people.revoke, people.renew_code):
        client = guarded(served)
        name = f"left by {end.__name__}"
        client.get(invited(served, name))
        assert client.get(f"/v/{claim}").status_code == 200
        end(served.study, name, actor="x")
        assert client.get(f"/v/{claim}").status_code == 401
        answer = client.post("/api/rating", json={}, headers=OWN)
        assert (answer.status_code, "waits in your browser" in answer.json()["error"]) == (401, True)


def test_removing_the_key_ends_every_sign_in(tmp_path):
    study, codes = make_study(tmp_path / "study")
    client = guarded(ServedStudy(study.folder))
    client.get(f"/i/{codes['ada']}")
    assert ServedStudy(study.folder).rater(client.cookies) == "ada"
    (study.folder / "annotation.key").unlink()
    assert ServedStudy(study.folder).rater(client.cookies) is None
    assert people.sessions(study) == []


def test_last_activity_is_noted_every_five_minutes_and_never_makes_a_request_wait(place, monkeypatch):
    served, codes = place
    noted, now = [], [1000.0]
    monkeypatch.setattr(people, "note_seen", lambda _study, digest: noted.append(digest))
    monkeypatch.setattr(served.sign_ins, "_clock", lambda: now[0])
    client = guarded(served)
    client.get(f"/i/{codes['ada']}")
    for step in (0, 299, 2, 298, 1):  # at 0, 299, 301, 599, 600 s
        now[0] += step
        assert served.rater(client.cookies) == "ada"
    served.sign_ins._notes.shutdown(wait=True)
    assert len(noted) == 2  # at 0 s and at 301 s; 600 - 301 = 299


# ---- forms of other pages, oversize ----


@pytest.mark.parametrize("path", ["/i/code", "/sign-in", "/sign-in/account", "/sign-out", "/p/token", "/api/rating"])
def test_no_form_of_another_site_does_anything(place, path):
    served, codes = place
    client = guarded(served)
    client.get(f"/i/{codes['ada']}")
    assert client.post(path, data={"code": codes["ben"]}, headers=FOREIGN).status_code == 403
    assert client.post(path, headers={"origin": HOST, "sec-fetch-site": "cross-site"}).status_code == 403
    assert client.post(path, headers={"origin": "null"}).status_code == 403
    assert served.rater(client.cookies) == "ada"


@pytest.mark.parametrize("path", ["/i/code", "/sign-in", "/sign-in/account", "/p/token"])
def test_a_form_that_is_too_large_is_refused(place, path):
    client = guarded(place[0])
    assert client.post(path, data={"code": "x" * 40_000}, headers=OWN).status_code == 413


# ---- the brake ----


def test_wrong_codes_are_counted_by_address_and_by_what_they_begin_with(place):
    served, codes = place
    wrong = SignInLimiter(limit=3, clock=lambda: 0.0)
    for number in range(3):  # from three addresses, always the same code
        client = guarded(served, peer=f"192.0.2.{number}", wrong=wrong)
        assert client.get("/i/guess").headers["location"] == "/?problem=link"
    assert guarded(served, peer="192.0.2.9", wrong=wrong).get("/i/guess").headers["location"] == "/?problem=wait"
    assert guarded(served, peer="192.0.2.0", wrong=wrong).get(f"/i/{codes['ada']}").headers["location"] == "/"
    same = guarded(served, peer="2001:db8:1:2::1", wrong=wrong)
    for number in range(3):
        same.get(f"/i/other{number}")
    neighbour = guarded(served, peer="2001:db8:1:2:ffff::7", wrong=wrong)  # another address of the same /64
    assert neighbour.get(f"/i/{codes['ada']}").headers["location"] == "/?problem=wait"
    stranger = guarded(served, peer="2001:db8:1:3::1", wrong=wrong)
    assert stranger.get(f"/i/{codes['ada']}").headers["location"] == "/"


def test_accounts_and_panels_are_counted_too(place):
    served, codes = place
    for path, fields in (("/sign-in/account", {"ticket": "forged"}), ("/p/nonsense", PROLIFIC)):
        client = guarded(served, wrong=SignInLimiter(limit=2, clock=lambda: 0.0))
        answers = [client.post(path, data=fields, headers=OWN).headers["location"] for _ in range(3)]
        assert answers[-1] == "/?problem=wait" != answers[1]
        assert client.get(f"/i/{codes['ada']}").headers["location"] == "/?problem=wait"


# ---- accounts ----


def test_a_ticket_signs_in_once_within_its_minute(place, monkeypatch):
    served = with_settings(place[0], allow=("@uni.edu",), names=("Grace@Uni.edu = grace",))
    ticket = served.tickets.issue("GRACE@uni.edu ")
    client = guarded(served)
    assert client.post("/sign-in/account", data={"ticket": ticket}, headers=OWN).headers["location"] == "/"
    assert served.rater(client.cookies) == "grace"
    again = guarded(served).post("/sign-in/account", data={"ticket": ticket}, headers=OWN)
    assert again.headers["location"] == "/?problem=ticket"
    assert AccountTickets("0" * 64).redeem(served.tickets.issue("grace@uni.edu")) == ""
    old = served.tickets.issue("grace@uni.edu")
    monkeypatch.setattr("annotate_app.access.account_tickets.TICKET_SECONDS", -1)
    assert served.tickets.redeem(old) == ""


def test_an_account_that_leaves_the_list_is_out_at_once(place):
    served = with_settings(place[0], allow=("hedy@lab.org",))
    client = guarded(served)
    client.post("/sign-in/account", data={"ticket": served.tickets.issue("hedy@lab.org")}, headers=OWN)
    assert served.rater(client.cookies).startswith("person-")
    assert client.post("/sign-out", headers=OWN).headers["location"] == "/auth/logout"
    client.post("/sign-in/account", data={"ticket": served.tickets.issue("hedy@lab.org")}, headers=OWN)
    assert served.rater(client.cookies) is not None
    with_settings(served, allow=("other@lab.org",))
    assert served.rater(client.cookies) is None


# ---- panels ----


@pytest.fixture
def panel(place):
    served = with_settings(
        place[0], panel_completion_code="DONE42", panel_screened_out_code="OUT7", panel_study="study1"
    )
    link = people.open_panel(served.study, "prolific", actor="x", people=2)
    return served, link.path


def come(served, path, client=None, **changes):
    """Come from the panel and press the button; return client and answer."""
    client = client or guarded(served)
    page = client.get(path, params={**PROLIFIC, **changes})
    return client, page if page.status_code != 200 else press(client, page, path)


def test_somebody_from_a_panel_gets_a_pseudonym_and_comes_back_as_the_same(panel):
    served, path = panel
    look = guarded(served).get(path, params=PROLIFIC)
    assert button_of(look) == "Begin"
    assert PID not in str(people.identities(served.study))  # looking makes no rater
    client, answer = come(served, path)
    rater = served.rater(client.cookies)
    assert answer.headers["location"] == "/"
    assert rater.startswith("prolific-")
    assert PID not in rater
    again, _ = come(served, path, client)
    assert served.rater(again.cookies) == rater
    found = people.identities(served.study, rater)
    assert (found[0]["subject"], found[0]["detail"]["SESSION_ID"]) == (PID, "session1")
    assert people.panel_return(served.study, rater) == people.PanelReturn(
        "DONE42", "https://app.prolific.com/submissions/complete?cc=DONE42"
    )
    assert people.panel_return(served.study, rater, "screened out").code == "OUT7"
    assert people.panel_return(served.study, "ada") is None


def test_a_second_device_asks_and_ends_the_first(panel):
    served, path = panel
    first, _ = come(served, path, PROLIFIC_PID="two-devices")
    second, page = come(served, path, PROLIFIC_PID="two-devices")
    assert "signed in on another device" in page.text
    assert served.rater(second.cookies) is None
    assert served.rater(first.cookies) is not None
    press(second, page, path)
    assert served.rater(first.cookies) is None
    assert served.rater(second.cookies) is not None


@pytest.mark.parametrize(
    "changes",
    [{"STUDY_ID": "other"}, {"PROLIFIC_PID": ""}, {"PROLIFIC_PID": "{{%PROLIFIC_PID%}}"}, {"PROLIFIC_PID": "x" * 65}],
)
def test_a_link_without_a_person_or_of_another_study_lets_nobody_in(panel, changes):
    served, path = panel
    client, answer = come(served, path, **changes)
    assert answer.headers["location"] == "/?problem=panel"
    assert served.rater(client.cookies) is None


def test_a_panel_is_full_after_its_people_and_those_who_are_in_come_back(tmp_path):
    study, _ = make_study(tmp_path / "study")
    served = ServedStudy(study.folder)
    path = people.open_panel(study, "mturk", actor="x", people=1).path
    ids = {"hitId": "h", "assignmentId": "a"}
    client = guarded(served)
    press(client, client.get(path, params={"workerId": "w1", **ids}), path)
    name = served.rater(client.cookies)
    assert name.startswith("mturk-")
    late = guarded(served)
    full = press(late, late.get(path, params={"workerId": "w2", **ids}), path)
    assert full.headers["location"] == "/?problem=used"
    assert press(client, client.get(path, params={"workerId": "w1", **ids}), path).headers["location"] == "/"
    people.revoke(study, name, actor="x")
    out = press(client, client.get(path, params={"workerId": "w1", **ids}), path)
    assert out.headers["location"] == "/?problem=withdrawn"
    people.close_panel(study, "mturk", actor="x")
    assert late.get(path, params={"workerId": "w3", **ids}).headers["location"] == "/?problem=withdrawn"


def test_an_entry_link_is_no_personal_link_and_the_other_way_round(panel):
    served, path = panel
    token = path.rpartition("/")[2]
    assert guarded(served).get(f"/i/{token}").headers["location"] == "/?problem=link"
    personal = invited(served).rpartition("/")[2]
    assert guarded(served).get(f"/p/{personal}", params=PROLIFIC).headers["location"] == "/?problem=link"


# ---- the log ----


def test_the_log_holds_no_code_no_token_no_id_and_no_address_of_a_person(panel, caplog):
    served, path = panel
    with_settings(served, allow=("@uni.edu",))
    caplog.set_level(logging.DEBUG)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # the test's own client
    client = guarded(served)
    link = invited(served, uses=1)
    press(client, client.get(link), link)
    client.get("/i/wrong-code-here")
    client.post("/sign-in", data={"code": "wrong-code-there"}, headers=FOREIGN)
    come(served, path)
    come(served, path, STUDY_ID="other")
    for email in ("ann@uni.edu", "eve@elsewhere.example"):
        client.post("/sign-in/account", data={"ticket": served.tickets.issue(email)}, headers=OWN)
    log = "\n".join([record.getMessage() for record in caplog.records])
    secret = [link[3:], path[3:], PID, "wrong-code", "ann@uni", "eve@elsewhere"]
    assert not [one for one in secret if one in log]
    assert fields_of(client.get(path, params=PROLIFIC))["PROLIFIC_PID"] == PID  # that it would have been found
