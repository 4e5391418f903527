"""vLLM's offline engine gives the scores that transformers gives, on every architecture and every rung."""

from __future__ import annotations

from dataclasses import replace

import pytest
from conftest import AGREE, levels, offline, replies
from questions import many

from referee_calib.referee import Prompt
from referee_calib.referee.backends.vllm.vllm_backend import VllmBackend
from referee_calib.referee.decoding_settings import Decoding


@pytest.fixture(scope="module", params=["qwen2_5_vl", "qwen3_vl", "internvl"])
def engine(request, folders):
    with offline(folders[request.param]) as backend:
        yield request.param, backend


def on_rung(backend: VllmBackend, decoding: Decoding) -> VllmBackend:
    """Make a backend with another decoding on an engine that is already loaded."""
    other = VllmBackend(backend._source, decoding=decoding, engine=backend._engine)
    other._llm = backend._llm
    return other


def test_scores_agree_with_transformers(engine, local, asked):
    kind, backend = engine
    found, expected = replies(backend, asked), replies(local(kind), asked)
    assert {reply.rung for reply in found} == {"exact"}
    assert levels(found) == pytest.approx(levels(expected), abs=AGREE)
    for mine, theirs in zip(found, expected, strict=True):
        assert mine.distribution == pytest.approx(theirs.distribution, abs=AGREE)
        assert (mine.text, mine.tokens) == (theirs.text, theirs.tokens)


@pytest.mark.parametrize("rung", ["choice", "truncated"])
def test_lower_rungs_give_the_same_levels(engine, asked, rung):
    _, backend = engine
    found = replies(on_rung(backend, Decoding(rung=rung)), asked)
    assert {reply.rung for reply in found} == {rung}
    assert levels(found) == pytest.approx(levels(replies(backend, asked)), abs=AGREE)


def test_written_replies_begin_as_transformers_writes_them(engine, local, asked):
    kind, backend = engine
    decoding = Decoding(rung="parsed", max_tokens=4)
    found, expected = replies(on_rung(backend, decoding), asked), replies(local(kind, decoding=decoding), asked)
    assert [reply.text for reply in found] == [reply.text for reply in expected]


def test_a_question_that_is_too_long_costs_only_itself(engine, asked):
    _, backend = engine
    long = replace(asked[1], prompt=Prompt(head="word " * 3000))  # the engine takes 2,048 tokens
    found = replies(backend, [*asked[:1], long, *asked[2:5]])
    assert [reply.status for reply in found] == ["ok", "error", "ok", "ok", "ok"]
    assert "refused the question" in found[1].reason
    assert levels([found[0], *found[2:]]) == pytest.approx(levels(replies(backend, [asked[0], *asked[2:5]])), abs=AGREE)


def test_small_windows_give_the_same_scores_and_bound_what_is_read_ahead(engine):
    _, backend = engine
    questions, taken = many(3), []

    def counted():
        for question in questions:
            taken.append(question)
            yield question

    small = VllmBackend(backend._source, engine=backend._engine, window=2)
    small._llm = backend._llm
    stream = small.answers(counted())
    first = [next(stream) for _ in range(2)]
    assert len(taken) <= 4
    rest = list(stream)
    found = {id(question): reply for question, reply in first + rest}
    assert levels([found[id(q)] for q in questions]) == pytest.approx(levels(replies(backend, questions)), abs=AGREE)
