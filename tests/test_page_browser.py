"""The rating page in a real browser: keys of other keyboards, eleven levels, the list, moving on, drawing."""

import pytest
from helpers_app import CHROMIUM, browsing, serving
from helpers_page import (
    RUBRIC,
    backward_claim,
    chosen,
    claim_on,
    drag,
    make_page_study,
    next_claim,
    open_claim,
    press,
    type_key,
    wait_for_claim,
)
from helpers_study import order_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: apt-get install chromium"),
    pytest.mark.xdist_group("browser"),
]

RATERS = ("types", "lists", "moves", "draws", "phones", "reads")
SETTINGS = 'draw = "optional"\nkey_loop = "o"'


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A served study with eleven, three and two levels; yields (study, personal codes, server, browser)."""
    place = tmp_path_factory.mktemp("page")
    study, codes = make_page_study(place / "study", RATERS, SETTINGS, RUBRIC, [backward_claim()])
    with serving(place / "study", place / "log.txt") as server, browsing() as browser:
        yield study, codes, server, browser


@pytest.fixture
def page(site):
    """A fresh page; the browser's console stays without an error."""
    context = site[3].new_context(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()
    assert said == []


def test_other_keyboards_rate_on_eleven_levels_and_keys_can_be_renamed(site, page):
    study, codes, server, _ = site
    claim = study.claims()[0]
    open_claim(page, server, codes["types"], claim.id)
    type_key(page, "ч", "KeyX")  # Russian: X is level 10
    type_key(page, "é", "Digit2")  # AZERTY: 2 without Shift
    type_key(page, "1", "Numpad1")
    assert chosen(page) == [10, 2, 1]
    levels = page.locator(".scale").first
    assert levels.locator(".level").nth(10).locator("kbd").text_content() == "X"
    assert (levels.locator("..").get_attribute("lang"), levels.locator(".level").nth(10).get_attribute("dir")) == (
        "ar",
        "auto",
    )
    type_key(page, "щ", "KeyO")  # the loop, which this study has put on O
    assert page.locator(".loop").get_attribute("aria-pressed") == "false"
    assert page.locator(".loop kbd").text_content() == "O"
    press(page, "l")  # no longer a key
    type_key(page, "ς", "KeyW")  # nor this one
    assert page.locator(".loop").get_attribute("aria-pressed") == "false"
    type_key(page, "ζ", "KeyZ")  # Greek: Z zooms
    page.locator(".stage.zoomed").wait_for()
    press(page, "Shift+ArrowRight", "z")
    page.locator(".stage:not(.zoomed)").wait_for()
    press(page, "Enter")
    next_claim(page, claim.id)
    given = {one.dimension: one.level for one in study.ratings_of("types", claim.id)}
    assert given == {"relevance": 10, "localization": 2, "timing": 1}


def test_the_list_shows_ones_own_claims_and_jumps(site, page):
    study, codes, server, _ = site
    order = order_of(study, "lists")
    open_claim(page, server, codes["lists"])
    press(page, "s", "2", "Enter")
    wait_for_claim(page, order[1])
    press(page, "m")
    page.locator("dialog .entry").nth(3).wait_for()
    assert [one.text_content() for one in page.locator("dialog .state").all()] == ["skipped", "open", "open", "open"]
    assert [one.text_content() for one in page.locator(".filter").all()] == ["All 4", "Open 3", "Done 0", "Skipped 1"]
    press(page, "ArrowDown", "ArrowDown", "Enter")  # from the claim on the page, which is the second
    wait_for_claim(page, order[3])
    page.locator(".list").click()
    page.locator(".filter", has_text="Skipped 1").click()
    page.locator("dialog .entry").nth(1).wait_for(state="detached")
    page.locator("dialog .entry").click()
    wait_for_claim(page, order[0])
    assert page.request.get(f"{server.url}/api/claims").status == 200
    page.context.clear_cookies()
    assert page.request.get(f"{server.url}/api/claims").status == 401


def test_forward_and_back_save_nothing_and_lose_nothing(site, page):
    study, codes, server, _ = site
    order = order_of(study, "moves")
    open_claim(page, server, codes["moves"], order[0])
    assert page.locator(".back").is_disabled()
    press(page, "7", "n")
    page.keyboard.type("half a thought")
    press(page, "Escape", "i")
    wait_for_claim(page, order[1])
    assert chosen(page)[0] is None
    press(page, "u")
    wait_for_claim(page, order[0])
    assert chosen(page)[0] == 7
    assert page.locator(".note input").input_value() == "half a thought"
    assert [one for one in study.ratings() if one.rater == "moves"] == []


def test_a_drawing_by_pointer_and_by_keys_becomes_a_mark(site, page):
    study, codes, server, _ = site
    claim = study.claims()[0]  # its box is at 2.0 s, which is the start of frame 50; frames last 0.04 s
    open_claim(page, server, codes["draws"], claim.id)
    page.locator(".readout.boxed").wait_for()
    press(page, "d")
    page.locator('canvas.boxes[data-boxes="0"]').wait_for(state="attached")  # nobody draws along the model's lines
    assert page.locator(".where").text_content() == "box at 2.00 s · a span"
    drag(page, (0.2, 0.3), (0.5, 0.6))
    drag(page, (0.35, 0.45), (0.45, 0.45))  # taken in its middle, it moves to the right by 0.1
    press(page, "ArrowUp", "Shift+ArrowDown", "[", ".", ".", "]")
    page.locator(".mark-words", has_text="Span: 2.00 s to 2.12 s").wait_for()  # frame 52 ends at 2.12 s
    press(page, "Enter")
    page.locator('canvas.boxes[data-own="0"]').wait_for(state="attached")  # frame 52 has no box
    press(page, "j")
    page.locator('canvas.boxes[data-boxes="1"][data-own="1"]').wait_for(state="attached")
    press(page, "1", "1", "1", "Enter")
    next_claim(page, claim.id)
    (mark,) = [one for one in study.marks() if one.rater == "draws"]
    # drawn 0.2 to 0.5 and 0.3 to 0.6; moved by 0.1 to the right, by a key 0.01 up, then 0.01 higher at its lower edge
    assert mark.boxes[0] == pytest.approx((2.0, 0.3, 0.29, 0.6, 0.6), abs=0.004)
    assert mark.span == pytest.approx((2.0, 2.12), abs=1e-6)


@pytest.mark.thorough
def test_on_a_phone_the_next_claim_begins_at_its_beginning(site, page):
    _, codes, server, _ = site
    page.set_viewport_size({"width": 390, "height": 844})
    open_claim(page, server, codes["phones"])
    first = claim_on(page)
    for scale in page.locator(".scales .scale").all():
        scale.locator(".level").last.click()
    page.locator(".status").scroll_into_view_if_needed()
    page.locator(".save").click()
    next_claim(page, first)
    top = page.locator(".question").bounding_box()["y"]
    assert 0 <= top < 120
    assert page.get_by_test_id("stMain").evaluate("e => e.scrollWidth - e.clientWidth") <= 0


@pytest.mark.thorough
def test_text_that_runs_backward_and_characters_nobody_sees_are_shown(site, page):
    study, codes, server, _ = site
    claim = next(one for one in study.claims() if one.rollout == "backward")
    open_claim(page, server, codes["reads"], claim.id)
    assert page.locator(".phrase").inner_text() == "⟨RLO⟩llab der"
    assert page.locator(".question").inner_text() == "What is it?⟨ZWSP⟩"
    assert page.locator(".answer").inner_text() == "A ball⟨TAG A⟩."
    press(page, "m")
    entry = page.locator("dialog .entry", has_text="What is it?")
    assert "⟨RLO⟩llab der" in entry.inner_text()
