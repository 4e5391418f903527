"""A coordinator's way through the pages in a browser: sign in, look, adjudicate, exclude, take data away, report."""

import re
from pathlib import Path

import pytest
from helpers_app import CHROMIUM, browsing, serving
from helpers_coordinator import HOSTILE_NOTE, given, rated_study
from helpers_coordinator_server import choose, coordinating, turn_to
from helpers_study import run

from referee_calib.records import RefereeScore
from referee_calib.study import adjudicate, adjudications, exclude, exclusions, trail

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: apt-get install chromium"),
    pytest.mark.xdist_group("browser"),
]

PAGES = (*("Progress", "Quality", "Agreement", "Notes", "Adjudication", "Exclusions", "People", "Export", "History"),)


def test_the_way_of_a_coordinator(tmp_path):
    study, codes, claims = rated_study(tmp_path / "study")
    study.add_ratings(given(claims[0], "ada", 4, minutes=99, note=HOSTILE_NOTE))
    scores = [
        RefereeScore(claim=claim.id, referee="f" * 16, dimension=name, level=2, status="ok")
        for claim in claims
        for name in claim.dimensions
    ]
    study.add_scores(scores)
    with coordinating(study.folder, tmp_path / "log.txt") as (address, link), browsing() as browser:
        context = browser.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
        page = context.new_page()
        elsewhere = []
        local = ("http://127.0.0.1:", "data:", "blob:")
        page.on("request", lambda one: None if one.url.startswith(local) else elsewhere.append(one.url))

        page.goto(link)
        assert link.rpartition("/")[2] not in page.url
        page.get_by_label("Your name").fill("dora")
        page.keyboard.press("Enter")
        page.locator("h2", has_text="Progress").wait_for()
        page.get_by_text("9 of 9").wait_for()
        cookie = context.cookies()[0]
        assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")

        turn_to(page, "Notes")
        page.locator("[data-testid=stCode]", has_text="not bold").wait_for()
        assert page.title() == "Coordinate the study"
        assert page.evaluate("document.querySelectorAll('img[src=x], .stMain b').length") == 0

        turn_to(page, "Adjudication")
        picture = page.locator(".rc-frames img").first
        picture.wait_for()
        page.wait_for_function("document.querySelector('.rc-frames img').naturalWidth > 0")
        choose(page, "Relevance", 3)
        page.get_by_role("textbox", name="Reason").fill("The right ball.")
        page.get_by_role("button", name="Keep the adjudicated level").click()
        page.get_by_text("No rating was changed").wait_for()

        turn_to(page, "Exclusions")
        choose(page, "Rater", 1)  # ada, bob, cyd
        page.get_by_role("textbox", name="Reason").first.fill("asleep")
        page.get_by_role("button", name="Exclude this rater").click()
        page.get_by_text("is excluded: no figure counts").wait_for()

        turn_to(page, "Export")
        with page.expect_download() as download:
            page.locator("a[href^='/export/adjudications.csv']").click()
        assert "The right ball." in Path(download.value.path()).read_text()

        page.get_by_role("button", name="Sign out").click()
        page.get_by_label("Token").wait_for()
        page.goto(f"{address}/?page=export")
        page.get_by_label("Token").wait_for()
        assert elsewhere == []
        context.close()

        with serving(study.folder, tmp_path / "raters.txt") as server:  # the raters' port has none of it
            context = browser.new_context()
            page = context.new_page()
            page.request.get(f"{server.url}/i/{codes['ada']}")
            for path in ("/sign-in", "/export/ratings.csv", f"/picture/{claims[0].id}/0"):
                answer = page.request.get(f"{server.url}{path}")
                assert "adjudicat" not in answer.text().lower()
                assert not answer.ok or "csv" not in answer.headers["content-type"]
            context.close()

    assert [(one.level, one.reason, one.coordinator) for one in adjudications(study)] == [
        (3, "The right ball.", "dora")
    ]
    assert [one.subject for one in exclusions(study)] == ["bob"]
    done = [one.action for one in trail(study) if one.actor == "coordinator dora"]
    assert done == ["sign in", "adjudicate", "exclude rater", "export", "sign out"]
    result = run("report", study.folder, "--out", tmp_path / "out", "--no-rewards", "--quiet", "--adjudicated")
    assert result.exit_code == 0, result.output
    told = (tmp_path / "out" / "report.md").read_text()
    assert "Adjudicated levels" in told
    assert "bob: asleep" in told


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_keeps_anybody_out_who_uses_assistive_technology(tmp_path, scheme):
    from axe_playwright_python.sync_playwright import Axe

    study, _, claims = rated_study(tmp_path / "study")
    study.add_ratings(given(claims[0], "ada", 4, minutes=99, note="see there"))
    adjudicate(study, "dora", claims[1].id, {"relevance": 3}, "r")
    exclude(study, "dora", "rater", "cyd", "r")
    with coordinating(study.folder, tmp_path / "log.txt") as (address, link), browsing() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 1000}, color_scheme=scheme)
        page.goto(link)
        found = {"sign-in": Axe().run(page).response["violations"]}
        page.get_by_label("Your name").fill("dora")
        page.keyboard.press("Enter")
        page.locator("h2", has_text="Progress").wait_for()
        for name in PAGES:
            page.goto(f"{address}/?page={name.lower()}")
            page.locator("h2", has_text=re.compile(f"^{name}$")).wait_for()
            page.wait_for_function("!document.querySelector('[data-stale=true], [data-testid=stSkeleton]')")
            found[name] = Axe().run(page).response["violations"]
    assert {name: [(one["id"], one["nodes"][0]["html"]) for one in its] for name, its in found.items() if its} == {}
