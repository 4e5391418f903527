"""The frame shown at a time is the right one, in every kind of file, by one forward pass."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from helpers_video import HEIGHT, WIDTH, number_in, numbered_image, render, start_at

from referee_calib import video
from referee_calib.errors import VideoError
from referee_calib.video.file_format import container, frame_stamps

NTSC = Fraction(30000, 1001)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clips")


@pytest.fixture(scope="module")
def steady(folder: Path) -> Path:
    return render(folder / "steady.mp4", 150)


def uneven_ticks(n_frames: int) -> list[int]:
    """Presentation times in 1/300 s: gaps of 10 ms to 267 ms, seeded."""
    gaps = random.Random(5).choices([3, 10, 10, 25, 80], k=n_frames - 1)
    return [0, *itertools.accumulate(gaps)]


def numbers_at(path: Path, times: list[float]) -> list[int]:
    return [number_in(frame.image) for frame in video.frames_at(path, times)]


def test_a_burnt_in_number_is_read_back() -> None:
    assert [number_in(numbered_image(n)) for n in (0, 1, 149, 4095)] == [0, 1, 149, 4095]


def test_constant_rate_gives_every_frame_at_its_start_and_in_its_middle(steady: Path) -> None:
    starts = [n / 30 for n in range(150)]
    assert numbers_at(steady, starts) == list(range(150))
    assert numbers_at(steady, [t + 1 / 60 for t in starts]) == list(range(150))


def test_a_time_rounded_to_milliseconds_still_finds_its_frame(steady: Path) -> None:
    # 31/30 s = 1.03333…, written 1.033: before the frame by a third of a millisecond
    assert numbers_at(steady, [round(n / 30, 3) for n in range(150)]) == list(range(150))


def test_ntsc_rate(folder: Path) -> None:
    path = render(folder / "ntsc.mp4", 90, rate=NTSC)
    assert numbers_at(path, [float((n + Fraction(1, 2)) / NTSC) for n in range(90)]) == list(range(90))


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_variable_rate(folder: Path, suffix: str) -> None:
    ticks = uneven_ticks(120)
    path = render(folder / f"uneven{suffix}", 120, ticks=ticks)
    shown_until = [*ticks[1:], ticks[-1] + 10]
    middles = [(a + b) / 2 / 300 for a, b in zip(ticks, shown_until, strict=True)]
    assert numbers_at(path, middles) == list(range(120))
    assert numbers_at(path, [b / 300 - 0.002 for b in shown_until]) == list(range(120))


def test_edit_list_moves_the_start(folder: Path, steady: Path) -> None:
    # The file's clock has 19200 ticks a second, so 40 frames of 1/30 s are 40 * 640 = 25600 ticks.
    path = start_at(steady, folder / "edited.mp4", 25600)
    assert numbers_at(path, [n / 30 for n in range(110)]) == list(range(40, 150))
    assert video.probe(path).duration == pytest.approx(110 / 30)


def test_transport_stream_counts_from_its_own_start(folder: Path) -> None:
    path = render(folder / "stream.ts", 150, ticks=[3000 + 10 * n for n in range(150)])
    frames = video.frames_at(path, [n / 30 for n in range(150)])
    assert [number_in(f.image) for f in frames] == list(range(150))
    assert frames[0].time == pytest.approx(0.0, abs=1e-6)
    assert frames[0].pts >= 900_000  # its own clock starts at 10 s, in ticks of 1/90000 s


def test_webm_vp9(folder: Path) -> None:
    path = render(folder / "clip.webm", 70, codec="libvpx-vp9", options={"cpu-used": "8", "deadline": "realtime"})
    assert numbers_at(path, [n / 30 for n in range(70)]) == list(range(70))


@pytest.mark.parametrize("name", ["steady.mp4", "long_gop.mp4", "stream2.ts", "uneven2.mp4"])
def test_few_times_in_any_order_give_what_a_full_decode_gives(folder: Path, name: str) -> None:
    ticks = uneven_ticks(200) if "uneven" in name else [10 * n for n in range(200)]
    path = render(folder / f"order_{name}", 200, ticks=ticks, gop=250 if "gop" in name else 24)
    chosen = random.Random(3).sample(range(200), 17)
    times = [ticks[n] / 300 + 0.002 for n in chosen]
    assert numbers_at(path, times) == chosen


def test_every_frame_carries_its_own_and_the_requested_time(steady: Path) -> None:
    late, early = video.frames_at(steady, [2.51, 0.04])
    assert (late.requested, early.requested) == (2.51, 0.04)
    assert late.time == pytest.approx(75 / 30)  # 75 <= 2.51 * 30 = 75.3 < 76
    assert late.pts == 75 * 640
    assert late.image.shape == (HEIGHT, WIDTH, 3)
    assert late.image.dtype == np.uint8
    assert not late.image.flags.writeable


def test_a_time_before_the_first_frame_shows_the_first_frame(folder: Path) -> None:
    path = render(folder / "late.mkv", 30, ticks=[300 + 10 * n for n in range(30)])
    first, second = video.frames_at(path, [0.2, 1.05])
    assert (number_in(first.image), first.time) == (0, 1.0)
    assert number_in(second.image) == 1


def test_the_last_frame_is_shown_to_the_very_end(steady: Path) -> None:
    assert numbers_at(steady, [149.5 / 30, 5.0]) == [149, 149]


def test_no_times_give_no_frames(steady: Path) -> None:
    assert video.frames_at(steady, []) == []


class _Counted:
    """Counts what passes through the decoder."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.opens, self.frames = 0, 0
        really_open, stamped = av.open, frame_stamps.FrameStamps.stamped

        def count_open(*args: object, **options: object) -> object:
            self.opens += 1
            return really_open(*args, **options)

        def count_frames(stamps: frame_stamps.FrameStamps, decoded: list[av.VideoFrame]) -> object:
            self.frames += len(decoded)
            return stamped(stamps, decoded)

        monkeypatch.setattr(container.av, "open", count_open)
        monkeypatch.setattr(frame_stamps.FrameStamps, "stamped", count_frames)


def test_one_open_and_no_frame_decoded_twice(steady: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = _Counted(monkeypatch)
    times = [n / 60 for n in range(300)] * 2
    random.Random(1).shuffle(times)
    assert len(video.frames_at(steady, times)) == 600
    assert counted.opens == 1
    assert counted.frames == 150


def test_a_video_is_read_once_for_what_it_holds_and_again_when_it_changed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = render(folder / "probed.mp4", 30)
    counted = _Counted(monkeypatch)
    assert {video.probe(path).duration for _ in range(3)} == {1.0}
    assert counted.opens == 1
    render(path, 60)
    opens = counted.opens  # the renderer opens files, too
    assert video.probe(path).duration == 2.0
    assert counted.opens == opens + 1


def test_far_times_are_reached_by_seeking(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = render(folder / "long.mp4", 600, gop=15)
    counted = _Counted(monkeypatch)
    assert numbers_at(path, [0.0, 18.0]) == [0, 540]
    assert counted.opens == 1
    assert counted.frames < 120  # 600 by decoding all the way; decoder threads read some frames ahead


def test_quarter_turns_are_applied(folder: Path) -> None:
    path = render(folder / "turned.mp4", 20, rotation=90)
    frame = video.frames_at(path, [0.35])[0]
    assert frame.image.shape == (WIDTH, HEIGHT, 3)
    assert number_in(np.rot90(frame.image, -1)) == 10  # 10 <= 0.35 * 30 = 10.5
    info = video.probe(path)
    assert (info.width, info.height) == (HEIGHT, WIDTH)


@pytest.mark.parametrize("time", [-0.1, float("nan"), float("inf")])
def test_a_time_that_is_none_is_refused(steady: Path, time: float) -> None:
    with pytest.raises(VideoError, match="finite number of seconds"):
        video.frames_at(steady, [0.0, time])
