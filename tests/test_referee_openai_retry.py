"""What passes, how long to wait, and how many requests a server gets."""

import asyncio
import functools
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from multidict import CIMultiDict

from referee_calib.referee.backends.openai import load_balancing
from referee_calib.referee.backends.openai.load_balancing import NoServerReached, ServerPool
from referee_calib.referee.backends.openai.retry import RetryPolicy, clean, message, passes

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


def test_waits_are_spread_below_a_bound_that_doubles():
    retries = RetryPolicy(first=0.5, longest=4.0)
    for repeat, bound in enumerate([0.5, 1.0, 2.0, 4.0, 4.0]):  # 0.5 x 2^k, at most 4
        waits = [retries.delay(repeat) for _ in range(500)]
        assert 0 <= min(waits) < 0.2 * bound
        assert 0.8 * bound < max(waits) <= bound
    assert retries.delay(10_000) <= 4.0


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0.0),
        ({"Retry-After": "3"}, 3.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"Retry-After": "Sun, 22 Nov 2026 12:00:07 GMT"}, 7.0),
        ({"Retry-After": "Sun, 22 Nov 2026 11:59:00 GMT"}, 0.0),  # a minute ago
        ({"Retry-After": "3600"}, 60.0),  # not longer than is obeyed
        ({"Retry-After": "-5"}, 0.0),
        ({"Retry-After": "nan"}, 0.0),
        ({"Retry-After": "inf"}, 0.0),
        ({"Retry-After": "soon"}, 0.0),
        ({"retry-after-ms": "250", "Retry-After": "1"}, 0.25),
    ],
)
def test_retry_after_is_read_in_its_forms(headers, seconds):
    read: Mapping[str, str] = CIMultiDict(headers)
    assert RetryPolicy(obeyed=60.0).retry_after(read, NOW) == pytest.approx(seconds)


def test_what_passes_and_what_does_not():
    assert all(passes(status, b"") for status in (408, 409, 425, 429, 500, 502, 503, 504, 529))
    assert not any(passes(status, b"") for status in (400, 401, 402, 403, 404, 405, 413, 422, 301))
    assert not passes(429, b'{"error": {"code": "insufficient_quota"}}')  # a spent account


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"error": {"message": "too long", "code": 400}}', "too long"),
        (b'{"message": "too long"}', "too long"),
        (b'{"detail": "Not Found"}', "Not Found"),
        (b'{"detail": [{"msg": "bad"}]}', '[{"msg":"bad"}]'),
        (b'{"error": "too long"}', "too long"),
        (b"plain\r\n\x1b[2J\x00words", "plain [2J words"),
        (b"<html><b>Bad</b> gateway</html>", "Bad gateway"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"", ""),
    ],
)
def test_a_servers_message_is_found_and_cleaned(body, said):
    assert message(body) == said


def test_a_message_is_bounded():
    assert len(message(b"x" * 100_000)) == 301  # 300 and the mark of the cut
    assert clean("a\u202eb\u2028c") == "a b c"


def test_a_password_in_an_address_is_not_repeated():
    assert clean("cannot reach http://me:s3cret@proxy:3128/ now") == "cannot reach http://proxy:3128/ now"


def servers(count, most, patience=0.2, answer=True):
    async def alive(url):
        return answer

    return ServerPool([f"http://{number}" for number in range(count)], most, patience, alive)


def in_a_loop(work):
    """Run an asynchronous test in a loop of its own, for 20 seconds at most."""

    @functools.wraps(work)
    def run(**fixtures):
        asyncio.run(asyncio.wait_for(work(**fixtures), 20))

    return run


@in_a_loop
async def test_each_goes_to_the_server_with_fewest_and_the_bound_holds():
    pool = servers(3, 6)
    taken = [await pool.take() for _ in range(6)]
    assert [server.flying for server in pool.all] == [2, 2, 2]
    waiting = asyncio.ensure_future(pool.take())
    await asyncio.sleep(0.01)
    assert not waiting.done()
    pool.give(taken[0])
    assert await waiting is taken[0]


@in_a_loop
async def test_the_share_is_halved_once_per_round_and_grows_by_one():
    pool = servers(1, 64)
    (server,) = pool.all
    now = asyncio.get_running_loop().time()
    for _ in range(10):
        pool.too_much(server, sent_at=now)  # all were sent before the first cut
    assert server.limit == 32
    await asyncio.sleep(0.01)
    pool.too_much(server, sent_at=asyncio.get_running_loop().time())
    assert server.limit == 16
    for _ in range(16):
        pool.went_well(server)
    assert 16.9 < server.limit < 17  # each adds 1/limit, so a round of 16 adds nearly one
    for _ in range(10_000):
        pool.went_well(server)
    assert server.limit == 64


@in_a_loop
async def test_a_share_never_falls_below_one():
    pool = servers(1, 4)
    (server,) = pool.all
    for number in range(20):
        pool.too_much(server, sent_at=1e9 + number)
    assert server.limit == 1
    assert await pool.take() is server


@in_a_loop
async def test_a_server_that_asks_for_quiet_gets_it():
    loop = asyncio.get_running_loop()
    pool = servers(2, 8)
    quiet, other = pool.all
    pool.too_much(quiet, loop.time(), quiet=0.1)
    assert {await pool.take() for _ in range(3)} == {other}
    pool.too_much(other, loop.time(), quiet=0.05)
    started = loop.time()
    await pool.take()
    assert loop.time() - started >= 0.05


@in_a_loop
async def test_quiet_without_a_time_doubles_until_something_goes_well(monkeypatch):
    monkeypatch.setattr(load_balancing, "PAUSES", (0.5, 2.0))
    pool = servers(1, 64)
    (server,) = pool.all
    for number, pause in enumerate([0.5, 1.0, 2.0, 2.0]):
        now = asyncio.get_running_loop().time()
        pool.too_much(server, sent_at=now + number, quiet=0.0)
        assert server.pause == pause
        assert server.quiet_until - now >= 0.5 * pause  # at least half of it, and spread above
    pool.went_well(server)
    assert server.pause == 0


@in_a_loop
async def test_one_broken_connection_is_no_dead_server_and_three_are():
    pool = servers(1, 4, answer=False)
    (server,) = pool.all
    for down in (False, False, True):
        pool.not_reached(server, surely=False)
        assert server.down is down
    assert pool.all[0].broken == 3


@in_a_loop
async def test_a_refused_connection_leaves_the_server_out_until_it_answers(monkeypatch):
    monkeypatch.setattr(load_balancing, "REACHED_AGAIN", (0.01, 0.02))
    pool = servers(1, 4)
    pool.not_reached(pool.all[0], surely=True)
    assert pool.all[0].down
    assert await pool.take() is pool.all[0]
    assert not pool.all[0].down


@in_a_loop
async def test_patience_ends_for_all_who_wait(monkeypatch):
    monkeypatch.setattr(load_balancing, "REACHED_AGAIN", (0.01, 0.02))
    pool = servers(2, 4, patience=0.1, answer=False)
    for server in pool.all:
        pool.not_reached(server, surely=True)
    ended = await asyncio.gather(*(pool.take() for _ in range(5)), return_exceptions=True)
    assert [type(error) for error in ended] == [NoServerReached] * 5


@in_a_loop
async def test_a_turn_that_is_given_up_goes_to_the_next():
    pool = servers(1, 1)
    held = await pool.take()
    first, second = (asyncio.ensure_future(pool.take()) for _ in range(2))
    await asyncio.sleep(0)
    pool.give(held)  # it is the first one's turn now
    first.cancel()
    assert await second is held
