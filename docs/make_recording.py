"""Record the app at work, for the README: a rater signs in, looks and rates; a coordinator sees it arrive.

With Chromium and ffmpeg installed::

    python docs/make_recording.py

writes ``docs/pictures/recording.webp``, an animated picture below 2 MB.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pictured_raters import come_in, give
from pictured_study import COORDINATE, coordinate_study, make_pictured_study, serving
from playwright.sync_api import sync_playwright

from annotate_app.coordinator.coordinator_server import make_token
from referee_calib.study.people import invite

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

RECORDING = Path(__file__).with_name("pictures") / "recording.webp"
SIZE = {"width": 1280, "height": 800}
SHOWN_WIDTH, FRAMES_A_SECOND, QUALITY = 880, 8, 55
MOST_BYTES = 2_000_000
MOMENT_MS = 900


def main() -> None:
    """Record both parts, and join them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--browser", default=shutil.which("chromium") or "/usr/bin/chromium", help="Chromium's program")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place, sync_playwright() as tools:
        folder = Path(place)
        study = make_pictured_study(folder / "study")
        browser = tools.chromium.launch(executable_path=given.browser, args=["--no-sandbox", "--disable-gpu"])
        with serving(study.folder) as address:
            link = address + invite(study, "grace", actor="dora").path
            page = browser.new_page(viewport=SIZE)  # practice takes longer than anybody watches
            page.goto(link)
            come_in(page)
            page.close()
            with recording(browser, folder / "rater.webm") as page:
                rate(page, link)
        coordinate_study(study)
        with serving(study.folder, COORDINATE) as address:
            token = make_token(study.folder, anew=True)
            with recording(browser, folder / "coordinator.webm") as page:
                coordinate(page, f"{address}/c/{token}")
        browser.close()
        join([folder / "rater.webm", folder / "coordinator.webm"])
    if RECORDING.stat().st_size > MOST_BYTES:
        raise SystemExit(f"{RECORDING} has {RECORDING.stat().st_size} bytes; {MOST_BYTES} are allowed.")


@contextmanager
def recording(browser: Browser, target: Path) -> Iterator[Page]:
    """Give a page whose pictures are kept as a film."""
    context = browser.new_context(viewport=SIZE, record_video_dir=str(target.parent), record_video_size=SIZE)
    page = context.new_page()
    yield page
    context.close()
    if page.video is None:
        raise SystemExit("The browser recorded nothing.")
    Path(page.video.path()).rename(target)


def rate(page: Page, link: str) -> None:
    """Sign in by the link, look at the box, rate two claims."""
    page.goto(link)
    page.get_by_role("button", name="Start rating").or_(page.get_by_role("button", name="Go on")).first.wait_for()
    page.wait_for_timeout(MOMENT_MS)
    page.get_by_role("button", name="Start rating").or_(page.get_by_role("button", name="Go on")).first.click()
    for _ in range(2):
        page.locator(".rate[data-claim]:not(.busy)").wait_for()
        claim = page.locator(".rate").get_attribute("data-claim")
        page.wait_for_timeout(2 * MOMENT_MS)
        if page.locator(".readout.boxed").count():
            look_closer(page)
        for _ in range(page.locator(".scales .scale").count()):
            give(page, [4])
            page.wait_for_timeout(MOMENT_MS // 2)
        page.keyboard.press("Enter")
        page.locator(f'.rate:not([data-claim="{claim}"])').wait_for()
    page.wait_for_timeout(MOMENT_MS)


def look_closer(page: Page) -> None:
    """Zoom into the box, and back."""
    page.keyboard.press("z")
    page.locator(".stage.zoomed").wait_for()
    page.wait_for_timeout(MOMENT_MS)
    page.keyboard.press("z")
    page.wait_for_timeout(MOMENT_MS // 2)


def coordinate(page: Page, link: str) -> None:
    """Sign in as the coordinator, and look at progress and agreement."""
    page.goto(link)
    page.get_by_label("Your name").fill("dora")
    page.keyboard.press("Enter")
    page.locator("h2", has_text="Progress").wait_for()
    page.wait_for_timeout(3 * MOMENT_MS)
    page.get_by_role("radio", name="Agreement").or_(
        page.get_by_role("button", name="Agreement", exact=True)
    ).first.click()
    page.locator("h2", has_text="Agreement").wait_for()
    page.wait_for_timeout(3 * MOMENT_MS)


def join(films: list[Path]) -> None:
    """Write the films one after another as an animated WebP; their empty beginning is cut off."""
    inputs = [word for film in films for word in ("-ss", "0.6", "-i", str(film))]
    frames = f"concat=n={len(films)}:v=1,fps={FRAMES_A_SECOND},scale={SHOWN_WIDTH}:-1:flags=lanczos"
    encoding = ["-c:v", "libwebp_anim", "-quality", str(QUALITY), "-compression_level", "6", "-loop", "0"]
    command = ["ffmpeg", "-y", "-loglevel", "error", *inputs, "-filter_complex", frames, *encoding, str(RECORDING)]
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
