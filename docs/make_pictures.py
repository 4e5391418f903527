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

from referee_calib.analysis import claims_by_spread, read_log
from referee_calib.study import RatingPageSettings, Study, adjudicate

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PICTURES = Path(__file__).with_name("pictures")
LOOKS = (("", 1280, 720, "light"), ("-dark", 1280, 720, "dark"), ("-phone", 390, 844, "light"))  # name, size, scheme
SERVE = "import sys; from pathlib import Path; from annotate_app.server import serve; "
SERVE += "serve(Path(sys.argv[1]), port=int(sys.argv[2]), open_browser=False)"
COORDINATE = "import sys; from pathlib import Path; "
COORDINATE += "from annotate_app.coordinator.coordinator_server import front_door_of, serve_coordinator; "
COORDINATE += "serve_coordinator(Path(sys.argv[1]), front_door_of('127.0.0.1'), int(sys.argv[2]))"
COORDINATOR_PAGES = (
    *("progress", "quality", "agreement", "notes", "adjudication", "exclusions", "people", "export", "history"),
)
MOST_HEIGHT = 2400  # pixels of a long page


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
            photograph_coordinator(browser, study)
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


def photograph_coordinator(browser: Browser, study: Study) -> None:
    """Save a picture of every page of the coordinator, light and dark."""
    from annotate_app.coordinator.coordinator_server import make_token

    log = read_log(study)
    for one in claims_by_spread(log)[1:4]:
        levels = {name: log.rubric[name].top for name in one.spread}
        adjudicate(study, "dora", one.claim.id, levels, "The thing is in the box for the whole time.")
    token = make_token(study.folder, anew=True)
    with serving(study.folder, COORDINATE) as address:
        for scheme in ("light", "dark"):
            page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme=scheme)
            page.goto(f"{address}/c/{token}")
            page.screenshot(path=PICTURES / f"coordinator-sign-in-{scheme}.png")
            page.get_by_label("Your name").fill("dora")
            page.keyboard.press("Enter")
            page.locator("h2").first.wait_for()
            for name in COORDINATOR_PAGES:
                page.set_viewport_size({"width": 1280, "height": 800})
                page.goto(f"{address}/?page={name}")
                page.locator("h2", has_text=name.capitalize()).wait_for()
                page.wait_for_timeout(2500)  # charts and frames
                height = page.evaluate("document.querySelector('.stMain').scrollHeight")
                page.set_viewport_size({"width": 1280, "height": min(MOST_HEIGHT, max(800, height + 20))})
                page.wait_for_timeout(700)
                page.screenshot(path=PICTURES / f"coordinator-{name}-{scheme}.png")
            page.close()


@contextmanager
def serving(study: Path, start: str = SERVE) -> Iterator[str]:
    """Run the app, or the coordinator's pages, on a free port; yields the address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-c", start, str(study), str(port)])
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
