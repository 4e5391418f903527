"""The address of a server: checked before anything is sent to it."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from referee_calib.errors import InputError


def checked_address(url: str) -> str:
    """Return an address without what follows the path.

    Raises
    ------
    InputError
        When it is none, or holds a name and a password, which would be written down.
    """
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError(f"address {url!r:.80}", "it does not begin with https:// or http://", "Name it: --url URL")
    if parts.username or parts.password or parts.query:
        raise InputError(
            "the address of Label Studio holds a name, a password or a token", "it is kept in study.toml",
            "Leave that out; the token comes from the environment variable LABEL_STUDIO_API_KEY.",
        )  # fmt: skip
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")


def crosses_network_in_clear(url: str) -> bool:
    """Tell whether token and ratings would cross a network unencrypted."""
    parts = urlsplit(url)
    if parts.scheme == "https" or parts.hostname == "localhost":
        return False
    try:
        return not ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return True
