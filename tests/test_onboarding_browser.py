"""The way to the first rating in a real browser: consent, instructions, practice with feedback, gold in silence."""

import re

import pytest
from helpers_app import CHROMIUM, browsing, serving
from helpers_onboarding import FEEDBACK, make_onboarding_study
from helpers_page import axe_findings, claim_on, next_claim

from referee_calib.study import audit
from referee_calib.study.onboarding import known_claim, onboarding_state, practice_results
from referee_calib.study.quality import gold_results, holds

pytestmark = [
    pytest.mark.browser,
    pytest.mark.thorough,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: apt-get install chromium"),
    pytest.mark.xdist_group("browser"),
]
SECRET = re.compile(rb'\bgold|"tolerance"|"attention"|retired|"counts"')
SHARES = '\n[onboarding]\ngold_share = 0.5\nattention_share = 0.5\n\n[quality]\nmin_seconds = 0.0\nunwatched = "off"\n'


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    place = tmp_path_factory.mktemp("onboarding")
    study, codes = make_onboarding_study(place / "study", ("ada", "ben", "cem", "axe-light", "axe-dark"))
    with (place / "study" / "study.toml").open("a") as file:
        file.write(SHARES)
    with serving(place / "study", place / "log.txt") as server, browsing() as browser:
        yield study, codes, server, browser


@pytest.fixture
def page(site):
    """A page that keeps everything the server sends: answers, and frames of the websocket."""
    context = site[3].new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page = context.new_page()
    page.received = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda data: page.received.append(as_bytes(data))))
    yield page
    context.close()


def as_bytes(data):
    return data if isinstance(data, bytes) else data.encode()


def sign_in(page, site, rater):
    page.request.get(f"{site[2].url}/i/{site[1][rater]}")
    page.goto(site[2].url)


def button(page, words):
    return page.get_by_role("button", name=words, exact=True)


def answer(page, study, level):
    """Give the claim on the page one level on every dimension; from the box frame, which is on the screen."""
    page.locator(".readout.boxed").wait_for()
    claim = page.locator(".rate").get_attribute("data-claim")
    for _ in study.claims([claim])[0].dimensions:
        page.keyboard.press(level)
    page.keyboard.press("Enter")
    return claim


def test_from_consent_to_the_first_rating(site, page):
    study = site[0]
    sign_in(page, site, "ada")
    page.locator("h1", has_text="What this is").wait_for()
    assert page.locator(".rate").count() == 0
    button(page, "I agree").click()
    page.locator("h1", has_text="How we rate").wait_for()
    page.locator(".known .why", has_text="It is the ball that was asked for.").wait_for()
    page.locator(".known .picture canvas").wait_for()  # the example's frame, with its box
    button(page, "I have read this").click()
    page.locator(".rc-practice", has_text="Practice 1 of 2").wait_for()

    assert not any(FEEDBACK.encode() in frame for frame in page.received)
    wrong = answer(page, study, "1")
    page.locator(".known .heading", has_text="Not right on Relevance and Localization.").wait_for()
    page.locator(".known .why", has_text=FEEDBACK).wait_for()
    assert page.locator(".known .given").first.inner_text().startswith("Your answer: 1")
    page.reload()  # it stays until it is read
    page.locator(".known .why", has_text=FEEDBACK).wait_for()
    button(page, "Go on").click()
    page.locator(".rc-practice", has_text="Practice 2 of 2").wait_for()
    answer(page, study, "4")
    page.locator(".known .heading", has_text=re.compile("^Right.$")).wait_for()
    button(page, "Go on").click()

    page.locator("h1", has_text="Not quite yet").wait_for()  # 2 of 4 answers right, 0.7 needed
    button(page, "Try again").click()
    for _ in range(2):
        page.locator(".rc-practice", has_text="attempt 2 of 2").wait_for()
        answer(page, study, "4")
        page.locator(".known .heading", has_text="Right.").wait_for()
        last = button(page, "Start rating")
        (last if last.count() else button(page, "Go on")).click()
    assert {one.given["relevance"] for one in practice_results(study)[0].attempts[0].answers if one.claim == wrong} == {
        1
    }
    assert onboarding_state(study, "ada").step == "rating"

    page.goto(f"{site[2].url}/?view=rate")
    page.locator(".rate[data-claim]").wait_for()
    page.received.clear()
    met = rate_all(page, study)
    roles = {known.role for claim in met if (known := known_claim(study, claim))}
    assert {"gold", "attention"} <= roles
    assert page.received
    assert [found for frame in page.received if (found := SECRET.search(frame))] == []
    assert {one.role for one in gold_results(study)} == {"gold", "attention"}
    assert {one.claim for one in study.ratings() if one.rater == "ada"} == {
        one.id for one in study.claims(sampled=True)
    }
    assert all(one.watched > 0 for one in study.ratings())


def rate_all(page, study):
    """Rate what comes until the end; an attention check gets the level that its text asks for."""
    met = []
    claim = claim_on(page)
    while claim:
        asked = re.search(r"choose level (\d)", page.locator(".rate .question").inner_text())
        if study.claims([claim])[0].boxes:
            page.locator(".readout.boxed").wait_for()
        else:  # with reduced motion nothing plays by itself, and the page would ask
            page.keyboard.press("r")
            page.locator(".stage.inside").wait_for()
        for _ in study.claims([claim])[0].dimensions:
            page.keyboard.press(asked[1] if asked else "4")
        page.keyboard.press("Enter")
        met.append(claim)
        claim = next_claim(page, claim)
    return met


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page_before_rating(site, scheme):
    study, codes, server, browser = site
    context = browser.new_context(color_scheme=scheme, reduced_motion="reduce", bypass_csp=True)
    page = context.new_page()
    name = f"axe-{scheme}"
    page.request.get(f"{server.url}/i/{codes[name]}")
    page.goto(server.url)
    button(page, "I do not take part").wait_for()
    found = {"consent": axe_findings(page)}
    button(page, "I do not take part").click()
    page.locator("h1", has_text="You do not take part").wait_for()
    found["declined"] = axe_findings(page)
    button(page, "Read it again").click()
    button(page, "I agree").click()
    page.locator(".known .picture canvas").wait_for()
    found["instructions"] = axe_findings(page)
    button(page, "I have read this").click()
    page.locator(".readout.boxed").wait_for()
    found["practice"] = axe_findings(page)
    practise_in_page(page, study, found)
    assert {place: its for place, its in found.items() if its} == {}
    context.close()


def practise_in_page(page, study, found):
    for level in ("1", "1"):
        answer(page, study, level)
        page.locator(".known .picture canvas").wait_for()
        found["feedback"] = axe_findings(page)
        button(page, "Go on").click()
    page.locator("h1", has_text="Not quite yet").wait_for()
    found["again"] = axe_findings(page)


def test_who_declines_is_thanked_and_may_read_it_again(site, page):
    study = site[0]
    sign_in(page, site, "ben")
    button(page, "I do not take part").click()
    page.locator("h1", has_text="You do not take part").wait_for()
    assert [(one.action, one.subject) for one in audit.trail(study)][-1] == ("decline", "ben")
    page.reload()
    page.locator("h1", has_text="You do not take part").wait_for()
    button(page, "Read it again").click()
    button(page, "I agree").click()
    page.locator("h1", has_text="How we rate").wait_for()


def test_the_page_asks_before_it_saves_what_nobody_looked_at(site, page):
    from helpers_onboarding import practise, read_texts

    study = site[0]
    read_texts(study, "cem")
    practise(study, 4, "cem")
    claim = next(one for one in study.claims(sampled=True) if not one.boxes)
    sign_in(page, site, "cem")
    page.route("**/frame/*", lambda route: route.abort())  # no picture reaches the screen
    page.goto(f"{site[2].url}/?view=rate&claim={claim.id}")
    page.locator(".trouble p", has_text="cannot be loaded").wait_for()
    for key in ("4", "4", "Enter"):
        page.keyboard.press(key)
    page.locator(".status.warn", has_text="You have not seen the span yet. Are you sure?").wait_for()
    assert study.ratings_of("cem", claim.id) == []
    page.keyboard.press("Enter")
    page.wait_for_function(OTHER_CLAIM, arg=claim.id)
    assert {one.watched for one in study.ratings_of("cem", claim.id)} == {0.0}
    assert ("cem", claim.id) in {(one.rater, one.claim) for one in holds(study)}
    confirmed = [one for one in audit.trail(study) if one.action == "confirm rating"]
    assert [(one.actor, one.subject, one.detail) for one in confirmed] == [
        ("rater cem", claim.id, {"asked": ["unseen"]})
    ]


WALK = """const walk = root => [...root.querySelectorAll("*")].flatMap(
  e => [e, ...(e.shadowRoot ? walk(e.shadowRoot) : [])]);"""
OTHER_CLAIM = f"""before => {{ {WALK} const rate = walk(document).find(e => e.classList.contains("rate"));
  return !rate || (rate.dataset.claim !== before && !rate.classList.contains("busy")); }}"""
