"""What stands where a video should, named for what it is; folders of frames; the clock that claims count on."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import av
import numpy as np
import pytest
from helpers_video import HEIGHT, WIDTH, number_in, numbered_image, render

from referee_calib import video
from referee_calib.errors import InputError, VideoError
from referee_calib.records import CLOCKS, Claim
from referee_calib.referee import load_referee, rebuild_referee
from referee_calib.referee.frame_policy.policy import open_clip
from referee_calib.study import Study

LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("inspected")


@pytest.fixture(scope="module")
def plain(folder: Path) -> Path:
    return render(folder / "plain.mp4", 90)


def test_a_video_that_is_fine_has_no_problem(plain: Path) -> None:
    found = video.inspect_video(plain)
    assert (found.problem, found.remarks, found.playable_reason, found.stream_reason) == ("", (), "", "")
    assert found.usable
    assert found.decodable
    assert found.complete
    assert all(found.playable.values())
    assert (found.width, found.height, found.start, found.duration) == (WIDTH, HEIGHT, 0.0, pytest.approx(3.0))


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("pointer.mp4", LFS, "Git LFS"),
        ("list.mp4", b"#EXTM3U\n#EXTINF:5,\nhttp://127.0.0.1:9/x.ts\n", "playlist (m3u8)"),
        ("list.ffconcat", b"ffconcat version 1.0\nfile plain.mp4\n", "playlist (ffconcat)"),
        ("page.mp4", b"\n<!DOCTYPE html><html><body>404</body></html>", "web page"),
        ("empty.mp4", b"", "empty"),
        ("zeros.mp4", bytes(5000), "zeros"),
        ("packed.mp4", gzip.compress(b"x" * 1000, mtime=0), "gzip"),
        ("text.mp4", b"hello, this is text\n" * 50, "not a video"),
    ],
)
def test_what_is_no_video_is_named_for_what_it_is(folder: Path, name: str, content: bytes, says: str) -> None:
    (folder / name).write_bytes(content)
    found = video.inspect_video(folder / name)
    assert says in found.problem
    assert found.advice
    with pytest.raises(VideoError) as error:
        video.frames_at(folder / name, [0.0])
    assert says in str(error.value)


def test_addresses_and_dangling_links_are_named(folder: Path) -> None:
    (folder / "link.mp4").symlink_to("gone/away.mp4")
    assert "link to gone/away.mp4" in video.inspect_video(folder / "link.mp4").problem
    assert "address" in video.inspect_video("https://example.org/a.mp4").problem
    assert "no such file" in video.inspect_video(folder / "none.mp4").problem


def test_sound_alone_raw_streams_and_still_pictures_are_named(folder: Path, plain: Path) -> None:
    with av.open(str(folder / "sound.mp4"), "w") as out:
        stream = out.add_stream("aac", rate=44100)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 4096), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 44100
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    assert "sound" in video.inspect_video(folder / "sound.mp4").problem
    render(folder / "raw.h264", 30)
    assert "raw h264 stream" in video.inspect_video(folder / "raw.h264").problem
    (folder / "still.png").write_bytes(video.encode_png(numbered_image(5)))
    assert "single picture" in video.inspect_video(folder / "still.png").problem


@pytest.mark.parametrize(
    ("name", "codec"), [("a.webm", "libvpx"), ("a.mkv", "libx264"), ("a.avi", "mpeg4"), ("a.ts", "libx264")]
)
def test_a_copy_that_was_cut_off_is_told_by_its_own_sizes(folder: Path, name: str, codec: str) -> None:
    whole = render(
        folder / f"whole_{name}", 90, codec=codec, options={"deadline": "realtime"} if "vpx" in codec else {}
    )
    assert video.inspect_video(whole).problem == ""
    data = whole.read_bytes()
    (folder / name).write_bytes(data[: len(data) * 7 // 10 + 50])  # within a transport packet
    found = video.inspect_video(folder / name)
    assert "cut off" in found.problem
    assert not found.complete
    assert found.cut_off_at is not None
    assert 0.5 < found.cut_off_at < 3.0


def test_damaged_pictures_are_found_by_decoding(folder: Path, plain: Path) -> None:
    data = bytearray(plain.read_bytes())
    start = data.index(b"mdat") + 4
    data[start:] = os.urandom(len(data) - start)
    (folder / "noise.mp4").write_bytes(data)
    found = video.inspect_video(folder / "noise.mp4")
    assert "cannot be decoded" in found.problem
    assert not found.decodable


def test_another_start_is_remarked_with_its_difference(folder: Path) -> None:
    late = render(folder / "late.mkv", 30, ticks=[300 + 10 * n for n in range(30)])
    found = video.inspect_video(late)
    assert (found.start, found.duration) == (1.0, pytest.approx(1.0, abs=0.002))
    assert any("1.000 s" in remark for remark in found.remarks)


def frames_in(folder: Path, count: int, sidecar: str | None, first: int = 1) -> Path:
    folder.mkdir()
    for number in range(count):
        (folder / f"{first + number:06d}.png").write_bytes(video.encode_png(numbered_image(number)))
    if sidecar is not None:
        (folder / "frames.toml").write_text(sidecar)
    return folder


def test_a_folder_of_frames_is_a_video(tmp_path: Path) -> None:
    path = frames_in(tmp_path / "clip", 20, 'fps = "10/1"\n')
    assert [number_in(f.image) for f in video.frames_at(path, [0.0, 0.55, 1.99, 2.0])] == [0, 5, 19, 19]
    info = video.probe(path)
    assert (info.duration, info.fps, info.n_frames, info.variable) == (2.0, pytest.approx(10), 20, False)
    found = video.inspect_video(path)
    assert (found.problem, found.container, any(found.playable.values())) == ("", "frames", False)
    video.render_changed(path, tmp_path / "same.mp4", "same")
    assert number_in(video.frames_at(tmp_path / "same.mp4", [0.55])[0].image) == 5
    with pytest.raises(VideoError, match=r"ends at 2\.000 s"):
        video.frames_at(path, [2.2])


def test_a_folder_of_frames_may_state_its_times(tmp_path: Path) -> None:
    path = frames_in(tmp_path / "clip", 3, 'times = "times.txt"\nend = 9.0\n', first=0)
    (path / "times.txt").write_text("0.5\n1.25\n7\n")
    assert [number_in(f.image) for f in video.frames_at(path, [0.1, 1.3, 8.9])] == [0, 1, 2]
    assert [number_in(f.image) for f in video.frames_at(path, [0.1, 1.3, 8.4], clock="first-frame")] == [0, 1, 2]
    assert video.probe(path).variable


@pytest.mark.parametrize(
    ("sidecar", "says"),
    [
        (None, "does not say its rate"),
        ("fps = 0\n", "fps = 0"),
        ("fps = true\n", "fps = True"),
        ('times = "none.txt"\n', "none.txt cannot be read (No such file or directory)"),
        ('times = "../times.txt"\n', "a file beside it"),  # it would not come along into a study
        ("times = 3\n", "a file beside it"),
        ("rate = 3\n", "either fps, or times"),
        ("fps = \n", "frames.toml cannot be read"),
    ],
)
def test_what_a_folder_of_frames_lacks_is_said(tmp_path: Path, sidecar: str | None, says: str) -> None:
    path = frames_in(tmp_path / "clip", 3, sidecar)
    assert says in str(_refused(path))
    assert says in video.inspect_video(path).problem  # by itself, as in the table of videos


def test_a_missing_and_a_broken_picture_are_named(tmp_path: Path) -> None:
    path = frames_in(tmp_path / "clip", 5, "fps = 5\n")
    (path / "000005.png").write_bytes(b"no picture")
    with pytest.raises(VideoError, match=r"picture 000005\.png cannot be decoded"):
        video.frames_at(path, [0.9])
    (path / "000001.png").write_text("version https://git-lfs.github.com/spec/v1\n")
    assert "picture 000001.png cannot be decoded (it is a pointer of Git LFS" in video.inspect_video(path).problem
    (path / "000003.png").unlink()
    assert "picture 3 is missing" in str(_refused(path))


def _refused(path: Path) -> InputError:
    with pytest.raises(InputError) as error:
        video.frames_at(path, [0.0])
    assert "\n" not in str(error.value)
    return error.value


def test_a_study_states_its_clock_and_its_referee_looks_where_it_says(tmp_path: Path) -> None:
    study = Study.create(tmp_path / "study", name="late")
    assert study.config.clock == "first-frame"
    render(study.media / "late.mkv", 60, ticks=[300 + 10 * n for n in range(60)])  # starts at 1 s
    claim = Claim(video="late.mkv", question="?", object="x", boxes=((0.5, 0.1, 0.1, 0.4, 0.4),))
    shown = {}
    for clock in CLOCKS:
        referee = load_referee("pixels", clock=clock)
        assert referee.fingerprint == load_referee("pixels").fingerprint  # the clock belongs to the claims
        assert rebuild_referee(referee.describe()).clock == clock
        path = study.media_path(claim.video)
        clip = open_clip(path, claim.video, [(claim, "localization")], referee.frames, referee.clock)
        shown[clock] = number_in(clip.frame(0.5).image), clip.duration
    assert shown == {"first-frame": (15, pytest.approx(2.0, abs=0.002)), "file": (0, pytest.approx(3.0, abs=0.002))}


def test_an_old_study_keeps_the_clock_of_the_file(tmp_path: Path) -> None:
    study = Study.create(tmp_path / "study", name="old", clock="file")
    written = (study.folder / "study.toml").read_text()
    (study.folder / "study.toml").write_text("\n".join(one for one in written.split("\n") if "clock" not in one))
    assert Study.open(study.folder).config.clock == "file"


def test_a_study_keeps_frame_times_until_the_file_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study = Study.create(tmp_path / "study", name="kept")
    render(study.media / "a.mp4", 30)
    times = study.frame_times("a.mp4").seconds()
    monkeypatch.setattr(video, "frame_times", lambda _: pytest.fail("read again"))
    assert study.frame_times("a.mp4").seconds() == pytest.approx(times)
    monkeypatch.undo()
    render(study.media / "a.mp4", 60)
    assert len(study.frame_times("a.mp4").stamps) == 60
