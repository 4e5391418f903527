"""A rater of the pictures and of the recording: through consent, instructions and practice, and on to claims."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

KNOWN = Path(__file__).parents[1] / "examples" / "onboarding" / "known_claims.jsonl"
ROWS = [json.loads(line) for line in KNOWN.read_text(encoding="utf-8").splitlines()]
LEVELS = (4, 3)  # relevance and localization of the claim that is shown: the box is a little too large
SETTLING_MS = 700  # until the next page has come
RIGHT = {row["claim"]: row["levels"] for row in ROWS if row["role"] == "practice"}


def come_in(page: Page, seen: Callable[[str], object] = lambda name: None) -> None:
    """Go from the personal link to the first claim; `seen` hears of each kind of page, the first time."""
    page.get_by_role("button", name="I agree").click()
    page.locator(".known .picture canvas").first.wait_for()
    seen("instructions")
    page.get_by_role("button", name="I have read this").click()
    for number in range(len(RIGHT)):
        page.locator(".rc-practice", has_text=f"Practice {number + 1} of").wait_for()
        page.locator(".rate[data-claim]:not(.busy)").wait_for()
        if number == 0:
            page.locator(".readout", has_text=" s").wait_for()  # a frame is on the screen
            seen("practice")
        levels = list(RIGHT[page.locator(".rate").get_attribute("data-claim") or ""].values())
        answer(page, ["1", levels[1]] if number == 0 else levels)
        page.locator(".known .heading").wait_for()
        if number == 0:
            page.locator(".known .picture canvas").first.wait_for()
            seen("practice-feedback")
        page.get_by_role("button", name=re.compile("^(Go on|Start rating)$")).click()
    page.locator(".rate[data-claim]").or_(page.locator("h1", has_text="Thank you")).first.wait_for()


def go_to_the_end(page: Page) -> None:
    """Press what there is to press and rate what comes, an attention check as its text says, until nothing is left."""
    thanks = page.locator("h1", has_text="Thank you")
    step = page.get_by_role("button", name=re.compile("^(I agree|I have read this|Go on|Start rating)$"))
    claim = page.locator(".rate[data-claim]:not(.busy)")
    while True:
        thanks.or_(step).or_(claim).first.wait_for()
        if thanks.count():
            return
        if step.count():
            step.first.click()
        else:
            asked = re.search(r"choose level (\d)", page.locator(".rate .question").inner_text())
            right = RIGHT.get(claim.get_attribute("data-claim") or "")
            scales = page.locator(".scales .scale").count()
            answer(page, right.values() if right else [asked[1] if asked else "3"] * scales)
        page.wait_for_timeout(SETTLING_MS)


def answer(page: Page, levels: Iterable[object]) -> None:
    """Give the levels, and save."""
    give(page, levels)
    page.keyboard.press("Enter")


def give(page: Page, levels: Iterable[object]) -> None:
    """Give each scale that is shown its level."""
    for level in levels:
        page.keyboard.press(str(level))
