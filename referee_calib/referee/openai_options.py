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

_RESERVED = ("model", "messages", "stream", "n")
_CHAT = "/chat/completions"


def addresses(urls: Sequence[str]) -> tuple[str, ...]:
    """Return base addresses in one form: with ``/v1`` when there is no path, without a final slash.

    Parameters
    ----------
    urls : sequence of str

    Returns
    -------
    tuple of str
        Without repeats.

    Raises
    ------
    InputError
        For an address that is not http or https, holds a name and password, or a query.
    """
    if not urls:
        raise InputError("openai backend", "it has no address", "Name one: --base-url http://127.0.0.1:8000/v1")
    return tuple(dict.fromkeys(map(_address, urls)))


def _address(url: str) -> str:
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise InputError("base URL", f"it cannot be read ({error})") from error
    shown = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise InputError(f"base URL {shown!r:.120}", "it must begin with http:// or https:// and name a host")
    if "@" in parts.netloc:
        raise InputError(
            f"base URL {shown!r:.120}",
            "it holds a name or password",
            "Put the key into the environment: export OPENAI_API_KEY=…",
        )
    if parts.query or parts.fragment:
        raise InputError(f"base URL {shown!r:.120}", "nothing may follow the path (? or #)")
    path = parts.path.rstrip("/").removesuffix(_CHAT)
    return urlunsplit((parts.scheme, parts.netloc, path or "/v1", "", ""))


@lru_cache(maxsize=256)
def proxy_for(url: str) -> str | None:
    """Return the proxy that the environment names for an address (HTTPS_PROXY, HTTP_PROXY, NO_PROXY).

    Parameters
    ----------
    url : str

    Returns
    -------
    str or None
        Always None for this machine's own addresses.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host == "localhost" or host.startswith("127.") or host == "::1" or proxy_bypass(host):
        return None
    return getproxies_environment().get(parts.scheme)


def fields(extra: Mapping[str, Any]) -> dict[str, Any]:
    """Return the user's own request fields as JSON types.

    Parameters
    ----------
    extra : mapping

    Returns
    -------
    dict

    Raises
    ------
    InputError
        For one that is not JSON, or that the backend sets itself.
    """
    taken = sorted(set(extra) & set(_RESERVED))
    if taken:
        raise InputError(f"extra field {taken[0]!r}", "the backend sets it itself")
    try:
        read: dict[str, Any] = orjson.loads(orjson.dumps(dict(extra)))
    except TypeError as error:
        raise InputError("extra fields", f"they are not JSON ({error})") from error
    return read


def key(variable: str) -> str:
    """Return the key from the environment; empty when there is none.

    Parameters
    ----------
    variable : str

    Returns
    -------
    str

    Raises
    ------
    InputError
        When it cannot stand in a header; the message does not hold it.
    """
    found = os.environ.get(variable, "").strip()
    if not (found.isascii() and found.isprintable()):
        raise InputError(f"environment variable {variable}", "it holds characters that no key has")
    return found
