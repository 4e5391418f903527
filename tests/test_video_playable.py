"""Copies that browsers play: the packets where another container is enough, else encoded; every frame at its time."""

import json
import shutil

import av
import numpy as np
import pytest
from click.testing import CliRunner
from helpers_app import write_clip

from referee_calib.cli.main import main
from referee_calib.errors import VideoError
from referee_calib.records import Claim
from referee_calib.study import Study, make_playable_copies, playable_copy_of
from referee_calib.video import frame_times, inspect_video, make_playable_copy, probe


def write_frames(path, codec, pixels, size=(64, 48), count=12, times=None, **options):
    """Write a clip of grey steps with stated times in milliseconds."""
    from fractions import Fraction

    with av.open(str(path), "w", **options) as out:
        stream = out.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = *size, pixels
        stream.codec_context.time_base = Fraction(1, 1000) if times else Fraction(1, 25)
        for number in range(count):
            picture = np.full((size[1], size[0], 3), 20 * number % 256, np.uint8)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = (times[number] if times else number), stream.codec_context.time_base
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


def since_first(path):
    return frame_times(path).seconds("first-frame")


def test_h264_in_matroska_keeps_its_packets(tmp_path):
    write_clip(tmp_path / "clip.mp4", seconds=1)
    with av.open(str(tmp_path / "clip.mp4")) as old, av.open(str(tmp_path / "clip.mkv"), "w") as new:
        stream = new.add_stream_from_template(old.streams.video[0])
        for packet in old.demux(video=0):
            if packet.size:
                packet.stream = stream
                new.mux(packet)
    assert not inspect_video(tmp_path / "clip.mkv").playable["Chromium"]
    assert make_playable_copy(tmp_path / "clip.mkv", tmp_path / "copy.mp4") == "remuxed"
    assert all(inspect_video(tmp_path / "copy.mp4").playable.values())
    assert since_first(tmp_path / "copy.mp4") == pytest.approx(since_first(tmp_path / "clip.mkv"), abs=0.001)


@pytest.mark.parametrize(
    ("name", "codec", "pixels", "size", "shown"),
    [
        ("a.avi", "mjpeg", "yuvj420p", (64, 48), (64, 48)),
        ("b.mp4", "mpeg4", "yuv420p", (64, 48), (64, 48)),
        ("c.mkv", "ffv1", "yuv444p", (63, 47), (64, 48)),  # browsers play even sizes: the last row and column twice
    ],
)
def test_what_browsers_do_not_decode_is_encoded_with_the_same_frame_times(tmp_path, name, codec, pixels, size, shown):
    write_frames(tmp_path / name, codec, pixels, size)
    assert make_playable_copy(tmp_path / name, tmp_path / "copy.mp4") == "encoded"
    copy = probe(tmp_path / "copy.mp4")
    assert (copy.width, copy.height, copy.n_frames) == (*shown, 12)
    assert all(inspect_video(tmp_path / "copy.mp4").playable.values())
    assert since_first(tmp_path / "copy.mp4") == pytest.approx(since_first(tmp_path / name), abs=0.001)


def test_frames_of_uneven_length_keep_their_times(tmp_path):
    times = [0, 40, 80, 500, 540, 1000, 1001, 1041, 1500, 1540, 1580, 2000]
    write_frames(tmp_path / "uneven.mkv", "ffv1", "yuv444p", times=times)
    make_playable_copy(tmp_path / "uneven.mkv", tmp_path / "copy.mp4")
    assert (1000 * since_first(tmp_path / "copy.mp4")).round().tolist() == times


def test_nothing_is_left_of_a_copy_that_fails(tmp_path):
    write_frames(tmp_path / "whole.avi", "mjpeg", "yuvj420p", count=40)
    whole = (tmp_path / "whole.avi").read_bytes()
    (tmp_path / "cut.avi").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(VideoError):
        make_playable_copy(tmp_path / "cut.avi", tmp_path / "copy.mp4")
    assert not (tmp_path / "copy.mp4").exists()


@pytest.fixture
def study(tmp_path):
    with Study.create(tmp_path / "study", name="Copies") as study:
        write_clip(study.media / "plays.mp4", seconds=0.5)
        write_frames(study.media / "old.avi", "mjpeg", "yuvj420p")
        (study.media / "pointer.mp4").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n")
        boxed = {"question": "q", "object": "ball", "boxes": ((0.1, 0.2, 0.2, 0.6, 0.6),)}
        study.add_claims([Claim(video=name, **boxed) for name in ("plays.mp4", "old.avi", "pointer.mp4")])
        yield study


def test_a_study_copies_what_some_browser_does_not_play_once(study):
    videos = ("plays.mp4", "old.avi", "pointer.mp4")
    done = make_playable_copies(study.folder, videos, study.media_path)
    assert done.made == {"old.avi": "encoded"}
    assert done.plain == ("plays.mp4",)
    assert "Git LFS" in done.failed["pointer.mp4"]
    assert playable_copy_of(study.folder, study.media_path("old.avi")).is_file()
    assert playable_copy_of(study.folder, study.media_path("plays.mp4")) is None
    assert make_playable_copies(study.folder, videos, study.media_path).kept == ("old.avi",)


def test_a_copy_of_a_file_that_was_replaced_is_not_played(study):
    make_playable_copies(study.folder, ["old.avi"], study.media_path)
    write_frames(study.media / "old.avi", "mjpeg", "yuvj420p", count=20)
    assert playable_copy_of(study.folder, study.media_path("old.avi")) is None


def test_the_verb_shows_every_video_and_fails_for_one_that_cannot_be_used(study):
    ran = CliRunner().invoke(main, ["media", str(study.folder), "--playable", "-q"])
    assert ran.exit_code == 1
    rows = {line.split()[0]: line for line in ran.stdout.splitlines()}
    assert set(rows) >= {"file", "plays.mp4", "old.avi", "pointer.mp4"}
    assert "Git LFS" in rows["pointer.mp4"]
    assert "1 made (0 in another container, 1 encoded), 0 there already, 1 not needed, 1 failed." in ran.stdout
    again = json.loads(CliRunner().invoke(main, ["media", str(study.folder), "--playable", "--json", "-q"]).stdout)
    assert again["copies"]["kept"] == ["old.avi"]
    shutil.rmtree(study.folder / "playable")  # it may be removed at any time
    assert playable_copy_of(study.folder, study.media_path("old.avi")) is None
