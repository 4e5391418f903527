"""Coming in, being sent away and going out, as people meet it: a real server, a real Chromium."""

import functools
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from helpers_app import CHROMIUM, browsing, make_study, serving
from helpers_people import given_by

from referee_calib.study import people
from referee_calib.study.settings import PeopleSettings
from referee_calib.study.store.people.people_tables import invitation

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: apt-get install chromium"),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A served study; yields (study, personal codes, server, browser, log file)."""
    place = tmp_path_factory.mktemp("journeys")
    study, codes = make_study(place / "study", ("anna", "bert", "leaves", "waits", "guest"))
    study.set_config(
        people=PeopleSettings(panel_completion_code="C0DE", panel_return_url="https://panel.example/?cc={code}")
    )
    with serving(study.folder, place / "log.txt") as server, browsing() as browser:
        yield study, codes, server, browser, place / "log.txt"


@pytest.fixture
def page(site):
    context = site[3].new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


def name_on(page):
    page.locator(".top .who").wait_for()
    return page.locator(".top .who").text_content()


def rate(page, study):
    """Rate the claim on the page; return its id."""
    page.locator(".rate[data-claim]").wait_for()
    claim = page.locator(".rate").get_attribute("data-claim")
    for _ in study.claims([claim])[0].dimensions:
        page.keyboard.press("3")
    page.keyboard.press("Enter")
    return claim


def test_a_link_that_has_expired_says_so_and_a_new_one_lets_in(site, page):
    study, _, server, _, _ = site
    old = people.invite(study, "late", actor="x")
    with study.writing() as connection:
        connection.execute(invitation.update().values(expires="2020-01-01T00:00:00+00:00"))
    page.goto(server.url + old.path)
    page.get_by_text("This link has expired").wait_for()
    page.goto(server.url + people.invite(study, "late", actor="x").path)
    assert name_on(page) == "late"


def test_somebody_who_is_revoked_while_rating_is_out_and_keeps_the_rating_in_the_browser(site, page):
    study, codes, server, _, _ = site
    page.goto(f"{server.url}/i/{codes['leaves']}")
    page.get_by_role("button", name="Start rating").click()
    page.locator(".rate[data-claim]").wait_for()
    people.revoke(study, "leaves", actor="coordinator kim")
    rate(page, study)
    page.locator(".status.alarm").wait_for()  # not saved, and said so
    assert given_by(study, "leaves") == []
    page.reload()
    page.get_by_text("Your access to this study was withdrawn").wait_for()
    people.reinstate(study, "leaves", actor="coordinator kim")
    page.goto(server.url + people.invite(study, "leaves", actor="coordinator kim").path)
    assert name_on(page) == "leaves"
    page.goto(f"{server.url}/?view=rate")
    page.locator(".rate[data-claim]").wait_for()
    page.wait_for_function("() => !Object.keys(localStorage).some((key) => key.includes('/outbox/'))")
    assert given_by(study, "leaves")  # what waited was sent by the page that came up


def test_somebody_elses_link_asks_and_waiting_ratings_stay_with_their_rater(site, page):
    study, codes, server, _, _ = site
    page.goto(f"{server.url}/i/{codes['waits']}")
    page.get_by_role("button", name="Start rating").click()
    page.locator(".rate[data-claim]").wait_for()
    page.route("**/api/rating", lambda route: route.abort())  # the network is away
    claim = rate(page, study)
    page.locator(".status.alarm").wait_for()
    page.goto(f"{server.url}/i/{codes['guest']}")
    page.get_by_text("You are signed in as waits. Continue as guest?").wait_for()
    page.get_by_text("1 rating of waits waits in this browser").wait_for()
    page.get_by_role("link", name="Stay signed in as waits").click()
    assert name_on(page) == "waits"
    page.goto(f"{server.url}/i/{codes['guest']}")
    page.get_by_role("button", name="Continue as guest").click()
    assert name_on(page) == "guest"
    page.unroute("**/api/rating")
    page.goto(f"{server.url}/?view=rate")
    other = rate(page, study)
    page.locator(f'.rate:not([data-claim="{other}"])').wait_for()
    assert study.ratings_of("guest", other)
    assert given_by(study, "waits") == []
    page.goto(f"{server.url}/i/{codes['waits']}")
    page.get_by_role("button", name="Continue as waits").click()
    page.goto(f"{server.url}/?view=rate")
    page.locator(".rate[data-claim]").wait_for()
    page.wait_for_function("() => !Object.keys(localStorage).some((key) => key.includes('/outbox/'))")
    assert study.ratings_of("waits", claim)
    assert {one.claim for one in given_by(study, "guest")} == {other}


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["laptop", "phone"])
def test_name_and_way_out_are_on_every_page_and_signing_out_ends_it_on_the_server(site, size):
    study, codes, server, browser, _ = site
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    page.goto(f"{server.url}/i/{codes['anna']}")
    for view in ("instructions", "rate"):
        page.goto(f"{server.url}/?view={view}")
        assert name_on(page) == "anna"
        for part in (".top .who", ".top .out"):
            box = page.locator(part).bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= size[0]
    copied = context.cookies()
    page.get_by_role("button", name="Sign out").click()
    page.locator("#code").wait_for()
    context.add_cookies(copied)
    page.reload()
    page.locator("#code").wait_for()
    assert page.request.get(f"{server.url}/v/{study.claims()[0].id}").status == 401
    context.close()


def test_people_of_a_panel_come_from_one_device_at_a_time_and_get_their_code(site, page):
    study, _, server, browser, _ = site
    entry = f"{server.url}{people.open_panel(study, 'prolific', actor='x').path}"
    entry += "?PROLIFIC_PID=5f3c0a9b8e7d6c5b4a392817&STUDY_ID=s1&SESSION_ID=x1"
    page.goto(entry)
    page.get_by_role("button", name="Begin").click()
    name = name_on(page)
    assert name.startswith("prolific-")
    phone = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    phone.goto(entry)
    phone.get_by_role("button", name="Begin").click()
    phone.get_by_text("You are signed in on another device").wait_for()
    phone.get_by_role("button", name=f"Continue as {name}").click()
    assert name_on(phone) == name
    page.reload()
    page.get_by_text("You signed in on another device").wait_for()
    phone.goto(f"{server.url}/?view=rate")
    for _ in study.claims():
        claim = rate(phone, study)
        phone.locator(f'.rate:not([data-claim="{claim}"]), .rc-done').first.wait_for()
    phone.get_by_text("C0DE").wait_for()
    assert (
        phone.get_by_role("link", name="Go back to the panel").get_attribute("href") == "https://panel.example/?cc=C0DE"
    )
    phone.context.close()


def test_no_other_page_can_show_the_app_within_itself(site, page, tmp_path):
    server = site[2]
    (tmp_path / "index.html").write_text(f'<!doctype html><title>frames</title><iframe src="{server.url}/"></iframe>')
    handler = functools.partial(SimpleHTTPRequestHandler, directory=tmp_path)
    refused = []
    page.on("console", lambda message: refused.append(message.text))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as elsewhere:
        threading.Thread(target=elsewhere.serve_forever, daemon=True).start()
        page.goto(f"http://127.0.0.1:{elsewhere.server_address[1]}/")
        for _ in range(100):
            if refused:
                break
            page.wait_for_timeout(50)
        elsewhere.shutdown()
    assert any("frame" in text and server.url in text for text in refused), refused
    assert page.frames[1].url.startswith("chrome-error://")


def test_the_servers_log_has_nothing_of_anybody(site):
    _, codes, _, _, log = site
    text = log.read_text()
    assert not [code for code in codes.values() if code in text]
    assert "5f3c0a9b8e7d6c5b4a392817" not in text
    assert "/i/" not in text
