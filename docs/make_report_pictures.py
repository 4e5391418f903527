"""Take the pictures of the report that the README shows.

Run the demo first, then, with Chromium installed::

    referee-calib demo --out out/demo
    python docs/make_report_pictures.py --out out/demo
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import Page

PICTURES = Path(__file__).with_name("pictures")
TALLEST = 1085  # pixels; a section of a dozen figures is shown by its first
SECTIONS = {
    "report-verdict": "#verdict",
    "report-agreement": "#agreement",
    "report-calibration": "#calibration",
    "report-perturbation": "#robustness",
    "report-claims": "#claims",
}


def main() -> None:
    """Photograph the first screen, single sections and the phone view of one report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--out", type=Path, default=Path("out/demo"), help="folder that the demo wrote")
    parser.add_argument("--browser", default="/usr/bin/chromium", help="Chromium's program file")
    given = parser.parse_args()
    address = (given.out / "report.html").resolve().as_uri()
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=given.browser, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 860}, device_scale_factor=1.5)
        page.goto(address)
        page.screenshot(path=PICTURES / "report.png")
        for name, section in SECTIONS.items():
            _shoot(page, section, PICTURES / f"{name}.png")
        phone = browser.new_page(viewport={"width": 390, "height": 844}, device_scale_factor=2)
        phone.goto(address)
        phone.screenshot(path=PICTURES / "report-phone.png")
        browser.close()


def _shoot(page: Page, section: str, path: Path) -> None:
    """Photograph heading and pictures of a section without its tables, or its first table where it has no pictures."""
    pictures = page.locator(f"{section} :is(.plots, .claims)")
    plots = (pictures if pictures.count() else page.locator(f"{section} .scroll")).first.bounding_box()
    part = page.locator(section).bounding_box()
    if plots is None or part is None:
        raise SystemExit(f"{section} is not on the page: the report has no such figure.")
    page.screenshot(
        path=path,
        full_page=True,
        clip={
            "x": part["x"] - 24,
            "y": part["y"] + 24,
            "width": part["width"] + 48,
            "height": min(plots["y"] + plots["height"] - part["y"] + 8, TALLEST),
        },
    )


if __name__ == "__main__":
    main()
