"""A coordinator of the pictures and of the recording: signs in, opens pages, waits until all is drawn."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

DRAWN = """() => document.querySelector(".stApp").dataset.testScriptState === "notRunning"
  && !document.querySelector("[data-stale=true], [data-testid=stSkeleton]")
  && [...document.querySelectorAll("[data-testid=stDataFrame]")].every((table) => table.querySelector("canvas"))"""
FADING_MS = 1500  # charts and frames


def sign_in(page: Page) -> None:
    """Give a name on the page that the link with the token leads to."""
    page.get_by_label("Your name").fill("dora")
    page.keyboard.press("Enter")
    page.locator("h2", has_text="Progress").wait_for()


def open_page(page: Page, address: str, name: str) -> None:
    """Open one of the coordinator's pages, and wait until it stands."""
    page.goto(f"{address}/?page={name}")
    page.locator("h2", has_text=re.compile(f"^{name}$", re.IGNORECASE)).wait_for()
    wait_until_drawn(page)


def wait_until_drawn(page: Page) -> None:
    """Wait until tables and charts are on the page."""
    page.wait_for_function(DRAWN)
    page.wait_for_timeout(FADING_MS)
    page.wait_for_function(DRAWN)
