"""The cookie of a sign-in: a random number that means something to this server alone."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping

from starlette.responses import Response

from referee_calib.study import people

SIGN_IN_SECONDS = people.SIGN_IN_DAYS * 24 * 3600


class SignInCookies:
    """Cookies that stand for sign-ins. The server keeps their digests, which only the study's secret can make."""

    def __init__(self, secret: str) -> None:
        self._key = secret.encode()
        # Cookies are shared between all ports of a host: each study needs a name of its own.
        self.name = "referee_calib_" + hashlib.sha256(self._key).hexdigest()[:8]
        self.secret_name = hashlib.sha256(b"name of " + self._key).hexdigest()[:16]

    def issue(self) -> str:
        """Return a new cookie value: 256 random bits."""
        return secrets.token_urlsafe(32)

    def digest(self, value: str) -> str:
        """Return what is stored of a cookie value."""
        return hmac.new(self._key, value.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()

    def read(self, cookies: Mapping[str, str]) -> str:
        """Return the digest of the cookie that a browser sent, "" when it sent none."""
        value = cookies.get(self.name)
        return self.digest(value) if value and isinstance(value, str) else ""

    def put(self, response: Response, value: str, *, secure: bool) -> None:
        """Give the cookie to a browser; no script can read it, and no other site's request carries it."""
        response.set_cookie(
            self.name, value, max_age=SIGN_IN_SECONDS, httponly=True, samesite="lax", secure=secure, path="/"
        )

    def remove(self, response: Response) -> None:
        """Take the cookie from a browser."""
        response.delete_cookie(self.name, httponly=True, samesite="lax", path="/")
