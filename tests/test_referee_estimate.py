"""What a run will take is told before anybody pays: from sizes at first, from what was billed later."""

import dataclasses

import pytest
from helpers_referee import FakeBackend, scene, write_clip

from referee_calib.records import Claim, RefereeScore
from referee_calib.referee import Prices, Referee, RefereeSpec, ReplyCache
from referee_calib.referee.cost_estimate import CostEstimate, estimate_cost, first_questions, tokens_of
from referee_calib.referee.decoding_settings import Decoding
from referee_calib.referee.question import Ask

BOX = (0.5, 0.1, 0.1, 0.3, 0.4)


class Paid(FakeBackend):
    cacheable = True

    def __init__(self, seconds=None):
        self.seconds = seconds

    def settings(self):
        return {"backend": "paid", "rung": "parsed"}

    def describe(self):
        return {**self.settings(), "capabilities": None if self.seconds is None else {"seconds": self.seconds}}


@pytest.fixture(scope="module")
def media(tmp_path_factory):
    folder = tmp_path_factory.mktemp("media")
    write_clip(folder / "a.mp4", [scene(("red", "circle", 60, 100, 24))] * 12)
    return folder


def claim(index, name="a.mp4"):
    return Claim(video=name, question="Where?", object=f"ball {index}", boxes=(BOX,))


def asks(count, name="a.mp4"):
    return [Ask(claim(i, name), dimension) for i in range(count) for dimension in ("relevance", "localization")]


def score(tokens, seconds, status="ok"):
    level, reason = (2, "") if status == "ok" else (None, "why")
    return RefereeScore(
        claim="c", referee="r", dimension="relevance", level=level, status=status, reason=reason,
        tokens=tokens, seconds=seconds,
    )  # fmt: skip


def test_a_question_is_as_large_as_its_pictures_and_words(media):
    (question,) = first_questions(Referee("x", Paid()), [Ask(claim(0), "localization")], media)
    (picture,) = question.pictures
    assert (picture.width, picture.height) == (480, 270)
    words = sum(len(part) for part in question.parts if isinstance(part, str))
    # 480 / 28 = 17.1 and 270 / 28 = 9.6 pixels a side: 18 x 10 tokens; four characters to a token
    assert tokens_of(question) == 180 + words / 4


def test_dimensions_count_as_often_as_they_are_asked(media):
    more = [Ask(claim(i), "localization") for i in range(3, 6)]
    found = estimate_cost(Referee("x", Paid()), [*asks(3), *more], media)
    # relevance shows the frame and a crop, localization the frame: (3 x 2 + 6 x 1) / 9
    assert found.pictures == pytest.approx(12 / 9)
    assert (found.questions, found.cached, found.asked) == (9, 0, 9)
    assert (found.measured, found.money, found.seconds) == (False, None, None)


def test_what_earlier_replies_took_goes_before_sizes(media):
    referee = Referee("x", Paid(seconds=9.0))
    spec = RefereeSpec(name="x", backend="paid", decoding=Decoding(max_tokens=16))
    earlier = [score(100, 0.5), score(300, 1.5), score(None, 90.0, "error"), score(200, 1.0)]
    referee, prices = dataclasses.replace(referee, spec=spec), Prices(input=2.0, output=10.0, currency="EUR")
    found = estimate_cost(referee, asks(5), media, before=earlier, prices=prices, concurrency=4)
    assert (found.tokens, found.measured) == (200.0, True)  # mean of 100, 300, 200
    assert found.seconds == 1.0 * 3  # median 1.0 s, and 10 questions are 3 rounds of 4
    # 10 questions of 184 tokens in and 16 out (replies in words), per million
    assert found.money == pytest.approx(10 * (184 * 2.0 + 16 * 10.0) / 1e6)


def test_a_first_run_is_as_long_as_the_trial_says_at_least(media):
    found = estimate_cost(Referee("x", Paid(seconds=0.5)), asks(4), media, concurrency=3)
    assert found.seconds == 0.5 * 3  # 8 questions are 3 rounds of 3
    assert "at least 2 s" in str(found)


def test_what_is_kept_is_not_asked_and_what_cannot_be_shown_is_no_trouble(media, tmp_path):
    with ReplyCache(tmp_path / "replies.sqlite") as cache:
        referee = Referee("x", Paid(), cache=cache)
        assert len(list(referee.stream(asks(2), media))) == 4
        found = estimate_cost(referee, [*asks(3), *asks(2, "gone.mp4")], media)
        assert (found.questions, found.cached, found.asked) == (10, 4, 6)
        assert found.pictures == 1.5
        nothing = estimate_cost(referee, asks(2), media)
    assert str(nothing) == "4 questions, 4 of them answered in the cache, 0 to ask."
    unreadable = estimate_cost(Referee("x", Paid()), asks(1, "gone.mp4"), media)
    assert (unreadable.asked, unreadable.tokens) == (2, None)


def test_it_reads_as_a_sentence():
    told = CostEstimate(1500, 250, 1250, 1.5, 432.1, False, 1.2345, "USD", 5400.0)
    # 1,250 x 1.5 = 1,875 pictures; 1,250 x 432.1 = 540,125 tokens, of which two figures are known
    assert str(told) == (
        "1,500 questions, 250 of them answered in the cache, 1,250 to ask; 1,875 pictures, about 540,000 tokens "
        "(estimated from sizes); about 1.23 USD; at least 90 min."
    )
    assert "about 3 h" in str(dataclasses.replace(told, measured=True, seconds=10_500.0))
