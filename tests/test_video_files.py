"""What a file says about itself, what is refused and in which words, and what is drawn and cut."""

from __future__ import annotations

import shutil
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from helpers_video import HEIGHT, WIDTH, number_in, render
from test_video_frames import uneven_ticks

from referee_calib import video
from referee_calib.errors import InputError, VideoError


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="module")
def steady(folder: Path) -> Path:
    return render(folder / "steady.mp4", 150)


def cut(source: Path, target: Path, share: float) -> Path:
    """Keep the index and the first `share` of the pictures of an MP4."""
    data = source.read_bytes()
    pictures = data.index(b"mdat")
    target.write_bytes(data[: pictures + int((len(data) - pictures) * share)])
    return target


def one_line(error: pytest.ExceptionInfo[VideoError], path: Path) -> str:
    text = str(error.value)
    assert "\n" not in text
    assert path.name in text
    return text


def test_probe_describes_a_steady_clip(steady: Path) -> None:
    info = video.probe(steady)
    assert (info.width, info.height, info.n_frames, info.codec) == (WIDTH, HEIGHT, 150, "h264")
    assert info.fps == pytest.approx(30)
    assert info.duration == pytest.approx(5.0)
    assert not info.variable
    assert info.complete


def test_probe_measures_ntsc_and_transport_streams(folder: Path) -> None:
    rate = Fraction(30000, 1001)
    info = video.probe(render(folder / "ntsc.ts", 60, rate=rate))
    assert info.fps == pytest.approx(float(rate), rel=1e-4)
    assert info.duration == pytest.approx(60 / rate, abs=1e-3)
    assert not info.variable


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_probe_sees_a_variable_rate_in_the_times_themselves(folder: Path, suffix: str) -> None:
    ticks = uneven_ticks(80)
    info = video.probe(render(folder / f"uneven{suffix}", 80, ticks=ticks))
    assert info.variable
    assert info.fps == pytest.approx(79 / (ticks[-1] / 300), rel=1e-3)


def test_millisecond_rounding_is_no_variable_rate(folder: Path) -> None:
    assert not video.probe(render(folder / "steady.mkv", 90)).variable  # gaps of 33 and 34 ms


def test_frames_of_a_large_file_without_an_index_are_counted_when_somebody_asks(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("referee_calib.video.packet_times.READ_WHOLE", 1000)
    info = video.probe(render(folder / "large.mkv", 900))  # 30 s: its ends are the first 96 packets and the last 10 s
    assert info.n_frames is None
    assert info.duration == pytest.approx(30, abs=0.002)
    assert info.fps == pytest.approx(30, rel=0.001)
    assert len(video.frame_times(info.path).stamps) == 900  # reads the file: somebody asks


@pytest.mark.parametrize(
    "frames", [{}, {"ticks": uneven_ticks(120)}, {"options": {"bf": "0"}, "ticks": uneven_ticks(120)}]
)
def test_the_index_of_a_large_file_tells_what_its_packets_tell(
    folder: Path, monkeypatch: pytest.MonkeyPatch, frames: dict[str, Any]
) -> None:
    path = render(folder / "whole.mp4", 120, **frames)
    told = video.probe(path)
    monkeypatch.setattr("referee_calib.video.packet_times.READ_WHOLE", 1000)
    again = video.probe(shutil.copy(path, folder / "index.mp4"))  # a file that was read keeps its figures
    assert replace(again, path=path) == told
    assert video.frame_times(again.path).seconds().tolist() == video.frame_times(path).seconds().tolist()


@pytest.mark.parametrize(
    ("name", "codec", "pixels", "plays"),
    [
        ("h264.mp4", "libx264", "yuv420p", True),
        ("vp9.webm", "libvpx-vp9", "yuv420p", True),
        ("h264.ts", "libx264", "yuv420p", False),
        ("h264.mkv", "libx264", "yuv420p", False),
        ("full.mp4", "libx264", "yuv444p", False),
        ("part2.mp4", "mpeg4", "yuv420p", False),
    ],
)
def test_what_browsers_play(folder: Path, name: str, codec: str, pixels: str, plays: bool) -> None:
    said = video.probe(render(folder / name, 5, codec=codec, pixels=pixels)).playability
    assert said.plays is plays
    assert pixels in said.reason
    assert (":" in said.reason) is not plays  # a refusal says why


def test_a_missing_file_is_one_line(folder: Path) -> None:
    path = folder / "none.mp4"
    with pytest.raises(VideoError, match="no such file") as error:
        video.frames_at(path, [0.0])
    one_line(error, path)


def test_names_that_no_file_can_have_and_playlists_are_refused(folder: Path) -> None:
    for name in ("a" * 300 + ".mp4", "nul\0byte.mp4", "http://127.0.0.1:9/x.mp4"):
        with pytest.raises(VideoError):
            video.frames_at(folder / name, [0.0])
    playlist = folder / "list.m3u8"
    playlist.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nhttp://127.0.0.1:9/x.ts\n#EXT-X-ENDLIST\n")
    with pytest.raises(VideoError, match=r"playlist \(m3u8\)"):
        video.frames_at(playlist, [0.0])


def test_a_folder_without_pictures_is_not_a_video(folder: Path) -> None:
    with pytest.raises(VideoError, match=r"numbered pictures|has no number"):
        video.probe(folder)


@pytest.mark.parametrize("content", [b"", b"hello, this is text\n" * 50, bytes(range(256)) * 40])
def test_garbage_is_not_a_video(folder: Path, content: bytes) -> None:
    path = folder / "garbage.mp4"
    path.write_bytes(content)
    for ask in (lambda: video.frames_at(path, [0.0]), lambda: video.probe(path)):
        with pytest.raises(VideoError, match=r"not a video|holds no pictures|is empty") as error:
            ask()
        one_line(error, path)


@pytest.mark.parametrize("share", [0.3, 0.5, 0.9])
def test_a_truncated_file_gives_what_is_there_and_never_a_wrong_frame(folder: Path, steady: Path, share: float) -> None:
    path = cut(steady, folder / f"cut{share}.mp4", share)
    info = video.probe(path)
    assert not info.complete
    assert not info.variable
    assert info.n_frames is not None
    good = list(range(info.n_frames))
    assert 5 < len(good) < 150
    assert [number_in(f.image) for f in video.frames_at(path, [n / 30 for n in good])] == good
    for n in (len(good), 148):
        with pytest.raises(VideoError, match="truncated") as error:
            video.frames_at(path, [0.0, n / 30])
        one_line(error, path)


def test_a_file_cut_inside_its_index_cannot_be_opened(folder: Path, steady: Path) -> None:
    path = folder / "no_index.mp4"
    path.write_bytes(steady.read_bytes()[:200])
    with pytest.raises(VideoError, match=r"cut off"):
        video.frames_at(path, [0.0])


def test_damage_in_the_middle_never_gives_a_wrong_frame_and_later_frames_are_reached(
    folder: Path, steady: Path
) -> None:
    data = bytearray(steady.read_bytes())
    middle = data.index(b"mdat") + (len(data) - data.index(b"mdat")) // 2
    data[middle : middle + 300] = b"\xff" * 300
    path = folder / "damaged.mp4"
    path.write_bytes(data)
    refused = []
    for n in range(150):
        try:
            assert number_in(video.frames_at(path, [n / 30])[0].image) == n
        except VideoError as error:
            refused.append((n, str(error)))
    assert refused
    assert all("damaged" in text for _, text in refused)
    assert 60 <= min(refused)[0] <= max(refused)[0] < 90  # the damage lies in the third group of 30 frames


def test_a_time_beyond_the_end_is_one_line_that_names_the_length(steady: Path) -> None:
    with pytest.raises(VideoError, match=r"at 7 s: it ends at 5\.000 s") as error:
        video.frames_at(steady, [0.0, 7.0])
    one_line(error, steady)


def test_crop_takes_every_pixel_the_box_touches_and_its_context() -> None:
    image = np.arange(40 * 60 * 3, dtype=np.int64).reshape(40, 60, 3).astype(np.uint8)
    # x: 0.1 * 60 = 6 to 0.5 * 60 = 30; y: 0.25 * 40 = 10 to 0.5 * 40 = 20
    assert np.array_equal(video.crop(image, (0.1, 0.25, 0.5, 0.5), context=0), image[10:20, 6:30])
    # a quarter of 24 columns and of 10 rows on every side: 0 to 36 and 7.5 to 22.5
    assert np.array_equal(video.crop(image, (0.1, 0.25, 0.5, 0.5)), image[7:23, 0:36])


def test_crop_stops_at_the_frame_and_keeps_at_least_a_pixel() -> None:
    image = np.zeros((40, 60, 3), np.uint8)
    assert video.crop(image, (0.0, 0.0, 1.0, 1.0), context=1).shape == (40, 60, 3)
    assert video.crop(image, (0.999, 0.999, 1.0, 1.0), context=0).shape == (1, 1, 3)


def test_crop_refuses_a_reversed_box() -> None:
    with pytest.raises(InputError, match="left, top, right, bottom"):
        video.crop(np.zeros((4, 6, 3), np.uint8), (0.5, 0.1, 0.2, 0.9))


def test_draw_marks_the_box_and_leaves_the_image_alone() -> None:
    image = np.full((80, 120, 3), 90, np.uint8)
    drawn = video.draw(image, [(0.25, 0.25, 0.75, 0.75)])
    assert (image == 90).all()
    assert tuple(drawn[20, 60]) == (255, 0, 0)  # the top edge: 0.25 * 80 = 20
    assert tuple(drawn[40, 60]) == (90, 90, 90)  # the middle stays as it was


def test_png_is_lossless_and_jpeg_close() -> None:
    image = cv2.GaussianBlur(np.random.default_rng(2).integers(0, 256, (30, 50, 3), np.uint8), (9, 9), 4)
    back = cv2.cvtColor(cv2.imdecode(np.frombuffer(video.encode_png(image), np.uint8), 1), cv2.COLOR_BGR2RGB)
    assert np.array_equal(back, image)
    jpeg = cv2.imdecode(np.frombuffer(video.encode_jpeg(image), np.uint8), 1)[:, :, ::-1]
    assert np.abs(jpeg.astype(int) - image).mean() < 6
