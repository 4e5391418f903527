"""Accounts of an organisation: what Streamlit needs to sign people in, and the way from its sign-in to ours.

Streamlit alone knows who an account is, and only the app's own routes can set the cookie that the videos and ratings
ask for. So the page hands over a ticket, good for one minute and for one use, which the browser posts.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import time
from collections import OrderedDict
from importlib.util import find_spec
from threading import Lock
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer

from referee_calib.errors import MissingExtra, StudyError
from referee_calib.study import StudyConfig

SECRET_VARIABLE = "REFEREE_CALIB_OIDC_SECRET"  # noqa: S105  the name of a variable
TICKET_SECONDS = 60
_REMEMBERED = 10_000


class AccountTickets:
    """Tickets by which an account that Streamlit signed in becomes a sign-in of ours."""

    def __init__(self, secret: str) -> None:
        self._signer = URLSafeTimedSerializer(secret, salt="annotate_app.account")
        self._used: OrderedDict[str, float] = OrderedDict()
        self._lock = Lock()

    def issue(self, email: str) -> str:
        """Return a ticket for an account whose address is verified."""
        packed = self._signer.dumps([email, secrets.token_urlsafe(12)])
        return packed if isinstance(packed, str) else packed.decode("ascii")

    def redeem(self, ticket: str) -> str:
        """Return the address of a ticket's account; "" when it is forged, too old, or was used."""
        try:
            email, number = self._signer.loads(ticket, max_age=TICKET_SECONDS)
        except (BadData, ValueError, TypeError):
            return ""
        with self._lock:  # of two that come at once, one is the second use
            if number in self._used:
                return ""
            self._used[number] = time.monotonic()
            if len(self._used) > _REMEMBERED:
                self._used.popitem(last=False)
        return str(email)


def account_secrets(config: StudyConfig, secret: str, url: str) -> dict[str, Any] | None:
    """Return Streamlit's ``[auth]`` for the organisation in ``study.toml``, None when there is none.

    `url` is where people reach the app. A ``secrets.toml`` of Streamlit works as well, instead.
    """
    settings = config.people
    if not settings.oidc_server:
        return None
    if find_spec("authlib") is None:
        raise MissingExtra("signing in with accounts", "app")
    if not settings.oidc_client or not settings.allow:
        missing = "oidc_client" if not settings.oidc_client else "allow"
        raise StudyError("study.toml: [people] oidc_server", f"nobody could sign in by it without {missing}")
    password = os.environ.get(SECRET_VARIABLE, "")
    if not password:
        raise StudyError(
            f"{SECRET_VARIABLE} is not set",
            "study.toml lets people sign in with accounts, which needs the client's secret",
            f"Type: export {SECRET_VARIABLE}=…",
        )
    return {
        "auth": {
            "redirect_uri": f"{url.rstrip('/')}/oauth2callback",
            "cookie_secret": hmac.new(secret.encode(), b"accounts", hashlib.sha256).hexdigest(),
            "client_id": settings.oidc_client,
            "client_secret": password,
            "server_metadata_url": settings.oidc_server,
        }
    }
