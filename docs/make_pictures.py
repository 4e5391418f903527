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

from referee_calib.study import Study

if TYPE_CHECKING:
    from playwright.sync_api import Page

PICTURES = Path(__file__).with_name("pictures")
SERVE = "import sys; from pathlib import Path; from annotate_app.server import serve; "
SERVE += "serve(Path(sys.argv[1]), port=int(sys.argv[2]), open_browser=False)"


def main() -> None:
    """Photograph the first screen of the report, and every page of the app on a copy of the demo's study."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--out", type=Path, default=Path("out/demo"), help="folder that the demo wrote")
    parser.add_argument("--browser", default=shutil.which("chromium") or "/usr/bin/chromium", help="Chromium's program")
    given = parser.parse_args()
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "study"
        shutil.copytree(given.out / "study", copy)
        study = Study.open(copy)
        code = study.add_rater("pictures")
        claim = shown_claim(study)
        with serving(copy) as address, sync_playwright() as tools:
            browser = tools.chromium.launch(executable_path=given.browser, args=["--no-sandbox", "--disable-gpu"])
            for name, width, height, lower in (("", 1280, 860, 720), ("-phone", 390, 844, 844)):
                page = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=1.5)
                page.goto((given.out / "report.html").resolve().as_uri())
                page.screenshot(path=PICTURES / f"report{name}.png")
                page.set_viewport_size({"width": width, "height": lower})
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
