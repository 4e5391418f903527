"""Ratings that wait in the browser: none is dropped, each is told of, and a file of them comes into the study."""

import json
import re

import pytest
from helpers_app import CHROMIUM, browsing, make_study, serving
from helpers_network import wire_to
from helpers_study import run

from referee_calib.study import Study

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: apt-get install chromium"),
    pytest.mark.xdist_group("browser"),
]

RATERS = ("held", "tabs", "blocked", "cut")
KEPT = "() => Object.keys(localStorage).filter(key => key.includes('/outbox/')).length"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A served study; yields (study, personal codes, server, browser)."""
    place = tmp_path_factory.mktemp("outbox")
    study, codes = make_study(place / "study", RATERS)
    with serving(place / "study", place / "log.txt") as server, browsing() as browser:
        yield study, codes, server, browser


def signed_in(site, rater):
    """Return a browser's context in which a rater is signed in, and a page with the next claim."""
    _, codes, server, browser = site
    context = browser.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    context.request.get(f"{server.url}/i/{codes[rater]}")
    return context, opened(context, server)


def opened(context, server):
    page = context.new_page()
    page.goto(f"{server.url}/?view=rate")
    page.locator(".rate[data-claim]").wait_for()
    return page


def rate(page, study, level="3"):
    """Give every dimension of the claim that is shown a level, save, and return the claim."""
    claim = page.locator(".rate").get_attribute("data-claim")
    for _ in study.claims([claim])[0].dimensions:
        page.keyboard.press(level)
    page.keyboard.press("Enter")
    return claim


def wait_for_another(page, claim):
    page.locator(f'.rate[data-claim]:not([data-claim="{claim}"])').wait_for()


def test_a_refused_rating_is_kept_told_saved_as_a_file_and_sent_again(site, tmp_path):
    study, _, server, _ = site
    context, page = signed_in(site, "held")
    ids = [one.id for one in study.claims()]
    claim = page.locator(".rate").get_attribute("data-claim")
    study.select([one for one in ids if one != claim], force=True)  # the claim is the rater's no more
    assert rate(page, study) == claim
    notice = page.locator('.notice[data-notice="kept"]')
    notice.wait_for()
    assert "One rating is not saved on the server, and kept in this browser: This claim is not one of yours" in (
        notice.inner_text().replace("\n", " ")
    )
    assert page.evaluate(KEPT) == 1
    page.close()
    page = opened(context, server)  # another day: it is found again, though another claim is shown
    notice = page.locator('.notice[data-notice="kept"]')
    notice.wait_for()
    with page.expect_download() as download:
        notice.get_by_text("Save as a file").click()
    assert download.value.suggested_filename == "waiting-ratings-held.jsonl"
    download.value.save_as(tmp_path / "waiting.jsonl")
    assert study.ratings_of("held", claim) == []
    done = run("import", study.folder, tmp_path / "waiting.jsonl", "--json")
    assert done.exit_code == 0, done.output
    stored = study.ratings_of("held", claim)
    assert {one.level for one in stored} == {3}
    assert {one.origin for one in stored} == {"app"}
    assert stored[0].nonce.startswith(claim)
    study.select(ids)
    notice.get_by_text("Send again").click()  # the reason is gone; what came by the file counts once
    notice.wait_for(state="detached")
    assert page.evaluate(KEPT) == 0
    assert len([one for one in study.ratings(history=True) if one.rater == "held" and one.claim == claim]) == len(
        stored
    )
    context.close()


def test_a_claim_that_is_given_anew_is_not_overwritten_by_the_rating_that_was_held(site):
    study, _, _, _ = site
    context, page = signed_in(site, "held")
    ids = [one.id for one in study.claims()]
    claim = page.locator(".rate").get_attribute("data-claim")
    study.select([one for one in ids if one != claim], force=True)
    rate(page, study, "1")
    page.locator('.notice[data-notice="kept"]').wait_for()
    study.select(ids, force=True)
    for number in range(len(study.claims([claim])[0].dimensions)):
        page.locator("[role=radiogroup]").nth(number).locator("[role=radio]").nth(4).click()
    page.keyboard.press("Enter")
    wait_for_another(page, claim)
    page.locator('.notice[data-notice="kept"]').wait_for(state="detached")
    assert {one.level for one in study.ratings_of("held", claim)} == {4}
    replaced = (
        "() => Object.entries(localStorage).filter(([key]) => key.includes('/replaced/')).map(([, text]) => text)"
    )
    (kept,) = page.evaluate(replaced)
    assert set(json.loads(kept)["levels"].values()) == {1}
    context.close()


def test_a_second_tab_is_told_and_overwrites_nothing_in_silence(site):
    study, _, server, _ = site
    context, page = signed_in(site, "tabs")
    other = opened(context, server)
    for one in (page, other):
        one.locator('.notice[data-notice="tab"]', has_text="open in another tab").wait_for()
    claim = rate(page, study, "4")
    wait_for_another(page, claim)
    other.locator(".status.warn", has_text="rated this claim in another tab").wait_for()
    rate(other, study, "1")
    other.locator(".status.warn", has_text="Save once more to replace").wait_for()
    assert {one.level for one in study.ratings_of("tabs", claim)} == {4}
    other.keyboard.press("Enter")
    wait_for_another(other, claim)
    assert {one.level for one in study.ratings_of("tabs", claim)} == {1}
    other.close()
    page.locator('.notice[data-notice="tab"]').wait_for(state="detached")
    context.close()


@pytest.mark.thorough
def test_a_blocked_live_connection_is_told_and_the_page_goes_on_when_it_is_free(site):
    study, codes, server, browser = site
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.request.get(f"{server.url}/i/{codes['blocked']}")
    page, open_ones, free = context.new_page(), [], [True]

    def pass_on(socket):
        if not free[0]:
            socket.close(code=1013)
            return
        socket.connect_to_server()
        open_ones.append(socket)

    page.route_web_socket(re.compile("/_stcore/stream"), pass_on)
    page.goto(f"{server.url}/?view=rate")
    page.locator(".rate[data-claim]").wait_for()
    free[0] = False
    page.evaluate(
        "sessionStorage.setItem('referee-calib/reloaded', String(Date.now() + 3600e3))"
    )  # reloads nothing yet
    for socket in open_ones:
        socket.close(code=1013)
    claim = rate(page, study, "2")
    page.locator('.notice[data-notice="connection"]', has_text="live connection is blocked").wait_for(timeout=60_000)
    assert {one.level for one in study.ratings_of("blocked", claim)} == {2}  # it went without the connection
    free[0] = True
    page.evaluate("sessionStorage.clear()")
    wait_for_another(page, claim)
    page.locator('.notice[data-notice="connection"]').wait_for(state="detached")
    context.close()


@pytest.mark.thorough
def test_a_network_that_is_cut_for_30_seconds_loses_nothing(site):
    study, codes, server, browser = site
    with wire_to(server.port) as wire:
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.request.get(f"{wire.url}/i/{codes['cut']}")
        page = opened(context, wire)
        wire.cut()
        claim = rate(page, study, "2")
        page.locator(".status.alarm", has_text="Not saved yet").wait_for()
        page.locator('.notice[data-notice="connection"]', has_text="cannot be reached").wait_for(timeout=60_000)
        page.wait_for_timeout(30_000)
        assert page.evaluate(KEPT) == 1
        wire.mend()
        wait_for_another(page, claim)
        assert {one.level for one in study.ratings_of("cut", claim)} == {2}
        assert page.evaluate(KEPT) == 0
        page.locator('.notice[data-notice="connection"]').wait_for(state="detached")
        context.close()


@pytest.mark.thorough
def test_a_rating_that_waits_while_the_key_of_the_study_is_lost_arrives_after_signing_in_anew(site, tmp_path):
    study, codes = make_study(tmp_path / "study")
    with serving(tmp_path / "study", tmp_path / "log.txt") as server:
        context, page = signed_in((study, codes, server, site[3]), "ada")
        server.kill()
        claim = rate(page, study, "2")
        page.locator(".status.alarm", has_text="Not saved yet").wait_for()
        (study.folder / "annotation.key").unlink()
        server.start()
        notice = page.locator('.notice[data-notice="signed-out"]')  # its cookie means nothing to the new key
        notice.wait_for(timeout=60_000)
        notice.get_by_text("Sign in").last.click()
        page.locator("input[name=code]").fill(codes["ada"])
        page.keyboard.press("Enter")
        page.get_by_text("Start rating").click()
        page.wait_for_function(f"() => !({KEPT})()")
        assert {one.level for one in Study.open(study.folder).ratings_of("ada", claim)} == {2}
        context.close()
