"""The gate on the coordinator's port: strangers see the sign-in alone, and no page from elsewhere sends here."""

from __future__ import annotations

from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from annotate_app.coordinator.coordinator_access import CoordinatorAccess
from referee_calib.errors import StudyError

OPEN_PATHS = ("/sign-in", "/sign-out", "/_stcore/health")
LINK = "/c/"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
SECURITY_HEADERS = {
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class CoordinatorGate:
    """ASGI middleware around Streamlit and the coordinator's routes.

    Parameters
    ----------
    app : ASGI application
    access : CoordinatorAccess
    hosts : iterable of str
        Names under which the pages are reached; empty for any. Another name in a request is a page elsewhere that had
        its name point here.
    """

    def __init__(self, app: ASGIApp, access: CoordinatorAccess, hosts: Iterable[str] = LOOPBACK) -> None:
        self._app, self._access, self._hosts = app, access, frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it here."""
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        headers = Headers(scope=scope)
        if scope["type"] == "websocket":
            open_ = self._known_host(headers) and _own_origin(headers) and await self._name(headers)
            return await (self._app(scope, receive, send) if open_ else _refuse(receive, send))
        return await self._http(scope, headers, receive, _guarded(send))

    async def _http(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if not self._known_host(headers):
            answer: ASGIApp = PlainTextResponse("These pages have another address.", 421)
        elif path in OPEN_PATHS or path.startswith(LINK) or await self._name(headers):
            answer = self._app
        elif path == "/":
            answer = RedirectResponse("/sign-in", 303, {"Cache-Control": "no-store"})
        else:
            answer = PlainTextResponse("Sign in first.", 401)
        await answer(scope, receive, send)

    def _known_host(self, headers: Headers) -> bool:
        return not self._hosts or urlsplit(f"//{headers.get('host', '')}").hostname in self._hosts

    async def _name(self, headers: Headers) -> str | None:
        try:
            cookies = {name: one.value for name, one in SimpleCookie(headers.get("cookie", "")).items()}
            return await run_in_threadpool(self._access.read, cookies)
        except (CookieError, StudyError):
            return None


def _own_origin(headers: Headers) -> bool:
    """Tell whether a websocket comes from a page of this very port; browsers always say where from."""
    return urlsplit(headers.get("origin", "")).netloc == headers.get("host", "")


def _guarded(send: Send) -> Send:
    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY_HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return with_headers


async def _refuse(receive: Receive, send: Send) -> None:
    await receive()  # the request to connect
    await send({"type": "websocket.close", "code": 1008})
