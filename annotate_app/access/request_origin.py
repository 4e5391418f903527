"""Whether a request was made by a page of this app."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.requests import Request

PUBLIC_ORIGIN = "referee_calib.public_origin"  # in the scope of a request: where people reach the app


def from_own_page(headers: Mapping[str, str], public_origin: str = "") -> bool:
    """Return whether a POST comes from a page of this server (or from no browser at all).

    Browsers say where a request comes from in ``Sec-Fetch-Site`` and ``Origin``; a page elsewhere cannot
    change either. Behind a proxy the page's origin is the public one, whatever ``Host`` the proxy writes.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site not in (None, "same-origin"):
        return False
    if origin is None:
        return True
    if origin == "null":  # a page that sends no referrer; then only Sec-Fetch-Site speaks for it
        return site == "same-origin"
    return is_own_origin(origin, headers.get("host", ""), public_origin)


def is_own_origin(origin: str, host: str, public_origin: str) -> bool:
    """Return whether pages of an origin are this app's: the public one, or the one that the request is for."""
    return (bool(public_origin) and origin == public_origin) or _netloc(origin) == host


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def is_own_page(request: Request) -> bool:
    """Return whether a request comes from a page of this app."""
    return from_own_page(request.headers, str(request.scope.get(PUBLIC_ORIGIN, "")))


def is_secure(request: Request) -> bool:
    """Return whether the browser's way to this app is encrypted, so that the cookie may insist on it."""
    public = str(request.scope.get(PUBLIC_ORIGIN, ""))
    return request.url.scheme == "https" or public.startswith("https:")


def is_followed(request: Request) -> bool:
    """Return whether somebody follows a link: neither a program that looks ahead, nor a picture in a page elsewhere."""
    headers = request.headers
    purpose = headers.get("sec-purpose", "") + headers.get("purpose", "") + headers.get("x-moz", "")
    ahead = "prefetch" in purpose or "prerender" in purpose
    return request.method == "GET" and not ahead and headers.get("sec-fetch-dest", "document") == "document"
