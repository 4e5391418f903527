"""The coordinator's pages in a process of their own, and ways to use them in a browser."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request

from helpers_app import free_port


@contextlib.contextmanager
def coordinating(folder, log):
    """Run the pages as the verb does; yields their address and the link with the token."""
    port = free_port()
    code = "from referee_calib.cli.main import main; import sys; main(sys.argv[1:])"
    command = [sys.executable, "-u", "-c", code, "coordinate", str(folder), "--port", str(port), "--no-browser"]
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env={**os.environ, "HOME": str(log.parent)})
    try:
        deadline = time.monotonic() + 60
        while not answers(port):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}", re.search(r"link (\S+)", log.read_text()).group(1)
    finally:
        process.kill()
        process.wait()


def answers(port):
    with (
        contextlib.suppress(urllib.error.URLError, ConnectionError),
        urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health"),
    ):
        return True
    return False


def turn_to(page, name):
    page.get_by_role("radio", name=name).or_(page.get_by_role("button", name=name, exact=True)).first.click()
    page.locator("h2", has_text=re.compile(f"^{name}$")).wait_for()
    page.wait_for_function("document.querySelector('.stApp').dataset.testScriptState === 'notRunning'")


def choose(page, label, place):
    """Choose from a list with the keys alone; where a turn of the page closed the list, open it again."""
    from playwright.sync_api import TimeoutError

    for _ in range(5):
        page.get_by_role("combobox", name=re.compile(label)).first.focus()
        page.keyboard.press("ArrowDown")
        with contextlib.suppress(TimeoutError):
            page.get_by_role("option").first.wait_for(timeout=3_000)
            break
    for _ in range(place):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
