"""Label Studio's own page with a claim on it, in a real Chromium: what a rater sees and presses is what is pulled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import EMAIL, PASSWORD, TOKEN, RealServer
from helpers_label_studio import small_study
from playwright.sync_api import Page, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from referee_calib.label_studio import pull_ratings, push_claims, sign_in
from referee_calib.study import Study

SUBMIT = "bottombar-submit-button"
CHROMIUM = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


@pytest.fixture
def page(real_server: RealServer) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(CHROMIUM))
        opened = browser.new_page(viewport={"width": 1280, "height": 1500})
        opened.set_default_timeout(60_000)
        opened.goto(f"{real_server.url}/user/login/")
        opened.fill("input[name=email]", EMAIL)
        opened.fill("input[name=password]", PASSWORD)
        opened.click("button[type=submit]")
        opened.wait_for_url("**/")
        yield opened
        browser.close()


@pytest.fixture
def pushed(tmp_path: Path, real_server: RealServer, monkeypatch: pytest.MonkeyPatch) -> tuple[Study, int]:
    """A study of its own in a project of its own."""
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", TOKEN)
    study = small_study(tmp_path / "study")
    with sign_in(real_server.url) as server:
        return study, push_claims(study, server).project


def opened(page: Page, url: str, project: int, claim: str) -> None:
    """Open the task of a claim, as a rater who chose it in the list."""
    tasks = page.request.get(f"{url}/api/tasks", params={"project": project}).json()["tasks"]
    number = next(one["id"] for one in tasks if one["data"]["claim_id"] == claim)
    page.goto(f"{url}/projects/{project}/data?task={number}")
    page.get_by_text("Relevance:").wait_for()
    page.wait_for_function("document.querySelector('video')?.readyState >= 2")


def test_a_digit_is_the_level_of_its_number_and_a_claim_is_asked_its_own_questions(
    page: Page, pushed: tuple[Study, int], real_server: RealServer
) -> None:
    study, project = pushed
    box, span, *_ = study.claims()
    opened(page, real_server.url, project, box.id)
    assert page.get_by_text("Localization:").is_visible()
    assert not page.get_by_text("Timing:").is_visible()
    page.keyboard.press("3")
    page.get_by_test_id(SUBMIT).click()
    page.get_by_text("Localization: choose a level").wait_for()  # nothing is left unanswered
    page.keyboard.press("Escape")
    page.get_by_text("2 · About half: a good part is cut off").first.click()
    page.get_by_test_id(SUBMIT).click()
    page.get_by_test_id("bottombar-update-button").wait_for()
    opened(page, real_server.url, project, span.id)
    assert not page.get_by_text("Localization:").is_visible()
    page.get_by_text("not visible").click()
    page.get_by_text("Relevance:").wait_for(state="hidden")  # a claim that is skipped is not judged
    page.get_by_test_id(SUBMIT).click()
    page.get_by_test_id("bottombar-update-button").wait_for()
    with sign_in(real_server.url) as server:
        done = pull_ratings(study, server, project)
    assert {one.dimension: one.level for one in study.ratings() if one.claim == box.id} == {
        "relevance": 3, "localization": 2
    }  # fmt: skip
    assert {one.reason for one in study.ratings() if one.claim == span.id} == {"not visible"}
    assert done.read.excluded == {}  # the page did not move the box, nor the span


def test_a_click_on_the_region_goes_to_the_claims_own_frame(
    page: Page, pushed: tuple[Study, int], real_server: RealServer
) -> None:
    study, project = pushed
    opened(page, real_server.url, project, study.claims()[2].id)
    page.wait_for_function("document.querySelector('video')?.readyState >= 2")
    # the box is at 3.60 s, frame 90 from 0 on at 25 a second: shown from 3.60 s to 3.64 s
    there = "Math.abs(document.querySelector('video').currentTime - 3.62) < 0.021"
    for left in reversed(range(10)):  # a click before the page has taken up the region goes nowhere
        page.locator("[class*=outliner-item]").get_by_text("claimed box").first.click()
        try:
            page.wait_for_function(there, timeout=6_000)
            break
        except PlaywrightTimeout:
            if not left:
                raise
