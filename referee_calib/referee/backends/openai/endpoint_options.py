"""What a user gives the endpoint backend, checked at the door: addresses, the key's variable, further fields."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from urllib.request import getproxies_environment, proxy_bypass

import orjson

from referee_calib.errors import InputError
from referee_calib.referee.referee_spec import check_json, check_url

_RESERVED = ("model", "messages", "stream", "n")
LEAVE_OUT = "leave out"
"""What stands for a field that is not to be sent where a file cannot hold None."""

_CHAT = "/chat/completions"
_SHORTEST_SECRET = 8  # characters; a shorter key (EMPTY, none, 1) is no secret, and may be part of any good answer


def addresses(urls: Sequence[str]) -> tuple[str, ...]:
    """Return base addresses in one form: with ``/v1`` when there is no path, without a final slash; refuse others."""
    if not urls:
        raise InputError("openai backend", "it has no address", "Name one: --base-url http://127.0.0.1:8000/v1")
    return tuple(dict.fromkeys(map(_address, urls)))


def _address(url: str) -> str:
    check_url(url.strip())
    parts = urlsplit(url.strip())
    path = parts.path.rstrip("/").removesuffix(_CHAT)
    return urlunsplit((parts.scheme, parts.netloc, path or "/v1", "", ""))


@lru_cache(maxsize=256)
def proxy_for(url: str) -> str | None:
    """Return the proxy that the environment names for an address (HTTPS_PROXY, HTTP_PROXY, NO_PROXY)."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host == "localhost" or host.startswith("127.") or host == "::1" or proxy_bypass(host):
        return None
    found = getproxies_environment().get(parts.scheme)
    return found if not found or "://" in found else f"http://{found}"


def fields(extra: Mapping[str, Any]) -> dict[str, Any]:
    """Return the user's own request fields as JSON types; None, or the words "leave out", for one that is not sent."""
    taken = sorted(set(extra) & set(_RESERVED))
    if taken:
        raise InputError(f"extra field {taken[0]!r}", "the backend sets it itself")
    check_json(extra, "extra field")
    try:
        read: dict[str, Any] = orjson.loads(orjson.dumps(dict(extra)))
    except TypeError as error:
        raise InputError("extra fields", f"they are not JSON ({error})") from error
    return {name: None if value == LEAVE_OUT else value for name, value in read.items()}


def key(variable: str) -> str:
    """Return the key from the environment, or an empty text; refuse, unseen, one that cannot stand in a header."""
    found = os.environ.get(variable, "").strip()
    if not (found.isascii() and found.isprintable()):
        raise InputError(f"environment variable {variable}", "it holds characters that no key has")
    return found


def without_key(said: bytes, key: str, *, answer: bool = False) -> bytes:
    """Take the key out of what a server sent: some repeat it, and what they send is shown and stored.

    What may be a good `answer` must not be spoiled by a key of a few letters.
    """
    if not key or (answer and len(key) < _SHORTEST_SECRET):
        return said
    quoted = orjson.dumps(key)[1:-1]
    for written in {key.encode(): None, quoted: None, quoted.replace(b"/", rb"\/"): None}:  # as such, and within JSON
        said = said.replace(written, b"[key]")
    return said
