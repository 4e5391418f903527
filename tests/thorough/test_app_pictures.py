"""The app on every awkward video: what a resting player shows is the picture that a referee is shown."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from helpers_app import CHROMIUM, browsing, serving
from helpers_awkward_videos import CASES, Awkward, make, write_frames
from helpers_video import numbered_image
from playwright.sync_api import Page

from referee_calib.records import Claim
from referee_calib.study import Study
from referee_calib.video import encode_jpeg, frames_at

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("awkward_videos"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: apt-get install chromium"),
]

BOX = (0.2, 0.2, 0.6, 0.6)
FOLDERS = (
    Awkward("steady_folder", "", time=1.0, number=25),
    Awkward("uneven_folder", "", time=1.0, number=20),  # pictures 0-19 every 0.05 s, the rest every 0.5 s
)
EVERY = (*CASES, *FOLDERS)
PIXELS = """canvas => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let text = "";
    for (let i = 0; i < data.length; i += 32768) text += String.fromCharCode(...data.subarray(i, i + 32768));
    return [canvas.height, canvas.width, btoa(text)];
}"""

# A video of one frame plays for so short that nobody may look in between: the change itself is noted.
NOTE_PLAYING = """boxes => {
    window.played = false;
    const note = () => { window.played ||= boxes.dataset.frame === ""; };
    new MutationObserver(note).observe(boxes, { attributeFilter: ["data-frame"] });
}"""


def make_folder(folder: Path, case: Awkward) -> None:
    folder.mkdir()
    times = [k / 25 if "steady" in case.name else 0.05 * min(k, 20) + 0.5 * max(0, k - 20) for k in range(40)]
    for number in range(len(times)):
        (folder / f"{number:04d}.jpg").write_bytes(encode_jpeg(numbered_image(number), 95, full_colour=True))
    (folder / "times.txt").write_text("\n".join(f"{time:.3f}" for time in times))
    (folder / "frames.toml").write_text("fps = 25\n" if "steady" in case.name else 'times = "times.txt"\n')


def claim_on(case: Awkward) -> Claim:
    return Claim(video=case.name, question="Where?", object="the square", boxes=((case.time, *BOX),))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Study, str, Page]]:
    """A study with one claim on each video, served; its address, and a page on which its rater is signed in."""
    assert shutil.which("ffmpeg"), "apt-get install ffmpeg"
    place = tmp_path_factory.mktemp("pictures")
    write_frames(place)
    with Study.create(place / "study", clock="file") as study:
        for case in CASES:
            shutil.copy(make(place, case), study.media / case.name)
        for case in FOLDERS:
            make_folder(study.media / case.name, case)
        study.add_claims([claim_on(case) for case in EVERY])
        code = study.add_rater("ada")
        with serving(study.folder, place / "log.txt") as server, browsing() as browser:
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            page.request.get(f"{server.url}/i/{code}")
            yield study, server.url, page


def picture_on(page: Page) -> np.ndarray:
    height, width, text = page.locator("canvas.picture").evaluate(PIXELS)
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(height, width, 4)[..., :3].astype(int)


@pytest.mark.parametrize("case", EVERY, ids=lambda case: case.name)
def test_the_player_rests_on_the_picture_of_the_referee_before_and_after_playing(site, case: Awkward) -> None:
    study, url, page = site
    shown = frames_at(study.media_path(case.name), [case.time])[0].image
    claim = claim_on(case).id
    page.goto(f"{url}/?view=rate&claim={claim}")
    page.locator(f'.rate[data-claim="{claim}"]').wait_for()
    for _ in range(2):
        page.locator(".readout.boxed").wait_for()
        assert page.locator("canvas.boxes").get_attribute("data-boxes") == "1"
        seen = picture_on(page)
        assert seen.shape == shown.shape
        assert np.abs(seen - shown).mean() < 3
        page.locator("canvas.boxes").evaluate(NOTE_PLAYING)
        page.keyboard.press("r")
        page.wait_for_function("() => window.played")
