"""One question over the wire: sent to a server with room, sent again when the failure passes by itself.

What came back whole is never asked for again: it is computed and paid for, and a model that answers badly
answers badly twice. Asked again is only what failed on the way: a refused or cut connection, a timeout,
the statuses of :mod:`.retry`, also where they stand inside an answer of HTTP 200, and the web page of a gateway in
place of an answer.
"""

from __future__ import annotations

import asyncio
import io
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from urllib.parse import urlsplit

import aiohttp

from referee_calib.referee.backends.openai.answer_errors import error_in
from referee_calib.referee.backends.openai.endpoint_options import proxy_for, without_key
from referee_calib.referee.backends.openai.load_balancing import NoServerReached, Server, ServerPool
from referee_calib.referee.backends.openai.retry import CROWDED, RATIONED, RetryPolicy, clean, message, passes
from referee_calib.referee.referee_spec import shown_url

LARGEST_ANSWER = 8 * 1024 * 1024
_LARGEST_BYTES_BODY = 512 * 1024  # aiohttp wants larger ones as a file
_CONNECTING = 10.0
_KEPT_OPEN = 4.0  # seconds: below the 5 s after which common servers close, so that no request meets a closing door
GATEWAY = (502, 504)  # what stands before the server cannot reach it
_SMALL = 30.0  # seconds that a small question about the server may take


class RequestUnwanted(Exception):
    """Whoever asked does not want the answer any more; nothing was sent."""


@dataclass(frozen=True, slots=True)
class RequestOutcome:
    """How one question ended."""

    body: bytes = b""  # the answer, when there is one
    failed: str = ""  # why there is none
    status: int = 0  # of the last HTTP answer; 0 without one
    seconds: float = 0.0  # time of the last attempt
    proxy: bool = False  # whether it went through a proxy, so that a failure may be the proxy's
    inside: bool = False  # whether the failure stands inside an answer of HTTP 200

    @property
    def server_failed(self) -> bool:
        """Whether the server got the question and could not answer it, with nothing in the way and time for it."""
        return self.inside or (self.status >= 500 and self.status not in (*CROWDED, *GATEWAY))


@dataclass(frozen=True, slots=True)
class _Attempt:
    status: int = 0
    body: bytes = b""
    headers: Mapping[str, str] | None = None
    failed: str = ""
    refused: bool = False
    slow: bool = False
    inside: bool = False

    @property
    def repeatable(self) -> bool:
        if self.inside:
            return passes(self.status, self.body)
        return bool(self.failed) and (not self.status or passes(self.status, self.body) or self.status == 200)


class EndpointClient:
    """Talks to the servers of one model, inside one event loop, with at most `most` requests under way.

    The key is sent as a bearer token. `timeout` bounds one attempt; after `deadline` seconds a question is not sent
    again, and so long it waits when no server can be reached.
    """

    def __init__(
        self, urls: Sequence[str], *, key: str, most: int, timeout: float, deadline: float, retries: RetryPolicy
    ) -> None:
        self.servers = ServerPool(urls, most, deadline, self._alive)
        self._key, self._deadline, self._retries = key, deadline, retries
        self._timeout = aiohttp.ClientTimeout(total=timeout, sock_connect=min(_CONNECTING, timeout))
        self._made: aiohttp.ClientSession | None = None

    @property
    def _session(self) -> aiohttp.ClientSession:
        if self._made is None:
            headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
            connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEPT_OPEN)
            jar = aiohttp.DummyCookieJar()
            self._made = aiohttp.ClientSession(connector=connector, headers=headers, cookie_jar=jar)
        return self._made

    async def close(self) -> None:
        """Close the connections."""
        if self._made is not None:
            await self._made.close()

    async def ask(
        self, body: bytes, at: str = "", wanted: Callable[[], bool] = lambda: True, *, retries: int | None = None
    ) -> RequestOutcome:
        """Send one chat request, as often as it takes: an answer of "too many requests" only counts as time.

        `at` is the only address that may get it; by default the one with most room does. `retries` is for fewer
        repeats than the client's own where the server itself failed, as some do for good.
        """
        until = perf_counter() + self._deadline
        last, asked, failures = RequestOutcome(), 0, 0
        while True:
            try:
                again, last = await self._once(body, at, wanted)
            except NoServerReached:
                return RequestOutcome(
                    failed=f"no server could be reached for {self._deadline:g} s {last.failed}".strip()
                )
            if not again:
                return last
            asked, failures = asked + 1, failures + (last.status not in RATIONED)
            wait = self._retries.delay(asked - 1)
            most = self._retries.most if retries is None or not last.server_failed else min(retries, self._retries.most)
            if failures > most or perf_counter() + wait > until:
                return replace(last, failed=f"{last.failed} (asked {asked} times)")
            await asyncio.sleep(wait)

    async def _once(self, body: bytes, at: str, wanted: Callable[[], bool]) -> tuple[bool, RequestOutcome]:
        """Send it once; the first value says whether it is worth sending again."""
        server = await self.servers.take(at)
        sent, started = asyncio.get_running_loop().time(), perf_counter()
        try:
            if not wanted():
                raise RequestUnwanted
            attempt = await self._send("POST", f"{server.url}/chat/completions", body, self._timeout)
        finally:
            self.servers.give(server)
        self._learn(server, attempt, sent)
        answer = b"" if attempt.failed else attempt.body
        took, proxy = perf_counter() - started, proxy_for(server.url) is not None
        return attempt.repeatable, RequestOutcome(
            answer, attempt.failed, attempt.status, took, proxy, inside=attempt.inside
        )

    def _learn(self, server: Server, attempt: _Attempt, sent: float) -> None:
        if attempt.slow:
            self.servers.too_much(server, sent)
        elif attempt.status in CROWDED:
            self.servers.too_much(server, sent, quiet=self._retries.retry_after(attempt.headers or {}))
        elif not attempt.status or (attempt.status in GATEWAY and not attempt.inside):
            self.servers.not_reached(server, surely=attempt.refused)
        elif attempt.status < 500:
            self.servers.went_well(server)

    async def request_once(self, method: str, url: str, body: bytes | None = None) -> RequestOutcome:
        """Ask a server something small about itself, once."""
        attempt = await self._send(method, url, body, aiohttp.ClientTimeout(total=_SMALL))
        return RequestOutcome(attempt.body, attempt.failed, attempt.status, proxy=proxy_for(url) is not None)

    async def _send(self, method: str, url: str, body: bytes | None, timeout: aiohttp.ClientTimeout) -> _Attempt:
        data = body if body is None or len(body) <= _LARGEST_BYTES_BODY else io.BytesIO(body)
        proxy = proxy_for(url)
        sending = self._session.request(
            method,
            url,
            data=data,
            headers={"Content-Type": "application/json"} if body else {},
            allow_redirects=False,
            proxy=proxy,
            timeout=timeout,
        )
        return await _received(sending, self._key, shown_url(proxy or ""))

    async def _alive(self, url: str) -> bool:
        return (await self.request_once("GET", f"{url}/models")).status not in (0, *range(500, 600))


async def _received(sending: Awaitable[aiohttp.ClientResponse], key: str, proxy: str) -> _Attempt:
    """Wait for a response and read it; what goes wrong on the way is a failed attempt."""
    through = f" (through the proxy {proxy})" if proxy else ""
    try:
        response = await sending
        async with response:
            body = await _bounded(response)
            if body is None:
                return _Attempt(413, failed=f"the answer is longer than {LARGEST_ANSWER >> 20} MiB")
            refusal = _refusal(response, without_key(body, key), key)
            kept = without_key(body, key, answer=response.status == 200)
            inside = error_in(without_key(body, key)) if response.status == 200 and not refusal else None
            if inside is not None:
                return _Attempt(inside.code or 200, body, response.headers, inside.says + through, inside=True)
            return _Attempt(response.status, kept, response.headers, refusal + through * bool(refusal))
    except aiohttp.ServerTimeoutError:  # the only such time that is bounded is that of connecting
        return _Attempt(failed=f"the server did not take the connection{through}", refused=True)
    except TimeoutError:
        return _Attempt(failed=f"the server took too long{through}", slow=True)
    except (aiohttp.ClientError, OSError) as error:
        refused = isinstance(error, (aiohttp.ClientConnectorError, aiohttp.ClientHttpProxyError))
        return _Attempt(failed=_broken(error, key, proxy), refused=refused)


def _broken(error: Exception, key: str, proxy: str) -> str:
    """Say what broke: the way to the proxy, the proxy itself, or the way to the server."""
    if isinstance(error, aiohttp.ClientProxyConnectionError):
        return f"the proxy {proxy} cannot be reached: {_said(_why(error), key)}"
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return f"the proxy {proxy} refused: HTTP {error.status} {_said(error.message, key)}".rstrip()
    return f"the connection failed: {_said(_why(error), key)}" + (f" (through the proxy {proxy})" if proxy else "")


def _why(error: Exception) -> str:
    """Say why in the system's words, without the library's; the address is named elsewhere."""
    if isinstance(error, aiohttp.ClientConnectorSSLError):
        return "https was not understood there; should the address begin with http://?"
    if isinstance(error, aiohttp.ClientConnectorError):
        number = error.os_error.errno
        return os.strerror(number) if number and number > 0 else error.os_error.strerror or str(error)
    if isinstance(error, aiohttp.ClientResponseError):
        return error.message or type(error).__name__  # its text would name the address
    return str(error) or type(error).__name__


async def _bounded(response: aiohttp.ClientResponse) -> bytes | None:
    pieces: list[bytes] = []
    size = 0
    async for piece in response.content.iter_any():
        size += len(piece)
        if size > LARGEST_ANSWER:
            response.close()
            return None
        pieces.append(piece)
    return b"".join(pieces)


def _refusal(response: aiohttp.ClientResponse, body: bytes, key: str) -> str:
    if 300 <= response.status < 400:
        host = _said(urlsplit(response.headers.get("Location", "")).netloc, key) or "nowhere"
        return f"HTTP {response.status}: the server sends requests on to {host}; name that address"
    if response.status != 200:
        return f"HTTP {response.status}: {message(body) or _said(response.reason or '', key) or 'no message'}"
    if response.content_type == "text/html" or body.lstrip()[:1] == b"<":
        return f"a web page came in place of an answer: {message(body)}"
    return ""


def _said(text: str, key: str) -> str:
    """Return text that is not ours without the key, bounded and in one line: in this order, as a cut key is a key."""
    return clean(without_key(text.encode("utf-8", "replace"), key).decode())
