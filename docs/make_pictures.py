"""Take the pictures of the report and of every page of the annotation app, light and dark.

Run the demo first, then, with Chromium installed and Pillow::

    referee-calib demo --out out/demo
    python docs/make_pictures.py --out out/demo
"""

from __future__ import annotations

import argparse
import io
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pictured_coordinator import open_page, sign_in, wait_until_drawn
from pictured_raters import LEVELS, come_in, give, go_to_the_end
from pictured_study import COORDINATE, coordinate_study, make_pictured_study, serving, shown_claim
from PIL import Image
from playwright.sync_api import sync_playwright

from annotate_app.coordinator.coordinator_server import make_token
from referee_calib.study.people import invite

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from referee_calib.records import Claim

PICTURES = Path(__file__).with_name("pictures")
LOOKS = (  # name, size, scheme, and who is on them
    ("light", 1280, 800, "light", "erik"),
    ("dark", 1280, 800, "dark", "fay"),
    ("phone", 390, 844, "light", "gus"),
)
COORDINATOR_PAGES = (
    *("progress", "quality", "agreement", "notes", "adjudication", "exclusions", "people", "export", "history"),
)
MOST_HEIGHT = 1600  # pixels of a long page
FEWEST_BYTES, MOST_BYTES = 3_000, 150_000
QUALITIES = (82, 70, 58, 45)


def main() -> None:
    """Photograph the first screen of the report, and every page of the app on the study of the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--out", type=Path, default=Path("out/demo"), help="folder that the demo wrote")
    parser.add_argument("--browser", default=shutil.which("chromium") or "/usr/bin/chromium", help="Chromium's program")
    given = parser.parse_args()
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as tools:
        study = make_pictured_study(Path(place) / "study")
        browser = tools.chromium.launch(executable_path=given.browser, args=["--no-sandbox", "--disable-gpu"])
        photograph_report(browser, given.out / "report.html")
        claim = shown_claim(study)
        with serving(study.folder) as address:
            for look, width, height, scheme, name in LOOKS:
                for rater, way in ((name, photograph_rating), ("anna", photograph_end)):
                    page = new_page(browser, scheme, width, height)
                    way(page, address + invite(study, rater, actor="dora").path, claim, look)
                    page.context.close()
        coordinate_study(study)
        with serving(study.folder, COORDINATE) as address:
            token = make_token(study.folder, anew=True)
            for scheme in ("light", "dark"):
                photograph_coordinator(new_page(browser, scheme), address, token, scheme)
        browser.close()


def new_page(browser: Browser, scheme: str, width: int = 1280, height: int = 800) -> Page:
    """Open a page that holds still, in a browser context of its own."""
    return browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        device_scale_factor=1.25,
    ).new_page()


def save(page: Page, name: str) -> None:
    """Save what is on the screen as WebP, small enough for a page of documentation."""
    page.wait_for_timeout(500)  # fonts, and what fades in
    image = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    for quality in QUALITIES:
        kept = io.BytesIO()
        image.save(kept, "WEBP", quality=quality, method=4)
        if kept.tell() <= MOST_BYTES:
            break
    if not FEWEST_BYTES < kept.tell() <= MOST_BYTES:
        raise SystemExit(f"{name}: {kept.tell()} bytes; is the page empty, or too full?")
    (PICTURES / f"{name}.webp").write_bytes(kept.getvalue())


def photograph_report(browser: Browser, report: Path) -> None:
    """Save the first screen of the report; it looks the same in the dark."""
    for look, width, height in (("light", 1280, 860), ("phone", 390, 844)):
        page = new_page(browser, "light", width, height)
        page.goto(report.resolve().as_uri())
        save(page, f"report-{look}")
        page.context.close()


def photograph_rating(page: Page, link: str, claim: Claim, look: str) -> None:
    """Save what a rater meets: sign-in, consent, instructions, practice with feedback, and the states of the page."""
    address = link.partition("/i/")[0]
    page.goto(address)
    page.locator("input#code").wait_for()
    save(page, f"sign-in-{look}")
    page.goto(link)
    page.get_by_role("button", name="I agree").wait_for()
    save(page, f"consent-{look}")
    come_in(page, lambda name: save(page, f"{name}-{look}"))
    page.goto(f"{address}/?view=rate&claim={claim.id}")
    page.locator(f'.rate[data-claim="{claim.id}"]').wait_for()
    page.locator(".readout.boxed").wait_for()
    give(page, LEVELS)
    save(page, f"rate-{look}")
    page.keyboard.press("z")
    page.locator(".stage.zoomed").wait_for()
    save(page, f"rate-zoom-{look}")
    page.keyboard.press("z")
    page.keyboard.press("m")
    page.locator("dialog .entry").first.wait_for()
    save(page, f"rate-list-{look}")
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    page.locator(".skip-it").wait_for()
    save(page, f"rate-skip-{look}")
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    draw_around(page, claim)
    save(page, f"rate-draw-{look}")


def photograph_end(page: Page, link: str, claim: Claim, look: str) -> None:
    """Save the page of somebody who is done."""
    page.goto(link)
    go_to_the_end(page)
    save(page, f"done-{look}")


def draw_around(page: Page, claim: Claim) -> None:
    """Draw a box with the pointer, as a rater would: not quite as the claim's own."""
    stage = page.locator(".stage").bounding_box()
    if stage is None:
        raise SystemExit("There is no picture to draw on.")
    _, left, top, right, bottom = claim.boxes[0]
    page.mouse.move(stage["x"] + (left - 0.02) * stage["width"], stage["y"] + (top + 0.01) * stage["height"])
    page.mouse.down()
    page.mouse.move(stage["x"] + right * stage["width"], stage["y"] + (bottom + 0.02) * stage["height"], steps=3)
    page.mouse.up()
    page.locator('canvas.boxes[data-own="1"]').wait_for(state="attached")


def photograph_coordinator(page: Page, address: str, token: str, scheme: str) -> None:
    """Save every page of the coordinator."""
    page.goto(f"{address}/c/{token}")
    save(page, f"coordinator-sign-in-{scheme}")
    sign_in(page)
    for name in COORDINATOR_PAGES:
        page.set_viewport_size({"width": 1280, "height": 800})
        open_page(page, address, name)
        height = page.evaluate("document.querySelector('.stMain').scrollHeight")
        page.set_viewport_size({"width": 1280, "height": min(MOST_HEIGHT, max(800, height + 20))})
        wait_until_drawn(page)
        save(page, f"coordinator-{name}-{scheme}")


if __name__ == "__main__":
    main()
