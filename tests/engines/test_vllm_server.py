"""A served model gives over HTTP the scores that it gives in the process, however many questions are under way."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import replace

import pytest
from conftest import AGREE, levels, replies
from questions import many

from referee_calib.errors import InputError
from referee_calib.referee import Prompt
from referee_calib.referee.backends.openai.openai_backend import OpenAIBackend
from referee_calib.referee.decoding_settings import Decoding


@pytest.fixture(scope="module")
def questions():
    return many(8)


@pytest.fixture(scope="module")
def by_concurrency(server, questions):
    """All questions with one and with sixteen under way; each twice, so that the server has seen the pictures."""
    found = {}
    for concurrency in (1, 16):
        backend = OpenAIBackend(server.url, server.model, concurrency=concurrency)
        found[concurrency] = replies(backend, questions)
        backend.close()
    return found


def test_one_and_sixteen_under_way_give_the_same_bits(by_concurrency):
    one, sixteen = by_concurrency[1], by_concurrency[16]
    assert [reply.status for reply in one] == ["ok"] * len(one)
    assert [reply.distribution for reply in one] == [reply.distribution for reply in sixteen]
    assert len({reply.distribution for reply in one}) == len(one)  # no two questions got the same answer


def test_scores_agree_with_transformers(by_concurrency, questions, local):
    expected = replies(local("qwen2_5_vl"), questions)
    assert {reply.rung for reply in by_concurrency[16]} == {"exact"}
    assert levels(by_concurrency[16]) == pytest.approx(levels(expected), abs=AGREE)
    for mine, theirs in zip(by_concurrency[16], expected, strict=True):
        assert mine.distribution == pytest.approx(theirs.distribution, abs=AGREE)


@pytest.mark.parametrize("rung", ["choice", "truncated"])
def test_lower_rungs_give_the_same_levels(server, by_concurrency, questions, rung):
    backend = OpenAIBackend(server.url, server.model, decoding=Decoding(rung=rung))
    found = replies(backend, questions[:6])
    backend.close()
    assert {reply.rung for reply in found} == {rung}
    assert levels(found) == pytest.approx(levels(by_concurrency[1][:6]), abs=AGREE)


def test_a_model_that_never_ends_is_refused_where_its_words_are_to_be_read(server, questions):
    """Random weights write until they are cut, and a cut draft is no verdict: said before anything is paid."""
    backend = OpenAIBackend(server.url, server.model, decoding=Decoding(rung="parsed", max_tokens=4))
    with pytest.raises(InputError, match=r"the server refuses or cuts them so\. Write max_tokens"):
        backend.answer(questions[0])
    backend.close()


def test_a_question_the_server_refuses_costs_only_itself(server, questions):
    backend = OpenAIBackend(server.url, server.model)
    long = replace(questions[1], prompt=Prompt(head="word " * 3000))  # the server takes 2,048 tokens
    found = replies(backend, [questions[0], long, questions[2]])
    backend.close()
    assert [reply.status for reply in found] == ["ok", "error", "ok"]
    assert "2048" in found[1].reason


def test_a_model_that_is_not_served_is_named_before_the_first_question(server, questions):
    backend = OpenAIBackend(server.url, "no-such-model")
    with pytest.raises(InputError, match="no-such-model"):
        backend.answer(questions[0])
    backend.close()


def test_a_constraint_that_the_server_does_not_know_is_ignored_with_200(server):
    """Why no constraint is trusted: this server says 200 to one that it has dropped, and constrains nothing."""
    body = {
        "model": server.model,
        "messages": [{"role": "user", "content": "?"}],
        "max_tokens": 1,
        "temperature": 0,
        "guided_choice": ["never"],
    }
    request = urllib.request.Request(
        f"{server.url}/chat/completions", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as reply:
        said = json.load(reply)["choices"][0]["message"]["content"]
    assert said in list("01234")
