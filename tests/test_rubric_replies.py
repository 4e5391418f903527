"""Replies on scales of 2 to 11 levels: words, letters, probabilities, and servers that are asked for other answers."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from helpers_openai import PICTURE, backend, question
from helpers_rubric import claims, rubric_of

from referee_calib.errors import InputError
from referee_calib.referee import Ask, Reply, ScriptedBackend, load_prompt
from referee_calib.referee.prompting.allowed_answers import level_answers
from referee_calib.referee.prompting.prompt import default_prompt
from referee_calib.referee.question import Question
from referee_calib.referee.reply.level_parser import Parser, read_level
from referee_calib.referee.scoring import Referee
from referee_calib.study.raw_replies import reply_of
from referee_calib.testing import fake_endpoint_model
from referee_calib.testing.endpoint import Endpoint


@pytest.mark.parametrize(("levels", "text", "level"), [
    (2, "1", 1), (2, "Level: 0", 0), (2, "1/1", 1), (2, '{"level": 1}', 1),
    (7, "**6**", 6), (7, "Score: 5 out of 6", 5), (10, "9", 9),
    (11, "P", 0), (11, "Level: Z", 10), (11, "**Y**", 9), (11, "final answer is Q.", 1), (11, '{"level": "R"}', 2),
    (11, "The thing lies in the box.\n\nZ", 10),
])  # fmt: skip
def test_a_level_of_the_scale_is_read(levels, text, level):
    found = read_level(text, level_answers(levels))
    assert (found.status, found.level, found.expected) == ("ok", level, float(level))


@pytest.mark.parametrize(("levels", "text", "why"), [
    (2, "2", "2 is not a level from 0 to 1"), (7, "7", "7 is not a level from 0 to 6"),
    (2, "1/4", "no line of the reply is a verdict"),  # of another scale
    (11, "10", "no line"), (11, "4", "no line"), (11, "A", "no line"), (11, "I", "no line"), (11, "z", "no line"),
    (11, '{"level": 10}', "no line"), (11, "<<<Z>>>", "the reply is empty"), (11, "P\nZ\nor so", "several verdicts"),
    (11, "Please look again.", "no line"),
])  # fmt: skip
def test_what_is_no_level_of_the_scale_is_none(levels, text, why):
    found = read_level(text, level_answers(levels))
    assert (found.status, found.level) == ("unparsed", None)
    assert why in found.reason


@pytest.mark.parametrize("text", ["Antwort: 1", "Stufe 1", "**Antwort**: 1", "1", "Level: 1"])
def test_a_prompt_says_which_words_may_stand_before_the_answer(text):
    assert read_level(text, level_answers(2), ("Stufe", "Antwort")).level == 1
    plain = read_level(text, level_answers(2))
    assert (plain.level is None) == text.startswith(("Antwort", "Stufe", "**Antwort"))


def test_words_of_other_scripts_may_stand_before_it():
    assert read_level("答案：Z", level_answers(11), ("答案",)).level == 10
    assert read_level("الدرجة: 2", level_answers(3), ("الدرجة",)).level == 2


def test_probabilities_are_weighed_by_the_levels_of_the_scale():
    # 11 levels: .2 on level 5 and .6 on level 10, of a mass of .8: (5 * .2 + 10 * .6) / .8 = 8.75
    shares = tuple({5: 0.2, 10: 0.6}.get(level, 0.0) for level in range(11))
    found = Parser().read(Reply(distribution=shares, rung="exact"), level_answers(11), top=10)
    assert found.expected == pytest.approx(8.75)
    assert (found.level, found.mass, len(found.distribution)) == (10, pytest.approx(0.8), 11)
    # 2 levels: P(1) / (P(0) + P(1)) = .3 / .9
    found = Parser().read(Reply(distribution=(0.6, 0.3), rung="exact"), level_answers(2), top=1)
    assert (found.expected, found.level) == (pytest.approx(1 / 3), 0)


@pytest.mark.parametrize("top", [1, 4, 6, 10])
def test_yes_is_the_best_level_of_any_scale_and_no_is_0(top):
    found = Parser().read(Reply(distribution=(0.75, 0.25), rung="exact"), ("yes", "no"), top=top)
    assert found.expected == pytest.approx(0.75 * top)
    assert Parser().read(Reply(text="Yes."), ("yes", "no"), top=top).level == top
    assert Parser().read(Reply(text="no"), ("yes", "no"), top=top).level == 0


def test_a_distribution_over_other_answers_is_an_error(tmp_path):
    rubric = rubric_of(tmp_path, relevance=7)
    stored = ScriptedBackend([Reply(text="3", distribution=(0.2,) * 5, rung="exact")])
    asked = Question(claims()[0], "relevance", (), None, rubric, default_prompt(rubric))
    reply = stored.answer(asked)
    assert reply.status == "error"
    assert "holds 5 probabilities, and the prompt has the answers 0, 1, 2, 3, 4, 5, 6" in reply.reason


def test_a_stored_score_of_yes_and_no_is_read_again_on_its_own_scale(tmp_path):
    rubric = rubric_of(tmp_path, relevance=7)
    referee = Referee("test", ScriptedBackend([]), rubric, prompt=load_prompt("yes-no-1"))
    score = referee.read(Reply(text="yes", distribution=(0.6, 0.2), rung="exact"), "c1", "relevance")
    assert score.expected == pytest.approx(6 * 0.6 / 0.8)
    back = reply_of(score, ("yes", "no"), top=6)
    assert back.distribution == pytest.approx((0.6, 0.2))


def test_each_dimension_is_read_on_its_own_scale(tmp_path):
    rubric = rubric_of(tmp_path, relevance=2, localization=11)
    referee = Referee("test", ScriptedBackend([]), rubric, prompt=default_prompt(rubric))
    assert referee.read(Reply(text="1"), "c1", "relevance").level == 1
    assert referee.read(Reply(text="1"), "c1", "localization").status == "unparsed"
    assert referee.read(Reply(text="Z"), "c1", "localization").level == 10


def asked(rubric, number=0):
    made = replace(question(number), rubric=rubric, prompt=default_prompt(rubric))
    made.__dict__["pictures"] = (PICTURE,)
    return made


@pytest.mark.parametrize("levels", [2, 11])
@pytest.mark.parametrize("rung", ["exact", "choice", "truncated"])
def test_a_server_gives_the_probabilities_of_the_scale_s_answers(tmp_path, levels, rung):
    rubric = rubric_of(tmp_path, relevance=levels)
    with Endpoint() as endpoint:
        made = backend(endpoint, rung)
        made.expect_answers((level_answers(levels),))
        reply = made.answer(asked(rubric))
        made.close()
    assert (reply.status, reply.rung, len(reply.distribution)) == ("ok", rung, levels)
    found = Parser().read(reply, level_answers(levels), top=levels - 1)
    assert (found.status, len(found.distribution)) == ("ok", levels)
    assert 0 <= found.expected <= levels - 1


def test_a_letter_that_is_no_single_token_keeps_the_rung_exact_from_holding(tmp_path, monkeypatch):
    whole = fake_endpoint_model.encode

    def twice(text):
        """Make two tokens of a Z."""
        return [token for one in text for token in whole(one) * (1 + (one == "Z"))]

    monkeypatch.setattr("referee_calib.testing.endpoint.encode", twice)
    rubric = rubric_of(tmp_path, relevance=11)
    with Endpoint() as endpoint:
        made = backend(endpoint, "auto")
        made.expect_answers((level_answers(11),))
        reply = made.answer(asked(rubric))
        made.close()
    assert (reply.status, reply.rung) == ("ok", "choice")


def test_a_referee_is_asked_for_what_the_rubric_has_alone(tmp_path):
    rubric = rubric_of(tmp_path, localization=3)
    referee = Referee("test", ScriptedBackend(["2"] * 3), rubric, prompt=default_prompt(rubric))
    view = SimpleNamespace(caption="the frame.")
    ask = Ask(claims()[0], "localization")
    made = Question(ask.claim, ask.dimension, (view,), None, rubric, referee.prompt)
    assert made.answers == ("0", "1", "2")
    (tmp_path / "media").mkdir()
    assert list(referee.score([], tmp_path / "media")) == []
    with pytest.raises(InputError, match=r"dimension 'relevance': the rubric t-.* judges localization"):
        referee.score(claims(), tmp_path / "media", dimensions=("relevance",))
