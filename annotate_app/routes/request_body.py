"""Reading what a browser posts, up to a bound."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import Request

MAX_BODY = 32 * 1024
MAX_FIELDS = 100


async def read_body(request: Request) -> bytes | None:
    """Read the body, None when it is larger than any rating."""
    declared = request.headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared) > MAX_BODY:
        return None
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY:
            return None
    return body


async def read_form(request: Request) -> dict[str, str] | None:
    """Read the fields of a posted form, None when it is larger, or has more fields, than any of this app's."""
    body = await read_body(request)
    if body is None:
        return None
    try:
        fields = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError:
        return None
    return dict(fields)
