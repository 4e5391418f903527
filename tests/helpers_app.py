"""A small study with a rendered clip, a real server process and a real browser, for the tests of the app."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import av
import numpy as np

from referee_calib.records import Claim
from referee_calib.study import Study
from referee_calib.study.settings import QualitySettings

CHROMIUM = next((path for path in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if path), None)
SCRIPT_TEXT = '<script>document.title="owned"</script>'
IMAGE_TEXT = "<img src=x onerror=\"document.title='owned'\"> **bold** <b>red</b> ball"
WIDTH, HEIGHT, FPS, SECONDS = 448, 252, 25, 4
RADIUS = 26


def ball_at(t):
    """Centre of the ball in pixels at a time: it rolls to the right at 80 pixels a second."""
    return 60 + 80 * t, 150


def true_box(t):
    """(t, x1, y1, x2, y2) of the ball in shares of the frame."""
    x, y = ball_at(t)
    return (t, (x - RADIUS) / WIDTH, (y - RADIUS) / HEIGHT, (x + RADIUS) / WIDTH, (y + RADIUS) / HEIGHT)


def frame_at(t):
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    image = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    image[...] = np.where((rows < 176)[..., None], [70, 92, 112], [78, 96, 78])
    image[60:116, 300:356] = [92, 122, 170]
    x, y = ball_at(t)
    image[(columns - x) ** 2 + (rows - y) ** 2 <= RADIUS**2] = [205, 74, 52]
    return image


def write_clip(path, seconds=SECONDS):
    """Write an H.264 clip that browsers play, with a key frame every second."""
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=FPS, options={"g": str(FPS), "crf": "24", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number in range(int(seconds * FPS)):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame_at(number / FPS), format="rgb24")))
        container.mux(stream.encode())


def write_unplayable(target, clip):
    """Write a clip again as Motion JPEG in AVI, which no browser plays."""
    with av.open(str(clip)) as old, av.open(str(target), "w") as new:
        stream = new.add_stream("mjpeg", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuvj420p"
        for frame in old.decode(video=0):
            new.mux(stream.encode(frame.reformat(format="yuvj420p")))
        new.mux(stream.encode(None))


def claims_of(video="ball.mp4"):
    """Return three claims of different shape: box and span, box alone, span alone; with hostile text."""
    both = {"object": "red ball", "boxes": (true_box(2.0),), "span": (1.0, 3.0)}
    asked = (
        ("Which ball rolls to the right?", f"The red ball. {SCRIPT_TEXT}", both),
        ("What stands still?", "The square.", {"object": IMAGE_TEXT, "boxes": (true_box(1.2),)}),
        ("When does the ball roll past the square?", "After 2 s.", {"span": (2.2, 3.4)}),
    )
    return [
        Claim(question=question, answer=answer, video=video, rollout="r1", source="test", index=index, **evidence)
        for index, (question, answer, evidence) in enumerate(asked)
    ]


def without_haste_checks(study):
    """Let a study take what tests rate within a second, without asking and without holding it."""
    study.set_config(quality=QualitySettings(**dict.fromkeys(("too_fast", "hurried", "unseen", "unwatched"), "off")))
    return study


def make_study(folder, raters=("ada",), *, checked=False):
    """Make a study of three claims on one clip; return it and the personal codes by rater.

    Only a `checked` one asks about what was rated in no time, and holds it.
    """
    study = Study.create(folder, name="Rolling balls")
    if not checked:
        without_haste_checks(study)
    write_clip(study.media / "ball.mp4")
    study.add_claims(claims_of())
    return study, {name: study.add_rater(name) for name in raters}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """The app in a process of its own, which can be killed and started again on the same port."""

    def __init__(self, folder: Path, log: Path) -> None:
        self.folder, self.log, self.port = folder, log, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen | None = None

    def start(self, wait=60.0):
        code = "import sys; from pathlib import Path; from annotate_app.server import serve; "
        code += "serve(Path(sys.argv[1]), port=int(sys.argv[2]), open_browser=False)"
        with self.log.open("ab") as log:
            command = [sys.executable, "-c", code, str(self.folder), str(self.port)]
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, env={**os.environ, "HOME": str(self.log.parent)}
            )
        deadline = time.monotonic() + wait
        while time.monotonic() < deadline:
            assert self.process.poll() is None, f"the server ended: {self.log.read_text()}"
            with (
                contextlib.suppress(urllib.error.URLError, ConnectionError),
                urllib.request.urlopen(f"{self.url}/_stcore/health"),
            ):
                return self
            time.sleep(0.1)
        raise AssertionError(f"no answer within {wait} s: {self.log.read_text()}")

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()


@contextlib.contextmanager
def serving(folder, log):
    server = Server(folder, log)
    try:
        yield server.start()
    finally:
        server.kill()


@contextlib.contextmanager
def browsing():
    """Give a headless Chromium."""
    from playwright.sync_api import sync_playwright

    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    flags = [*quiet, "--autoplay-policy=no-user-gesture-required"]
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=CHROMIUM, args=flags)
        try:
            yield browser
        finally:
            browser.close()
