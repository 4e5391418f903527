"""What the endpoint puts on the wire: JSON, errors in the usual form, and connections that break."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from aiohttp import web


def as_json(payload: Mapping[str, Any], status: int = 200) -> web.Response:
    """Return a JSON response."""
    return as_bytes(orjson.dumps(payload), status)


def as_bytes(payload: bytes, status: int = 200) -> web.Response:
    """Return bytes that call themselves JSON, whether they are or not."""
    return web.Response(body=payload, status=status, content_type="application/json")


def error(status: int, message: str, headers: Mapping[str, str] | None = None) -> web.Response:
    """Return an error as OpenAI-compatible servers write it."""
    response = as_json({"error": {"message": message, "type": "error", "param": None, "code": status}}, status)
    response.headers.update(headers or {})
    return response


def cut(request: web.Request) -> web.StreamResponse:
    """Cut the connection; what is returned cannot be sent any more."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def cut_in_the_middle(request: web.Request, payload: bytes) -> web.StreamResponse:
    """Send half of what the header promises, then cut the connection."""
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": str(len(payload))})
    await response.prepare(request)
    await response.write(payload[: len(payload) // 2])
    return cut(request)
