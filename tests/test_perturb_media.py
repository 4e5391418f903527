"""Renderings have the length, size and frame times of their source, are made once, and stay in their folder."""

import os
from fractions import Fraction
from itertools import accumulate

import numpy as np
import pytest
from helpers_perturb import ask
from helpers_referee import box_of, scene, write_clip
from helpers_video import number_in, render

from referee_calib.errors import InputError, VideoError
from referee_calib.perturbation import KINDS, OtherVideo, Reencoded, render_media
from referee_calib.perturbation.harness.rendered_media import recipe
from referee_calib.records import Claim
from referee_calib.referee import load_referee
from referee_calib.video import frames_at, probe
from referee_calib.video import render as video_render

SOURCES = {
    "constant.mp4": {"n_frames": 24},
    "ntsc.mp4": {"n_frames": 24, "rate": Fraction(30000, 1001)},
    "variable.mp4": {"n_frames": 15, "ticks": list(accumulate([0] + [10, 25, 7, 13, 40] * 2 + [9] * 4))},
    "late.mp4": {"n_frames": 12, "ticks": [100 + 10 * i for i in range(12)]},
    "stream.ts": {"n_frames": 24},
    "milliseconds.mkv": {"n_frames": 24},
}


def claim(video, *boxes, index=0):
    boxes = boxes or ((0.2, 0.1, 0.1, 0.2, 0.2),)
    return Claim(video=video, question="q", object="ball", boxes=boxes, index=index)


@pytest.mark.parametrize("name", SOURCES)
def test_frames_keep_their_times(tmp_path, name):
    source = render(tmp_path / name, **SOURCES[name])
    video_render.render_changed(source, tmp_path / "out.mp4", "same")
    before, after = probe(source), probe(tmp_path / "out.mp4")
    assert (after.n_frames, after.width, after.height) == (before.n_frames, before.width, before.height)
    assert after.duration == pytest.approx(before.duration, abs=0.0015)
    times = np.linspace(0, before.duration, 40, endpoint=False)
    for a, b in zip(frames_at(source, times), frames_at(tmp_path / "out.mp4", times), strict=True):
        assert number_in(a.image) == number_in(b.image)
        assert a.time == pytest.approx(b.time, abs=1e-4)


def test_turned_videos_are_rendered_upright(tmp_path):
    source = render(tmp_path / "a.mp4", 6, rotation=90)
    video_render.render_changed(source, tmp_path / "out.mp4", "same")
    before, after = frames_at(source, [0.1])[0].image, frames_at(tmp_path / "out.mp4", [0.1])[0].image
    assert before.shape == after.shape
    assert np.abs(before.astype(int) - after).mean() < 8


def test_changes_change_what_they_say(tmp_path):
    source = write_clip(tmp_path / "a.mp4", [scene(("red", "circle", 120, 130, 34))] * 6)
    before = frames_at(source, [0.3])[0].image.astype(int)
    shown = {}
    for change, crf in (("blank", 18), ("mirrored", 18), ("same", 45), ("same", 18)):
        video_render.render_changed(source, tmp_path / "out.mp4", change, crf=crf)
        shown[change, crf] = frames_at(tmp_path / "out.mp4", [0.3])[0].image.astype(int)
    assert np.abs(shown["blank", 18] - 128).max() <= 2
    # colours go to 8-bit YUV and back once more, which costs two levels of 256
    assert np.abs(shown["mirrored", 18] - before[:, ::-1]).mean() < 3
    fine, coarse = (np.abs(shown["same", crf] - before).mean() for crf in (18, 45))
    assert fine < coarse < 8


def test_another_video_is_shown_at_the_same_times_over_and_over(tmp_path):
    source = write_clip(tmp_path / "a.mp4", [scene()] * 15, fps=10)  # 1.5 s, 480 x 270
    other = render(tmp_path / "b.mp4", 12, rate=Fraction(20))  # 0.6 s, 288 x 96
    video_render.render_replaced(source, other, tmp_path / "out.mp4")
    info = probe(tmp_path / "out.mp4")
    assert (info.width, info.height, info.n_frames, info.duration) == (480, 270, 15, pytest.approx(1.5))
    shown = [number_in(f.image) for f in frames_at(tmp_path / "out.mp4", [i / 10 for i in range(15)])]
    assert shown == [0, 2, 4, 6, 8, 10, 0, 2, 4, 6, 8, 10, 0, 2, 4]  # every second frame, then again


def test_what_cannot_be_read_is_refused(tmp_path):
    (tmp_path / "a.mp4").write_bytes(b"no video")
    with pytest.raises(VideoError):
        video_render.render_changed(tmp_path / "a.mp4", tmp_path / "out.mp4", "blank")
    data = render(tmp_path / "b.mp4", 60).read_bytes()
    (tmp_path / "b.mp4").write_bytes(data[: len(data) * 2 // 3])
    with pytest.raises(VideoError, match="breaks off"):
        video_render.render_changed(tmp_path / "b.mp4", tmp_path / "out.mp4", "same")


@pytest.mark.parametrize("video", ["a.mp4", "deep/er/a.b.webm", "_odd/ä 1.mp4"])
def test_a_name_says_how_it_is_rendered(video):
    other = OtherVideo(videos=(video, "x/y.mp4"))
    assert recipe(ask(KINDS["blank"], claim(video)).video) == recipe(f"_perturbed/blank/{video}.mp4")
    assert recipe(ask(KINDS["blank"], claim(video)).video).video == video
    assert recipe(ask(Reencoded(crf=40), claim(video)).video).change == "reencoded-40"
    found = recipe(ask(other, claim(video)).video)
    assert (found.change, found.video, found.other) == ("other", video, "x/y.mp4")
    assert recipe(video) is None
    assert ask(OtherVideo(videos=(video,)), claim(video)) is None


def test_one_rendering_with_other_frames_serves_all_claims_of_a_video():
    videos = tuple(f"{name}.mp4" for name in "abcdefg")
    step = OtherVideo(videos=videos)
    others = {v: {recipe(ask(step, claim(v, index=i)).video).other for i in range(20)} for v in videos}
    assert all(len(found) == 1 for found in others.values())
    assert sorted(other for found in others.values() for other in found) == sorted(videos)  # each is shown once
    assert all(video not in found for video, found in others.items())
    assert recipe(ask(step, claim("new.mp4")).video).other in videos


def test_a_mirrored_frame_applies_where_the_box_then_misses():
    assert ask(KINDS["mirrored"], claim("a.mp4", (0.0, 0.1, 0.1, 0.3, 0.4))).video == "_perturbed/mirrored/a.mp4.mp4"
    # mirrored to 0.35 … 0.65: the same box
    assert ask(KINDS["mirrored"], claim("a.mp4", (0.0, 0.35, 0.1, 0.65, 0.4))) is None


def made(tmp_path):
    media = tmp_path / "media"
    (media / "in").mkdir(parents=True)
    write_clip(media / "a.mp4", [scene(("red", "circle", 120, 130, 34))] * 5)
    write_clip(media / "in" / "b.mp4", [scene(("blue", "square", 320, 130, 34))] * 5)
    starts = [claim("a.mp4"), claim("in/b.mp4")]
    steps = [KINDS["blank"], KINDS["mirrored"], OtherVideo(videos=("a.mp4", "in/b.mp4"))]
    return media, starts, [ask(step, start) for step in steps for start in starts]


def test_every_claim_finds_its_video_in_one_folder_and_the_originals_stay_untouched(tmp_path):
    media, starts, changed = made(tmp_path)
    before = {path: path.stat() for path in media.rglob("*")}
    found = render_media([*starts, *changed], media, tmp_path / "cache")
    assert (found.media, found.made, found.kept, found.failed) == (tmp_path / "cache", 6, 0, {})
    for one in (*starts, *changed):
        assert probe(found.media / one.video).duration == pytest.approx(0.5)
    assert (found.media / "a.mp4").samefile(media / "a.mp4")
    assert {path: path.stat().st_mtime_ns for path in media.rglob("*")} == {p: s.st_mtime_ns for p, s in before.items()}
    assert not list(found.media.rglob(".*"))


def test_renderings_are_made_once_and_again_when_their_source_changes(tmp_path):
    media, starts, changed = made(tmp_path)
    render_media(changed[:1], media, tmp_path / "cache")
    again = render_media([*starts, *changed], media, tmp_path / "cache")
    assert (again.made, again.kept) == (5, 1)
    (tmp_path / "new.mp4").write_bytes((media / "in" / "b.mp4").read_bytes())
    (tmp_path / "new.mp4").replace(media / "a.mp4")
    # three renderings of a.mp4 itself, and that of b.mp4 with frames of a.mp4, less one: blank, mirrored, two others
    assert render_media([*starts, *changed], media, tmp_path / "cache").made == 4
    assert (tmp_path / "cache" / "a.mp4").read_bytes() == (media / "in" / "b.mp4").read_bytes()


def test_a_rendering_that_was_interrupted_is_made_again(tmp_path, monkeypatch):
    media, _, changed = made(tmp_path)

    def breaks(source, target, change, **_):
        target.write_bytes(b"half")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(video_render, "render_changed", breaks)
        with pytest.raises(KeyboardInterrupt):
            render_media(changed[:1], media, tmp_path / "cache")
    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []
    assert render_media(changed[:1], media, tmp_path / "cache").made == 1


def test_copies_serve_where_links_cannot_be_made(tmp_path, monkeypatch):
    media, starts, changed = made(tmp_path)

    def refuses(*_):
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuses)
    found = render_media([*starts, *changed[:1]], media, tmp_path / "cache")
    assert not (found.media / "a.mp4").samefile(media / "a.mp4")
    first = (found.media / "a.mp4").stat().st_ino
    render_media([*starts, *changed[:1]], media, tmp_path / "cache")
    assert (found.media / "a.mp4").stat().st_ino == first


def test_without_renderings_the_folder_of_media_serves_as_it_is(tmp_path):
    found = render_media([claim("a.mp4")], tmp_path / "media", tmp_path / "cache")
    assert (found.media, found.made, found.failed) == (tmp_path / "media", 0, {})
    assert not (tmp_path / "cache").exists()


def test_videos_that_cannot_be_rendered_are_named_with_the_reason(tmp_path):
    media, starts, changed = made(tmp_path)
    gone, outside = ask(KINDS["blank"], claim("gone.mp4")), ask(KINDS["blank"], claim("../../../secret.mp4"))
    odd = claim("_perturbed/upside-down/a.mp4.mp4")
    found = render_media([*starts, changed[0], gone, outside, odd, claim("lost.mp4")], media, tmp_path / "cache")
    assert set(found.failed) == {gone.video, outside.video, odd.video, "lost.mp4"}
    assert "No such file" in found.failed[gone.video]
    assert "media folder" in found.failed[outside.video]
    assert "no such change" in found.failed[odd.video]
    assert found.made == 1
    with pytest.raises(InputError, match="name of a rendering"):
        recipe("_perturbed/other/7/a.mp4/b.mp4.mp4")


def test_the_pixels_referee_does_not_find_in_a_blank_or_mirrored_frame_what_it_found(tmp_path):

    media = tmp_path / "media"
    media.mkdir()
    write_clip(media / "a.mp4", [scene(("red", "circle", 120, 130, 34), noise=4, seed=i) for i in range(8)])
    start = Claim(
        video="a.mp4",
        question="Where is the red ball?",
        object="red ball",
        boxes=((0.3, *box_of("circle", 120, 130, 34)),),
    )
    shown = [start, *(ask(KINDS[key], start) for key in ("reencoded", "blank", "mirrored"))]
    found = render_media(shown, media, tmp_path / "cache")
    scores = {
        s.claim: s.expected for s in load_referee("pixels").score(shown, found.media, dimensions=["localization"])
    }
    original, reencoded, blank, mirrored = (scores[one.id] for one in shown)
    assert original > 3.9
    assert reencoded >= 3
    assert max(blank, mirrored) <= 1
