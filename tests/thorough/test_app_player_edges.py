"""The player by keyboard where it is narrow: first and last frames, uneven ones, a single one, broken connections."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import pytest
from helpers_app import CHROMIUM, browsing, serving
from helpers_video import render
from playwright.sync_api import Page

from referee_calib.records import Claim
from referee_calib.study import Study

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("awkward_videos"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: apt-get install chromium"),
]

BOX = (0.2, 0.2, 0.6, 0.6)
UNEVEN = [10 * n for n in range(20)] + [200 + 50 * n for n in range(20)]  # tenths of 1/25 s: 0.04 s, then 0.2 s each


def claim_on(video: str, *times: float, span: tuple[float, float] | None = None) -> Claim:
    boxes = tuple((time, *BOX) for time in times)
    return Claim(video=video, question=f"{times} {span}?", object="the square", boxes=boxes, span=span)


# claim, and the frame that carries the box after each key
STEPS = {
    "first frame, 60 a second": (claim_on("sixty.mp4", 0.0), [(",", 0), (".", 1), (".", 2), ("j", 0)]),
    "last frame, 60 a second": (claim_on("sixty.mp4", 2.0), [(".", 119), (",", 118), ("j", 119)]),
    "two boxes": (claim_on("sixty.mp4", 1.0, 1.1), [("j", 66), ("j", 60), (",", 59), ("j", 60)]),
    "uneven": (claim_on("uneven.mp4", 1.3), [(",", 21), (",", 20), (",", 19), (".", 20), ("j", 22)]),  # 22: 1.2-1.4 s
    "one frame": (claim_on("one.mp4", 0.0), [(",", 0), (".", 0), ("j", 0)]),
    "one box beyond the end": (claim_on("sixty.mp4", 0.5, 9.0), [("j", 30), (".", 31), ("j", 30)]),
}
SPAN = claim_on("sixty.mp4", span=(1.5, 1.8))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, object]]:
    place = tmp_path_factory.mktemp("edges")
    with Study.create(place / "study") as study:
        render(study.media / "sixty.mp4", 120, rate=Fraction(60))
        render(study.media / "uneven.mp4", 40, rate=Fraction(25), ticks=UNEVEN)
        render(study.media / "one.mp4", 1)
        study.add_claims([*(claim for claim, _ in STEPS.values()), SPAN])
        code = study.add_rater("ada")
        with serving(study.folder, place / "log.txt") as server, browsing() as browser:
            yield server.url, code, browser


@pytest.fixture
def page(site, request: pytest.FixtureRequest) -> Iterator[Page]:
    url, code, browser = site
    context = browser.new_context(viewport={"width": 1280, "height": 720}, **getattr(request, "param", {}))
    page = context.new_page()
    page.request.get(f"{url}/i/{code}")
    yield page
    context.close()


def open_claim(page: Page, url: str, claim: Claim) -> None:
    page.goto(f"{url}/?view=rate&claim={claim.id}")
    page.locator(f'.rate[data-claim="{claim.id}"]').wait_for()


def wait_for_frame(page: Page, number: int) -> None:
    page.locator(f'canvas.boxes[data-frame="{number}"]').wait_for(state="attached")
    page.locator(f'canvas.picture[data-frame="{number}"]').wait_for()


@pytest.mark.parametrize("name", STEPS)
def test_keys_step_from_frame_to_frame_and_back_to_the_box(site, page: Page, name: str) -> None:
    claim, steps = STEPS[name]
    open_claim(page, site[0], claim)
    page.locator(".readout.boxed").wait_for()
    boxed = int(page.locator("canvas.boxes").get_attribute("data-frame"))
    for key, number in steps:
        page.keyboard.press(key)
        wait_for_frame(page, number)
        on_box = page.locator("canvas.boxes").get_attribute("data-boxes") == "1"
        assert on_box or number != boxed


def test_many_steps_at_once_are_all_taken(site, page: Page) -> None:
    open_claim(page, site[0], STEPS["two boxes"][0])
    wait_for_frame(page, 60)
    for _ in range(20):
        page.keyboard.press(".")
    wait_for_frame(page, 80)


def test_a_frame_that_does_not_come_is_told_and_can_be_loaded_again(site, page: Page) -> None:
    open_claim(page, site[0], STEPS["two boxes"][0])
    wait_for_frame(page, 60)
    page.route("**/frame/*", lambda route: route.abort())
    for _ in range(5):
        page.keyboard.press(",")
    page.locator(".trouble", has_text="This frame cannot be loaded.").wait_for()
    assert page.locator("canvas.boxes").get_attribute("data-boxes") == "0"  # none over another frame
    page.unroute("**/frame/*")
    page.locator(".reload").click()
    wait_for_frame(page, 60)
    assert page.locator(".trouble").is_hidden()


def test_frame_times_that_do_not_come_stop_every_key_and_can_be_loaded_again(site, page: Page) -> None:
    page.route("**/times", lambda route: route.abort())
    open_claim(page, site[0], STEPS["two boxes"][0])
    page.locator(".trouble", has_text="The video cannot be loaded.").wait_for()
    for key in (".", "j", "r", "Space", ","):
        page.keyboard.press(key)
    page.unroute("**/times")
    page.locator(".reload").click()
    wait_for_frame(page, 60)


@pytest.mark.parametrize("page", [{"reduced_motion": "reduce"}], indirect=True)
def test_who_wants_no_motion_sees_a_span_standing_a_second_before_it_begins(site, page: Page) -> None:
    open_claim(page, site[0], SPAN)
    wait_for_frame(page, 30)  # 1.5 s - 1 s, at 60 a second
    page.keyboard.press("r")
    page.locator('canvas.boxes[data-frame=""]').wait_for(state="attached")  # it plays when asked to
