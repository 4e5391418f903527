"""The tutorial on a study with people, from top to bottom: three raters and a coordinator in browsers of their own."""

import contextlib
import json
import re
import shlex
from pathlib import Path

import pytest
from helpers_app import CHROMIUM, browsing, serving, without_haste_checks
from helpers_coordinator_server import choose, coordinating, turn_to
from helpers_study import run

from referee_calib.study import Study, adjudications
from referee_calib.study.onboarding import practice_results
from referee_calib.study.quality import gold_results

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: apt-get install chromium"),
    pytest.mark.xdist_group("browser"),
]

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "tutorials" / "annotation_study.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```(python|console)\n(.*?)```", re.DOTALL)
KNOWN = [json.loads(line) for line in (ROOT / "examples/onboarding/known_claims.jsonl").read_text("utf-8").splitlines()]
RIGHT = {one["claim"]: one["levels"] for one in KNOWN if "claim" in one}
BIAS = {"anna": 0, "bert": 1, "cleo": 3}  # what each rater is off what the others say, so that there is to adjudicate
OTHER_CLAIM = '.rate:not([data-claim="{}"]):not(.busy)'
ENDS = re.compile(r"^(Go on|Start rating)$")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder that the tutorial begins in."""
    (tmp_path / "rollouts.jsonl").symlink_to(ROOT / "data/sample_study/rollouts.jsonl")
    (tmp_path / "videos").symlink_to(ROOT / "data/sample_study/media")
    (tmp_path / "onboarding").symlink_to(ROOT / "examples/onboarding")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def commands():
    """Yield the page's blocks: code as it is, commands one by one."""
    for kind, body in BLOCK.findall(PAGE):
        yield from [(kind, body)] if kind == "python" else (("console", line) for line in body.splitlines())


def level_of(claim, dimension, rater):
    """What a rater answers: the right level where it is known, else one that raters differ on."""
    right = RIGHT.get(claim, {}).get(dimension, (int(claim[1:5], 16) + BIAS[rater]) % 5)
    return right[0] if isinstance(right, list) else right


def rate(page, study, rater):
    """Answer the claim that is on the page; return its id."""
    claim = page.locator(".rate").get_attribute("data-claim")
    asked = re.search(r"choose level (\d)", page.locator(".rate .question").inner_text())
    for dimension in study.claims([claim])[0].dimensions:
        page.keyboard.press(asked[1] if asked else str(level_of(claim, dimension, rater)))
    page.keyboard.press("Enter")
    return claim


def take_part(browser, study, link, rater):
    """Go from the personal link to the last claim, by what the pages say."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(link)
    page.get_by_role("button", name="I agree").click()
    page.locator(".known .picture canvas").first.wait_for()
    page.get_by_role("button", name="I have read this").click()
    for number in range(1, 5):
        page.locator(".rc-practice", has_text=f"Practice {number} of 4").wait_for()
        page.locator(".rate[data-claim]:not(.busy)").wait_for()
        rate(page, study, rater)
        page.locator(".known .heading", has_text=re.compile(r"^Right\.")).wait_for()
        page.get_by_role("button", name=ENDS).click()
    thanks = page.locator("h1", has_text="Thank you.")
    met, last = [], ""
    while True:
        page.locator(OTHER_CLAIM.format(last)).or_(thanks).wait_for()
        if thanks.is_visible():
            break
        last = rate(page, study, rater)
        met.append(last)
    context.close()
    return met


def adjudicate(browser, link):
    """Sign in to the coordinator's pages, see that all is done, and state a level for the claim on top."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(link)
    page.get_by_label("Your name").fill("dora")
    page.keyboard.press("Enter")
    page.locator("h2", has_text="Progress").wait_for()
    page.get_by_text("24 of 24").wait_for()
    turn_to(page, "Adjudication")
    page.locator("h3", has_text="What people said").wait_for()
    choose(page, "Relevance", 3)
    page.get_by_role("textbox", name="Reason").fill("The right thing, at the right moment.")
    page.get_by_role("button", name="Keep the adjudicated level").click()
    page.get_by_text("No rating was changed").wait_for()
    context.close()


def test_the_tutorial_leads_from_invitation_to_report(folder):
    links = {}
    with contextlib.ExitStack() as running:
        browser = running.enter_context(browsing())
        for kind, text in commands():
            if kind == "python":
                exec(compile(text, "annotation_study.md", "exec"), {})
                continue
            words = shlex.split(text)[2:]
            if words[0] == "annotate":
                study = without_haste_checks(Study.open(folder / "study"))  # the people here read in no time
                server = running.enter_context(serving(study.folder, folder / "app.txt"))
                met = {
                    rater: take_part(browser, study, server.url + path, rater) for rater, path in sorted(links.items())
                }
            elif words[0] == "coordinate":
                _, link = running.enter_context(coordinating(study.folder, folder / "pages.txt"))
                adjudicate(browser, link)
            else:
                done = run(*words)
                assert done.exit_code == 0, f"{text}\n{done.output}"
                links |= re.findall(r"^(\w+)\tlink http://[^/]+(/\S+)", done.output, re.MULTILINE)

    asked = {one.id for one in study.claims(sampled=True)}
    assert len(asked) == 12
    counted = {rater: [claim for claim in claims if claim in asked] for rater, claims in met.items()}
    assert {rater: len(claims) for rater, claims in counted.items()} == {"anna": 8, "bert": 8, "cleo": 8}
    assert len(set(counted["anna"]) & set(counted["bert"])) == 4  # 3 pairs share 12 claims
    assert sorted(claim for claims in counted.values() for claim in claims) == sorted([*asked, *asked])
    for one in study.ratings():
        if one.claim in asked:
            assert one.level == level_of(one.claim, one.dimension, one.rater)
    assert [one.rater for one in practice_results(study) if one.passed] == ["anna", "bert", "cleo"]
    assert {one.role for one in gold_results(study)} >= {"gold"}
    assert [(one.level, one.coordinator) for one in adjudications(study)] == [(3, "dora")]
    told = (folder / "report" / "report.md").read_text(encoding="utf-8")
    assert "Adjudicated levels" in told
    assert "anna" not in (folder / "tables" / "ratings.csv").read_text(encoding="utf-8")
