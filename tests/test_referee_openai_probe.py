"""What an endpoint can do is found out by what it sends, and what stops the work is said at the door."""

import json
import logging
import socket

import pytest
from helpers_openai import YES_NO, backend, question

from referee_calib.errors import InputError
from referee_calib.referee.backends.openai.openai_backend import OpenAIBackend
from referee_calib.referee.decoding_settings import RUNGS, Decoding
from referee_calib.testing.chat_completions import FEATURES
from referee_calib.testing.endpoint import Endpoint
from referee_calib.testing.faults import Fault

KEY = "sk-very-secret-0123456789"


def found(endpoint, **options):
    options.setdefault("decoding", Decoding())
    return backend(endpoint, **options).capabilities()


@pytest.mark.parametrize(
    ("supports", "rung"),
    [
        (FEATURES, "exact"),
        (("logprob_token_ids", "structured_outputs", "logprobs"), "choice"),  # nobody to ask for the ids
        (("tokenize", "structured_outputs", "logprobs"), "choice"),
        (("tokenize", "logprobs"), "truncated"),
        (("tokenize", "structured_outputs"), "parsed"),
        ((), "parsed"),
    ],
)
def test_the_best_rung_that_holds_is_found(supports, rung):
    with Endpoint(supports=supports) as endpoint:
        capabilities = found(endpoint)
        assert capabilities.rung == rung
        assert tuple(capabilities.tried) == RUNGS[: RUNGS.index(rung)]


def test_it_is_asked_once_and_stored_as_json():
    with Endpoint(version="0.32.1") as endpoint:
        referee = backend(endpoint, decoding=Decoding())
        referee.settings()
        asked = endpoint.number
        referee.settings()
        assert endpoint.number == asked
        stored = json.loads(json.dumps(referee.describe()))["capabilities"]
        assert stored["version"] == "0.32.1"
        assert stored["tokens"] == {"0": 48, "1": 49, "2": 50, "3": 51, "4": 52, "yes": 1114112, "no": 1114113}
        assert 0.9 <= stored["mass"] <= 0.999


def test_a_server_whose_numbers_are_logits_stands_on_no_rung_that_needs_them():
    with Endpoint(faults=["logits"]) as endpoint:
        capabilities = found(endpoint)
        assert capabilities.rung == "parsed"
        assert "not logarithms of probabilities" in capabilities.tried["truncated"]


def test_a_tokenizer_of_another_model_is_noticed(monkeypatch):
    monkeypatch.setattr("referee_calib.testing.endpoint.encode", lambda text: [ord(c) + 100 for c in text])
    with Endpoint() as endpoint:
        capabilities = found(endpoint)
        assert capabilities.rung == "choice"
        assert capabilities.tried["exact"] == "the tokens of the levels are not those of the server's tokenizer"


def test_a_model_that_reasons_needs_room_and_is_read_in_words():
    with Endpoint(reasoning=True) as endpoint:
        referee = backend(endpoint, decoding=Decoding(max_tokens=256))
        assert (referee.capabilities().rung, referee.capabilities().reasons) == ("parsed", True)
        reply = referee.answer(question())
        assert reply.text in "0123456789LevelTheISure\n-"
        assert "picture" not in reply.text


def test_a_reply_that_ended_in_its_reasoning_is_an_error():
    with Endpoint(reasoning=True) as endpoint:
        referee = backend(endpoint, decoding=Decoding(max_tokens=256, rung="parsed"))
        referee.capabilities()
        referee.extra["max_tokens"] = 5
        reply = referee.answer(question())
        assert reply.status == "error"
        assert "raise max_tokens" in reply.reason


@pytest.mark.parametrize(
    ("server", "decoding", "why"),
    [
        ({"supports": ("logprobs",)}, {"rung": "exact"}, "rung exact: the server's tokenizer cannot be asked"),
        (
            {"models": ("qwen", "intern")},
            {},
            r"model fake: .* does not serve it: HTTP 404: .*\. It lists qwen, intern\.",
        ),
        ({"faults": ["404"]}, {}, r"cannot be used: HTTP 404: Not Found\. Check the address: it usually"),
        ({"faults": ["422"]}, {}, r"cannot be used: HTTP 422: Unprocessable\. Look at the"),
        ({"reasoning": True}, {"rung": "parsed"}, r"on a pinned rung .* Write max_tokens = 4096 into its table extra"),
    ],
)
def test_a_server_that_cannot_be_used_is_refused_with_the_reason(server, decoding, why):
    with Endpoint(**server) as endpoint, pytest.raises(InputError, match=why):
        found(endpoint, decoding=Decoding(**decoding))


def test_a_model_that_answers_without_being_listed_is_served():
    with Endpoint(models=("models/fake",), unlisted=True) as endpoint:
        assert found(endpoint).rung == "exact"


def test_servers_that_can_do_different_things_are_not_mixed():
    with (
        Endpoint() as one,
        Endpoint(supports=("logprobs",)) as other,
        pytest.raises(InputError, match=r"different things \(rungs exact and truncated\)"),
    ):
        found([one, other])


@pytest.mark.parametrize("kind", ["503", "cut", "429", "502"])
def test_a_server_in_trouble_does_not_get_a_lower_rung(kind, monkeypatch):
    monkeypatch.setattr("referee_calib.referee.backends.openai.retry.RetryPolicy.delay", lambda self, repeat: 0.01)
    with (
        Endpoint(faults=[kind]) as endpoint,
        pytest.raises(InputError, match=r"it cannot be asked what it can do: .* Try again later"),
    ):
        found(endpoint, deadline=0.2)


def test_a_web_page_at_the_address_is_said_after_one_question(monkeypatch):
    monkeypatch.setattr("referee_calib.referee.backends.openai.retry.RetryPolicy.delay", lambda self, repeat: 0.0)
    with Endpoint(faults=["html"]) as endpoint:
        with pytest.raises(InputError, match=r"a web page came .*Check the address, or try again later"):
            found(endpoint)
        assert len(endpoint.received) == 1  # no lower rung was tried: 7 requests, all of the same words


def test_https_where_http_is_spoken_is_said():
    with Endpoint() as endpoint:
        secure = OpenAIBackend(endpoint.url.replace("http:", "https:"), "fake")
        with pytest.raises(InputError, match=r"https was not understood there; should the address begin with http://"):
            secure.capabilities()


def test_a_host_that_does_not_exist_is_said_in_words(monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    monkeypatch.setattr("referee_calib.referee.backends.openai.http_client.proxy_for", lambda url: None)
    with pytest.raises(InputError, match=r"the connection failed: Name or service not known\. Start the server"):
        OpenAIBackend("http://no-such-host.invalid/v1", "fake").capabilities()


def test_trouble_that_passes_changes_no_rung():
    with Endpoint(faults=[Fault("500", times=1), Fault("cut", times=1)]) as endpoint:
        assert found(endpoint).rung == "exact"


def test_an_answer_without_a_token_of_its_own_is_not_paid_for(monkeypatch):
    monkeypatch.setattr("referee_calib.testing.endpoint.encode", lambda text: [ord(c) for c in text])
    with Endpoint() as endpoint:
        referee = backend(endpoint, decoding=Decoding())
        assert referee.capabilities().rung == "exact"
        paid = sum(endpoint.paid.values())
        reply = referee.answer(question(prompt=YES_NO))  # "yes" is three tokens here
        assert (reply.status, sum(endpoint.paid.values())) == ("error", paid)
        assert "no single token" in reply.reason


@pytest.mark.parametrize(
    ("limit", "value", "why"),
    [
        ("concurrency", 0, "it must be 1 or more"),
        ("retries", -1, "it must be 0 or more"),
        ("timeout", 0.0, "it must be above 0 seconds"),
        ("deadline", float("nan"), "it must be above 0 seconds, and finite"),
        ("timeout", float("inf"), "it must be above 0 seconds, and finite"),
        ("deadline", float("inf"), "it must be above 0 seconds, and finite"),
    ],
)
def test_a_limit_that_is_none_is_named(limit, value, why):
    with pytest.raises(InputError, match=rf"openai backend: {limit} = {value}: {why}"):
        OpenAIBackend("http://127.0.0.1:9/v1", "fake", **{limit: value})


def test_no_server_at_all_is_said_at_the_door(caplog):
    with Endpoint() as endpoint:
        referee = backend(endpoint)
        endpoint.pause()
        with pytest.raises(InputError, match=r"connection failed: Connection refused\. Start the server, or check the"):
            referee.answer(question())
        assert not caplog.messages  # one line, not two
        endpoint.resume()
        assert referee.answer(question()).status == "ok"


def test_of_two_servers_one_is_enough_and_the_other_is_named(caplog):
    with Endpoint() as one, Endpoint() as other:
        other.pause()
        assert backend([other, one], decoding=Decoding()).answer(question()).status == "ok"
        assert caplog.messages[0] == f"{other.url} cannot be reached; its questions go to the others"
        other.resume()


def test_a_key_is_taken_from_the_environment_and_seen_nowhere_else(monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("SOME_KEY", KEY)
    with Endpoint(key=KEY) as endpoint:
        referee = backend(endpoint, api_key_env="SOME_KEY")
        assert referee.answer(question()).status == "ok"
        shown = [referee.settings(), referee.describe(), vars(referee), referee.__getstate__(), caplog.text]
        assert KEY not in repr(shown)


def test_a_wrong_key_says_what_to_type(monkeypatch):
    monkeypatch.setenv("SOME_KEY", KEY)
    with Endpoint(key="another") as endpoint, pytest.raises(InputError) as refused:
        backend(endpoint, api_key_env="SOME_KEY").answer(question())
    assert "export SOME_KEY=" in str(refused.value)
    assert KEY not in str(refused.value)


@pytest.mark.parametrize("wrong", ["two\nlines", "schlüssel"])
def test_a_key_that_cannot_stand_in_a_header_is_refused_without_showing_it(monkeypatch, wrong):
    monkeypatch.setenv("SOME_KEY", wrong)
    with pytest.raises(InputError) as refused:
        OpenAIBackend("http://127.0.0.1:1", "fake", api_key_env="SOME_KEY").answer(question())
    assert "SOME_KEY" in str(refused.value)
    assert wrong not in str(refused.value)
