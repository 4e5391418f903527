"""A coordinator's way through the pages in a browser: sign in, look, adjudicate, exclude, take data away, report."""

import contextlib
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from helpers_app import CHROMIUM, browsing, free_port, serving
from helpers_coordinator import HOSTILE_NOTE, given, rated_study
from helpers_study import run

from referee_calib.records import RefereeScore
from referee_calib.study import adjudicate, adjudications, exclude, exclusions, trail

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: apt-get install chromium"),
    pytest.mark.xdist_group("browser"),
]

PAGES = (*("Progress", "Quality", "Agreement", "Notes", "Adjudication", "Exclusions", "People", "Export", "History"),)


@contextlib.contextmanager
def coordinating(folder, log):
    """Run the pages as the verb does; yields their address and the link with the token."""
    port = free_port()
    code = "from referee_calib.cli.main import main; import sys; main(sys.argv[1:])"
    command = [sys.executable, "-u", "-c", code, "coordinate", str(folder), "--port", str(port), "--no-browser"]
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env={**os.environ, "HOME": str(log.parent)})
    try:
        deadline = time.monotonic() + 60
        while not answers(port):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}", re.search(r"link (\S+)", log.read_text()).group(1)
    finally:
        process.kill()
        process.wait()


def answers(port):
    with (
        contextlib.suppress(urllib.error.URLError, ConnectionError),
        urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health"),
    ):
        return True
    return False


def turn_to(page, name):
    page.get_by_role("radio", name=name).or_(page.get_by_role("button", name=name, exact=True)).first.click()
    page.locator("h2", has_text=re.compile(f"^{name}$")).wait_for()
    page.wait_for_function("document.querySelector('.stApp').dataset.testScriptState === 'notRunning'")


def choose(page, label, place):
    """Choose from a list with the keys alone; where a turn of the page closed the list, open it again."""
    from playwright.sync_api import TimeoutError

    for _ in range(5):
        page.get_by_role("combobox", name=re.compile(label)).first.focus()
        page.keyboard.press("ArrowDown")
        with contextlib.suppress(TimeoutError):
            page.get_by_role("option").first.wait_for(timeout=3_000)
            break
    for _ in range(place):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


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
    assert done == ["sign in", "adjudicate", "exclude rater", "export"]
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
