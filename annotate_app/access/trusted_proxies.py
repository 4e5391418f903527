"""The real address of a visitor behind proxies: what a stated proxy says is taken, what anybody else says is not."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Sequence

Headers = Iterable[tuple[bytes, bytes]]
_FOR = re.compile(r'(?:^|;)\s*for=("?)([^;"]*)\1', re.IGNORECASE)
_PROTO = re.compile(r"(?:^|;)\s*proto=\"?(https?)\"?", re.IGNORECASE)


class TrustedProxies:
    """The proxies in front of the app."""

    def __init__(self, networks: Sequence[str] = ()) -> None:
        self._networks = [ipaddress.ip_network(one, strict=False) for one in networks]

    def client(self, peer: str, headers: Headers) -> tuple[str, str]:
        """Return a visitor's address and the scheme that they used, "" when nobody trusted says so.

        Proxies append to the right, and a visitor can write what they like to the left: the rightmost address that is
        no stated proxy is the visitor's.
        """
        if not self.trusts(peer):
            return peer, ""
        hops, schemes = _forwarded(headers)
        address = peer
        for hop in reversed(hops):
            if not _is_address(hop):
                break
            address = hop
            if not self.trusts(hop):
                break
        return address, schemes[-1] if schemes else ""

    def trusts(self, address: str) -> bool:
        """Tell whether an address is one of the stated proxies."""
        if not _is_address(address):
            return False
        found = ipaddress.ip_address(address)
        mapped = getattr(found, "ipv4_mapped", None) or found
        return any(mapped in network for network in self._networks if network.version == mapped.version)


def _forwarded(headers: Headers) -> tuple[list[str], list[str]]:
    """Return the addresses and schemes that proxies noted, oldest first."""
    texts: dict[bytes, list[str]] = {}
    for name, value in headers:
        texts.setdefault(name.lower(), []).extend(part.strip() for part in value.decode("latin-1").split(","))
    plain, standard = texts.get(b"x-forwarded-for", []), texts.get(b"forwarded", [])
    schemes = [one for one in texts.get(b"x-forwarded-proto", []) if one in ("http", "https")]
    if plain and standard:
        return [], schemes  # a proxy writes one of them: the other may be the visitor's own
    if standard:
        fors = [found.group(2) if (found := _FOR.search(one)) else "" for one in standard]
        return [_bare(one) for one in fors], [one.lower() for one in _PROTO.findall(";".join(standard))]
    return [_bare(one) for one in plain], schemes


def _bare(node: str) -> str:
    """Return an address without brackets and port."""
    if node.startswith("["):
        return node[1:].partition("]")[0]
    return node.partition(":")[0] if node.count(":") == 1 else node


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
