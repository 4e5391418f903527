"""Chat answers in other forms than the interface's: what is a reply, what is an error, and what is asked again."""

import json

import pytest
from helpers_chat_server import EXPECTED, LEVELS, chat_server, completion, refusal, room_of, tops
from helpers_openai import is_trial, question

from referee_calib.errors import InputError
from referee_calib.referee.backends.openai.answer_errors import error_in
from referee_calib.referee.backends.openai.answering_model import is_same_model
from referee_calib.referee.backends.openai.openai_backend import OpenAIBackend
from referee_calib.referee.backends.openai.response_body import UnreadableAnswer, read, read_chat_answer
from referee_calib.referee.backends.openai.retry import message, passes
from referee_calib.referee.prompting.prompt_file import LEVELS as ANSWERS
from referee_calib.referee.reply.level_parser import Parser


@pytest.fixture(autouse=True)
def _no_waits(monkeypatch):
    monkeypatch.setattr("referee_calib.referee.backends.openai.retry.RetryPolicy.delay", lambda self, repeat: 0.0)


def body_of(content="3", finish="stop", **said):
    """A chat answer in words."""
    return json.dumps({"choices": [{"message": {"content": content, **said}, "finish_reason": finish}]}).encode()


def verdict(body, rung="parsed"):
    return Parser().read(read(body, rung, ANSWERS, None, 0.1))


@pytest.mark.parametrize(
    "content",
    [
        ["3"],
        {"type": "text", "text": "3"},
        [{"type": "thinking", "thinking": [{"type": "text", "text": "Level: 1"}]}, {"type": "text", "text": "3"}],
        [{"type": "reasoning", "text": "Level: 1"}, {"type": "output_text", "text": "3"}],
    ],
)
def test_of_a_content_in_parts_the_answer_is_read_and_no_thought(content):
    assert verdict(body_of(content)).level == 3


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (body_of([{"type": "refusal", "refusal": "I cannot help."}]), "refused", "I cannot help."),
        (body_of(None, tool_calls=[{"function": {"arguments": '{"level": 3}'}}]), "error", "called a tool"),
        (body_of("1", "network_error"), "error", "broke the reply off (finish_reason network_error)"),
        (body_of("1", "MALFORMED_RESPONSE"), "error", "broke the reply off (finish_reason MALFORMED_RESPONSE)"),
        (body_of("1", "sensitive"), "refused", "content filter"),
        (body_of("1", "IMAGE_SAFETY"), "refused", "content filter"),
        (body_of("Level: 1", "model_context_window_exceeded"), "error", "cut at its longest length"),
        (body_of("Level: 1", "token_limit"), "error", "cut at its longest length"),
    ],
)
def test_an_ending_in_a_providers_own_words_gives_a_status_and_no_level(body, status, reason):
    found = verdict(body)
    assert (found.status, found.level) == (status, None)
    assert reason in found.reason


@pytest.mark.parametrize("finish", ["stop", "STOP", "eos_token", "end_turn", "stop_sequence", "completed", "", None])
def test_an_ordinary_ending_in_other_words_is_one(finish):
    assert verdict(body_of("3", finish)).level == 3


def test_probabilities_of_a_tool_call_are_no_levels():
    answer = completion({"logprobs": True, "model": "fake", "messages": []}, None, listed=tops(LEVELS))
    answer["choices"][0]["message"]["tool_calls"] = [{"function": {"name": "level"}}]
    found = verdict(json.dumps(answer).encode(), "truncated")
    assert (found.status, found.expected) == ("error", None)


@pytest.mark.parametrize(
    ("answer", "code", "says", "again"),
    [
        ({"error": {"code": "rate_limit_exceeded", "message": "slow down"}}, 429, "slow down", True),
        ({"type": "error", "error": {"type": "overloaded_error", "message": "full"}}, 503, "full", True),
        ([{"error": {"code": 429, "message": "quota", "status": "RESOURCE_EXHAUSTED"}}], 429, "quota", True),
        ({"error": {"code": "insufficient_quota", "message": "pay"}}, 429, "pay", False),
        ({"code": 503, "msg": "the engine is full", "success": False}, 503, "the engine is full", True),
        ({"object": "error", "message": "the context is too long", "code": 400}, 400, "context is too long", False),
        ({"detail": "Not authenticated"}, 0, "Not authenticated", False),
        ({"success": False, "errors": [{"code": 7003, "message": "No route"}], "result": None}, 0, "No route", False),
        ({"choices": [{"message": {"content": "", "error": {"code": 502, "message": "died"}}}]}, 502, "died", True),
    ],
)
def test_an_error_inside_an_answer_keeps_its_words_and_tells_whether_it_passes(answer, code, says, again):
    found = error_in(body := json.dumps(answer).encode())
    assert found is not None
    assert (found.code, passes(found.code, body)) == (code, again)
    assert says in found.says


@pytest.mark.parametrize("fine", [{"error": None}, {"message": "ok"}, {"code": 0, "msg": "success"}])
def test_an_answer_with_choices_is_no_error_for_the_fields_beside_them(fine):
    assert error_in(json.dumps({**json.loads(body_of()), **fine}).encode()) is None


def test_a_field_that_a_refusal_names_apart_is_shown():
    body = b'{"error": {"message": "Unsupported value.", "param": "top_logprobs"}}'
    assert message(body) == "Unsupported value. (top_logprobs)"
    assert message(b'[{"error": {"message": "no such name: seed", "param": "seed"}}]') == "no such name: seed"


@pytest.mark.parametrize(
    "change",
    [
        lambda body: b"\xef\xbb\xbf" + body,
        lambda body: b"\n   \n" + body,
        lambda body: body[:-1] + b', "time": NaN, "cost": -Infinity}',
    ],
)
def test_json_as_some_programs_write_it_is_read(change):
    assert verdict(change(body_of())).level == 3


@pytest.mark.parametrize("body", [b"data: {}\n\n", b": WAITING\n\ndata: {}\n\n", b"event: message\ndata: {}\n\n"])
def test_an_answer_in_pieces_is_called_that(body):
    with pytest.raises(UnreadableAnswer, match="in pieces"):
        read_chat_answer(body)


@pytest.mark.parametrize(
    ("asked", "answered", "same"),
    [
        ("openai/gpt-9", "gpt-9-2026-08-06", True),  # without its maker, and dated
        ("gem-flash", "models/gem-flash-002", True),
        ("claude-latest", "claude-20250514", True),
        ("gpt-9", "gpt-9-0613", True),
        ("Qwen/Q3-VL", "Qwen/Q3-VL@main", True),  # `transformers serve` adds the revision
        ("Qwen/Q3-VL", "Qwen/Q3-VL@trial", False),
        ("gpt-9", "gpt-9-mini", False),
        ("gpt-9-2026-08-06", "gpt-9-2026-11-20", False),
        ("gpt-9-2026-08-06", "gpt-9", False),  # which one it is now, nobody says
        ("q3", "q3-72000", False),
        ("qwen/q3", "other/q3-2507", False),
    ],
)
def test_a_name_differs_by_its_maker_its_revision_or_its_date(asked, answered, same):
    assert is_same_model(asked, answered) is same


# found out by trial questions


def asked_of(reply):
    with chat_server(reply) as (url, _):
        referee = OpenAIBackend(url, "fake")
        try:
            return Parser().read(referee.answer(question(pictures=2))), referee.capabilities()
        finally:
            referee.close()


def test_a_model_whose_probabilities_are_forbidden_is_read_in_words():
    no = refusal(403, "You are not allowed to request logprobs from this model")
    found, able = asked_of(lambda body: no if body.get("logprobs") else (200, completion(body)))
    assert (found.level, able.rung) == (3, "parsed")
    assert "not allowed to request logprobs" in able.tried["truncated"]


def test_a_least_length_that_a_server_wants_is_asked_for():
    no = refusal(400, "Invalid 'max_output_tokens': expected a value >= 16, but got 1 instead.")
    found, able = asked_of(lambda body: no if room_of(body) < 16 else (200, completion(body)))
    assert found.expected == pytest.approx(EXPECTED)
    assert able.adapted == {"max_tokens": 16}


def test_an_unknown_model_is_not_taken_for_a_wrong_address():
    with pytest.raises(InputError, match=r"does not exist\. Ask for a model that it serves"):
        asked_of(lambda body: refusal(404, "The model `fake` does not exist"))


@pytest.mark.parametrize(
    ("odd", "why"),
    [
        ((200, {"model": "fake", "choices": []}), "holds no choices"),
        ((200, {"choices": [{"message": None}]}), "holds no message"),
        ((200, {"code": 418, "msg": "a teapot"}), "the answer is an error 418: a teapot"),
        ((200, b"<html><title>Sign in</title></html>"), "a web page came in place of an answer"),
        ((308, b""), "the server sends requests on"),
    ],
)
def test_what_goes_wrong_in_the_middle_of_a_run_is_an_error_in_the_servers_words(odd, why, monkeypatch):
    found, _ = asked_of(lambda body: (200, completion(body)) if is_trial(body) else odd)
    assert (found.status, found.level) == ("error", None)
    assert why in found.reason
