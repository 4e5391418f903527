"""The names that this server answers to, so that no other site's name can be pointed at it (DNS rebinding)."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

_ANY = ("0.0.0.0", "::", "")  # noqa: S104  what "every address of this machine" is called


class AllowedHosts:
    """Host names by which requests may ask for the app.

    A page elsewhere can make a name of its own point at this machine, but it cannot turn it into an address or into
    this machine's name.
    """

    def __init__(self, host: str, public_url: str = "") -> None:
        self._every_address = host in _ANY
        self._names = {"localhost", host.lower().strip("[]")}
        if self._every_address:
            own = {socket.gethostname().lower(), socket.getfqdn().lower()}
            self._names |= own | {f"{one}.local" for one in own if "." not in one}
        if public_url:
            self._names.add((urlsplit(public_url).hostname or "").lower())
        self._names -= set(_ANY)

    def allows(self, header: str) -> bool:
        """Tell whether a ``Host`` header names this server; the port is no matter of trust."""
        name = _host_name(header)
        if name in self._names:
            return True
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return False
        return address.is_loopback or self._every_address


def _host_name(header: str) -> str:
    try:
        parts = urlsplit(f"//{header}")
        _ = parts.port  # a port that is no number is a ValueError
    except ValueError:
        return ""
    if parts.netloc != header or parts.username is not None:
        return ""
    return (parts.hostname or "").rstrip(".")
