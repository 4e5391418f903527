"""Record the app at work, for the README: a rater signs in, looks and rates; a coordinator sees how it goes.

With Chromium and Pillow installed::

    python docs/make_recording.py

writes ``docs/pictures/recording.webp``, an animated picture below 2 MB. Each of its frames is a picture of the page,
shown for a stated time, so a slow machine records the same film as a fast one.
"""

from __future__ import annotations

import argparse
import io
import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pictured_coordinator import open_page, sign_in, wait_until_drawn
from pictured_raters import LEVELS, come_in, give
from pictured_study import COORDINATE, coordinate_study, make_pictured_study, serving, shown_claim
from PIL import Image
from playwright.sync_api import sync_playwright

from annotate_app.coordinator.coordinator_server import make_token

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

RECORDING = Path(__file__).with_name("pictures") / "recording.webp"
SIZE, SHOWN = {"width": 1280, "height": 800}, (960, 600)
QUALITY, MOST_BYTES = 70, 2_000_000
START = re.compile("^(Start rating|Go on)$")


class Film:
    """Pictures of pages, each with the seconds it is shown for."""

    def __init__(self) -> None:
        self.frames: list[Image.Image] = []
        self.milliseconds: list[int] = []

    def show(self, page: Page, seconds: float) -> None:
        """Take the page as it is."""
        taken = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        self.frames.append(taken.resize(SHOWN, Image.Resampling.LANCZOS))
        self.milliseconds.append(round(1000 * seconds))

    def write(self, target: Path) -> None:
        """Write an animated picture that begins again when it has ended."""
        first, *others = self.frames
        look = {"quality": QUALITY, "method": 4, "minimize_size": True, "loop": 0}
        first.save(target, "WEBP", save_all=True, append_images=others, duration=self.milliseconds, **look)
        if target.stat().st_size > MOST_BYTES:
            raise SystemExit(f"{target} has {target.stat().st_size} bytes; {MOST_BYTES} are allowed.")


def main() -> None:
    """Film a rater, then a coordinator."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--browser", default=shutil.which("chromium") or "/usr/bin/chromium", help="Chromium's program")
    given = parser.parse_args()
    film = Film()
    with tempfile.TemporaryDirectory() as place, sync_playwright() as tools:
        study = make_pictured_study(Path(place) / "study")
        browser = tools.chromium.launch(executable_path=given.browser, args=["--no-sandbox", "--disable-gpu"])
        with serving(study.folder) as address:
            code = study.add_rater("grace")
            page = browser.new_page(viewport=SIZE)  # practice takes longer than anybody watches
            page.goto(f"{address}/i/{code}")
            come_in(page)
            page.context.close()
            film_rater(film, browser.new_page(viewport=SIZE), address, code, shown_claim(study).id)
        coordinate_study(study)
        with serving(study.folder, COORDINATE) as address:
            film_coordinator(film, browser, f"{address}/c/{make_token(study.folder, anew=True)}")
        browser.close()
    film.write(RECORDING)


def film_rater(film: Film, page: Page, address: str, code: str, claim: str) -> None:
    """Film the way from the code to a rating and the next claim."""
    page.goto(address)
    page.locator("input#code").wait_for()
    film.show(page, 0.8)
    page.locator("input#code").fill(code)
    film.show(page, 0.6)
    page.keyboard.press("Enter")
    page.get_by_role("button", name=START).or_(page.locator(".rate[data-claim]")).first.wait_for()
    page.wait_for_timeout(500)
    film.show(page, 1.2)
    page.goto(f"{address}/?view=rate&claim={claim}")
    page.locator(f'.rate[data-claim="{claim}"]').wait_for()
    page.locator(".readout.boxed").wait_for()
    film.show(page, 1.5)
    film_moments_around(film, page)
    page.keyboard.press("z")
    page.locator(".stage.zoomed").wait_for()
    film.show(page, 1.3)
    page.keyboard.press("z")
    page.locator(".stage:not(.zoomed)").wait_for()
    for level in LEVELS:
        give(page, [level])
        film.show(page, 0.8)
    page.keyboard.press("Enter")
    page.locator(f'.rate:not([data-claim="{claim}"]):not(.busy)').wait_for()
    page.wait_for_timeout(800)
    film.show(page, 1.2)


def film_moments_around(film: Film, page: Page) -> None:
    """Step through the frames around the box, as a replay would show them, and come back to it."""
    for key in ["."] * 8 + [","] * 8:
        page.keyboard.press(key)
        page.wait_for_timeout(120)
        film.show(page, 0.1)
    page.keyboard.press("j")
    page.locator(".readout.boxed").wait_for()


def film_coordinator(film: Film, browser: Browser, link: str) -> None:
    """Film progress, agreement and adjudication."""
    page = browser.new_page(viewport=SIZE)
    page.goto(link)
    sign_in(page)
    address = link.partition("/c/")[0]
    for name, seconds in (("progress", 2.2), ("agreement", 2.0), ("adjudication", 1.2)):
        open_page(page, address, name)
        film.show(page, seconds)
    page.locator(".rc-frames").first.scroll_into_view_if_needed()
    wait_until_drawn(page)
    film.show(page, 2.0)


if __name__ == "__main__":
    main()
