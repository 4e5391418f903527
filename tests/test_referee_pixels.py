"""The pixels referee looks: right things score high, wrong ones low, and what it cannot judge it says."""

import dataclasses

import pytest
from helpers_referee import HEIGHT, WIDTH, box_of, scene, write_clip

from referee_calib.errors import InputError
from referee_calib.records import Claim
from referee_calib.referee import load_referee
from referee_calib.referee.backends.pixels.phrase_words import Phrase, asked_about, phrases_in, read_phrase
from referee_calib.referee.backends.pixels.pixels_backend import PixelsBackend
from referee_calib.referee.backends.pixels.shape_detector import patches, working_copy

QUESTION = "Where is the red ball?"
RED_BALL = box_of("circle", 120, 100, 26)
STILL = [("blue", "square", 300, 190, 30), ("green", "triangle", 400, 70, 28), ("yellow", "star", 220, 60, 28)]


@pytest.fixture(scope="module")
def media(tmp_path_factory):
    folder = tmp_path_factory.mktemp("media")
    still = [scene(("red", "circle", 120, 100, 26), *STILL, noise=4, seed=i) for i in range(8)]
    write_clip(folder / "still.mp4", still)
    # 4 s at 10 frames/s: the red ball is there from 1.0 s to 3.0 s
    visit = [scene(*STILL, *([("red", "circle", 120, 100, 26)] if 10 <= i < 30 else [])) for i in range(40)]
    write_clip(folder / "visit.mp4", visit)
    # The ball's middle is behind the square, whose sides are at 198 and 282, from frame 16 to frame 24
    hide = [scene(("red", "circle", 60 + 9 * i, 130, 20), ("blue", "square", 240, 130, 60)) for i in range(40)]
    write_clip(folder / "hide.mp4", hide)
    return folder


def judged(media, **changes):
    fields = {"video": "still.mp4", "question": QUESTION, "object": "red ball", "boxes": ((0.4, *RED_BALL),), **changes}
    return {s.dimension: s for s in load_referee("pixels").score([Claim(**fields)], media)}


def moved(box, dx=0.0, dy=0.0, grow=0.0):
    w, h = box[2] - box[0], box[3] - box[1]
    (x, y), (more_w, more_h) = (dx * w, dy * h), (grow * w / 2, grow * h / 2)
    return (box[0] + x - more_w, box[1] + y - more_h, box[2] + x + more_w, box[3] + y + more_h)


@pytest.mark.parametrize(
    ("name", "shape", "x", "y", "r"),
    [
        *(("red ball", "circle", 120, 100, 26), ("blue square", "square", 300, 190, 30)),
        *(("green triangle", "triangle", 400, 70, 28), ("yellow star", "star", 220, 60, 28)),
    ],
)
def test_every_thing_in_a_tight_box_is_right(media, name, shape, x, y, r):
    scores = judged(media, object=name, question=f"Where is the {name}?", boxes=((0.4, *box_of(shape, x, y, r)),))
    assert (scores["relevance"].level, scores["localization"].level) == (4, 4)


@pytest.mark.parametrize("name", ["blue ball", "red square", "green star"])
def test_a_wrong_name_for_what_is_in_the_box_is_not_there(media, name):
    scores = judged(media, object=name)
    assert (scores["relevance"].level, scores["localization"].level) == (0, 0)


def test_a_box_on_empty_ground_is_nothing(media):
    scores = judged(media, boxes=((0.4, 0.75, 0.7, 0.9, 0.95),))
    assert (scores["relevance"].expected, scores["localization"].expected) == (0.0, 0.0)


def test_another_thing_than_the_question_asks_for_is_irrelevant_however_well_it_is_boxed(media):
    scores = judged(media, object="blue square", boxes=((0.4, *box_of("square", 300, 190, 30)),))
    assert scores["localization"].level == 4
    assert scores["relevance"].level == 0


def test_a_thing_that_the_question_only_mentions_is_worth_half(media):
    question = "When is the red ball left of the blue square?"
    box = (0.4, *box_of("square", 300, 190, 30))
    assert judged(media, object="blue square", question=question, boxes=(box,))["relevance"].level == 2


def test_localization_falls_as_the_box_moves_and_forgives_a_pixel(media):
    shifts = [0.0, 0.02, 0.1, 0.2, 0.4, 0.7, 1.1]
    found = [judged(media, boxes=((0.4, *moved(RED_BALL, dx=d)),))["localization"].expected for d in shifts]
    assert found[1] == pytest.approx(found[0], abs=0.01)
    assert found[1:] == sorted(found[1:], reverse=True)
    assert found[-1] == 0


@pytest.mark.parametrize(
    ("grow", "low", "high"),
    # side (1 + g) against 1: IoU = 1 / (1 + g)^2; 0.44 lies between level 1 (0.25) and 2 (0.5), 0.11 below 1
    [(0.5, 1.6, 2.1), (2.0, 0.3, 0.6)],
)
def test_a_loose_box_is_worse_by_how_much_else_it_holds(media, grow, low, high):
    expected = judged(media, boxes=((0.4, *moved(RED_BALL, grow=grow)),))["localization"].expected
    assert low < expected < high


def test_the_whole_frame_shows_the_thing_but_does_not_locate_it(media):
    scores = judged(media, boxes=((0.4, 0.0, 0.0, 1.0, 1.0),))
    assert scores["relevance"].level == 4
    assert scores["localization"].expected < 0.2


def test_several_boxes_are_judged_together(media):
    both = judged(media, boxes=((0.2, *RED_BALL), (0.4, 0.75, 0.7, 0.9, 0.95)))
    assert both["localization"].expected == pytest.approx(2.0, abs=0.05)  # (4 + 0) / 2
    assert both["relevance"].expected == pytest.approx(2.0, abs=0.05)


def test_the_right_place_at_a_wrong_time_is_empty(media):
    there, gone = (judged(media, video="visit.mp4", boxes=((t, *RED_BALL),)) for t in (2.0, 0.5))
    assert there["localization"].level == there["relevance"].level == 4
    assert gone["localization"].level == gone["relevance"].level == 0


@pytest.mark.parametrize(
    ("span", "level"),
    # in view 1.0-3.0 s: tIoU 1; (3 - 1.6) / 2 = 0.7; 2 / 4 = 0.5; 0.5 / 2 = 0.25; outside
    [((1.0, 3.0), 4), ((1.6, 3.0), 3), ((0.0, 4.0), 2), ((1.5, 2.0), 1), ((3.2, 3.9), 0)],
)
def test_timing_compares_the_span_with_when_the_thing_is_in_view(media, span, level):
    scores = judged(media, video="visit.mp4", question="When is the red ball in view?", span=span)
    assert scores["timing"].level == level


@pytest.mark.parametrize(
    ("span", "timing", "relevance"),
    # hidden for 0.9 s: tIoU 1, 0.5, 0, 0.5, 0.225; relevant as far as it is hidden for half of the span: 0.9 of 1.8 s
    # is enough, and 0.9 of 4 s is worth 4 x 0.45
    [((1.6, 2.5), 4, 4), ((1.6, 2.05), 2, 4), ((0.2, 1.2), 0, 0), ((1.2, 3.0), 2, 4), ((0.0, 4.0), 1, 2)],
)
def test_hidden_is_the_gap_between_two_sights(media, span, timing, relevance):
    question = "When is the red ball hidden behind the blue square?"
    scores = judged(media, video="hide.mp4", object="", boxes=(), question=question, span=span)
    assert {d: s.level for d, s in scores.items()} == {"relevance": relevance, "timing": timing}


def test_an_event_it_does_not_know_is_unsupported(media):
    scores = judged(media, question="When does the red ball win the race?", span=(0.1, 0.5))
    assert scores["timing"].status == "unsupported"
    assert scores["localization"].status == "ok"


def test_a_span_without_box_is_judged_by_what_the_question_names(media):
    question = "When is the red ball in view?"
    scores = judged(media, video="visit.mp4", object="", boxes=(), question=question, span=(1.0, 3.0))
    assert {d: s.level for d, s in scores.items()} == {"relevance": 4, "timing": 4}


@pytest.mark.parametrize("phrase", ["dog", "ball", "red", "red or blue ball", "red ball and square", "red fire ball"])
def test_a_phrase_it_cannot_judge_is_unsupported_with_the_reason(media, phrase):
    scores = judged(media, object=phrase)
    assert {s.status for s in scores.values()} == {"unsupported"}
    assert all(s.level is None and s.reason for s in scores.values())


def test_a_question_it_cannot_read_leaves_localization_alone(media):
    scores = judged(media, question="Who wins?")
    assert scores["relevance"].status == "unsupported"
    assert "Who wins?" in scores["relevance"].reason
    assert scores["localization"].level == 4


def test_it_reads_neither_answer_nor_reference(media):
    plain = judged(media)
    told = judged(media, answer="Level: 0", text="score 0", reference_boxes=(), reference_span=(0, 0.1))
    assert [s.expected for s in told.values()] == [s.expected for s in plain.values()]


def test_the_nearer_of_two_equal_things_decides(tmp_path):
    write_clip(tmp_path / "two.mp4", [scene(("red", "circle", 120, 100, 26), ("red", "circle", 340, 180, 26))] * 4)
    box = (0.1, *box_of("circle", 340, 180, 26))
    claim = Claim(video="two.mp4", question=QUESTION, object="red ball", boxes=(box,))
    assert [s.level for s in load_referee("pixels").score([claim], tmp_path)] == [4, 4]


def test_a_part_hidden_thing_is_less_sure_and_not_nothing(tmp_path):
    hidden = scene(("red", "circle", 120, 100, 30), ("blue", "square", 136, 100, 24))
    write_clip(tmp_path / "hidden.mp4", [hidden] * 4)
    box = (0.1, *box_of("circle", 120, 100, 30))
    claim = Claim(video="hidden.mp4", question=QUESTION, object="red ball", boxes=(box,))
    found = next(load_referee("pixels").score([claim], tmp_path, dimensions=["localization"]))
    assert 0.2 < found.expected < 3.5


@pytest.mark.parametrize("shape", ["circle", "square", "triangle", "star"])
@pytest.mark.parametrize("radius", [12, 20, 36])
def test_outlines_are_told_apart_at_every_size(shape, radius):
    image = scene(("green", shape, 200.4, 130.7, radius), noise=6, seed=radius)
    (patch,) = patches(working_copy(image, 480), "green", 30)
    assert max(patch.shapes, key=patch.shapes.get) == shape
    assert patch.shapes[shape] > 0.5
    truth = box_of(shape, 200.4, 130.7, radius)
    off = [abs(a - b) * size for a, b, size in zip(patch.box, truth, (WIDTH, HEIGHT) * 2, strict=True)]
    assert max(off) < 2.5


def test_large_frames_are_judged_at_the_working_size():
    image = scene(("green", "square", 200, 130, 40)).repeat(4, axis=0).repeat(4, axis=1)
    small = working_copy(image, 480)
    assert small.shape == (270, 480, 3)
    (patch,) = patches(small, "green", 30)
    assert patch.box == pytest.approx(box_of("square", 200, 130, 40), abs=0.01)


def test_frames_are_segmented_once_for_all_questions(media, monkeypatch):
    calls = []
    monkeypatch.setattr(
        "referee_calib.referee.backends.pixels.pixels_backend.patches",
        lambda hsv, colour, least: calls.append(colour) or patches(hsv, colour, least),
    )
    one = Claim(video="still.mp4", question=QUESTION, object="red ball", boxes=((0.4, *RED_BALL),))
    claims = [dataclasses.replace(one, index=i, id="") for i in range(9)]
    assert len(list(load_referee("pixels").score(claims, media))) == 18
    assert calls == ["red"]


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("red ball", Phrase("red", "circle")),
        ("the small RED Balls", Phrase("red", "circle")),
        ("gray boxes", Phrase("grey", "square")),
        ("violet thing", Phrase("purple", "any")),
    ],
)
def test_phrases_are_read(text, phrase):
    assert read_phrase(text) == phrase


def test_the_first_phrase_of_a_question_is_asked_about():
    found = phrases_in("When does the red ball pass the blue square, not the red ball?")
    assert found == (Phrase("red", "circle"), Phrase("blue", "square"))
    assert isinstance(asked_about("Who wins?"), str)


@pytest.mark.parametrize("bad", [{"longest_side": 8}, {"slip": -1.0}, {"unclear": 1.5}, {"in_view": -0.1}])
def test_settings_that_cannot_be_are_refused(bad):
    with pytest.raises(InputError, match="shares lie"):
        dataclasses.replace(PixelsBackend(), **bad)
