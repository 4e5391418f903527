"""The rating page in every state: axe finds nothing, and what is only seen on a long day or at the edges holds."""

import pytest
from helpers_app import CHROMIUM, WIDTH, browsing, serving, true_box
from helpers_page import (
    RUBRIC,
    axe_findings,
    backward_claim,
    chosen,
    claim_on,
    drag,
    make_page_study,
    many_claims,
    next_claim,
    open_claim,
    press,
    tiny_claim,
    wait_for_claim,
)
from helpers_study import order_of

from referee_calib.records import Claim

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: apt-get install chromium"),
    pytest.mark.xdist_group("page"),
]

RATERS = ("light", "dark", "watches", "looks", "widens", "leaves")
LAST = Claim(video="ball.mp4", question="Where at the end?", object="ball", boxes=(true_box(3.98),), rollout="last")
WHOLE = Claim(video="ball.mp4", question="All of it?", object="all", boxes=((1.0, 0, 0, 1, 1),), rollout="whole")


@pytest.fixture(scope="module")
def browser():
    with browsing() as browser:
        yield browser


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A served study of many shapes of claims, with drawing; yields (study, personal codes, server)."""
    place = tmp_path_factory.mktemp("page")
    extra = [tiny_claim(), backward_claim(), LAST, WHOLE]
    study, codes = make_page_study(place / "study", RATERS, 'draw = "optional"', claims=extra)
    with serving(place / "study", place / "log.txt") as server:
        yield study, codes, server


def new_page(browser, **options):
    context = browser.new_context(viewport={"width": 1280, "height": 800}, **options)
    return context.new_page()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state(site, browser, scheme):
    study, codes, server = site
    page = new_page(browser, color_scheme=scheme, reduced_motion="reduce")
    found = {}

    def look(state):
        found[state] = axe_findings(page)

    page.goto(server.url)
    page.locator("input#code").wait_for()
    look("sign-in")
    page.goto(f"{server.url}/?problem=code")
    page.locator(".problem").wait_for()
    look("wrong code")
    page.request.get(f"{server.url}/i/{codes[scheme]}")
    page.goto(f"{server.url}/?view=instructions")
    page.locator(".rc-keys").wait_for()
    look("instructions")
    open_claim(page, server, codes[scheme], study.claims()[0].id)
    page.locator(".readout.boxed").wait_for()
    look("unrated")
    press(page, "Enter")
    page.locator(".status.warn").wait_for()
    look("a level is missing")
    press(page, "1", "2", "3")
    look("rated")
    press(page, "z")
    page.locator(".stage.zoomed").wait_for()
    look("zoomed")
    press(page, "z", "s")
    look("skipping")
    press(page, "Escape", "m")
    page.locator("dialog .entry").first.wait_for()
    look("list")
    press(page, "Escape", "d", "ArrowRight", "[")
    look("drawing")
    press(page, "Enter")
    look("drawn")
    page.route("**/api/rating", lambda route: route.abort())
    press(page, "Enter")
    page.locator(".status.alarm").wait_for()
    look("not saved yet")
    page.unroute("**/api/rating")
    next_claim(page, study.claims()[0].id)
    page.route("**/times", lambda route: route.abort())
    page.reload()
    page.locator(".trouble:not([hidden])").wait_for()
    look("video not loaded")
    page.unroute("**/times")
    page.locator(".reload").click()
    claim = claim_on(page)
    while claim:
        press(page, *["4"] * page.locator(".scales .scale").count(), "Enter")
        claim = next_claim(page, claim)
    look("done")
    page.context.close()
    assert {state: said for state, said in found.items() if said} == {}
    assert len(found) == 14


def test_a_box_of_one_pixel_can_be_zoomed_into(site, browser):
    study, codes, server = site
    page = new_page(browser, reduced_motion="reduce")
    open_claim(page, server, codes["looks"], next(one for one in study.claims() if one.rollout == "tiny").id)
    page.locator(".readout", has_text="smaller than drawn").wait_for()
    press(page, "z")
    page.locator(".readout.boxed:not(:text('smaller'))").wait_for()
    assert float(page.locator(".stage").get_attribute("data-zoom")) == 40
    # one pixel of 448 on a stage of this width, 40 times larger
    width = page.locator(".stage").bounding_box()["width"] / WIDTH * 40
    assert width > 18  # so that it is drawn as large as it is
    before = page.locator(".zoomable").get_attribute("style")
    press(page, "Shift+ArrowLeft")
    assert page.locator(".zoomable").get_attribute("style") != before
    box = page.locator(".stage").bounding_box()
    page.mouse.move(box["x"] + 200, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 260, box["y"] + 230)
    page.mouse.up()  # dragged and let go: no click that would play
    assert page.locator(".play span").text_content() == "Play"
    page.locator(".zoom").click()
    page.locator(".stage:not(.zoomed)").wait_for()
    page.context.close()


def test_without_the_loop_a_replay_ends_and_with_it_it_goes_on(site, browser):
    study, codes, server = site
    page = new_page(browser)
    last = next(one for one in study.claims() if one.rollout == "last")
    open_claim(page, server, codes["watches"], last.id)
    page.locator(".readout.boxed").wait_for()
    press(page, "j", "l", *[">"] * 3, "r")  # again on the last frame; loop off; twice as fast
    assert page.locator(".speed output").text_content() == "2×"
    page.locator(".play span", has_text="Pause").wait_for()
    page.locator('canvas.boxes[data-frame="99"]').wait_for(state="attached")
    page.locator(".play span", has_text="Play").wait_for()  # it has ended, on the last frame
    assert page.locator("canvas.boxes").get_attribute("data-frame") == "99"
    page.wait_for_timeout(1500)  # longer than a rest on a box
    assert page.locator(".play span").text_content() == "Play"
    press(page, "l", "r")
    page.locator('canvas.boxes[data-frame="99"]').wait_for(state="attached")
    page.locator('canvas.boxes[data-frame=""]').wait_for(state="attached")  # on from the start of the claim
    press(page, "Space")
    page.reload()
    page.locator(".readout.boxed").wait_for()
    assert page.locator(".speed output").text_content() == "2×"  # kept for the next claim and the next visit
    assert page.locator(".loop").get_attribute("aria-pressed") == "true"
    page.context.close()


def test_full_screen_has_the_scales_as_well(site, browser):
    study, codes, server = site
    page = new_page(browser)
    open_claim(page, server, codes["widens"], study.claims()[0].id)
    page.locator(".readout.boxed").wait_for()
    press(page, "f")
    page.locator(".full span", has_text="Leave full screen").wait_for()
    press(page, "3", "3", "3")
    assert chosen(page) == [3, 3, 3]
    press(page, "f")
    page.locator(".full span", has_text="Full screen").wait_for()
    page.context.close()


def test_the_whole_of_a_large_screen_is_used(site, browser):
    study, codes, server = site
    page = new_page(browser, reduced_motion="reduce")
    page.set_viewport_size({"width": 1920, "height": 1080})
    open_claim(page, server, codes["widens"], study.claims()[0].id)
    page.locator(".readout.boxed").wait_for()
    stage, judge = page.locator(".stage").bounding_box(), page.locator(".judge").bounding_box()
    assert stage["width"] * stage["height"] > 0.4 * 1920 * 1080
    assert judge["x"] + judge["width"] > 1920 - 40
    assert page.get_by_test_id("stMain").evaluate("e => e.scrollHeight - e.clientHeight") <= 0
    page.context.close()


def test_the_time_of_a_box_is_the_same_wherever_it_is_said(site, browser):
    study, codes, server = site
    claim = Claim(video="ball.mp4", question="When?", object="ball", boxes=(true_box(2.013),), rollout="between")
    study.add_claims([claim])
    page = new_page(browser, reduced_motion="reduce")
    open_claim(page, server, codes["looks"], claim.id)
    page.locator(".readout.boxed", has_text="2.01 s · box shown").wait_for()  # the frame begins at 2.00 s
    assert page.locator(".where").text_content() == "box at 2.01 s"
    press(page, "j")
    page.locator(".heard", has_text="Standing on the box at 2.01 s").wait_for(state="attached")
    assert page.locator(".bar").get_attribute("aria-valuetext") == "2.01 s"
    press(page, "d")  # and while the rater draws on that frame
    page.locator(".readout:not(.boxed)", has_text="2.01 s").wait_for()
    page.context.close()


def test_levels_stay_what_they_were_over_fifty_claims(tmp_path, browser):
    study, codes = make_page_study(tmp_path / "study", ("ada",), claims=many_claims(50))
    with serving(tmp_path / "study", tmp_path / "log.txt") as server:
        page = new_page(browser, reduced_motion="reduce")
        open_claim(page, server, codes["ada"])
        claim, rated = claim_on(page), []
        while claim:
            dimensions = study.claims([claim])[0].dimensions
            press(page, *("4", "2", "0")[: len(dimensions)], "Enter")
            rated.append(claim)
            claim = next_claim(page, claim)
        page.context.close()
    assert rated == order_of(study, "ada")
    assert len(rated) == 53  # 50 and the three of helpers_app
    for claim in rated:
        levels = [one.level for one in study.ratings_of("ada", claim)]
        assert levels == [4, 2, 0][: len(levels)]


def test_a_study_may_ask_for_a_drawing_before_the_claims_own_is_shown(tmp_path, browser):
    twice = Claim(video="ball.mp4", question="Where?", object="ball", boxes=(true_box(2.0), true_box(2.01)))
    study, codes = make_page_study(tmp_path / "study", ("ada",), 'draw = "asked"', RUBRIC, [twice])
    claim = study.claims()[0]  # a box at 2.0 s and a span
    with serving(tmp_path / "study", tmp_path / "log.txt") as server:
        page = new_page(browser, reduced_motion="reduce")
        open_claim(page, server, codes["ada"], claim.id)
        page.locator('canvas.boxes[data-frame="50"][data-boxes="0"]').wait_for(state="attached")
        assert page.locator(".where").text_content() == "box at 2.00 s · a span"
        assert page.locator(".track .span").is_hidden()
        assert axe_findings(page) == []
        press(page, "4", "Escape", "Enter")  # no level yet, no way around it
        page.locator(".status.warn", has_text="Draw the box at 2.00 s").wait_for()
        drag(page, (0.4, 0.5), (0.6, 0.7))
        press(page, "Enter")
        page.locator(".status.warn", has_text="Set the start and the end").wait_for()
        press(page, "[", "]", "Enter")
        page.locator('canvas.boxes[data-boxes="1"][data-own="1"]').wait_for(state="attached")
        assert page.locator(".where").text_content() == "box at 2.00 s · span 1.00–3.00 s"
        page.reload()  # what was drawn is kept, and not asked for again
        page.locator('canvas.boxes[data-boxes="1"][data-own="1"]').wait_for(state="attached")
        second_scale = page.locator(".scales .scale").nth(1)
        assert second_scale.locator(".level").first.get_attribute("title") == "not at all"
        press(page, "x", "2", "1")
        assert axe_findings(page) == []  # eleven levels, from right to left
        press(page, "Enter")
        second = next_claim(page, claim.id)
        page.locator(".unseen-mark").click()
        page.locator(".scales").wait_for()
        press(page, "0", "0", "Enter")
        next_claim(page, second)
        open_claim(page, server, codes["ada"], twice.id)
        page.locator('canvas.boxes[data-frame="50"]').wait_for(state="attached")
        press(page, "ArrowUp", "Enter", "0", "0", "Enter")  # two boxes on one frame: one is drawn
        next_claim(page, twice.id)
        page.context.close()
    marks = {one.claim: one for one in study.marks()}
    assert {one.note for one in marks.values()} == {"drawn before the claim's own was shown"}
    assert marks[claim.id].span == pytest.approx((2.0, 2.04))  # one frame
    assert (marks[second].boxes, marks[second].reason) == ((), "not visible")
    assert [box[0] for box in marks[twice.id].boxes] == [2.0]


def test_a_claim_that_was_skipped_or_left_opens_again_from_the_list(site, browser):
    study, codes, server = site
    order = order_of(study, "leaves")
    page = new_page(browser, reduced_motion="reduce")
    open_claim(page, server, codes["leaves"])
    press(page, "s", "1", "Enter")
    wait_for_claim(page, order[1])
    press(page, "i")
    wait_for_claim(page, order[2])
    press(page, "m")
    page.locator("dialog .entry.skipped").click()
    wait_for_claim(page, order[0])
    page.locator(".status", has_text="You skipped this claim: cannot judge").wait_for()
    page.context.close()
