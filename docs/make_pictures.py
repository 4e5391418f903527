"""Take the pictures of the report and of the annotation app.

Run the demo first, then, with Chromium installed::

    referee-calib demo --out out/demo
    python docs/make_pictures.py --out out/demo
"""

from __future__ import annotations

import argparse
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from referee_calib.study import RatingPageSettings, Study

if TYPE_CHECKING:
    from playwright.sync_api import Page

PICTURES = Path(__file__).with_name("pictures")
LOOKS = (("", 1280, 720, "light"), ("-dark", 1280, 720, "dark"), ("-phone", 390, 844, "light"))  # name, size, scheme
SERVE = "import sys; from pathlib import Path; from annotate_app.server import serve; "
SERVE += "serve(Path(sys.argv[1]), port=int(sys.argv[2]), open_browser=False)"


def main() -> None:
    """Photograph the first screen of the report, and every page of the app on a copy of the demo."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--out", type=Path, default=Path("out/demo"), help="folder that the demo wrote")
    parser.add_argument("--browser", default=shutil.which("chromium") or "/usr/bin/chromium", help="Chromium's program")
    given = parser.parse_args()
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "study"
        shutil.copytree(given.out / "study", copy)
        study = Study.open(copy)
        study.set_config(rating_page=RatingPageSettings(draw="optional"))
        code = study.add_rater("pictures")
        claim = shown_claim(study)
        with serving(copy) as address, sync_playwright() as tools:
            browser = tools.chromium.launch(executable_path=given.browser, args=["--no-sandbox", "--disable-gpu"])
            for name, width, height, scheme in LOOKS:
                page = browser.new_page(
                    viewport={"width": width, "height": height}, device_scale_factor=1.5, color_scheme=scheme
                )
                photograph_report(page, given.out / "report.html", name)
                photograph(page, address, code, claim, name)
                page.close()
            browser.close()


def shown_claim(study: Study) -> str:
    """Return a claim with a box on which the ratings agree best that it is right, so that the levels shown are fair."""
    levels = {claim.id: [] for claim in study.claims(sampled=True) if claim.boxes}  # type: dict[str, list[int]]
    for one in study.ratings():
        if one.level is not None and one.claim in levels:
            levels[one.claim].append(one.level)
    return max(levels, key=lambda claim: sum(level - 2 for level in levels[claim]))


def photograph_report(page: Page, report: Path, name: str) -> None:
    """Save the first screen of the report; it looks the same in the dark."""
    if name == "-dark":
        return
    size = page.viewport_size or {"width": 1280, "height": 720}
    page.set_viewport_size({**size, "height": max(860, size["height"])} if size["width"] > 900 else size)
    page.goto(report.resolve().as_uri())
    page.screenshot(path=PICTURES / f"report{name}.png")
    page.set_viewport_size(size)


def photograph(page: Page, address: str, code: str, claim: str, name: str) -> None:
    """Save one picture of every page of the app; the pictures' names end in `name`."""
    page.goto(address)
    page.locator("input#code").wait_for()
    page.wait_for_timeout(500)  # fonts
    page.screenshot(path=PICTURES / f"sign-in{name}.png")
    page.goto(f"{address}/i/{code}")
    page.locator(".st-key-start button").wait_for()
    page.wait_for_timeout(500)
    page.screenshot(path=PICTURES / f"instructions{name}.png")
    page.goto(f"{address}/?view=rate&claim={claim}")
    page.locator(".readout.boxed").wait_for()
    for _ in range(page.locator(".scales .scale").count()):
        page.keyboard.press("4")
    page.wait_for_timeout(500)
    page.screenshot(path=PICTURES / f"rate{name}.png")
    page.keyboard.press("z")
    page.locator(".stage.zoomed").wait_for()
    page.screenshot(path=PICTURES / f"rate-zoom{name}.png")
    page.keyboard.press("z")
    page.keyboard.press("m")
    page.locator("dialog .entry").first.wait_for()
    page.screenshot(path=PICTURES / f"rate-list{name}.png")
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    draw_beside(page)
    page.screenshot(path=PICTURES / f"rate-draw{name}.png")
    page.keyboard.press("Escape")


def draw_beside(page: Page) -> None:
    """Draw a box with the pointer, as a rater would, somewhere on the picture."""
    stage = page.locator(".stage").bounding_box()
    if stage is None:
        return
    page.mouse.move(stage["x"] + 0.4 * stage["width"], stage["y"] + 0.4 * stage["height"])
    page.mouse.down()
    page.mouse.move(stage["x"] + 0.6 * stage["width"], stage["y"] + 0.7 * stage["height"], steps=3)
    page.mouse.up()
    page.locator('canvas.boxes[data-own="1"]').wait_for(state="attached")


@contextmanager
def serving(study: Path) -> Iterator[str]:
    """Run the app on a free port; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-c", SERVE, str(study), str(port)])
    address = f"http://127.0.0.1:{port}"
    try:
        while not answers(address):
            if server.poll() is not None:
                raise SystemExit("The app did not start; what it said stands above.")
            time.sleep(0.2)
        yield address
    finally:
        server.terminate()
        server.wait()


def answers(address: str) -> bool:
    """Return whether the app is up."""
    with suppress(urllib.error.URLError, ConnectionError), urllib.request.urlopen(f"{address}/_stcore/health"):  # noqa: S310
        return True
    return False


if __name__ == "__main__":
    main()
