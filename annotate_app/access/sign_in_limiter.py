"""The brake on guessing: wrong codes are counted by where they come from and by what they begin with."""

from __future__ import annotations

import hashlib
import ipaddress
import time
from collections import deque
from collections.abc import Callable
from threading import Lock


class SignInLimiter:
    """Counts wrong tries per key: after `limit` of them within `seconds`, that key waits a little."""

    MAX_KEYS = 10_000

    def __init__(self, limit: int = 10, seconds: float = 60.0, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit, self.seconds, self._clock = limit, seconds, clock
        self._times: dict[str, deque[float]] = {}
        self._lock = Lock()  # requests are answered in several threads

    def must_wait(self, *keys: str) -> bool:
        """Return whether one of these keys was tried too often."""
        with self._lock:
            return any(self._is_full(key) for key in keys)

    def add(self, *keys: str) -> None:
        """Count a wrong try for each of the keys."""
        with self._lock:
            for key in keys:
                times = self._times.pop(key, None) or deque(maxlen=self.limit)
                if len(self._times) >= self.MAX_KEYS:
                    self._times.pop(next(iter(self._times)))  # the key that was tried longest ago
                times.append(self._clock())
                self._times[key] = times

    def _is_full(self, key: str) -> bool:
        times = self._times.get(key, deque())
        while times and times[0] <= self._clock() - self.seconds:
            times.popleft()
        if not times:
            self._times.pop(key, None)
        return len(times) >= self.limit


def brake_keys(address: str, code: str = "") -> tuple[str, ...]:
    """Return under which keys a try is counted: the address (an IPv6 network of 64 bits), the digest's beginning."""
    place = f"from {network_of(address)}"
    if not code:
        return (place,)
    return place, "code " + hashlib.sha256(code.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def network_of(address: str) -> str:
    """Return what one subscriber has: an IPv4 address, or the /64 network of an IPv6 address."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if isinstance(found, ipaddress.IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped or ipaddress.ip_network((found, 64), strict=False))
    return str(found)
