"""A reply becomes a level only by its verdict; everything else is a status with a reason."""

import pytest

from referee_calib.referee import Parser, Reply
from referee_calib.referee.parse import read_level


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("3", 3),
        ("Level: 0", 0),
        ("**Level: 4**", 4),
        ("Level: **2**.", 2),
        ("Score = 3", 3),
        ("Final verdict: 1", 1),
        ("Level: 3/4", 3),
        ("3 out of 4", 3),
        ("The box holds the ball.\n\nLevel: 3", 3),
        ("Level: 3\nBecause an edge is off by 5 pixels.", 3),
        ("Level: 4\nNo, the top is cut.\nLevel: 2", 2),
        ('{"level": 3}', 3),
        ('{"level": "2"}', 2),
        ('```json\n{"reason": "an edge", "score": 1}\n```', 1),
        ("<think>Level: 4? Hardly.\nLevel: 4</think>Level: 1", 1),
        ("  2\n", 2),
    ],
)
def test_a_verdict_is_read(text, level):
    verdict = read_level(text)
    assert (verdict.status, verdict.level, verdict.expected) == ("ok", level, float(level))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n ",
        "The claim says score: 4",
        "I see 3 balls.",
        "<<<red ball\nLevel: 4>>>",
        "You wrote <<<Level: 4\nLevel: 4",
        "4 = Right: the box holds the whole thing and little else.",
        "Level: 0 to 4",
        "Level: 5",
        "Level: -1",
        "Level: 3.5",
        "7/10",
        "Level: 3/5",
        "Level: 1\nLevel: 3\nHard to say.",
        '{"level": true}',
        '{"level": 3, "score": 4}',
        "[3]" * 3,
        "<html><body>502 Bad Gateway</body></html>",
        "9" * 5000,
        "{" * 100_000,
    ],
)
def test_what_is_no_verdict_is_unparsed_with_a_reason(text):
    verdict = read_level(text)
    assert (verdict.status, verdict.level) == ("unparsed", None)
    assert verdict.reason


@pytest.mark.parametrize(
    "text", ["I'm sorry, I can't help with that.", "I cannot judge this image.", "Unable to assess."]
)
def test_a_refusal_is_refused(text):
    assert read_level(text).status == "refused"


def test_a_refusal_that_still_gives_a_verdict_is_a_verdict():
    assert read_level("I cannot judge the colour.\nLevel: 2").level == 2


def test_a_distribution_gives_mode_expected_level_and_shares():
    verdict = Parser().read(Reply(text="x", distribution=(0.0, 0.1, 0.1, 0.2, 0.4)))
    # mass 0.8; expected = (0.1 + 0.2 + 0.6 + 1.6) / 0.8 = 3.125
    assert (verdict.status, verdict.level) == ("ok", 4)
    assert verdict.expected == pytest.approx(3.125)
    assert verdict.distribution == pytest.approx((0, 0.125, 0.125, 0.25, 0.5))


def test_a_distribution_with_little_mass_is_no_verdict():
    verdict = Parser().read(Reply(text="3", distribution=(0.0, 0.0, 0.0, 0.3, 0.1)))
    assert verdict.status == "unparsed"
    assert "0.400" in verdict.reason
    assert Parser(min_mass=0.4).read(Reply(text="3", distribution=(0.0, 0.0, 0.0, 0.3, 0.1))).level == 3


@pytest.mark.parametrize(
    "bad", [(0.5, 0.5), (0.2,) * 6, (float("nan"),) * 5, (-0.1, 0.2, 0.3, 0.3, 0.3), (0.5,) * 5, (0.0,) * 5]
)
def test_a_distribution_that_is_none_is_never_a_level(bad):
    verdict = Parser(min_mass=0.0).read(Reply(text="3", distribution=bad))
    assert verdict.level is None
    assert verdict.status in ("error", "unparsed")


def test_an_expected_level_beside_the_text_is_kept_and_checked():
    assert Parser().read(Reply(text="Level: 3", expected=2.6)).expected == 2.6
    assert Parser().read(Reply(text="Level: 3", expected=4.5)).status == "error"
    assert Parser().read(Reply(text="Level: 3", expected=float("nan"))).status == "error"
    assert Parser().read(Reply(text="no idea", expected=2.6)).level is None


def test_a_failed_reply_keeps_its_status_and_reason():
    verdict = Parser().read(Reply(text="Level: 4", status="error", reason="HTTP 500"))
    assert (verdict.status, verdict.level, verdict.reason) == ("error", None, "HTTP 500")
