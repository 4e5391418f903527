"""The reward with the embedded referee on a real clip: right evidence is paid, wrong evidence is not."""

import pytest
from helpers_referee import HEIGHT, WIDTH, box_of, scene, write_clip

from referee_calib.errors import InputError
from referee_calib.reward import GeometricReward, SemanticEvidenceReward

QUESTION = "When is the red ball in view?"


def x_at(i):
    return 100 + 6 * i


@pytest.fixture(scope="module")
def media(tmp_path_factory):
    folder = tmp_path_factory.mktemp("media")
    scenes = [scene(("red", "circle", x_at(i), 120, 40), ("blue", "square", 400, 200, 36)) for i in range(30)]
    write_clip(folder / "clip.mp4", scenes, fps=10)
    return folder


BALL = [round(v * side) for v, side in zip(box_of("circle", x_at(10), 120, 40), (WIDTH, HEIGHT) * 2, strict=True)]


def said(box=None, name="red ball", time=1.0):
    return f"<obj>{name}</obj><box>{list(box or BALL)}</box>at<t>{time}</t>s "


def moved(by):
    return [BALL[0] + by, BALL[1], BALL[2] + by, BALL[3]]


def pay(media, *texts, reward=SemanticEvidenceReward, **options):
    rewarding = reward(media=media, unit=f"pixels:{WIDTH}x{HEIGHT}", **options)
    return rewarding(completions=list(texts), video=["clip.mp4"] * len(texts), question=[QUESTION] * len(texts))


def test_right_evidence_is_paid_and_wrong_evidence_is_not(media):
    right, slip, off, name, whole, late, after = pay(
        media,
        said(),
        said(moved(8)),
        said(moved(150)),
        said(name="blue square"),
        said([0, 0, WIDTH, HEIGHT]),
        said(time=2.9),
        said(time=30),
    )
    assert right > 0.9
    assert right >= slip > 0.7
    assert (off, name, late, after) == (0.0, 0.0, 0.0, 0.0)
    assert whole < 0.25


def test_repeats_and_shotguns_are_not_paid_more(media):
    once, five, shotgun, grid = pay(
        media,
        said(),
        said() * 5,
        said() + "".join(said(moved(by)) for by in range(-80, 200, 40)),
        "<obj>red ball</obj>"
        + "".join(f"<box>[{x}, {y}, {x + 80}, {y + 80}]</box>" for x in range(0, 400, 40) for y in range(0, 180, 40))
        + f"<box>{BALL}</box>at<t>1</t>s",
    )
    assert five == once
    assert shotgun < 0.5 * once
    assert grid < 0.5 * once


def test_what_the_referee_cannot_judge_abstains(media, caplog):
    assert pay(media, said(name="woman"), said()) == [None, pytest.approx(1.0, abs=0.1)]
    assert "no reward for 1 of 2 replies: unsupported" in caplog.text


def test_a_missing_video_abstains_and_a_missing_folder_stops(media, tmp_path):
    reward = SemanticEvidenceReward(media=media, unit="0-1")
    text = "<obj>red ball</obj><box>[0, 0, 1, 1]</box>at<t>1</t>s"
    assert reward([text], video=["no.mp4"], question=[QUESTION]) == [None]
    with pytest.raises(InputError, match="media folder"):
        SemanticEvidenceReward(media=tmp_path / "none", unit="0-1")([text], video=["no.mp4"], question=[QUESTION])


def test_an_absolute_path_within_the_media_folder_is_taken(media):
    (value,) = SemanticEvidenceReward(media=media, unit=f"pixels:{WIDTH}x{HEIGHT}")(
        [said()], video=[str(media / "clip.mp4")], question=[QUESTION]
    )
    assert value > 0.9


def test_a_media_folder_that_is_a_link_may_be_named_either_way(media, tmp_path):
    (tmp_path / "videos").symlink_to(media, target_is_directory=True)
    reward = SemanticEvidenceReward(media=tmp_path / "videos", unit=f"pixels:{WIDTH}x{HEIGHT}")
    paths = [tmp_path / "videos" / "clip.mp4", media.resolve() / "clip.mp4"]
    values = reward([said()] * 2, video=[str(path) for path in paths], question=[QUESTION] * 2)
    assert min(values) > 0.9


def test_a_span_is_paid_by_its_timing(media):
    whole, part = pay(
        media,
        "<answer>From <t>0</t>s to <t>3</t>s</answer>",
        "<answer>From <t>0</t>s to <t>1</t>s</answer>",
        penalty=None,
    )
    assert whole > 0.9  # the ball is in view from the first frame to the last, 3 s
    assert part < 0.6


def test_the_length_for_time_r1_is_read_from_the_file(media):
    reward = GeometricReward("time_r1", media=media, unit="0-1")
    given = {"video": ["clip.mp4"], "question": [QUESTION], "reference_span": [[0.0, 3.0]]}
    # tIoU 1.5/3, start right, end off by 1.5 of 3 s: 0.5 · 1 · 0.5
    assert reward(["<answer>0 to 1.5</answer>"], **given) == [pytest.approx(0.25, abs=0.01)]
