"""The player's script is fetched by its address, once, and not sent with every claim."""

import warnings
from urllib.parse import urlsplit

import pytest
from helpers_app import CHROMIUM, browsing, make_study, serving
from starlette.applications import Starlette

from annotate_app.components import SCRIPT_FOLDER, page_scripts, script_at, text
from annotate_app.components.page_scripts import address_of, fetched_by_address, script
from annotate_app.routes.script_routes import script_routes

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Starlette's test client announces which HTTP client it will want next
    from starlette.testclient import TestClient


@pytest.fixture
def client():
    return TestClient(Starlette(routes=script_routes()))


def test_the_script_is_sent_to_anybody_and_kept_for_good(client):
    answer = client.get(address_of("player"))
    assert answer.text == script("player")
    assert "class Player" in answer.text
    assert "export default" in answer.text
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize("name", ["player-0123456789abcdef.js", "player.js", "", "..%2frating%2fmain.js"])
def test_another_address_is_none_and_is_not_kept(client, name):
    answer = client.get(SCRIPT_FOLDER + name)
    assert answer.status_code == 404
    assert "immutable" not in answer.headers.get("cache-control", "")
    assert script_at(SCRIPT_FOLDER + name) is None


def test_another_script_has_another_address(monkeypatch):
    before = address_of("player")
    monkeypatch.setattr(page_scripts, "script", lambda _name: "export default () => {};")
    assert address_of.__wrapped__("player") != before


def test_what_goes_with_every_claim_is_short():
    sent = fetched_by_address("player")
    assert address_of("player") in sent
    assert len(sent) < len(script("player")) / 50
    assert "\n" in sent  # Streamlit takes a single line with a slash for a path
    assert "export default" in text("by_address.js")


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: apt-get install chromium")
@pytest.mark.xdist_group("browser")
def test_a_fetch_that_fails_is_tried_again_and_a_page_fetches_it_once(tmp_path):
    folder = tmp_path / "study"
    study, codes = make_study(folder)
    asked = []

    def meet(route):
        asked.append(urlsplit(route.request.url))
        route.abort() if len(asked) == 1 else route.continue_()

    with serving(folder, tmp_path / "log") as server, browsing() as browser:
        page = browser.new_page()
        page.route(f"**{SCRIPT_FOLDER}*", meet)
        page.request.get(f"{server.url}/i/{codes['ada']}")
        page.goto(f"{server.url}/?view=rate")
        claim = page.locator(".rate[data-claim]").get_attribute("data-claim")
        for key in [*("3" for _ in study.claims([claim])[0].dimensions), "Enter"]:
            page.keyboard.press(key)
        page.locator(f'.rate[data-claim]:not([data-claim="{claim}"])').wait_for()
    assert [one.path for one in asked] == [address_of("player")] * 2
    assert [one.query for one in asked] == ["", "again=1"]
