"""Answers to somebody who comes in: the page that asks before it signs in, the way on, the way back."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from annotate_app.access import NO_STORE, SignInCookies, is_secure
from annotate_app.served_study import ServedStudy

_PAGE = Path(__file__).parents[1] / "frontend" / "entry.html"
# why somebody is not let in, as the sign-in page is asked to say it
PROBLEMS = {
    "expired": "expired",
    "used up": "used",
    "revoked": "withdrawn",
    "withdrawn": "withdrawn",
    "unverified": "unverified",
    "not on the list": "unlisted",
    "no id": "panel",
    "other study": "panel",
}


def ask(
    served: ServedStudy,
    rater: str,
    *,
    leaving: str = "",
    fields: Mapping[str, str] | None = None,
    elsewhere: bool = False,
) -> Response:
    """Return the page that asks before somebody is signed in; its button posts to the address that it came from.

    Parameters
    ----------
    served : ServedStudy
        The study.
    rater : str
        Who would be signed in; "" for somebody who has no name yet.
    leaving : str
        Who is signed in here and would be signed out.
    fields : mapping of str to str, optional
        What the form carries.
    elsewhere : bool
        Whether they are signed in on another device, where that ends.
    """
    nonce = secrets.token_urlsafe(16)
    hidden = {**(fields or {}), "leaving": leaving}
    inputs = "".join(f'<input type="hidden" name="{escape(k)}" value="{escape(v)}">' for k, v in hidden.items())
    words = _words(rater, leaving, elsewhere=elsewhere)
    button = f"Continue as {rater}" if rater and (leaving or elsewhere) else f"Sign in as {rater}" if rater else "Begin"
    texts = {"study": served.name, "words": words, "button": button, "leaving": leaving, "key": served.key}
    page = Template(_page()).substitute({k: escape(v) for k, v in texts.items()}, inputs=inputs, nonce=nonce)
    policy = f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; form-action 'self'"
    headers = {**NO_STORE, "Content-Security-Policy": f"{policy}; frame-ancestors 'none'; base-uri 'none'"}
    return HTMLResponse(page, headers=headers)


def _words(rater: str, leaving: str, *, elsewhere: bool) -> str:
    if leaving:
        return f"You are signed in as {leaving}. Continue as {rater or 'somebody else'}? {leaving} is signed out here."
    if elsewhere:
        return "You are signed in on another device. If you continue here, you are signed out there."
    if rater:
        return f"This link signs you in as {rater}."
    return "You judge how well a model's evidence in short videos supports its answers."


@cache
def _page() -> str:
    return _PAGE.read_text(encoding="utf-8")


def admitted(request: Request, cookies: SignInCookies, value: str) -> Response:
    """Send somebody who was signed in to the study, with the cookie."""
    answer = RedirectResponse("/", 303, NO_STORE)
    cookies.put(answer, value, secure=is_secure(request))
    return answer


def go_on() -> Response:
    """Send somebody who is signed in already to the study."""
    return RedirectResponse("/", 303, NO_STORE)


def back_to_sign_in(problem: str) -> Response:
    """Send somebody to the sign-in page, which says what the problem is."""
    return RedirectResponse(f"/?{urlencode({'problem': problem})}", 303, NO_STORE)


def foreign_form() -> Response:
    """Refuse a form that another site's page posts."""
    return PlainTextResponse("This form belongs to another page.", 403)


def too_long() -> Response:
    """Refuse a form that is larger than any of ours."""
    return PlainTextResponse("That is too long for a code.", 413)
