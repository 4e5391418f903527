"""Take the picture of the page of ``referee-calib agree --report``, of the simulated table in the how-to guide.

With Chromium installed::

    python docs/make_agreement_picture.py
"""

from __future__ import annotations

import argparse
import contextlib
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

PICTURES = Path(__file__).with_name("pictures")
GUIDE = Path(__file__).parent / "how_to" / "which_number_to_report.md"
COMMAND = ("agree", "ratings.csv", "--referee", "vlm", "--level", "ordinal", "--scale", "0:4", "--cluster", "video")
SIZES = (("", 1280, 860), ("-phone", 390, 844))


def main() -> None:
    """Make the table, have its page written, and photograph how it opens on a screen and on a phone."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--browser", default=shutil.which("chromium") or "/usr/bin/chromium", help="Chromium's program")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place, sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=given.browser, args=["--no-sandbox", "--disable-gpu"])
        for name, width, height in SIZES:
            page = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=1.5)
            page.goto(written_page(Path(place)).as_uri())
            page.screenshot(path=PICTURES / f"agreement{name}.png")
            page.close()
        browser.close()


def written_page(folder: Path) -> Path:
    """Run the guide's first block, which writes ratings.csv, and the command that writes the page."""
    found = re.search(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    if found is None:
        raise SystemExit(f"{GUIDE} makes no table any more")
    with contextlib.chdir(folder):
        exec(compile(found.group(1), str(GUIDE), "exec"), {})  # noqa: S102 - a block of our own guide
        command = [sys.executable, "-m", "referee_calib.cli.main", *COMMAND, "--report", "agreement.html"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return (folder / "agreement.html").resolve()


if __name__ == "__main__":
    main()
