"""Every model is sent the same bytes, within the budget, in the same order; shared beginnings are shared."""

import base64
import dataclasses
import io
import itertools

import numpy as np
import pytest
from helpers_referee import scene, write_clip
from PIL import Image

from referee_calib import video
from referee_calib.errors import InputError
from referee_calib.records import Claim
from referee_calib.referee import YES_NO, FramePolicy, Prompt, Question, load_referee
from referee_calib.referee.frame_policy.encoded_picture import Picture, size_within_budget
from referee_calib.referee.frame_policy.policy import POLICIES, open_clip
from referee_calib.rubric import load

BOX = (0.1, 0.15, 0.3, 0.4)
RED = (255, 0, 0)


@pytest.fixture(scope="module")
def media(tmp_path_factory):
    folder = tmp_path_factory.mktemp("media")
    scenes = [scene(("blue", "circle", 60 + 4 * i, 100, 24), noise=4, seed=i) for i in range(20)]  # 2 s
    write_clip(folder / "a.mp4", scenes)
    return folder


def ask(media, dimension="relevance", policy=None, *, times=(0.5,), span=None, **changes):
    boxes = tuple((t, *BOX) for t in times)
    claim = Claim(video="a.mp4", question="Where is the blue ball?", object="blue ball", boxes=boxes, span=span)
    return questions(media, claim, [dimension], policy or FramePolicy(), **changes)[0]


def questions(media, claim, dimensions, policy, **changes):
    clip = open_clip(media / claim.video, claim.video, [(claim, d) for d in dimensions], policy)
    parts = {"rubric": load(), "prompt": Prompt()} | changes
    return [Question(claim, d, policy.views(claim, d, clip), clip, **parts) for d in dimensions]


def test_parts_are_head_then_caption_and_picture_in_turn_then_tail(media):
    question = ask(media, times=(0.5, 0.9))
    kinds = [type(part) for part in question.parts]
    assert kinds == [str, *[str, Picture] * 4, str]  # two frames and two crops
    assert question.parts[0] == question.asked.head
    assert question.parts[-1] == question.asked.tail
    assert question.parts[1::2][:-1] == question.asked.captions
    assert question.parts[2::2] == question.pictures


def packed(question):
    return b"".join(p.encode() if isinstance(p, str) else p.data for p in question.parts)


def test_relevance_and_localization_begin_with_the_same_bytes(media):
    claim = Claim(video="a.mp4", question="Where?", object="blue ball", boxes=((0.5, *BOX), (0.9, *BOX)))
    relevance, localization = questions(media, claim, ["relevance", "localization"], FramePolicy())
    before_tail = packed(localization)[: -len(localization.asked.tail.encode())]
    assert packed(relevance).startswith(before_tail)
    assert len(before_tail) > 10_000  # both frames are in it
    assert all(a is b for a, b in zip(relevance.pictures, localization.pictures, strict=False))  # encoded once


def test_the_shared_beginning_holds_under_every_policy_that_shows_whole_frames(media):
    claim = Claim(video="a.mp4", question="Where?", object="blue ball", boxes=((0.5, *BOX),), span=(0.2, 1.0))
    for name in ("both", "frame", "span"):
        one, two = questions(media, claim, ["relevance", "localization"], FramePolicy.named(name))
        assert one.parts[: len(two.parts) - 1] == two.parts[:-1]


def test_what_is_decoded_is_what_every_decoder_sees(media):
    for encoding in ("jpeg", "png"):
        for picture in ask(media, policy=FramePolicy(encoding=encoding)).pictures:
            with Image.open(io.BytesIO(picture.data)) as image:
                assert image.get_format_mimetype() == picture.mime == f"image/{encoding}"
                assert np.array_equal(np.asarray(image.convert("RGB")), picture.pixels)
            assert picture.url == f"data:{picture.mime};base64,{base64.b64encode(picture.data).decode()}"
            assert picture.pixels.shape == (picture.height, picture.width, 3)


def test_a_png_is_what_was_rendered_to_the_pixel(media):
    question = ask(media, policy=FramePolicy(encoding="png"))
    for image, picture in zip(question.images, question.pictures, strict=True):
        assert np.array_equal(image, picture.pixels)


def test_the_box_keeps_its_colour_in_a_jpeg(media):
    question = ask(media, "localization")
    image, sent = question.images[0], question.pictures[0].pixels.astype(int)
    line = (image == RED).all(axis=2)
    assert line.sum() > 1000  # 96 x 68 pixels of box, 3 wide: about 2 (96 + 68) x 3 = 984, with its corners
    assert np.abs(sent - RED)[line].mean() < 3
    smeared = video.decode(video.encode_jpeg(image, 90)).astype(int)  # 4:2:0, what would be the habit
    assert np.abs(smeared - RED)[line].mean() > 5


def test_a_lower_quality_is_a_smaller_file_and_another_digest(media):
    fine, coarse = (ask(media, policy=FramePolicy(quality=q)) for q in (95, 40))
    assert len(coarse.pictures[0].data) < 0.5 * len(fine.pictures[0].data)
    assert fine.digest != coarse.digest


@pytest.mark.parametrize(
    ("size", "budget", "expected"),
    [
        ((270, 480), (1024, 786_432, 0), (270, 480)),  # within the budget: as it is
        ((1080, 1920), (1024, 786_432, 0), (576, 1024)),  # 1024 / 1920 = 0.5333; 1080 x 0.5333 = 576
        ((1000, 1000), (1024, 250_000, 0), (500, 500)),  # sqrt(250,000 / 1,000,000) = 0.5
        ((28, 14), (1024, 786_432, 56), (112, 56)),  # 56 / 14 = 4
        ((4, 800), (1024, 786_432, 56), (5, 1024)),  # 14 would be asked for; 1024 / 800 = 1.28 is the most
        ((1, 4000), (1000, 786_432, 0), (1, 1000)),  # a quarter of a pixel is one
        ((100, 60), (1024, 786_432, 56), (100, 60)),
    ],
)
def test_sizes_keep_to_the_budget(size, budget, expected):
    longest, pixels, shortest = budget
    assert size_within_budget(*size, longest=longest, pixels=pixels, shortest=shortest) == expected


def test_frames_are_made_smaller_before_the_box_is_drawn(media):
    question = ask(media, "localization", FramePolicy(longest_side=240, line_width=1, encoding="png"))
    picture = question.pictures[0]
    assert (picture.height, picture.width) == (135, 240)
    columns = (picture.pixels == RED).all(axis=2).sum(axis=0)
    # From 0.1 x 240 = 24 to 0.3 x 240 = 72: the left edge is column 24, the right one 71, each as high as the box,
    # rows 20 (0.15 x 135 = 20.25) to 53 (0.4 x 135 = 54 is the first row below it).
    assert np.flatnonzero(columns > 10).tolist() == [24, 71]
    assert columns[24] == 54 - 20


def test_small_and_narrow_crops_reach_a_size_that_encoders_take(media):
    claim = Claim(video="a.mp4", question="Where?", object="dot", boxes=((0.5, 0.5, 0.5, 0.51, 0.51),))
    crop = questions(media, claim, ["relevance"], FramePolicy())[0].pictures[1]
    assert min(crop.height, crop.width) >= 56
    line = Claim(video="a.mp4", question="Where?", object="line", boxes=((0.5, 0.0, 0.5, 1.0, 0.501),))
    long = questions(media, line, ["relevance"], FramePolicy(encoding="png"))[0].pictures[1]
    assert (long.height, long.width) == (56, 1024)
    assert (long.pixels[0] == 127).all()  # padded with grey above and below


@pytest.mark.parametrize(
    ("name", "relevance", "localization"),
    [
        ("both", ["frame", "frame", "crop", "crop"], ["frame", "frame"]),
        ("frame", ["frame", "frame"], ["frame", "frame"]),
        ("crop", ["crop", "crop"], ["frame", "frame"]),  # a crop hides what the box missed
        ("span", ["frame", "frame", "moment", "moment"], ["frame", "frame"]),
    ],
)
def test_a_named_policy_shows_what_its_name_says(media, name, relevance, localization):
    policy = dataclasses.replace(FramePolicy.named(name), span_frames=2)
    claim = Claim(video="a.mp4", question="q", object="o", boxes=((0.5, *BOX), (0.9, *BOX)), span=(0.2, 1.0))
    one, two = questions(media, claim, ["relevance", "localization"], policy)
    assert [view.role for view in one.views] == relevance
    assert [view.role for view in two.views] == localization
    if name == "span":  # middles of the halves of 0.2 to 1.0
        assert [view.time for view in one.views[2:]] == pytest.approx([0.4, 0.8])
        assert [view.role for view in ask(media, policy=policy).views] == ["frame"]  # of a claim without a span
    assert (FramePolicy.named(name) == FramePolicy()) == (name == "both")


def test_an_unknown_policy_is_refused_with_those_that_there_are():
    with pytest.raises(InputError, match="both, frame, crop, span"):
        FramePolicy.named("everything")


@pytest.mark.parametrize(
    "bad",
    [
        *({"box_frames": 0}, {"clip_rate": 0.0}, {"context": -0.1}, {"colour": "mauve"}),
        *({"whole": False, "crop": False}, {"outline": "dotted"}, {"encoding": "webp"}, {"quality": 0}),
        *({"longest_side": 16}, {"shortest_side": 2000}, {"most_pixels": 100}),
        {"shortest_side": 60, "most_pixels": 3000},  # 60 x 60 = 3600 pixels
    ],
)
def test_settings_without_a_picture_are_refused(bad):
    with pytest.raises(InputError):
        FramePolicy(**bad)


CHANGES = [
    *({"whole": False}, {"over_span": True}, {"outline": "dashed"}, {"outline": "corners"}, {"context": 0.5}),
    *({"longest_side": 200}, {"most_pixels": 20_000}, {"shortest_side": 300}, {"encoding": "png"}, {"quality": 80}),
    *({"line_width": 9}, {"colour": "lime"}),
]


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_every_setting_that_is_shown_changes_the_settings_and_the_digest(media, change):
    old, new = FramePolicy(), FramePolicy(**change)
    assert old.settings() != new.settings()
    one, two = (ask(media, policy=policy, span=(0.2, 1.0)) for policy in (old, new))
    assert one.digest != two.digest


@pytest.mark.parametrize("change", [change for change in CHANGES if "context" not in change], ids=str)
def test_what_is_drawn_and_sent_is_no_setting_of_who_looks_at_frames(change):
    pixels = load_referee("pixels")
    drawn = dataclasses.replace(pixels, frames=dataclasses.replace(pixels.frames, crop=True, **change))
    assert drawn.fingerprint == pixels.fingerprint


def test_pixels_scores_alike_under_every_named_policy(media):
    claim = Claim(video="a.mp4", question="Where is the blue circle?", object="blue circle", boxes=((0.5, *BOX),))
    changed = [dataclasses.replace(load_referee("pixels"), frames=FramePolicy.named(name)) for name in POLICIES]
    levels = [[s.expected for s in referee.score([claim], media)] for referee in changed]
    assert levels[0][0] is not None
    assert all(one == levels[0] for one in levels)


def test_the_digest_is_of_words_pictures_answers_and_sample(media):
    base = ask(media)
    assert base.digest == ask(media).digest
    others = [
        ask(media, sample=1),
        ask(media, "localization"),
        ask(media, times=(0.9,)),
        ask(media, prompt=Prompt(tail="{claim}")),
        ask(media, prompt=Prompt(answers=YES_NO, tail=base.prompt.tail)),
        ask(media, prompt=Prompt(answers=YES_NO[::-1], tail=base.prompt.tail)),
    ]
    digests = [base.digest, *(other.digest for other in others)]
    assert len(set(digests)) == len(digests)
    assert len(base.digest) == 64


def test_the_digest_does_not_know_what_the_model_cannot_see(media):
    one = ask(media)
    claim = dataclasses.replace(one.claim, answer="left", rollout="r9", reference_boxes=(), id="")
    assert dataclasses.replace(one, claim=claim).digest == one.digest


def test_moving_words_between_parts_is_another_digest(media):
    one, two = (ask(media, prompt=Prompt(head=h, tail=t)) for h, t in (("ab", "c{claim}"), ("a", "bc{claim}")))
    assert one.digest != two.digest


def test_pictures_of_equal_places_in_other_frames_are_not_mixed_up(media):
    question = ask(media, "localization")
    view = question.views[0]
    blank = dataclasses.replace(view.frame, image=np.full_like(view.frame.image, 127))
    first = question.clip.picture(view)
    other = question.clip.picture(dataclasses.replace(view, frame=blank))
    assert first.data != other.data
    assert question.clip.picture(view).data == first.data


def test_a_clip_keeps_few_pictures(media):
    claim = Claim(video="a.mp4", question="q", object="o", boxes=((0.5, *BOX),))
    clip = open_clip(media / "a.mp4", "a.mp4", [(claim, "localization")], FramePolicy())
    seen = [
        clip.picture(dataclasses.replace(view, box=(0.001 * i, 0.1, 0.5, 0.5)))
        for view, i in itertools.product(FramePolicy().views(claim, "localization", clip), range(200))
    ]
    assert len({id(picture) for picture in seen}) == 200
    assert len(clip._pictures) <= 64


@pytest.mark.parametrize("outline", ["dashed", "corners"])
def test_broken_outlines_keep_their_corners_and_hide_less(outline):
    image = np.full((100, 200, 3), 200, np.uint8)
    box = (0.1, 0.2, 0.6, 0.9)  # columns 20 to 119, rows 20 to 89
    whole, broken = (video.draw(image, [box], thickness=1, outline=kind) for kind in ("solid", outline))
    drawn, less = ((one == RED).all(axis=2) for one in (whole, broken))
    assert all(less[y, x] for y in (20, 89) for x in (20, 119))
    assert 0.3 < less.sum() / drawn.sum() < 0.8
    assert not (less & ~drawn).any()


def test_bytes_that_are_no_picture_are_refused():
    for data in (b"", b"not a picture"):
        with pytest.raises(InputError, match="no picture"):
            video.decode(data)


def test_making_smaller_averages_instead_of_dropping_pixels():
    stripes = np.zeros((40, 60, 3), np.uint8)
    stripes[:, ::2] = 200
    assert (video.resize(stripes, 20, 30) == 100).all()  # (200 + 0) / 2
    assert video.resize(stripes, 40, 60) is stripes
