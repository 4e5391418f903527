"""Every awkward video: the frame that its making says, and the pixels that ffmpeg and Chromium show."""

from __future__ import annotations

import functools
import http.server
import random
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from helpers_app import CHROMIUM
from helpers_awkward_videos import CASES, FRAMES, RATE, Awkward, make, write_frames
from helpers_video import number_in
from playwright.sync_api import sync_playwright

from referee_calib import video

pytestmark = [
    pytest.mark.xdist_group("awkward_videos"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: apt-get install chromium"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    assert shutil.which("ffmpeg"), "apt-get install ffmpeg"
    made = tmp_path_factory.mktemp("awkward")
    write_frames(made)
    return made


DRAWN = """async name => {
    const player = document.createElement("video");
    player.muted = true;
    player.src = name;
    await new Promise((good, bad) => { player.onloadeddata = good; player.onerror = () => bad(player.error.message); });
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [player.videoWidth, player.videoHeight];
    const context = canvas.getContext("2d");
    for (;;) {  // a busy browser has the data before it has the picture: until then the canvas stays as it was
        context.drawImage(player, 0, 0);
        const [red, green, blue, opaque] = context.getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data;
        if (opaque && red + green + blue) return [red, green, blue];
        await new Promise(requestAnimationFrame);
    }
}"""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def colour_in_chromium(folder: Path) -> Iterator[Callable[[str], list[int]]]:
    """Return the colour in the middle of a file's first frame, as Chromium draws it."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    (folder / "page.html").write_text("<!doctype html><title>colours</title>")
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/page.html")
        yield lambda name: page.evaluate(DRAWN, name)
        browser.close()
    server.shutdown()
    server.server_close()


def upright(case: Awkward, image: np.ndarray) -> np.ndarray:
    return np.rot90(image, 2) if case.name == "turned.mp4" else image


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_frame_shown_at_a_time_is_the_one_that_was_put_there(folder: Path, case: Awkward) -> None:
    path = make(folder, case)
    info = video.probe(path)
    assert info.start == pytest.approx(case.start, abs=0.0015)
    assert (info.width, info.height) == case.size
    found = video.frames_at(path, [case.time])[0]
    assert number_in(upright(case, found.image)) == case.number
    again = video.frames_at(path, [max(0.0, case.time - case.start)], clock="first-frame")[0]
    assert number_in(upright(case, again.image)) == case.number
    looked = video.inspect_video(path)
    assert looked.problem == ""
    assert looked.decodable


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_frame_is_there_at_the_time_that_the_table_says(folder: Path, case: Awkward) -> None:
    path = make(folder, case)
    starts = video.frame_times(path).seconds()
    numbers = [number_in(upright(case, f.image)) for f in video.frames_at(path, starts)]
    first = numbers[0]
    assert numbers == list(range(first, first + len(starts)))
    assert len(numbers) == {"trimmed.mp4": FRAMES - 18, "slides.mp4": 10, "one.mp4": 1, "no_key.ts": FRAMES - 25}.get(
        case.name, FRAMES
    )
    few = random.Random(4).sample(range(len(starts)), min(9, len(starts)))
    assert [f.pts for f in video.frames_at(path, [starts[k] for k in few])] == [
        f.pts for f in (video.frames_at(path, [starts[k]])[0] for k in few)
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_pixels_are_those_of_ffmpeg(folder: Path, case: Awkward) -> None:
    path = make(folder, case)
    ours = video.frames_at(path, [0.0], clock="first-frame")[0].image
    stream = f"-map 0:{video.probe(path).stream}"
    stretch = f"-vf scale={case.size[0]}:{case.size[1]}:flags=bicubic,setsar=1"
    command = f"ffmpeg -nostdin -v error -i {path} {stream} {stretch} -frames:v 1 -pix_fmt rgb24 -f rawvideo -"
    raw = subprocess.run(command.split(), capture_output=True, check=True).stdout
    theirs = np.frombuffer(raw, np.uint8).reshape(ours.shape)
    difference = np.abs(ours.astype(int) - theirs)
    assert difference.mean() < 1.5
    # Edges are filtered otherwise where colour or size is scaled; over all the picture nothing may drift.
    assert np.percentile(difference, 95) <= 6


@pytest.mark.parametrize("seed", range(12))
def test_random_files_show_the_frame_that_was_written_for_each_time(folder: Path, seed: int) -> None:
    """Random codec, container, key frames, B-frames, rate and offset; random times, within and around frames."""
    draw = random.Random(seed)
    rate = draw.choice(["25", "30000/1001", "60", "12.5", "24000/1001"])
    suffix = draw.choice(["mp4", "mkv", "ts", "mov", "avi"])
    options = f"-g {draw.randint(1, 40)} -bf {draw.randint(0, 3)}"
    codec = draw.choice(["libx264 -preset veryfast", "mpeg4 -q:v 3"])
    offset = draw.choice([0, 0, 0.4, 3.2]) if suffix in ("mkv", "ts") else 0
    path = folder / f"random{seed}.{suffix}"
    raw = f"-f rawvideo -pix_fmt rgb24 -s 288x96 -r {rate} -i {folder / 'frames.rgb'}"
    command = (
        f"ffmpeg -nostdin -v error -y {raw} -c:v {codec} -pix_fmt yuv420p {options} -output_ts_offset {offset} {path}"
    )
    subprocess.run(command.split(), check=True)
    frames = float(Fraction(rate))
    numbers = [draw.randrange(FRAMES) for _ in range(25)]
    times = [(n + draw.choice([0.02, 0.5, 0.9])) / frames for n in numbers]
    found = video.frames_at(path, times, clock="first-frame")
    assert [number_in(f.image) for f in found] == numbers, command


COLOURS = [
    ("libx264", "mp4", (1280, 720)),
    ("libx264", "mp4", (320, 240)),
    ("libx264", "mp4", (720, 1280)),
    ("libx264", "mp4", (1920, 600)),
    ("libvpx", "webm", (1280, 720)),
    ("libvpx-vp9", "webm", (1280, 720)),
    ("libsvtav1", "mp4", (1280, 720)),
]


@pytest.mark.parametrize(("codec", "suffix", "size"), COLOURS, ids=str)
def test_untagged_colours_are_those_of_chromium(
    folder: Path, colour_in_chromium: Callable[[str], list[int]], codec: str, suffix: str, size: tuple[int, int]
) -> None:
    name = f"{codec}{size[0]}x{size[1]}.{suffix}"
    untagged = "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,setparams=colorspace=unknown"
    command = f"ffmpeg -nostdin -v error -y -f lavfi -i color=c=0xDC1E1E:s={size[0]}x{size[1]}:r=5:d=1 -vf {untagged}"
    quick = {"libvpx-vp9": "-cpu-used 8", "libsvtav1": "-preset 12"}.get(codec, "")
    subprocess.run(f"{command} -c:v {codec} {quick} {folder / name}".split(), check=True, capture_output=True)
    ours = video.frames_at(folder / name, [0.0])[0].image
    theirs = colour_in_chromium(name)
    assert ours[size[1] // 2, size[0] // 2].tolist() == pytest.approx(theirs, abs=5)  # the other matrix is 17 off


def test_a_video_of_an_hour_is_read_by_its_index(folder: Path) -> None:
    make(folder, CASES[0])
    path = folder / "long.mp4"
    subprocess.run(
        f"ffmpeg -nostdin -v error -y -stream_loop 1799 -i {folder / 'plain.mp4'} -c copy {path}".split(), check=True
    )
    info = video.probe(path)
    assert (info.n_frames, info.duration, info.complete) == (108_000, pytest.approx(4320.0), True)
    assert video.frame_times(path).compact()["runs"] == [[107_999, 512]]  # 12,800 ticks a second, 25 frames
    times = [random.Random(1).uniform(0, 4319.9) for _ in range(50)]
    expected = [int(t * RATE + 0.0125) % FRAMES for t in times]
    assert [number_in(f.image) for f in video.frames_at(path, times)] == expected
