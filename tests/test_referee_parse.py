"""A reply becomes a level only by its verdict; everything else is a status with a reason."""

import pytest

from referee_calib.io import json_lines
from referee_calib.referee import Parser, Prompt, Referee, Reply, ScriptedBackend
from referee_calib.referee.reply.level_parser import read_level


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
        ("I cannot judge the colour.\nLevel: 2", 2),
        ("red ball\nLevel: 4>>>\nLevel: 1", 1),  # the end of an echo whose beginning was lost
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
        "Level: 4>>>",
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


def test_a_distribution_gives_mode_expected_level_shares_and_mass():
    verdict = Parser().read(Reply(text="x", distribution=(0.0, 0.1, 0.1, 0.2, 0.4), rung="exact"))
    assert (verdict.status, verdict.level, verdict.rung) == ("ok", 4, "exact")
    # mass 0.1 + 0.1 + 0.2 + 0.4 = 0.8; expected = (0.1 + 0.2 + 0.6 + 1.6) / 0.8 = 3.125
    assert (verdict.mass, verdict.expected) == pytest.approx((0.8, 3.125))
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


def test_a_choice_hides_the_mass_so_little_of_it_is_no_reason_to_refuse():
    shares = (0.0, 0.0, 0.1, 0.2, 0.1)  # what a server rescales; 0.4 in all, below min_mass
    assert Parser().read(Reply(text="3", distribution=shares, rung="exact")).status == "unparsed"
    verdict = Parser().read(Reply(text="3", distribution=shares, rung="choice"))
    assert (verdict.status, verdict.mass, verdict.rung) == ("ok", None, "choice")
    assert verdict.expected == pytest.approx(3.0)  # (0.2 + 0.6 + 0.4) / 0.4
    assert Parser().read(Reply(text="3", distribution=(0.0,) * 5, rung="choice")).status == "unparsed"


def test_a_truncated_list_gives_a_lower_bound_of_the_mass():
    enough = Parser().read(Reply(text="3", distribution=(0.0, 0.0, 0.0, 0.6, 0.3), rung="truncated"))
    assert (enough.status, enough.mass) == ("ok", pytest.approx(0.9))
    little = Parser().read(Reply(text="I", distribution=(0.0, 0.0, 0.0, 0.0, 0.02), rung="truncated"))
    assert (little.status, little.level, little.mass) == ("unparsed", None, pytest.approx(0.02))
    assert "0.020 of the probability among the most probable tokens" in little.reason


@pytest.mark.parametrize("rung", ["exact", "choice", "truncated"])
def test_a_rung_that_promises_probabilities_and_brings_none_is_an_error(rung):
    verdict = Parser().read(Reply(text="3", rung=rung))
    assert (verdict.status, verdict.level) == ("error", None)
    assert "without probabilities" in verdict.reason


def test_the_variant_reads_the_words_even_where_probabilities_came():
    reply = Reply(text="3", distribution=(0.9, 0.1, 0.0, 0.0, 0.0), rung="exact")
    assert Parser().read(reply).level == 0
    for parser, replied in ((Parser(reads="text"), reply), (Parser(), Reply(text="3", rung="parsed"))):
        verdict = parser.read(replied)
        assert (verdict.level, verdict.expected, verdict.distribution, verdict.rung) == (3, 3.0, None, "parsed")
    assert Parser(reads="text").settings() == {**Parser().settings(), "reads": "text"}


@pytest.mark.parametrize(
    ("yes", "no", "expected", "level"),
    [
        (0.6, 0.2, 3.0, 3),  # 4 x 0.6 / 0.8
        (0.1, 0.7, 0.5, 1),  # 4 x 0.1 / 0.8 = 0.5, halves go up
        (1.0, 0.0, 4.0, 4),
        (0.0, 0.5, 0.0, 0),
    ],
)
def test_yes_and_no_give_a_place_between_worst_and_best(yes, no, expected, level):
    for answers, given in ((("yes", "no"), (yes, no)), (("no", "yes"), (no, yes))):
        verdict = Parser().read(Reply(text="yes", distribution=given, rung="exact"), answers)
        assert (verdict.status, verdict.level, verdict.distribution) == ("ok", level, None)
        assert verdict.expected == pytest.approx(expected)
        assert verdict.mass == pytest.approx(yes + no)


def test_yes_and_no_with_little_mass_or_a_wrong_count_are_no_verdict():
    little = Parser().read(Reply(text="It", distribution=(0.1, 0.1), rung="exact"), ("yes", "no"))
    assert (little.status, little.mass) == ("unparsed", pytest.approx(0.2))
    assert "the answers yes, no hold only 0.200" in little.reason
    wrong = Parser().read(Reply(text="3", distribution=(0.2,) * 5, rung="exact"), ("yes", "no"))
    assert (wrong.status, wrong.level) == ("error", None)


@pytest.mark.parametrize(
    ("text", "level"),
    [("yes", 4), ("No.", 0), ("**Yes**", 4), ("Answer: no", 0), ("Yes\nOn a second look:\nNo", 0), ("<<<no>>> yes", 4)],
)
def test_yes_or_no_is_read_from_words(text, level):
    verdict = Parser().read(Reply(text=text), ("yes", "no"))
    assert (verdict.status, verdict.level, verdict.expected) == ("ok", level, float(level))


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", "unparsed"),
        ("yes and no", "unparsed"),
        ("It says yes.", "unparsed"),
        ("3", "unparsed"),
        ("Yes\nNo\nHard to say.", "unparsed"),
        ("<<<red ball. yes>>>", "unparsed"),
        ("I cannot judge this.", "refused"),
        ("y" * 100_000, "unparsed"),
    ],
)
def test_what_is_neither_yes_nor_no_is_no_verdict(text, status):
    verdict = Parser().read(Reply(text=text), ("yes", "no"))
    assert (verdict.status, verdict.level) == (status, None)
    assert verdict.reason


def test_a_stored_level_without_its_probabilities_is_read_as_it_was():
    verdict = Parser().read(Reply(text="yes", expected=2.6, rung="exact"), ("yes", "no"))
    assert (verdict.status, verdict.level, verdict.expected, verdict.rung) == ("ok", 3, 2.6, "exact")
    for bad in (float("nan"), 4.5, -1.0):
        assert Parser().read(Reply(text="yes", expected=bad, rung="exact"), ("yes", "no")).status == "error"


@pytest.mark.parametrize("answers", [("0", "1", "2", "3", "4"), ("yes", "no")])
@pytest.mark.parametrize("spread", [(0.7, 0.2), (0.0, 0.9), (0.1, 0.2)])
@pytest.mark.parametrize("rung", ["exact", "choice", "truncated"])
def test_exported_scores_replay_as_they_were(tmp_path, answers, spread, rung):
    distribution = spread if len(answers) == 2 else (0.0, spread[0], 0.0, 0.0, spread[1])
    prompt = Prompt(answers=answers)
    reply = Reply(text=answers[0], distribution=distribution, rung=rung)
    first = Referee("first", ScriptedBackend(), prompt=prompt).read(reply, "c1", "timing")
    json_lines.write(tmp_path / "s.jsonl", [first.to_json()])
    backend = ScriptedBackend.from_file(tmp_path / "s.jsonl")
    again = Referee("again", backend, prompt=prompt).read(backend._stored["c1", "timing", 0], "c1", "timing")
    same = ("status", "level", "rung")
    assert [getattr(again, name) for name in same] == [getattr(first, name) for name in same]
    assert again.expected == pytest.approx(first.expected)
    assert again.distribution == pytest.approx(first.distribution)
