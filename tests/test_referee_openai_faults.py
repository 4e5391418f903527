"""Every fault of an endpoint ends in the right status; nothing is lost and nothing is paid twice."""

import pytest
from helpers_openai import backend, chats, question, questions, table

from referee_calib.referee.backends.openai import load_balancing
from referee_calib.referee.reply.level_parser import Parser
from referee_calib.testing.endpoint import Endpoint
from referee_calib.testing.faults import Fault

POISON = "poison"


@pytest.fixture(autouse=True)
def _no_long_waits(monkeypatch):
    monkeypatch.setattr("referee_calib.referee.backends.openai.retry.RetryPolicy.delay", lambda self, repeat: 0.01)
    monkeypatch.setattr(load_balancing, "REACHED_AGAIN", (0.02, 0.1))
    monkeypatch.setattr(load_balancing, "PAUSES", (0.001, 0.01))


def asked_once(fault, rung="truncated", **options):
    """The reply to one poisoned question among three, and how often it was received and paid."""
    with Endpoint(faults=[fault]) as endpoint:
        referee = backend(endpoint, rung, retries=2, **options)
        asked = [question(0), question(1, thing=POISON), question(2)]
        replies = {its.claim.object: reply for its, reply in referee.answers(asked)}
        referee.close()
        counts = chats(endpoint)
        poisoned = [digest for digest, body in endpoint.bodies.items() if POISON in str(body)]
        assert set(replies) == {"thing 0", POISON, "thing 2"}
        assert {replies["thing 0"].status, replies["thing 2"].status} == {"ok"}
        assert all(count == (1, 1) for digest, count in counts.items() if digest not in poisoned)
        return replies[POISON], counts[poisoned[0]]


PASSING = ["408", "409", "429", "429-date", "500", "502", "503", "cut", "html"]


ENDINGS = [
    # kind, when, status of the reply, words of its reason, how often received and paid
    *((kind, {"times": 2}, "ok", "", (3, 1)) for kind in PASSING),  # failed twice, unpaid; then answered
    *((kind, {}, "error", "(asked 3 times)", (3, 0)) for kind in PASSING if "429" not in kind),  # two repeats
    ("cut-body", {"times": 1}, "ok", "", (2, 2)),  # the one that must be computed again
    ("hang", {"times": 1}, "ok", "", (2, 1)),
    ("hang", {}, "error", "the server took too long (asked 3 times)", (3, 0)),
    ("huge", {}, "error", "the answer is longer than 8 MiB", (1, 1)),
    ("400-long", {}, "error", "maximum context length", (1, 0)),
    ("400-image", {}, "error", "cannot identify image file", (1, 0)),
    ("401", {}, "error", "Incorrect API key", (1, 0)),
    ("403", {}, "error", "Not allowed", (1, 0)),
    ("404", {}, "error", "Not Found", (1, 0)),
    ("413", {}, "error", "too large", (1, 0)),
    ("422", {}, "error", "Unprocessable", (1, 0)),
    ("redirect", {}, "error", "sends requests on to localhost.invalid; name that address", (1, 0)),
]


@pytest.mark.parametrize(("kind", "when", "status", "reason", "counts"), ENDINGS)
def test_what_passes_is_asked_again_and_what_stays_wrong_is_recorded(kind, when, status, reason, counts):
    more = {"timeout": 0.3} if kind == "hang" else {}
    reply, counted = asked_once(Fault(kind, contains=POISON, **when), **more)
    assert (reply.status, counted) == (status, counts)
    assert reason in reply.reason
    assert (reply.reason == "", reply.distribution is None) == (status == "ok", status != "ok")


def test_a_server_that_hands_out_its_capacity_is_asked_until_the_deadline():
    reply, counts = asked_once(Fault("429", contains=POISON, times=9), deadline=20.0)
    assert reply.status == "ok"
    assert counts == (10, 1)  # nine times too many requests, although two repeats are the limit for failures
    reply, counts = asked_once(Fault("429", contains=POISON), deadline=0.3)
    assert reply.reason == f"HTTP 429: Rate limit reached (asked {counts[0]} times)"
    assert counts[0] > 3
    assert counts[1] == 0


ANSWERED_BADLY = [
    # kind, rung, status of the reply, words of its reason, status after parsing
    ("truncated-json", "truncated", "error", "not JSON", "error"),
    ("empty-choices", "truncated", "error", "no choices", "error"),
    ("null-content", "truncated", "error", "no log-probabilities", "error"),
    ("null-content", "parsed", "ok", "", "unparsed"),
    ("refusal", "exact", "refused", "I cannot judge this picture.", "refused"),
    ("content-filter", "truncated", "refused", "content filter", "refused"),
    ("out-of-range", "exact", "error", "tokens are missing", "error"),
    ("out-of-range", "choice", "error", "they hold only 0.000", "error"),
    ("out-of-range", "truncated", "ok", "", "unparsed"),
    ("out-of-range", "parsed", "ok", "", "unparsed"),
    ("echo", "exact", "error", "no log-probabilities", "error"),
    ("echo", "parsed", "ok", "", "unparsed"),
    ("no-digits", "exact", "error", "tokens are missing", "error"),
    ("no-digits", "choice", "error", "they hold only 0.000", "error"),
    ("no-digits", "truncated", "ok", "", "unparsed"),
    ("no-logprobs", "exact", "error", "no log-probabilities", "error"),
    ("no-logprobs", "choice", "error", "no log-probabilities", "error"),
    ("no-logprobs", "truncated", "error", "no log-probabilities", "error"),
    ("no-logprobs", "parsed", "ok", "", "ok"),
    ("logits", "truncated", "error", "not logarithms of probabilities", "error"),
    ("logits", "choice", "error", "not logarithms of probabilities", "error"),
]


@pytest.mark.parametrize(("kind", "rung", "status", "reason", "parsed"), ANSWERED_BADLY)
def test_a_bad_answer_is_paid_once_and_never_becomes_a_number(kind, rung, status, reason, parsed):
    reply, counts = asked_once(Fault(kind, contains=POISON), rung)
    assert (reply.status, reply.rung) == (status, rung)
    assert reason in reply.reason
    assert counts == (1, 1)
    verdict = Parser().read(reply)
    assert verdict.status == parsed
    assert (verdict.level is not None) == (parsed == "ok")


def test_a_storm_of_refusals_loses_nothing_and_shrinks_what_is_under_way():
    with Endpoint(faults=[Fault("429", contains="q", times=2)], latency=0.005) as endpoint:
        referee = backend(endpoint, concurrency=32)
        seen = table(referee.answers(questions(60)))
        (server,) = referee._running[1].servers.all
        assert len(seen) == 60
        assert {status for _, _, status, _ in seen.values()} == {"ok"}
        assert set(chats(endpoint).values()) == {(3, 1)}
        assert server.limit < 32
        referee.close()


def test_many_faults_at_once_give_one_reply_per_question():
    kinds = ["429", "500", "cut", "html", "408", "503"]
    faults = [Fault(kind, every=7 + number, times=1) for number, kind in enumerate(kinds)]
    with Endpoint(faults=faults) as endpoint:
        referee = backend(endpoint, concurrency=16)
        replies = [(its.claim.id, reply.status) for its, reply in referee.answers(questions(150))]
        referee.close()
        assert len(set(replies)) == len(replies) == 150
        assert {status for _, status in replies} == {"ok"}
        assert {paid for _, paid in chats(endpoint).values()} == {1}


def test_a_dead_server_is_left_out_and_taken_back():
    with Endpoint(latency=0.02) as first, Endpoint(latency=0.02) as second:
        referee = backend([first, second], concurrency=4)
        stream = referee.answers(questions(80))
        replies = [next(stream) for _ in range(10)]
        second.pause()
        before = second.number
        replies += [next(stream) for _ in range(20)]
        assert second.number == before
        second.resume()
        replies += stream
        referee.close()
        assert len(table(replies)) == 80
        assert {reply.status for _, reply in replies} == {"ok"}
        assert second.number > before


def test_when_no_server_is_left_questions_wait_for_it():
    with Endpoint(latency=0.01) as endpoint:
        referee = backend(endpoint, concurrency=4, retries=0)
        stream = referee.answers(questions(30))
        replies = [next(stream)]
        endpoint.pause()
        # what was on the wire when it died has no repeat left; everything after that waits
        endpoint.resume()
        replies += stream
        referee.close()
        assert len(table(replies)) == 30
        assert sum(reply.status != "ok" for _, reply in replies) <= 4


def test_a_server_that_never_comes_back_is_given_up(caplog):
    with Endpoint(latency=0.01) as endpoint:
        referee = backend(endpoint, concurrency=2, retries=1, deadline=0.3)
        stream = referee.answers(questions(20))
        replies = [next(stream)]
        endpoint.pause()
        replies += stream
        referee.close()
        endpoint.resume()
        assert len(table(replies)) == 20
        assert "no server could be reached for 0.3 s" in replies[-1][1].reason
        assert f"{endpoint.url} cannot be reached; waiting for up to 0.3 s" in caplog.messages


def test_a_long_wait_is_said_while_it_lasts(caplog, monkeypatch):
    monkeypatch.setattr(load_balancing, "WORTH_SAYING", 0.05)
    with Endpoint(faults=["429,at=0,seconds=0.1"]) as endpoint:
        assert backend(endpoint).answer(question()).status == "ok"
        assert caplog.messages == [f"{endpoint.url} has too much to do and gets nothing for 0 s"]  # 0.1 s, rounded
