"""Who is asking: sign-in cookies, the study's secret, wrong codes, and where a request comes from."""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from itsdangerous import BadData, URLSafeTimedSerializer

from referee_calib.errors import StudyError
from referee_calib.io import cannot_write, hidden_beside

SECRET_FILE = "annotation.key"  # noqa: S105  a file name
SIGN_IN_SECONDS = 14 * 24 * 3600


def secret_of(folder: Path) -> str:
    """Return the study's secret, made at the first call and readable by its owner alone."""
    path = folder / SECRET_FILE
    if not path.exists():
        _make_secret(path)
    secret = path.read_text(encoding="ascii", errors="replace").strip()
    if len(secret) < 32:
        raise StudyError(
            f"{path} holds no secret", "it was damaged", f"Remove it; people sign in again then: rm {path}"
        )
    return secret


def _make_secret(path: Path) -> None:
    with hidden_beside(path) as hidden:
        try:
            descriptor = os.open(hidden, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(32))
                file.flush()
                os.fsync(file.fileno())
            os.link(hidden, path)  # whole or not at all, and never over the secret of a server that was quicker
        except FileExistsError:
            return
        except OSError as error:
            raise cannot_write(path, error) from error


class SignInCookies:
    """Signed cookies that name a rater."""

    def __init__(self, secret: str) -> None:
        self._signer = URLSafeTimedSerializer(secret, salt="annotate_app.pass")
        # Cookies are shared between all ports of a host: each study needs a name of its own.
        self.name = "referee_calib_" + hashlib.sha256(secret.encode()).hexdigest()[:8]

    def issue(self, rater: str) -> str:
        """Return a cookie value for a rater."""
        value = self._signer.dumps(rater)
        return value if isinstance(value, str) else value.decode("ascii")

    def read(self, cookies: Mapping[str, str]) -> str | None:
        """Return the rater whom the cookies name, None without a valid pass."""
        try:
            rater = self._signer.loads(cookies.get(self.name, ""), max_age=SIGN_IN_SECONDS)
        except BadData:
            return None
        return rater if isinstance(rater, str) else None


class SignInLimiter:
    """Counts wrong codes per address: after `limit` of them within `seconds`, that address waits a little."""

    MAX_ADDRESSES = 10_000

    def __init__(self, limit: int = 10, seconds: float = 60.0, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit, self.seconds, self._clock = limit, seconds, clock
        self._times: dict[str, deque[float]] = {}

    def must_wait(self, address: str) -> bool:
        """Return whether this address has tried too often."""
        times = self._times.get(address, deque())
        while times and times[0] <= self._clock() - self.seconds:
            times.popleft()
        if not times:
            self._times.pop(address, None)
        return len(times) >= self.limit

    def add(self, address: str) -> None:
        """Count a wrong code."""
        if len(self._times) >= self.MAX_ADDRESSES:
            self._times.pop(next(iter(self._times)))
        self._times.setdefault(address, deque()).append(self._clock())


def from_own_page(headers: Mapping[str, str]) -> bool:
    """Return whether a POST comes from a page of this server (or from no browser at all).

    Browsers say where a request comes from in ``Sec-Fetch-Site`` and ``Origin``; a page elsewhere cannot
    change either.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site not in (None, "same-origin"):
        return False
    if origin is None:
        return True
    if origin == "null":  # a page that sends no referrer; then only Sec-Fetch-Site speaks for it
        return site == "same-origin"
    return urlsplit(origin).netloc == headers.get("host")
