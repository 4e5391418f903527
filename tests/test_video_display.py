"""One picture for all: display matrix, pixel aspect, the stream that is shown, colours, counted frames."""

from __future__ import annotations

import re
import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from helpers_video import HEIGHT, WIDTH, number_in, numbered_image, render

from referee_calib import video

ROOT = Path(__file__).parents[1]
ONE = 1 << 16  # 1.0 in the 16.16 numbers of a display matrix
# (a, b, c, d) of the matrix -> how the picture that was filmed is shown
SHOWN = {
    (1, 0, 0, 1): lambda image: image,
    (-1, 0, 0, 1): lambda image: image[:, ::-1],  # x' = -x
    (1, 0, 0, -1): lambda image: image[::-1],  # y' = -y
    (-1, 0, 0, -1): lambda image: image[::-1, ::-1],
    (0, 1, -1, 0): lambda image: np.rot90(image, -1),  # x' = -y, y' = x: clockwise
    (0, -1, 1, 0): lambda image: np.rot90(image, 1),
    (0, 1, 1, 0): lambda image: image.transpose(1, 0, 2),
    (0, -1, -1, 0): lambda image: np.rot90(image.transpose(1, 0, 2), 2),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shown")


@pytest.fixture(scope="module")
def plain(folder: Path) -> Path:
    return render(folder / "plain.mp4", 30)


def with_matrix(source: Path, target: Path, corners: tuple[int, int, int, int]) -> Path:
    """Copy an MP4 with another display matrix: nine numbers a b u, c d v, x y w, 40 bytes into the box "tkhd"."""
    data = bytearray(source.read_bytes())
    at = data.index(b"tkhd") + 4 + 40
    a, b, c, d = (ONE * one for one in corners)
    struct.pack_into(">9i", data, at, a, b, 0, c, d, 0, 0, 0, 1 << 30)
    target.write_bytes(data)
    return target


@pytest.mark.parametrize("corners", SHOWN, ids=str)
def test_the_whole_display_matrix_is_followed(folder: Path, plain: Path, corners: tuple[int, int, int, int]) -> None:
    path = with_matrix(plain, folder / f"m{corners}.mp4".replace(" ", ""), corners)
    filmed, shown = (video.frames_at(each, [0.5])[0].image for each in (plain, path))
    assert np.array_equal(shown, SHOWN[corners](filmed))
    info = video.probe(path)
    assert (info.height, info.width) == shown.shape[:2]


def test_pixels_that_are_not_square_are_stretched_to_the_display_size(folder: Path) -> None:
    path = folder / "sar.mp4"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(4, 3)
        for number in range(10):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(numbered_image(number), format="rgb24")))
        out.mux(stream.encode(None))
    frame = video.frames_at(path, [0.2])[0]
    assert frame.image.shape == (HEIGHT, WIDTH * 4 // 3, 3)  # 288 * 4/3 = 384
    assert number_in(frame.image) == 6
    assert (video.probe(path).width, video.probe(path).height) == (384, HEIGHT)


def two_streams(path: Path, counts: tuple[int, int], default: int | None) -> Path:
    """Write a file of two streams of numbered frames, the second counting from 1000."""
    with av.open(str(path), "w") as out:
        streams = [out.add_stream("libx264", rate=30) for _ in counts]
        for stream in streams:
            stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for index, stream in enumerate(streams):
            stream.disposition = int(default is None or index == default)
        for stream, count, first in zip(streams, counts, (0, 1000), strict=True):
            for number in range(count):
                frame = av.VideoFrame.from_ndarray(numbered_image(first + number), format="rgb24")
                out.mux(stream.encode(frame))
            out.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(
    ("counts", "default", "shown", "reason"),
    [
        ((20, 20), 1, 1003, "the file's default"),
        ((20, 20), None, 3, "the file's default"),
        ((1, 20), 0, 1003, "only one"),
    ],
    ids=["second is default", "all are default", "thumbnail first"],
)
def test_the_default_stream_that_moves_is_shown(
    folder: Path, counts: tuple[int, int], default: int | None, shown: int, reason: str
) -> None:
    path = two_streams(folder / f"two{counts}{default}.mp4", counts, default)
    assert number_in(video.frames_at(path, [0.11])[0].image) == shown  # 0.11 * 30 = 3.3
    assert reason in video.probe(path).stream_reason


def test_frames_of_an_avi_that_refer_to_later_ones_are_counted(folder: Path) -> None:
    path = render(folder / "counted.avi", 60, options={"bf": "2"})
    times = [n / 30 for n in range(60)]
    assert [number_in(frame.image) for frame in video.frames_at(path, times)] == list(range(60))
    assert [number_in(video.frames_at(path, [t])[0].image) for t in (1.0, 0.5)] == [30, 15]
    assert video.probe(path).duration == pytest.approx(2.0)


def red(path: Path, width: int, height: int, codec: str = "libx264") -> np.ndarray:
    """Write frames of BT.709's (220, 30, 30), without saying so, and return the colour that is read back.

    With r = 0.863 and g = b = 0.118 the luma is 0.2126 r + 0.7152 g + 0.0722 b = 0.276: Y = 16 + 219 * 0.276 = 76,
    Cb = 128 + 224 (b - 0.276) / 1.8556 = 109 and Cr = 128 + 224 (r - 0.276) / 1.5748 = 211.
    """
    with av.open(str(path), "w") as out:
        stream = out.add_stream(
            codec, rate=5, options={"cpu-used": "8", "deadline": "realtime"} if "vpx" in codec else {}
        )
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        frame = av.VideoFrame(width, height, "yuv420p")
        for plane, value in zip(frame.planes, (76, 109, 211), strict=True):
            plane.update(bytes([value]) * plane.buffer_size)
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    image = video.frames_at(path, [0.0])[0].image
    return image[height // 2, width // 2].astype(int)


def test_untagged_colours_go_by_the_number_of_rows_as_in_chromium(folder: Path) -> None:
    large, small = red(folder / "hd.mp4", 1280, 720), red(folder / "sd.mp4", 1280, 718)
    assert large == pytest.approx([220, 30, 30], abs=3)
    # By BT.601, of 1.164 * 60 = 69.9: R = 69.9 + 1.596 * 83, G = 69.9 + 0.392 * 19 - 0.813 * 83, B = 69.9 - 2.017 * 19
    assert small == pytest.approx([202, 10, 32], abs=3)
    assert red(folder / "hd.webm", 1280, 720, "libvpx-vp9") == pytest.approx(small, abs=3)  # VP9 at every size


def test_frame_times_are_compact_and_exact(plain: Path, folder: Path) -> None:
    told = video.frame_times(plain).compact()
    assert told["runs"] == [[29, 640]]  # 19200 ticks a second, 30 frames: one run for all of them
    late = video.frame_times(render(folder / "late.mkv", 30, ticks=[300 + 10 * n for n in range(30)]))
    back = video.FrameTimes.from_compact(late.compact())
    for clock, first in (("file", 1.0), ("first-frame", 0.0)):
        assert back.seconds(clock) == pytest.approx(late.seconds(clock), abs=1e-9)
        assert late.seconds(clock)[0] == first


def test_the_example_of_the_page_on_frames_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    (block,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs/explanation/video_frames.md").read_text(), re.DOTALL)
    exec(compile(block, "video_frames.md", "exec"), {})
