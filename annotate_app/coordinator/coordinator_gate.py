"""The gate on the coordinator's port: strangers see the sign-in alone, of Streamlit and its websocket nothing."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from annotate_app.coordinator.coordinator_access import CoordinatorAccess
from referee_calib.errors import StudyError

OPEN_PATHS = ("/sign-in", "/sign-out", "/_stcore/health")
LINK = "/c/"


class CoordinatorGate:
    """ASGI middleware in front of Streamlit and the coordinator's routes, behind the guard of hosts and origins."""

    def __init__(self, app: ASGIApp, access: CoordinatorAccess) -> None:
        self._app, self._access = app, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it here."""
        if scope["type"] not in ("http", "websocket") or await self._is_open(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()  # the request to connect
            await send({"type": "websocket.close", "code": 1008})
        elif scope["path"] == "/":
            await RedirectResponse("/sign-in", 303, {"Cache-Control": "no-store"})(scope, receive, send)
        else:
            await PlainTextResponse("Sign in first.", 401)(scope, receive, send)

    async def _is_open(self, scope: Scope) -> bool:
        path = scope["path"]
        headers = Headers(scope=scope)
        if scope["type"] == "websocket" and "origin" not in headers:  # a browser always says which page it is
            return False
        return path in OPEN_PATHS or path.startswith(LINK) or bool(await self._name(headers))

    async def _name(self, headers: Headers) -> str | None:
        try:
            cookies = {name: one.value for name, one in SimpleCookie(headers.get("cookie", "")).items()}
            return await run_in_threadpool(self._access.read, cookies)
        except (CookieError, StudyError):
            return None
