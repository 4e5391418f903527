"""A referee decodes each video once, turns every failure into a status, and is named by what can change a score."""

import dataclasses
import pickle
import subprocess
import sys

import pytest
from helpers_referee import box_of, scene, write_clip

from referee_calib import video
from referee_calib.errors import InputError
from referee_calib.io import json_lines
from referee_calib.records import Claim
from referee_calib.referee import FramePolicy, Parser, Prompt, Referee, Reply, ScriptedBackend, load_referee, media_file
from referee_calib.referee.prompting.prompt import load_prompt
from referee_calib.rubric import Rubric, Scale, load

BOX = (0.1, 0.1, 0.3, 0.4)
ONE = ("relevance",)


def claim(index=0, name="a.mp4", times=(0.5,), span=None, question="Where is the red ball?"):
    boxes = tuple((t, *BOX) for t in times)
    return Claim(video=name, question=question, object="red ball", boxes=boxes, span=span, index=index)


@pytest.fixture(scope="module")
def media(tmp_path_factory):
    folder = tmp_path_factory.mktemp("media")
    (folder / "deep").mkdir()
    write_clip(folder / "a.mp4", [scene(("red", "circle", 60 + 4 * i, 100, 24)) for i in range(20)])  # 2 s
    write_clip(folder / "deep" / "b.mp4", [scene(("blue", "square", 200, 100, 30))] * 12)  # 1.2 s
    (folder / "broken.mp4").write_bytes((folder / "a.mp4").read_bytes()[:400])
    return folder


def scripted(*replies, **parts):
    return Referee("test", ScriptedBackend(replies), **parts)


def test_scores_are_grouped_by_video_in_order_of_appearance(media):
    claims = [claim(0), claim(1, "deep/b.mp4"), claim(2)]
    scores = list(scripted(*["Level: 3"] * 6).score(claims, media))
    assert [s.claim for s in scores] == [claims[i].id for i in (0, 0, 2, 2, 1, 1)]
    assert [s.dimension for s in scores] == ["relevance", "localization"] * 3
    assert {s.level for s in scores} == {3}


def test_a_video_is_decoded_once_for_all_its_claims_and_dimensions(media, monkeypatch):
    opened = []
    real = video.frames_at
    monkeypatch.setattr(
        video, "frames_at", lambda path, times, **how: opened.append(path.name) or real(path, times, **how)
    )
    claims = [claim(i, name, (0.1 * i, 0.5), (0.2, 1.0)) for i in range(5) for name in ("a.mp4", "deep/b.mp4")]
    scores = list(scripted(*["2"] * 30).score(claims, media))
    assert len(scores) == 5 * 2 * 3
    assert sorted(opened) == ["a.mp4", "b.mp4"]


def test_only_the_asked_dimensions_that_apply_are_scored(media):
    claims = [claim(0), claim(1, span=(0.2, 0.8))]
    scores = list(scripted("1", "2").score(claims, media, dimensions=["timing"], sample=4))
    assert [(s.claim, s.dimension, s.level, s.sample) for s in scores] == [(claims[1].id, "timing", 1, 4)]


def test_a_missing_or_broken_video_is_an_error_status_and_the_rest_goes_on(media):
    claims = [claim(0, "gone.mp4"), claim(1, "broken.mp4"), claim(2)]
    scores = list(scripted("4", "3").score(claims, media, dimensions=["relevance"]))
    assert [s.status for s in scores] == ["error", "error", "ok"]
    assert "gone.mp4" in scores[0].reason
    assert "no such file" in scores[0].reason
    assert scores[1].reason
    assert (scores[0].level, scores[0].expected, scores[2].level) == (None, None, 4)


def test_a_claim_outside_its_video_fails_alone(media):
    late, fine, late_span = claim(0, times=(0.5, 7.0)), claim(1), claim(2, span=(5.0, 6.0))
    scores = list(scripted("4", "4", "4", "4").score([late, fine, late_span], media))
    found = {(s.claim, s.dimension): s for s in scores}
    assert found[late.id, "localization"].status == "error"
    assert "7 s lies after its end at 2.000 s" in found[late.id, "localization"].reason
    assert found[fine.id, "localization"].status == "ok"
    assert found[late_span.id, "localization"].status == "ok"
    assert found[late_span.id, "timing"].status == "error"


def test_a_file_that_breaks_off_still_serves_the_claims_before_the_break(media, tmp_path):
    images = [scene(("red", "circle", 60 + 4 * i, 100, 24), noise=20, seed=i) for i in range(60)]
    whole = write_clip(tmp_path / "whole.mkv", images).read_bytes()
    (tmp_path / "cut.mkv").write_bytes(whole[: len(whole) // 2])
    early, late = claim(0, "cut.mkv", (0.5,)), claim(1, "cut.mkv", (5.5,))
    scores = list(scripted("4", "4").score([late, early], tmp_path, dimensions=["relevance"]))
    assert {s.claim: s.status for s in scores} == {late.id: "error", early.id: "ok"}


def test_what_the_user_must_fix_is_said_at_once(media, tmp_path):
    referee = scripted()
    with pytest.raises(InputError, match="no such folder"):
        referee.score([claim()], tmp_path / "nowhere")
    with pytest.raises(InputError, match="relevance, localization, timing"):
        referee.score([claim()], media, dimensions=["beauty"])
    for path in ("../outside.mp4", "/etc/passwd", "deep/../a.mp4", "deep\\b.mp4", "a\0.mp4", "half\ud83d"):
        with pytest.raises(InputError):
            referee.score([claim(0, path)], media)
    assert media_file(media, "deep/b.mp4").samefile(media / "deep" / "b.mp4")


def test_replies_become_statuses(media):
    claims = [claim(i) for i in range(5)]
    referee = scripted("Level: 2", "no idea", "I cannot judge this.", Reply(status="error", reason="HTTP 500"))
    scores = list(referee.score(claims, media, dimensions=["relevance"]))
    assert [s.status for s in scores] == ["ok", "unparsed", "refused", "error", "error"]
    assert "4 replies are used up" in scores[4].reason
    assert [s.raw for s in scores[:3]] == ["Level: 2", "no idea", "I cannot judge this."]
    assert all(s.reason for s in scores[1:])


def test_a_model_sees_the_drawn_frame_the_crop_and_the_moments(media):
    seen = []

    class Looking(ScriptedBackend):
        def answer(self, question):
            seen.append(question)
            return Reply(text="1")

    referee = Referee("test", Looking(), frames=FramePolicy(span_frames=3, clip_frames=4, colour="lime"))
    list(referee.score([claim(0, times=(0.5, 0.9), span=(0.4, 1.0))], media))
    relevance, localization, timing = seen
    assert [v.role for v in relevance.views] == ["frame", "frame", "crop", "crop"]
    assert [v.role for v in localization.views] == ["frame", "frame"]
    assert [round(v.time, 3) for v in timing.views] == [0.25, 0.5, 0.7, 0.75, 0.9, 1.25, 1.75]
    assert [v.inside for v in timing.views] == [False, True, True, True, True, False, False]
    frame, crop = localization.images[0], relevance.images[2]
    assert frame.shape == (270, 480, 3)
    assert (frame == (0, 255, 0)).all(axis=2).any()
    assert not (localization.views[0].frame.image == (0, 255, 0)).all(axis=2).any()
    assert crop.shape == (123, 144, 3)  # 0.3 x 270 x 1.5 = 121.5 from 6.75, so rows 6 to 128; 0.2 x 480 x 1.5 = 144
    words = str(relevance.asked)
    assert "Picture 1: the whole frame at 0.50 s; the lime box is the claim." in words
    assert "Picture 4:" in words
    assert "Picture 5:" not in words


def test_a_claim_of_many_boxes_shows_some_of_them_with_first_and_last():
    many = claim(times=tuple(0.1 * i for i in range(11)))
    times = FramePolicy(box_frames=3).times(many, "localization", 2.0)
    assert times == pytest.approx([0.0, 0.5, 1.0])


def test_a_span_without_box_is_judged_for_relevance_over_its_frames():
    only = Claim(video="a.mp4", question="When?", span=(0.4, 1.2))
    assert FramePolicy(span_frames=2).times(only, "relevance", 2.0) == pytest.approx([0.6, 1.0])
    without = FramePolicy(span_frames=0, clip_frames=4)
    assert without.times(only, "relevance", 2.0) == without.times(only, "timing", 2.0) == [0.25, 0.75, 1.25, 1.75]


def other_rubric():
    rubric = load()
    first = rubric.scales[0]
    changed = Scale(first.dimension, first.title, "Another question?", first.help, first.levels)
    return Rubric("1-other", (changed, *rubric.scales[1:]))


@pytest.mark.parametrize(
    "change",
    [
        {"backend": ScriptedBackend(["4"])},
        {"rubric": other_rubric()},
        {"prompt": Prompt(tail="{claim}")},
        {"prompt": Prompt(max_characters=50)},
        {"parser": Parser(min_mass=0.9)},
        *({"frames": FramePolicy(**{name: value})} for name, value in [("box_frames", 2), ("crop", False)]),
        *({"frames": FramePolicy(**{name: value})} for name, value in [("context", 0.5), ("colour", "lime")]),
        *({"frames": FramePolicy(**{name: value})} for name, value in [("span_frames", 3), ("clip_frames", 9)]),
        *({"frames": FramePolicy(**{name: value})} for name, value in [("clip_rate", 1.0), ("line_width", 5)]),
    ],
)
def test_the_fingerprint_changes_with_what_can_change_a_score(change):
    assert dataclasses.replace(scripted("3"), **change).fingerprint != scripted("3").fingerprint


def test_the_fingerprint_does_not_change_with_what_cannot(media):
    referee = scripted("3", "2")
    before = referee.fingerprint
    list(referee.score([claim()], media))
    assert referee.fingerprint == before == dataclasses.replace(referee, name="other").fingerprint
    assert len(before) == 16
    assert scripted("3", "2").fingerprint == before


def test_pixels_reads_no_words_so_they_are_not_in_its_fingerprint():
    pixels = load_referee("pixels")
    assert dataclasses.replace(pixels, prompt=Prompt(tail="x")).fingerprint == pixels.fingerprint
    changes = {"slip": 2.0, "unclear": 0.3, "in_view": 0.6, "longest_side": 320, "smallest_share": 0.1}
    for name, value in changes.items():
        backend = dataclasses.replace(pixels.backend, **{name: value})
        assert dataclasses.replace(pixels, backend=backend).fingerprint != pixels.fingerprint
    assert dataclasses.replace(pixels, rubric=other_rubric()).fingerprint != pixels.fingerprint


def test_a_run_s_scores_replay_as_they_were(media, tmp_path):
    box = (0.5, *box_of("circle", 80, 100, 24))
    claims = [dataclasses.replace(claim(i), boxes=(box,), id="") for i in range(2)]
    first = list(load_referee("pixels").score(claims, media))
    assert all(s.status == "ok" for s in first)
    json_lines.write(tmp_path / "scores.jsonl", [s.to_json() for s in first])
    again = list(load_referee(f"scripted:{tmp_path / 'scores.jsonl'}").score(claims, media))
    kept = [[(s.claim, s.level, s.expected, s.raw) for s in scores] for scores in (first, again)]
    assert kept[0] == kept[1]


def test_a_replay_reads_unparsed_replies_again_and_misses_what_was_not_stored(media, tmp_path):
    one, two = claim(0), claim(1)
    row = {"claim": one.id, "dimension": "relevance", "raw": "Level: 3", "status": "unparsed", "reason": "old parser"}
    json_lines.write(tmp_path / "r.jsonl", [row])
    scores = list(load_referee(f"scripted:{tmp_path / 'r.jsonl'}").score([one, two], media, dimensions=["relevance"]))
    assert [(s.status, s.level) for s in scores] == [("ok", 3), ("error", None)]
    assert f"no reply for claim {two.id}" in scores[1].reason


@pytest.mark.parametrize(
    ("distribution", "prompt", "name"),
    [([0.6, 0.2], "level-1", "yes-no-1"), ([0.1, 0.1, 0.1, 0.1, 0.5], "yes-no-1", "level-1")],
)
def test_a_replay_under_a_prompt_with_other_answers_says_which_prompt_to_name(
    media, tmp_path, distribution, prompt, name
):
    row = {"claim": claim().id, "dimension": "relevance", "text": "x", "distribution": distribution, "rung": "exact"}
    for line in (row, {key: value for key, value in row.items() if key not in ("claim", "dimension")}):
        json_lines.write(tmp_path / "r.jsonl", [line])
        replay = load_referee(f"scripted:{tmp_path / 'r.jsonl'}")
        (score,) = dataclasses.replace(replay, prompt=load_prompt(prompt)).score([claim()], media, dimensions=ONE)
        answers = ", ".join(load_prompt(prompt).answers)
        assert score.status == "error"
        assert score.reason == (
            f"the stored reply holds {len(distribution)} probabilities, and the prompt has the answers {answers}; "
            f"name the prompt that it was asked with: --set prompt={name}"
        )
        replay = dataclasses.replace(load_referee(f"scripted:{tmp_path / 'r.jsonl'}"), prompt=load_prompt(name))
        (score,) = replay.score([claim()], media, dimensions=ONE)
        assert score.status == "ok"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("nonsense", "not JSON"),
        ('{"claim": "c1"}', '"text"'),
        ('{"text": "3", "status": "fine"}', "status"),
        ('{"text": "3", "distribution": [0.1, "x"]}', "distribution"),
        ('{"text": "3", "expected": "high"}', "expected"),
        ('{"text": "3", "tokens": 1e400}', "tokens inf: it must be a finite number"),
        ('{"text": "3", "seconds": 1' + "0" * 400 + "}", "seconds 10+: it must be a finite number"),
        ('{"text": "3", "expected": 1e400}', "expected level inf: it must be a finite number"),
        ('{"text": "3", "distribution": [0.1, 1e400]}', "it must be a list of finite numbers"),
        ('{"text": "3", "claim": "c1", "sample": "first"}', "sample"),
        ('{"text": "3", "claim": "c1"}\n{"text": "3", "claim": "c1"}', "second reply"),
    ],
)
def test_a_bad_replay_file_is_refused_with_its_line(tmp_path, line, why):
    (tmp_path / "r.jsonl").write_text(line + "\n")
    with pytest.raises(InputError, match=why) as caught:
        ScriptedBackend.from_file(tmp_path / "r.jsonl")
    assert "r.jsonl line" in str(caught.value)


def test_a_backend_that_lacks_something_is_refused_by_what_it_lacks():
    class Bare:
        reads_words = True

        def answers(self, questions):
            yield from ()

    with pytest.raises(InputError, match=r"backend Bare: it has no cacheable, deterministic, .*answer, takes_pauses"):
        Referee("x", Bare())


def test_referees_can_be_pickled(media):
    for referee in (load_referee("pixels"), scripted("3", "2")):
        copy = pickle.loads(pickle.dumps(referee))
        assert copy.fingerprint == referee.fingerprint
        assert len(list(copy.score([claim()], media))) == 2


def test_importing_referees_loads_no_image_library():
    code = "import sys, referee_calib.referee; print([m for m in ('cv2', 'av', 'pandas', 'scipy') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
