"""Who may see the coordinator's pages: whoever has the token, under a name that goes into the audit trail."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

from itsdangerous import BadData, URLSafeTimedSerializer

from annotate_app.access import secret_of
from referee_calib.errors import StudyError
from referee_calib.io import cannot_write, write_bytes

TOKEN_FILE = "coordinator.key"  # noqa: S105  a file name
SESSION_SECONDS = 12 * 3600
MAX_TOKEN = 200


def make_token(folder: Path, *, anew: bool = False) -> str:
    """Return a new token, or "" when there is one already and no other is wanted; only its SHA-256 is kept.

    A new token ends every session that began with the old one.
    """
    path = folder / TOKEN_FILE
    if path.exists() and not anew:
        return ""
    token = secrets.token_urlsafe(24)
    write_bytes(path, f"{_digest(token)}\n".encode("ascii"))
    try:
        path.chmod(0o600)
    except OSError as error:
        raise cannot_write(path, error) from error
    return token


class CoordinatorAccess:
    """The door: tokens and signed cookies of one study."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / TOKEN_FILE
        self._ended: set[str] = set()
        self._secret = secret_of(folder)
        # Cookies are shared between all ports of a host: neither raters nor another study may use this name.
        self.cookie = "referee_calib_coordinator_" + hashlib.sha256(self._secret.encode()).hexdigest()[:8]

    def admits(self, token: str) -> bool:
        """Tell whether this is the token."""
        return hmac.compare_digest(_digest(token[:MAX_TOKEN]), self._token_digest())

    def issue(self, name: str) -> str:
        """Return a cookie value for somebody who has the token; "" for one whose name is not known yet."""
        value = self._signer().dumps([name, secrets.token_urlsafe(12)])
        return value if isinstance(value, str) else value.decode("ascii")

    def read(self, cookies: Mapping[str, str]) -> str | None:
        """Return the name the cookies carry, "" where the token was shown and no name given, None for strangers."""
        name, session = self._session(cookies)
        return name if session and session not in self._ended else None

    def end(self, cookies: Mapping[str, str]) -> str:
        """End a session, whatever the browser does with its cookie; return its number, "" for strangers."""
        session = self._session(cookies)[1]
        self.remember_ended([session] if session else [])
        return session

    def remember_ended(self, sessions: Iterable[str]) -> None:
        """Let nobody in by these sessions any more."""
        self._ended.update(sessions)

    def _session(self, cookies: Mapping[str, str]) -> tuple[str, str]:
        """Return the name and the number of the session that the cookies carry, both "" for strangers."""
        try:
            name, session = self._signer().loads(cookies.get(self.cookie, ""), max_age=SESSION_SECONDS)
        except BadData:
            return "", ""
        return name, session

    def _signer(self) -> URLSafeTimedSerializer:
        """Sign with the token's digest as well, read anew: a new token ends all sessions, in every process."""
        return URLSafeTimedSerializer(f"{self._secret} {self._token_digest()}", salt="annotate_app.coordinator.session")

    def _token_digest(self) -> str:
        try:
            found = self._path.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            found = ""
        if len(found) != 64:
            raise StudyError(
                f"{self._path} holds no token", "it was removed or damaged", "Make one: referee-calib coordinate STUDY"
            )
        return found


def _digest(token: str) -> str:
    return hashlib.sha256(token.strip().encode("utf-8", "surrogatepass")).hexdigest()
