"""The whole app as a rater meets it: a real server process, a real Chromium, a real video."""

import re

import pytest
from helpers_app import CHROMIUM, IMAGE_TEXT, SCRIPT_TEXT, browsing, make_study, serving, true_box, write_unplayable
from helpers_page import next_claim
from helpers_study import order_of

from referee_calib.records import Claim

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: apt-get install chromium"),
    pytest.mark.xdist_group("browser"),
]

RATERS = ("plays", "rates", "corrects", "skips", "reads", "links", "drafts", "finishes", "phones", "expires")
OPTIONAL_FLAGS = {"color_scheme": "light", "reduced_motion": "reduce"}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A served study; yields (study, personal codes, address, browser, log file)."""
    place = tmp_path_factory.mktemp("app")
    study, codes = make_study(place / "study", RATERS)
    with serving(place / "study", place / "log.txt") as server, browsing() as browser:
        yield study, codes, server, browser


@pytest.fixture
def page(site):
    """A fresh page whose requests are watched: nothing may leave this machine."""
    context = site[3].new_context(viewport={"width": 1280, "height": 720}, **OPTIONAL_FLAGS)
    page = context.new_page()
    elsewhere = []
    page.on("request", lambda request: elsewhere.append(request.url) if is_elsewhere(request.url) else None)
    yield page
    context.close()
    assert not elsewhere


@pytest.fixture
def own(site, tmp_path):
    """A study of its own with a server that can be killed; yields (study, code of its rater, server, context)."""
    study, codes = make_study(tmp_path / "study")
    context = site[3].new_context(viewport={"width": 1280, "height": 720})
    with serving(tmp_path / "study", tmp_path / "log.txt") as server:
        yield study, codes["ada"], server, context
        context.close()


def is_elsewhere(url):
    return not url.startswith(("http://127.0.0.1:", "data:", "blob:"))


def start(page, server, code, claim=""):
    """Sign in by personal link and open the next claim, or a given one."""
    page.request.get(f"{server.url}/i/{code}")
    page.goto(f"{server.url}/?view=rate&claim={claim}")
    page.locator(f'.rate[data-claim="{claim}"]' if claim else ".rate[data-claim]").wait_for()


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def rate(page, study, claim, level):
    """Give every dimension of a claim the same level, and save."""
    press(page, *[level] * len(study.claims([claim])[0].dimensions), "Enter")


def claim_on(page):
    return page.locator(".rate").get_attribute("data-claim")


def wait_for_other_claim(page, claim):
    page.wait_for_function(OTHER_CLAIM, arg=claim)


def at_box(page):
    """Wait for the box; where a busy browser lost the first jump to it, jump again as a person would."""
    from playwright.sync_api import TimeoutError

    for _ in range(3):
        try:
            return page.locator(".readout.boxed").wait_for(timeout=10_000)
        except TimeoutError:
            page.locator(".jump").click()
    return page.locator(".readout.boxed").wait_for()


def step_to(page, key, time):
    """Step one frame from the box and wait for that frame; where a busy browser lost a step, begin again at the box."""
    from playwright.sync_api import TimeoutError

    frame = page.locator(f'canvas.boxes[data-boxes="0"][data-time="{time}"]')
    for _ in range(3):
        page.keyboard.press(key)
        try:
            return frame.wait_for(state="attached", timeout=10_000)
        except TimeoutError:
            page.keyboard.press("j")
            at_box(page)
    page.keyboard.press(key)
    return frame.wait_for(state="attached")


def rest_on(page, time):
    """Wait for the frame that the box is on; where a busy browser rested on another, go to the box again."""
    from playwright.sync_api import TimeoutError

    at_box(page)
    frame = page.locator(f'canvas.boxes[data-boxes="1"][data-time="{time}"]')
    for _ in range(3):
        try:
            return frame.wait_for(state="attached", timeout=10_000)
        except TimeoutError:
            page.keyboard.press("j")
            at_box(page)
    return frame.wait_for(state="attached")


def levels_of(study, rater, claim):
    return {one.dimension: one.level for one in study.ratings_of(rater, claim)}


def test_a_wrong_code_is_told_and_a_right_one_signs_in(site, page):
    _, codes, server, _ = site
    page.goto(server.url)
    page.locator("input#code").fill("no such code")
    page.locator("button.strong").click()
    page.locator(".problem", has_text="not known").wait_for()
    page.locator("input#code").fill(codes["reads"])
    page.keyboard.press("Enter")
    page.locator("h1", has_text="How to rate").wait_for()
    page.locator(".top .count", has_text=re.compile("^0 of 3$")).wait_for()
    page.locator(".top .out").click()
    page.locator("input#code").wait_for()
    page.reload()
    page.locator("input#code").wait_for()


def test_a_personal_link_signs_in_and_leaves_neither_the_address_nor_the_log(site, page):
    _, codes, server, _ = site
    page.goto(f"{server.url}/i/{codes['links']}")
    page.locator("h1", has_text="How to rate").wait_for()
    assert codes["links"] not in page.url
    assert codes["links"] not in server.log.read_text()
    cookie = page.context.cookies()[0]
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"


def test_the_video_rests_on_the_frame_of_the_box_with_the_box_drawn(site, page):
    study, codes, server, _ = site
    claim = study.claims()[0]  # its box is at 2.0 s, and 2.0 s x 25 frames a second is the start of frame 50
    start(page, server, codes["plays"], claim.id)
    at_box(page)
    assert float(page.locator("canvas.boxes").get_attribute("data-time")) == pytest.approx(50 / 25, abs=1e-6)
    _, x1, y1, x2, y2 = true_box(2.0)
    seen = page.locator("canvas.boxes").evaluate(PIXELS, [(x1 + x2) / 2, y1, y2])
    assert [c > 0 for c in seen["inside"]] == [False] * 4  # nothing is drawn over what is judged
    assert seen["edge"][:3] == [255, 214, 10]  # the yellow line lies just outside the upper edge
    red, green, blue = seen["picture"][:3]  # in the middle of the box the video shows the red ball
    assert red > 150
    assert max(green, blue) < 110


def test_stepping_a_frame_away_hides_the_box_and_j_brings_it_back(site, page):
    study, codes, server, _ = site
    start(page, server, codes["plays"], study.claims()[0].id)
    at_box(page)
    step_to(page, ".", "2.040000")
    page.locator(".readout:not(.boxed)").wait_for()
    page.keyboard.press(",")
    at_box(page)
    step_to(page, ",", "1.960000")
    page.keyboard.press("j")
    at_box(page)


def test_space_plays_the_claim_and_playback_rests_on_the_box(site, page):
    study, codes, server, _ = site
    start(page, server, codes["plays"], study.claims()[0].id)
    at_box(page)
    page.keyboard.press("Space")
    page.wait_for_function(TIME + " > 0.05 && " + TIME + " < 1.9")  # from one second before the span
    page.locator(".readout.boxed").wait_for()  # on its way it stands still on the box
    page.wait_for_function(TIME + " > 2.3")  # and goes on by itself
    page.keyboard.press("Space")
    page.wait_for_function(VIDEO + ".paused")


def test_keys_rate_every_dimension_and_the_next_claim_comes(site, page):
    study, codes, server, _ = site
    start(page, server, codes["rates"])
    given = {}
    for _ in range(3):  # more than one claim: listeners that pile up would rate twice from the second on
        claim = claim_on(page)
        dimensions = study.claims([claim])[0].dimensions
        given[claim] = dict(zip(dimensions, (4, 2, 0), strict=False))
        press(page, *map(str, given[claim].values()), "Enter")
        wait_for_other_claim(page, claim)
    page.locator("h1", has_text="Thank you").wait_for()
    assert {claim: levels_of(study, "rates", claim) for claim in given} == given
    assert len([one for one in study.ratings(history=True) if one.rater == "rates"]) == sum(map(len, given.values()))
    assert all(
        one.order == order_of(study, "rates").index(one.claim) for one in study.ratings() if one.rater == "rates"
    )


def test_a_claim_without_all_levels_is_not_saved(site, page):
    study, codes, server, _ = site
    claim = study.claims()[0]  # box and span: three dimensions
    start(page, server, codes["drafts"], claim.id)
    press(page, "3", "Enter")
    page.locator(".status.warn", has_text="Localization still needs a level").wait_for()
    assert study.ratings_of("drafts", claim.id) == []
    page.reload()  # what was entered and not saved is still there
    page.locator('.level[aria-checked="true"]', has_text="The right thing, with a small doubt").wait_for()


def test_arrows_move_between_levels_and_dimensions(site, page):
    study, codes, server, _ = site
    start(page, server, codes["drafts"], study.claims()[1].id)  # a box alone: two dimensions
    press(page, "2", "ArrowDown", "ArrowUp", "ArrowUp", "ArrowLeft", "ArrowDown")
    # relevance 2; the key went on to localization: none, so down gives 0, up and up stay at 0; left goes back to
    # relevance and down makes it 3
    page.keyboard.press("Enter")
    wait_for_other_claim(page, study.claims()[1].id)
    assert levels_of(study, "drafts", study.claims()[1].id) == {"relevance": 3, "localization": 0}


def test_tab_goes_from_dimension_to_dimension_and_streamlits_own_keys_are_out_of_the_way(site, page):
    study, codes, server, _ = site
    start(page, server, codes["drafts"], study.claims()[0].id)  # box and span: three dimensions
    page.locator(".scale.active", has_text="Relevance").wait_for()
    for title in ("Localization", "Timing"):
        page.keyboard.press("Tab")
        page.locator(".scale.active", has_text=title).wait_for()
    page.keyboard.press("c")  # elsewhere this asks whether Streamlit's cache should be cleared
    page.keyboard.press("4")
    timing = page.locator(".scale", has_text="Timing")
    assert timing.locator('.level[aria-checked="true"]').inner_text().startswith("4")
    assert page.get_by_role("dialog").count() == 0


def test_back_and_correct_appends(site, page):
    study, codes, server, _ = site
    start(page, server, codes["corrects"])
    first = claim_on(page)
    page.locator(".level").nth(1).click()
    dimensions = study.claims([first])[0].dimensions
    press(page, *["1"] * len(dimensions[1:]))
    page.locator(".save").click()
    wait_for_other_claim(page, first)
    second = claim_on(page)
    page.keyboard.press("u")
    page.locator(f'.rate[data-claim="{first}"]').wait_for()
    page.locator(".status", has_text="rated this claim before").wait_for()
    assert page.locator('.level[aria-checked="true"]').count() == len(dimensions)
    press(page, *["ArrowDown", "ArrowRight"] * len(dimensions))
    page.keyboard.press("n")
    page.keyboard.type("looked again")
    page.keyboard.press("Enter")
    page.locator(f'.rate[data-claim="{second}"]').wait_for()
    assert levels_of(study, "corrects", first) == dict.fromkeys(dimensions, 2)
    history = [one for one in study.ratings(history=True) if one.claim == first and one.rater == "corrects"]
    assert [one.level for one in history] == [1] * len(dimensions) + [2] * len(dimensions)
    assert {one.note for one in history[len(dimensions) :]} == {"looked again"}


def test_skipping_needs_a_reason_and_other_needs_words(site, page):
    study, codes, server, _ = site
    start(page, server, codes["skips"])
    first = claim_on(page)
    press(page, "s", "Enter")
    page.locator(".status", has_text="Choose a reason").wait_for()
    press(page, "2", "Enter")
    wait_for_other_claim(page, first)
    assert {(one.level, one.reason) for one in study.ratings_of("skips", first)} == {(None, "not visible")}
    second = claim_on(page)
    press(page, "s", "4", "Enter")
    page.locator(".status", has_text="write the reason").wait_for()
    page.keyboard.type("two of them")
    page.keyboard.press("Enter")
    wait_for_other_claim(page, second)
    skipped = study.ratings_of("skips", second)
    assert {(one.level, one.reason, one.note) for one in skipped} == {(None, "other", "two of them")}


def test_a_rating_given_while_signed_out_waits_for_the_next_sign_in(site, page):
    study, codes, server, _ = site
    start(page, server, codes["expires"])
    claim = claim_on(page)
    page.context.clear_cookies()
    rate(page, study, claim, "1")
    page.locator(".status.alarm", has_text="You are signed out").wait_for()
    assert study.ratings_of("expires", claim) == []
    page.request.get(f"{server.url}/i/{codes['expires']}")
    page.locator(".status.alarm").wait_for(state="hidden")
    page.reload()
    page.locator(".top .count", has_text="1 of 3").wait_for()
    assert {one.level for one in study.ratings_of("expires", claim)} == {1}


def test_model_text_shows_as_text(site, page):
    study, codes, server, _ = site
    start(page, server, codes["reads"], study.claims()[0].id)
    assert page.locator(".answer").inner_text() == f"The red ball. {SCRIPT_TEXT}"
    start(page, server, codes["reads"], study.claims()[1].id)
    assert page.locator(".phrase").inner_text() == IMAGE_TEXT
    assert page.locator(".rate img, .rate b:not(legend b), .rate script").count() == 0
    assert page.title() == "Rate the evidence"


def test_the_rating_page_fits_a_laptop_and_a_phone(site, page):
    study, codes, server, _ = site
    start(page, server, codes["phones"], study.claims()[0].id)
    at_box(page)
    main = page.get_by_test_id("stMain")
    assert main.evaluate("e => e.scrollHeight - e.clientHeight") <= 0  # 1280 x 720: no scrolling
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function("() => innerWidth === 390")
    assert main.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    page.locator(".save").scroll_into_view_if_needed()


def test_the_end_offers_a_second_look(site, page):
    study, codes, server, _ = site
    start(page, server, codes["finishes"])
    claim = claim_on(page)
    while claim:
        rate(page, study, claim, "3")
        claim = next_claim(page, claim)
    page.locator("h1", has_text="Thank you").wait_for()
    page.locator(".st-key-again button").click()
    page.locator(f'.rate[data-claim="{order_of(study, "finishes")[-1]}"]').wait_for()


def test_a_box_at_the_very_end_shows_the_last_frame_and_one_beyond_it_none(own):
    study, code, server, context = own
    shared = {"video": "ball.mp4", "question": "Where is the ball?", "object": "ball"}
    # 100 frames at 25 a second: the last one is shown from 3.96 s to 4.00 s
    end = Claim(boxes=((4.0, 0.7, 0.4, 0.9, 0.8),), **shared)
    beyond = Claim(boxes=((4.5, 0.7, 0.4, 0.9, 0.8),), **shared)
    study.add_claims([end, beyond])
    page = context.new_page()
    start(page, server, code, end.id)
    rest_on(page, "3.960000")
    start(page, server, code, beyond.id)
    page.locator(".where", has_text="the video ends at 4.00 s").wait_for()
    page.wait_for_function(TIME + " > 0.2")  # with nothing to rest on, it plays
    assert page.locator("canvas.boxes").get_attribute("data-boxes") == "0"


def test_a_video_that_no_browser_plays_is_shown_frame_by_frame(own):
    study, code, server, context = own
    write_unplayable(study.media / "old.avi", study.media / "ball.mp4")
    claim = Claim(video="old.avi", question="Where?", object="ball", boxes=(true_box(1.0),), rollout="avi")
    study.add_claims([claim])
    page = context.new_page()
    start(page, server, code, claim.id)
    rest_on(page, "1.000000")
    assert page.locator("canvas.picture").get_attribute("data-frame") == "25"
    page.keyboard.press("r")
    page.locator(".remark", has_text="shown one by one").wait_for()
    page.locator('canvas.boxes[data-boxes="0"]').wait_for(state="attached")
    page.locator('canvas.boxes[data-boxes="1"][data-frame="25"]').wait_for(state="attached")  # it rests on the box


def test_a_rating_given_while_the_server_is_dead_arrives_after_it_is_back(own):
    study, code, server, context = own
    page = context.new_page()
    start(page, server, code)
    claim = claim_on(page)
    server.kill()
    rate_unsaved(page, study, claim)
    assert study.ratings_of("ada", claim) == []
    server.start()
    wait_for_other_claim(page, claim)
    assert {one.level for one in study.ratings_of("ada", claim)} == {2}
    assert page.evaluate("() => Object.keys(localStorage).filter(key => key.includes('outbox'))") == []


def test_a_rating_that_another_tab_sent_does_not_leave_its_page_waiting(own):
    study, code, server, context = own
    page, other = context.new_page(), context.new_page()
    start(page, server, code)
    start(other, server, code)
    claim = claim_on(page)
    page.route("**/api/rating", lambda route: route.abort())  # this tab alone has no way to the server
    rate_unsaved(page, study, claim)
    other.evaluate("window.dispatchEvent(new Event('online'))")
    wait_for_other_claim(page, claim)
    assert {one.level for one in study.ratings_of("ada", claim)} == {2}


def rate_unsaved(page, study, claim):
    """Rate a claim and wait until the page says that the rating has not arrived."""
    rate(page, study, claim, "2")
    page.locator(".status.alarm", has_text="Not saved yet").wait_for()


def test_long_words_of_a_model_hide_neither_the_claim_nor_the_video(own):
    study, code, server, context = own
    words = {"question": "Why? " * 300, "answer": "word " * 600, "object": "red ball " * 200}
    long = Claim(video="ball.mp4", rollout="r2", boxes=(true_box(1.0),), **words)
    study.add_claims([long])
    page = context.new_page()
    start(page, server, code, long.id)
    at_box(page)
    for shown in (".question", ".answer", ".phrase", ".where", "canvas.boxes"):
        box = page.locator(f".rate {shown}").bounding_box()
        assert box["height"] > 15
        assert box["y"] + box["height"] < 720
        hit = page.evaluate(HIT, [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2])
        assert shown.removeprefix(".") in hit or shown == "canvas.boxes"  # nothing lies over it, nothing cuts it off


# Locators look into shadow roots by themselves; scripts have to walk there.
WALK = """const walk = root => [...root.querySelectorAll("*")].flatMap(
  e => [e, ...(e.shadowRoot ? walk(e.shadowRoot) : [])]);"""
VIDEO = f"""(() => {{ {WALK} return walk(document).find(e => e.tagName === "VIDEO"); }})()"""
TIME = f"{VIDEO}.currentTime"
# The classes of what is seen at a point of the window.
HIT = """([x, y]) => { const inside = at => at.shadowRoot ? inside(at.shadowRoot.elementFromPoint(x, y)) : at;
  return inside(document.elementFromPoint(x, y)).className; }"""
OTHER_CLAIM = f"""before => {{ {WALK} const rate = walk(document).find(e => e.classList.contains("rate"));
  return !rate || (rate.dataset.claim !== before && !rate.classList.contains("busy")); }}"""
# Read the canvas just outside and inside the box's upper edge, and the picture in the middle of the box.
PIXELS = """(canvas, [x, top, bottom]) => {
  const picture = canvas.parentElement.querySelector(".picture");
  const scale = canvas.width / canvas.clientWidth;
  const shown = Math.min(canvas.clientWidth / picture.width, canvas.clientHeight / picture.height);
  const [w, h] = [picture.width * shown, picture.height * shown];
  const [left, upper] = [(canvas.clientWidth - w) / 2, (canvas.clientHeight - h) / 2];
  const at = (y, off) => [...canvas.getContext("2d").getImageData(
    Math.round((left + x * w) * scale), Math.round((upper + y * h + off) * scale), 1, 1).data];
  const middle = picture.getContext("2d").getImageData(
    Math.round(x * picture.width), Math.round((top + bottom) / 2 * picture.height), 1, 1).data;
  return { edge: at(top, -3), inside: at(top, 4), picture: [...middle] };
}"""
