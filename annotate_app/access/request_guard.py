"""What every request passes before any route: the visitor's real address, the server's name, headers of the answer."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from annotate_app.access.allowed_hosts import AllowedHosts
from annotate_app.access.request_origin import PUBLIC_ORIGIN, is_own_origin
from annotate_app.access.response_headers import security_headers
from annotate_app.access.trusted_proxies import TrustedProxies

_MOST_TOLD = 100
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FrontDoor:
    """How people reach the server.

    Attributes
    ----------
    host : str
        The address that it listens at.
    public_url : str
        The address at which people reach it behind a proxy; "" without one.
    trusted_proxies : sequence of str
        Addresses and networks whose word on a visitor's address is taken.
    frame_ancestors : sequence of str
        Sites that may show the app within their pages.
    """

    host: str = "127.0.0.1"
    public_url: str = ""
    trusted_proxies: Sequence[str] = ()
    frame_ancestors: Sequence[str] = ()

    @property
    def public_origin(self) -> str:
        """The public address as browsers write an origin: without the port that goes without saying."""
        parts = urlsplit(self.public_url.lower())
        usual = {"http": 80, "https": 443}.get(parts.scheme)
        host = parts.netloc if parts.port != usual else parts.netloc.rpartition(":")[0]
        return f"{parts.scheme}://{host}" if host else ""


class RequestGuard:
    """ASGI middleware in front of the app's routes and Streamlit's."""

    def __init__(self, app: ASGIApp, door: FrontDoor) -> None:
        self._app, self._door = app, door
        self._hosts = AllowedHosts(door.host, door.public_url)
        self._proxies = TrustedProxies(door.trusted_proxies)
        self._headers = security_headers(door.frame_ancestors)
        self._told: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        host, origin = _text(headers, b"host"), _text(headers, b"origin")
        if not self._hosts.allows(host) or _count(scope, b"host") != 1:
            self._tell_host(host)
            await _refuse(scope, send, 421, _UNKNOWN_HOST)
            return
        foreign = bool(origin) and origin != "null" and not is_own_origin(origin, host, self._door.public_origin)
        if foreign and (scope["type"] == "websocket" or scope["method"] == "POST"):
            self._tell_origin(origin, host)
        if scope["type"] == "websocket" and (foreign or origin == "null"):
            await _refuse(scope, send, 403, "")
            return
        await self._app(self._known(scope), receive, self._with_headers(send))

    def _known(self, scope: Scope) -> Scope:
        peer, port = scope.get("client") or ("", 0)
        address, scheme = self._proxies.client(peer, scope["headers"])
        known = {**scope, "client": (address, port if address == peer else 0), PUBLIC_ORIGIN: self._door.public_origin}
        if scheme:
            known["scheme"] = scheme if scope["type"] == "http" else {"http": "ws", "https": "wss"}[scheme]
        return known

    def _with_headers(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                there = {name.lower() for name, _ in message["headers"]}
                added = [(name, value) for name, value in self._headers if name not in there]
                message = {**message, "headers": [*message["headers"], *added]}
            await send(message)

        return sending

    def _tell_host(self, host: str) -> None:
        if self._is_news(f"host {host}"):
            _LOG.warning(
                "refused: a request for the host %.100r, a name that this server does not know as its own. If people "
                "reach it by that name, start it with --public-url https://%s",
                host,
                host.partition(":")[0][:100] if host.isprintable() else "NAME",
            )

    def _tell_origin(self, origin: str, host: str) -> None:
        if self._is_news(f"origin {origin} {host}"):
            _LOG.warning(
                "refused: a page at %.100r asked this server, which was called %.100r. If that page is this app behind "
                "a proxy, start it with --public-url %.100s",
                origin,
                host,
                origin if origin.isprintable() else "URL",
            )

    def _is_news(self, what: str) -> bool:
        if what in self._told or len(self._told) >= _MOST_TOLD:
            return False
        self._told.add(what)
        return True


_UNKNOWN_HOST = "This server does not answer to this name. Whoever runs it finds in its log what to type."


def _text(headers: dict[bytes, bytes], name: bytes) -> str:
    return headers.get(name, b"").decode("latin-1")


def _count(scope: Scope, name: bytes) -> int:
    return sum(1 for one, _ in scope["headers"] if one.lower() == name)


async def _refuse(scope: Scope, send: Send, status: int, words: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    plain = [(b"content-type", b"text/plain; charset=utf-8"), (b"x-content-type-options", b"nosniff")]
    await send({"type": "http.response.start", "status": status, "headers": plain})
    await send({"type": "http.response.body", "body": words.encode()})
