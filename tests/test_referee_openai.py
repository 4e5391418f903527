"""The endpoint backend: what it sends, what it reads, and that nothing depends on how much is under way."""

import base64
import gc
import itertools
import json
import pickle
import threading
import time
import weakref
from datetime import date
from unittest.mock import Mock

import pytest
from helpers_openai import PICTURE, YES_NO, backend, chats, question, questions, table

from referee_calib.errors import InputError
from referee_calib.referee.backend_protocol import StreamingBackend
from referee_calib.referee.backends.openai.endpoint_options import proxy_for
from referee_calib.referee.backends.openai.openai_backend import AHEAD, OpenAIBackend
from referee_calib.referee.decoding_settings import RUNGS, Decoding
from referee_calib.referee.frame_policy.encoded_picture import Picture
from referee_calib.referee.reply.level_parser import Parser
from referee_calib.testing.endpoint import Endpoint
from referee_calib.testing.faults import Fault


@pytest.fixture
def endpoint():
    with Endpoint() as running:
        yield running


def only(endpoint, number=0):
    """The body of the request about one question."""
    (body,) = [b for b in endpoint.bodies.values() if f"<<<q{number}>>>" in json.dumps(b, ensure_ascii=False)]
    return body


@pytest.mark.parametrize("rung", RUNGS)
def test_every_rung_gives_a_verdict_and_its_name(endpoint, rung):
    reply = backend(endpoint, rung).answer(question())
    verdict = Parser().read(reply)
    assert (reply.status, reply.rung, verdict.status) == ("ok", rung, "ok")
    assert (reply.distribution is None) == (rung == "parsed")
    assert reply.tokens > 100  # the prompt's and the one that was written
    assert reply.seconds > 0


def test_the_rungs_agree_about_the_same_reply(endpoint):
    exact, choice, truncated = (backend(endpoint, rung).answer(question()).distribution for rung in RUNGS[:3])
    assert truncated == pytest.approx(exact, abs=1e-12)  # all digits are among the most likely 20 tokens
    mass = sum(exact)
    assert 0.9 <= mass <= 0.999
    assert choice == pytest.approx([p / mass for p in exact], abs=1e-9)


@pytest.mark.parametrize("rung", RUNGS)
def test_yes_and_no_are_read_on_every_rung(endpoint, rung):
    reply = backend(endpoint, rung).answer(question(prompt=YES_NO))
    assert reply.status == "ok"
    assert reply.text in ("yes", "no", "Yes", "No")
    if rung != "parsed":
        assert len(reply.distribution) == 2


def test_one_and_sixteen_under_way_give_the_same_bits(endpoint):
    def run(concurrency, asked):
        referee = backend(endpoint, concurrency=concurrency)
        return table(referee.answers(asked))

    one = run(1, questions(60))
    assert run(16, questions(60)) == one
    assert run(16, questions(60)[::-1]) == one
    assert len({distribution for _, distribution, _, _ in one.values()}) == 60


def test_content_goes_in_the_order_of_the_parts(endpoint):
    asked = question(pictures=2)
    backend(endpoint).answer(asked)
    system, user = only(endpoint)["messages"]
    url = "data:image/jpeg;base64," + base64.b64encode(PICTURE.data).decode()
    assert (system["role"], system["content"]) == ("system", asked.asked.head)
    texts = [part.get("text") or part["image_url"]["url"] for part in user["content"]]
    assert texts == [asked.asked.captions[0], url, asked.asked.captions[1], url, asked.asked.tail]


def test_a_rung_asks_for_what_it_needs(endpoint):
    fields = {}
    for number, rung in enumerate(RUNGS):
        backend(endpoint, decoding=Decoding(rung=rung, max_tokens=32)).answer(question(number))
        fields[rung] = {k: v for k, v in only(endpoint, number).items() if k not in ("messages", "model")}
    common = {"temperature": 0.0, "seed": 0, "logprobs": True, "max_tokens": 1}
    ids = [48, 49, 50, 51, 52]  # the fake tokenizer's "0" to "4"
    choice = {"structured_outputs": {"choice": ["0", "1", "2", "3", "4"]}, "top_logprobs": 5}
    assert fields["exact"] == common | {"logprob_token_ids": ids, "return_tokens_as_token_ids": True}
    assert fields["choice"] == common | choice
    assert fields["truncated"] == common | {"top_logprobs": 20}
    assert fields["parsed"] == {"temperature": 0.0, "seed": 0, "max_tokens": 32}


def test_a_sample_has_its_own_seed(endpoint):
    referee = backend(endpoint, decoding=Decoding(rung="parsed", seed=7, temperature=1.0))
    for sample in (0, 2):
        referee.answer(question(sample, sample=sample))
    assert [only(endpoint, 0)["seed"], only(endpoint, 2)["seed"]] == [7, 9]  # 7 + 0 and 7 + 2


def test_extra_fields_are_sent_and_belong_to_the_settings(endpoint):
    extra = {"chat_template_kwargs": {"enable_thinking": False}, "seed": None}
    referee = backend(endpoint, extra=extra)
    referee.answer(question())
    assert only(endpoint)["chat_template_kwargs"] == {"enable_thinking": False}
    assert "seed" not in only(endpoint)
    assert referee.settings()["extra"] == extra


def test_settings_hold_what_changes_a_reply_and_nothing_else(endpoint):
    with Endpoint() as other:
        one = backend(endpoint, concurrency=3, timeout=9.0)
        two = backend([endpoint, other], api_key_env="ELSEWHERE", retries=1, deadline=3.0)
        assert one.settings() == two.settings()
        assert one.settings() == {
            "backend": "openai",
            "model": "fake",
            "revision": "",
            "rung": "truncated",
            "decoding": {"temperature": 0.0, "max_tokens": 1, "seed": 0, "rung": "truncated"},
        }
        assert json.loads(json.dumps(one.describe()))["urls"] == [endpoint.url]


def test_a_pinned_rung_needs_no_endpoint_until_something_is_asked():
    referee = OpenAIBackend("http://127.0.0.1:1", "fake", decoding=Decoding(rung="exact"))
    assert isinstance(referee, StreamingBackend)
    assert referee.settings()["rung"] == "exact"
    assert list(referee.answers([])) == []


def test_the_source_is_read_only_a_little_ahead():
    taken = itertools.count()
    with Endpoint(latency=0.01) as endpoint:
        referee = backend(endpoint, concurrency=8)
        given, furthest = 0, 0
        source = (question(number) for number in itertools.takewhile(lambda n: n < 300, taken))
        for given, _ in enumerate(referee.answers(source), start=1):
            furthest = max(furthest, int(repr(taken)[6:-1]) - given)
        assert given == 300
        assert 8 < furthest <= 8 + min(8, AHEAD) + 1  # the one just read, and what waits beside those under way
        assert endpoint.peak <= 8


def test_work_goes_to_the_server_with_least_under_way():
    with Endpoint(latency=0.01) as quick, Endpoint(latency=0.05) as slow:
        referee = backend([quick, slow], concurrency=8)
        assert len(table(referee.answers(questions(200)))) == 200
        assert {count for one in (quick, slow) for count in chats(one).values()} == {(1, 1)}
        # five times as quick, and both always have about as many under way
        assert len(chats(quick)) > 2 * len(chats(slow)) > 0


def test_a_question_that_cannot_be_rendered_is_an_error_and_the_others_go_on(endpoint):
    broken = question(1)
    del broken.__dict__["pictures"]  # its views are no views, so rendering fails
    object.__setattr__(broken, "clip", Mock(picture=Mock(side_effect=ValueError("no such frame"))))
    replies = table(backend(endpoint).answers([question(0), broken, question(2)]))
    assert [replies[f"q{n}"][2] for n in range(3)] == ["ok", "error", "ok"]
    assert replies["q1"][3] == "the question cannot be sent: no such frame"


def test_a_mistake_of_the_program_is_raised_and_not_recorded(endpoint):
    broken = question(1)
    del broken.__dict__["pictures"]
    with pytest.raises(AttributeError):
        list(backend(endpoint).answers([broken]))


def test_an_error_of_the_source_reaches_the_caller(endpoint):
    def source():
        yield question(0)
        raise OSError("the disk is gone")

    referee = backend(endpoint)
    with pytest.raises(OSError, match="the disk is gone"):
        list(referee.answers(source()))
    assert referee.answer(question(1)).status == "ok"


def test_an_abandoned_stream_cuts_what_is_under_way():
    with Endpoint(faults=[Fault("hang", contains="slow")]) as endpoint:
        referee = backend(endpoint, concurrency=4)
        stream = referee.answers([*(question(number, thing="slow") for number in range(1, 4)), question(0)])
        assert next(stream)[1].status == "ok"
        wait_until(lambda: endpoint.flying == 3)
        stream.close()
        wait_until(lambda: endpoint.flying == 0)
        assert referee.answer(question(9)).status == "ok"


def wait_until(condition, seconds=20.0):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.01)


def test_two_threads_may_ask_at_once(endpoint):
    referee, seen = backend(endpoint, concurrency=4), {}
    work = [
        threading.Thread(target=lambda part=part: seen.update(table(referee.answers(part))))
        for part in (questions(40)[:20], questions(40)[20:])
    ]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    assert len(seen) == 40


def test_it_ends_its_thread_when_closed_and_when_forgotten(endpoint):
    referee = backend(endpoint)
    referee.answer(question())
    first = referee._running[0]._thread
    assert first.is_alive()
    referee.close()
    assert not first.is_alive()
    assert referee.answer(question()).status == "ok"  # and starts anew
    second, seen = referee._running[0]._thread, weakref.ref(referee)
    del referee
    gc.collect()
    assert seen() is None
    second.join(10.0)  # what forgot it last may have been that thread itself, which cannot wait for its own end
    assert not second.is_alive()


def test_a_pickled_backend_asks_the_same(endpoint):
    referee = backend(endpoint)
    first = referee.answer(question())
    again = pickle.loads(pickle.dumps(referee))
    assert again.settings() == referee.settings()
    assert again.answer(question()).distribution == first.distribution


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("http://h:8000", "http://h:8000/v1"),
        ("http://h:8000/v1/", "http://h:8000/v1"),
        ("https://h/api/v3", "https://h/api/v3"),
        ("http://h/v1/chat/completions", "http://h/v1"),
    ],
)
def test_an_address_is_brought_to_one_form(given, kept):
    assert OpenAIBackend(given, "m").urls == (kept,)
    assert OpenAIBackend([given, kept], "m").urls == (kept,)


@pytest.mark.parametrize(
    "url", ["", "ftp://h/v1", "file:///etc/passwd", "h:8000", "http://", "http://h:99999999", "http://h/v1?key=s3cret"]
)
def test_what_is_no_address_is_refused(url):
    with pytest.raises(InputError) as refused:
        OpenAIBackend(url, "m")
    assert "s3cret" not in str(refused.value)


def test_a_proxy_of_the_environment_is_used_but_not_for_this_machine(endpoint, monkeypatch):
    proxy_for.cache_clear()
    monkeypatch.setenv("http_proxy", endpoint.url.removesuffix("/v1"))
    monkeypatch.setenv("no_proxy", "inside.invalid")
    elsewhere = OpenAIBackend("http://outside.invalid/v1", "fake", decoding=Decoding(rung="truncated"))
    assert elsewhere.answer(question()).status == "ok"  # the name resolves nowhere: the proxy answered
    elsewhere.close()
    assert proxy_for("http://inside.invalid/v1") is None
    assert proxy_for("http://127.0.0.1:8000/v1") is None
    assert proxy_for("https://outside.invalid/v1") is None  # only http_proxy is set
    proxy_for.cache_clear()


def test_a_body_of_megabytes_is_sent(endpoint):
    large = question()
    large.__dict__["pictures"] = (Picture(b"\xff\xd8" * 1_000_000, "image/jpeg", 4000, 3000),)
    assert backend(endpoint).answer(large).status == "ok"


@pytest.mark.parametrize(
    "extra",
    [{"model": "other"}, {"messages": []}, {"stream": True}, {"x": object()}, {"x": [float("nan")]}, {"x": date.min}],
)
def test_fields_that_are_not_the_users_are_refused(extra):
    with pytest.raises(InputError):
        OpenAIBackend("http://h", "m", extra=extra)
