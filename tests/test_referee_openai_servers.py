"""What servers do otherwise than the interface says: how each ends, in a level, a status, or a line at the door."""

import logging
import math

import pytest
from helpers_chat_server import (
    EXPECTED,
    LEVELS,
    chat_server,
    completion,
    pictures_of,
    refusal,
    room_of,
    tops,
    words_of,
)
from helpers_openai import is_trial, question

from referee_calib.errors import InputError
from referee_calib.referee import RefereeSpec, make_referee, rebuild_referee
from referee_calib.referee.backends.openai import capability_log
from referee_calib.referee.backends.openai.openai_backend import OpenAIBackend
from referee_calib.referee.decoding_settings import Decoding
from referee_calib.referee.reply.level_parser import Parser

NEVER = -9999.0


@pytest.fixture(autouse=True)
def _no_waits(monkeypatch):
    monkeypatch.setattr("referee_calib.referee.backends.openai.retry.RetryPolicy.delay", lambda self, repeat: 0.0)
    monkeypatch.setattr(capability_log, "_SAID", set())


def judged(reply, **options):
    """The verdict on one question, and the backend that asked it."""
    with chat_server(reply) as (url, _):
        referee = OpenAIBackend(url, "fake", **options)
        referee.settings()
        verdict = Parser().read(referee.answer(question(pictures=2)))
        referee.close()
        return verdict, referee


def refused(reply, **options):
    """What the probe says of a server that it refuses, having asked nothing but trial questions."""
    with chat_server(reply) as (url, asked):
        referee = OpenAIBackend(url, "fake", **options)
        with pytest.raises(InputError) as caught:
            referee.answer(question(pictures=2))
        assert all(map(is_trial, asked))
        referee.close()
        return str(caught.value)


# probabilities in other spellings


def legacy(body):
    answer = completion(body)
    spread = {token: math.log(share) for token, share in LEVELS.items()}
    answer["choices"][0]["logprobs"] = {"tokens": ["3"], "top_logprobs": [spread]} if body.get("logprobs") else None
    return answer


def as_mapping(body):
    answer = completion(body)
    spread = {token: math.log(share) for token, share in LEVELS.items()}
    if body.get("logprobs") and "banana" not in words_of(body):
        answer["choices"][0]["logprobs"]["content"][0]["top_logprobs"] = spread
    return answer


SPELLINGS = {
    "plain": completion,
    "a space before": lambda body: completion(body, spell=lambda token: f" {token}"),
    "sentencepiece": lambda body: completion(body, spell=lambda token: f"▁{token}"),
    "byte level": lambda body: completion(body, spell=lambda token: f"Ġ{token}"),
    "single bytes": lambda body: completion(body, spell=lambda t: f"<0x{ord(t):02X}>" if len(t) == 1 else t),
    "written bytes": lambda body: completion(
        body, spell=lambda token: "bytes:" + "".join(f"\\x{byte:02x}" for byte in token.encode())
    ),
    "older completions": legacy,
    "a mapping": as_mapping,
    "the chosen token twice": lambda body: completion(body, listed=[tops(LEVELS)[0], *tops(LEVELS)]),
    "a token without a number": lambda body: completion(body, listed=[*tops(LEVELS), {"token": "0", "logprob": None}]),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_spelling_of_probabilities_gives_the_same_expected_level(spelling):
    verdict, _ = judged(lambda body: (200, SPELLINGS[spelling](body)))
    assert (verdict.rung, verdict.expected) == ("truncated", pytest.approx(EXPECTED))


# requests that are adapted


def without_max_tokens(body):
    if "max_tokens" in body:
        return refusal(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")
    return 200, completion(body)


def without_temperature(body):
    if body.get("temperature") not in (None, 1):
        return refusal(400, "Unsupported value: 'temperature' does not support 0 with this model.")
    return 200, completion(body)


def few_tops(body):
    if body.get("top_logprobs", 0) > 4:
        return refusal(422, "top_logprobs must lie between 0 and 4")
    return 200, completion(body)


def nameless(body):
    """Refuses the seed without naming it."""
    return refusal(400, "Bad request") if "seed" in body else (200, completion(body))


ADAPTED = [
    (without_max_tokens, {"max_tokens": None, "max_completion_tokens": 1}, EXPECTED),
    (without_temperature, {"temperature": None}, EXPECTED),
    (few_tops, {"top_logprobs": 4}, EXPECTED),  # the fifth is no level
    (nameless, {"seed": None}, EXPECTED),
]


@pytest.mark.parametrize(("reply", "changed", "expected"), ADAPTED)
def test_what_a_server_refuses_is_sent_otherwise_said_once_and_in_the_settings(reply, changed, expected, caplog):
    verdict, referee = judged(reply)
    assert verdict.expected == pytest.approx(expected)
    assert referee.settings()["extra"] == changed
    assert sum("requests are adapted to the server" in line for line in caplog.messages) == 1
    stated, same = judged(reply, extra={key: "leave out" if value is None else value for key, value in changed.items()})
    assert stated.expected == verdict.expected
    assert same.settings() == referee.settings()  # as a file would write it


def test_a_referee_made_again_sends_the_same_without_asking():
    with chat_server(without_max_tokens) as (url, asked):
        spec = RefereeSpec(name="x", backend="openai", model="fake", urls=(url,))
        first = make_referee(spec)
        described = first.describe()
        count = len(asked)
        again = rebuild_referee(described, offline=True)
        assert (again.fingerprint, len(asked)) == (first.fingerprint, count)
        assert again.spec.extra == {"max_tokens": None, "max_completion_tokens": 1}
        first.close()


def test_on_a_pinned_rung_a_refused_field_is_to_be_written_down():
    said = refused(without_max_tokens, decoding=Decoding(rung="truncated"))
    assert 'Write max_tokens = "leave out", max_completion_tokens = 1 into its table extra' in said


def test_a_field_of_the_user_is_never_changed():
    assert "'temperature' does not support 0" in refused(without_temperature, extra={"temperature": 0})


# no probabilities


def one_hot(body):
    listed = tops(LEVELS)
    return 200, completion(body, listed=[{**one, "logprob": NEVER if i else 0.0} for i, one in enumerate(listed)])


def sharpened(body):
    """Probabilities after the temperature, of which 0 counts as a quarter."""
    heat = body.get("temperature") or 0.25
    raised = {token: share ** (1 / heat) for token, share in LEVELS.items()}
    return 200, completion(body, listed=tops({token: one / sum(raised.values()) for token, one in raised.items()}))


def wordy(body):
    said = "The level is 3.\n\nLevel: 3" if room_of(body) > 1 else "The"
    return 200, completion(body, said, listed=tops({"The": 0.7, "Based": 0.2, "3": 0.05}))


NO_PROBABILITIES = [
    (one_hot, "one token has all of the probability"),
    (sharpened, "the probabilities change with the temperature"),
    (wordy, "the levels hold only 0.050"),
    (lambda body: (200, completion(body, listed=[])), "the server sent no log-probabilities"),
]


@pytest.mark.parametrize(("reply", "why"), NO_PROBABILITIES)
def test_what_is_no_probability_of_the_model_is_not_read_and_the_log_says_why(reply, why, caplog):
    verdict, _ = judged(reply)
    assert (verdict.rung, verdict.level, verdict.mass) == ("parsed", 3, None)
    assert any(f"rung truncated did not hold: {why}" in line for line in caplog.messages)


def test_after_a_temperature_of_1_probabilities_are_the_models_own():
    verdict, _ = judged(sharpened, decoding=Decoding(temperature=1.0))
    assert verdict.expected == pytest.approx(EXPECTED)


def test_the_rung_is_logged_once_in_a_process(caplog):
    caplog.set_level(logging.INFO)
    with chat_server(one_hot) as (url, _):
        for _ in range(2):
            OpenAIBackend(url, "fake").settings()
    assert sum("levels of fake are read on the rung parsed" in line for line in caplog.messages) == 1


# models that think


def thinks(thought, *, apart=False):
    """A model that thinks for 100 tokens: in the reply, or apart from it."""

    def reply(body):
        listed = tops({"Okay": 0.99, "3": 0.001})
        enough = room_of(body) >= 100
        answer = completion(body, None, listed=listed, finish="stop" if enough else "length")
        message = answer["choices"][0]["message"]
        if apart:
            message |= {"content": "\n\n3" if enough else None, "reasoning_content": "Level: 1, or so"}
        else:
            message["content"] = thought if enough else thought[:10]
        return 200, answer

    return reply


@pytest.mark.parametrize(
    "reply",
    [
        thinks("", apart=True),
        thinks("<think>\nLevel: 1\n</think>\n\n3"),
        thinks("Okay.\nLevel: 1\nNo.\n</think>\n\n3"),  # the template has written the opening mark
        thinks("[THINK]Level: 1[/THINK]3"),
        thinks("<|channel|>analysis<|message|>Level: 1<|end|><|start|>assistant<|channel|>final<|message|>3<|return|>"),
    ],
)
def test_a_model_that_thinks_gets_room_and_is_read_after_its_thoughts(reply):
    verdict, referee = judged(reply)
    assert (verdict.status, verdict.level) == ("ok", 3)
    assert referee.settings()["extra"] == {"max_tokens": 4096}


# replies that are none


def cut(text):
    return lambda body: (200, completion(body, text, listed=[], finish="length"))


def with_error_in_the_choice(body):
    answer = completion(body, "", listed=[], finish="error")
    answer["choices"][0]["error"] = {"code": 502, "message": "the provider died"}
    return 200, answer


NO_REPLY = [
    (cut("I would say that the level is about"), "cut at its longest length"),
    (cut("Level 0 does not fit.\nLevel: 1"), "cut at its longest length"),
    (lambda body: (200, completion(body, "1", listed=[], finish="error")), "broke the reply off"),
    (with_error_in_the_choice, "the answer is an error 502: the provider died"),
    (lambda body: (200, {"error": {"code": 502, "message": "no"}} if pictures_of(body) else completion(body)), "502"),
]


@pytest.mark.parametrize(("reply", "why"), NO_REPLY)
def test_a_reply_that_broke_off_is_an_error_and_never_a_level(reply, why):
    verdict, referee = judged(reply)
    assert (verdict.status, verdict.level) == ("error", None)
    assert why in verdict.reason
    assert referee.capabilities().doubts


def test_a_limit_of_rate_inside_an_answer_passes():
    asked = []

    def reply(body):
        asked.append(body)
        return 200, completion(body) if len(asked) > 2 else {"error": {"code": 429, "message": "later"}}

    verdict, _ = judged(reply)
    assert verdict.expected == pytest.approx(EXPECTED)


def test_another_model_in_the_middle_of_a_run_is_an_error():
    verdict, _ = judged(lambda body: (200, completion(body, model="fake" if is_trial(body) else "cheap-mini")))
    assert (verdict.status, verdict.reason) == ("error", "another model answered: cheap-mini")


# servers that cannot be used


def drops_the_second(body):
    return 200, completion(body, tokens=len(words_of(body)) + 100 * min(1, pictures_of(body)))


def blind(body):
    """Counts no picture, and answers by the number of words."""
    share = 0.2 + (len(words_of(body)) % 7) / 20
    return 200, completion(body, tokens=len(words_of(body)), listed=tops({"3": share, "4": 0.95 - share}))


def has_no_system(body):
    return (
        refusal(400, "System role not supported")
        if body["messages"][0]["role"] == "system"
        else (200, completion(body))
    )


CANNOT_BE_USED = [
    (lambda b: refusal(500, "no projector") if pictures_of(b) else (200, completion(b)), "it takes no pictures"),
    (lambda b: refusal(400, "only http addresses") if pictures_of(b) else (200, completion(b)), "it takes no pictures"),
    (lambda b: refusal(400, "1 image at most") if pictures_of(b) > 1 else (200, completion(b)), "it takes one picture"),
    (blind, "it passes over the pictures"),
    (drops_the_second, "it reads the first of several pictures only"),
    (has_no_system, "it takes no system message: HTTP 400: System role not supported"),
    (lambda body: (200, b'data: {"choices": []}\n\ndata: [DONE]\n\n'), "sends its answer in pieces"),
    (lambda body: (200, completion(body, model="gemma-3-4b-it")), 'say so: alias_of = "gemma-3-4b-it"'),
]


@pytest.mark.parametrize(("reply", "why"), CANNOT_BE_USED)
def test_a_server_that_would_spoil_every_level_is_refused_before_anything_is_paid(reply, why):
    assert why in refused(reply)


def test_a_stated_alias_is_taken_and_part_of_the_settings():
    verdict, referee = judged(lambda body: (200, completion(body, model="gemma-3-4b-it")), alias_of="gemma-3-4b-it")
    assert verdict.expected == pytest.approx(EXPECTED)
    assert referee.settings()["alias_of"] == "gemma-3-4b-it"


def test_a_model_that_is_not_listed_is_served_even_if_its_pictures_are_refused():
    reply = CANNOT_BE_USED[0][0]
    with (
        chat_server(reply) as (url, _),
        pytest.raises(InputError, match="it takes no pictures: HTTP 500: no projector"),
    ):
        OpenAIBackend(url, "unlisted").capabilities()


@pytest.mark.parametrize("name", ["FAKE", "models/fake", "maker/fake", "fake-2025-08-07", "fake:latest", "fake@main"])
def test_the_same_model_under_its_fuller_name_is_the_same(name):
    verdict, referee = judged(lambda body: (200, completion(body, model=name)))
    assert verdict.expected == pytest.approx(EXPECTED)
    assert referee.capabilities().answers_as == name


def test_whether_pictures_are_seen_is_in_doubt_where_nothing_tells_it():
    _, referee = judged(lambda body: (200, completion(body, tokens=700)))
    assert "could not be told" in referee.capabilities().doubts[0]
