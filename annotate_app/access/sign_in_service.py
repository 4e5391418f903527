"""Beginning, recognising and ending sign-ins of one study."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

from annotate_app.access.sign_in_cookies import SignInCookies
from referee_calib.errors import StudyError
from referee_calib.study import Study, people

SEEN_SECONDS = 300.0
_REMEMBERED = 10_000
_LOG = logging.getLogger(__name__)


class SignInService:
    """Who is signed in to a study, by cookie."""

    def __init__(self, study: Study, secret: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._study, self._clock = study, clock
        self.cookies = SignInCookies(secret)
        self._noted: OrderedDict[str, float] = OrderedDict()
        self._lock = Lock()
        # apart from the requests: one that only reads must not wait until the study can be written
        self._notes = ThreadPoolExecutor(1, thread_name_prefix="last-seen")
        people.end_other_secrets(study, self.cookies.secret_name)

    def current(self, cookies: Mapping[str, str]) -> people.SignIn | None:
        """Return the sign-in of a browser, open or ended; None when it has none."""
        digest = self.cookies.read(cookies)
        return people.sign_in_of(self._study, digest) if digest else None

    def rater(self, cookies: Mapping[str, str]) -> str | None:
        """Return who is signed in; the cost does not grow with the study."""
        found = self.current(cookies)
        if found is None or not found.open or not self._still_allowed(found):
            return None
        self._note_seen(self.cookies.read(cookies))
        return found.rater

    def _still_allowed(self, found: people.SignIn) -> bool:
        return not found.subject or people.is_allowed(self._study.config.people, found.subject)

    def by_token(self, token: str) -> tuple[people.Credential, str]:
        """Sign somebody in by a code or a personal link; return what came of it, and the cookie's value."""
        value = self.cookies.issue()
        found = people.sign_in_with(self._study, token, self.cookies.digest(value), self.cookies.secret_name)
        return found, value

    def by_account(self, email: str) -> tuple[people.Credential, str]:
        """Sign somebody in by an account whose address is verified."""
        value = self.cookies.issue()
        found = people.rater_of_account(self._study, email, verified=True)
        if found.state == "open":
            self._start(value, found.rater, "account", email)
        return found, value

    def by_panel(
        self, token: str, fields: Mapping[str, str], cookies: Mapping[str, str], *, move: bool
    ) -> tuple[people.Credential, str]:
        """Sign somebody in whom a panel sends; `move` ends their sign-in on another device."""
        value = self.cookies.issue()
        digest, current = self.cookies.digest(value), self.cookies.read(cookies)
        name = self.cookies.secret_name
        return people.enter_panel(self._study, token, fields, digest, name, current=current, move=move), value

    def end(self, cookies: Mapping[str, str]) -> None:
        """End the sign-in of a browser on the server, whatever the browser does with its cookie."""
        digest = self.cookies.read(cookies)
        if digest:
            people.end_sign_in(self._study, digest)

    def _start(self, value: str, rater: str, way: str, subject: str) -> None:
        digest = self.cookies.digest(value)
        people.start_sign_in(self._study, rater, digest, self.cookies.secret_name, way=way, subject=subject)

    def _note_seen(self, digest: str) -> None:
        now = self._clock()
        with self._lock:
            if now - self._noted.get(digest, now - SEEN_SECONDS) < SEEN_SECONDS:
                return
            self._noted[digest] = now
            self._noted.move_to_end(digest)
            if len(self._noted) > _REMEMBERED:
                self._noted.popitem(last=False)
        self._notes.submit(self._write_seen, digest)

    def _write_seen(self, digest: str) -> None:
        try:
            people.note_seen(self._study, digest)
        except StudyError as error:  # it is asked again in five minutes
            _LOG.info("last activity not noted: %s", error.why)
