"""From a stored score back to the reply it was read from, and from a file of replies to the same scores."""

import dataclasses

import pytest

from referee_calib.io import json_lines
from referee_calib.records import RefereeScore
from referee_calib.referee import Prompt, Referee, Reply, ScriptedBackend
from referee_calib.referee.prompting.prompt import YES_NO, load_prompt
from referee_calib.study.raw_replies import reply_of

LEVELS = Reply(text="3", distribution=(0.0, 0.125, 0.125, 0.5, 0.0), rung="exact", seconds=0.5, tokens=7)  # mass 0.75


def referee(prompt=None):
    return Referee("x", ScriptedBackend(["3"]), prompt=prompt or Prompt())


@pytest.mark.parametrize(
    "reply",
    [
        LEVELS,
        dataclasses.replace(LEVELS, distribution=(0.25, 0.0, 0.0, 0.0, 0.75), rung="choice"),
        Reply(text="Level: 2", rung="parsed"),
        Reply(text="Level: 2", expected=2.25),
        Reply(text="I cannot judge this."),
        Reply(text="hm"),
        Reply(status="error", reason="HTTP 500"),
        Reply(status="refused", reason="content filter"),
    ],
    ids=["exact", "choice", "words", "finer", "declines", "mumbles", "failed", "filtered"],
)
def test_a_stored_score_gives_the_same_score_again(reply):
    asking = referee()
    stored = asking.read(reply, "c1", "relevance", sample=2, seconds=reply.seconds)
    back = reply_of(RefereeScore.from_json(stored.to_json()))
    assert back.text == reply.text
    assert asking.read(back, "c1", "relevance", sample=2, seconds=reply.seconds) == stored


def test_a_distribution_is_scaled_back_to_its_mass():
    stored = referee().read(LEVELS, "c1", "relevance")
    assert stored.mass == 0.75
    # shares 0, 1/6, 1/6, 2/3, 0 times 0.75
    assert reply_of(stored).distribution == pytest.approx(LEVELS.distribution, abs=1e-15)


def test_yes_and_no_come_back_from_the_expected_level():
    asking = referee(load_prompt("yes-no-1"))
    stored = asking.read(Reply(text="yes", distribution=(0.6, 0.2), rung="exact"), "c1", "relevance")
    assert stored.expected == pytest.approx(3.0)  # 4 x 0.6 / 0.8
    back = reply_of(stored, YES_NO)
    assert back.distribution == pytest.approx((0.6, 0.2))
    assert asking.read(back, "c1", "relevance").expected == pytest.approx(3.0)


def test_probabilities_that_are_lost_stay_a_failure():
    stored = referee().read(Reply(text="the", distribution=(0.1, 0, 0, 0, 0), rung="exact"), "c1", "relevance")
    assert stored.status == "unparsed"
    back = reply_of(stored)
    assert (back.status, back.reason) == ("unparsed", stored.reason)


def test_a_file_of_scores_keeps_mass_rung_time_and_tokens(tmp_path):
    stored = referee().read(LEVELS, "c1", "relevance", seconds=LEVELS.seconds)
    json_lines.write(tmp_path / "scores.jsonl", [stored.to_json()])
    backend = ScriptedBackend.from_file(tmp_path / "scores.jsonl")
    (reply,) = backend._stored.values()
    assert reply.distribution == pytest.approx(LEVELS.distribution, abs=1e-15)
    assert (reply.rung, reply.seconds, reply.tokens) == ("exact", 0.5, 7)


def test_a_script_is_not_another_one_because_it_took_longer():
    fast, slow = (ScriptedBackend([dataclasses.replace(LEVELS, seconds=s)]) for s in (0.1, 9.0))
    assert fast.settings() == slow.settings()
    other = ScriptedBackend([dataclasses.replace(LEVELS, rung="choice")])
    assert other.settings() != fast.settings()
