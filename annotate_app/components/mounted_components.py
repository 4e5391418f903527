"""Streamlit's components: what it mounts on the page, with which data."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from streamlit.components.v2 import component

from annotate_app.components.frontend_files import joined, text
from annotate_app.components.page_scripts import PLAYER_SCRIPT, fetched_by_address

PLAYER, HEADER, SIGN_IN = "player", "header", "sign_in"
_PLAYER_STYLES = (
    "rating/player.css",
    "video/video.css",
    "marking/marking.css",
    "keeping/notices.css",
    "claims_list/claims_list.css",
    "rating/phone.css",
)


def show_player(card: dict[str, Any], on_turn: Callable[[], None]) -> None:
    """Put one claim on the page: a card of :class:`ServedStudy`, with the number of the last turn."""
    script = fetched_by_address(PLAYER_SCRIPT)
    mount = component("annotate_app.player", html=text("rating/player.html"), css=_css(*_PLAYER_STYLES), js=script)
    mount(key=PLAYER, data=card, on_turn_change=on_turn)


def show_header(data: dict[str, Any], on_view: Callable[[], None]) -> None:
    """Put the line with the study, the progress, the instructions and the way out on the page."""
    mount = component("annotate_app.header", html=text("header.html"), css=_css("header.css"), js=_js("header.js"))
    mount(key=HEADER, data=data, on_view_change=on_view)


def show_sign_in(data: dict[str, Any], on_account: Callable[[], None]) -> None:
    """Put the sign-in form on the page; it posts to the app's own routes, because only those can set a cookie.

    The data are the study's name, the problem to tell, and of accounts: whether there are any, the address of the one
    that is signed in, and the ticket by which it comes into the study.
    """
    mount = component("annotate_app.sign_in", html=text("sign_in.html"), css=_css("sign_in.css"), js=_js("sign_in.js"))
    mount(key=SIGN_IN, data=data, on_account_change=on_account)


def show_known_claims(key: str, claims: list[dict[str, Any]], heading: str) -> None:
    """Put claims with their right levels on the page: the examples, or a practice claim that was answered."""
    scripts = _js(
        "dom.js", "unseen_characters.js", "video/box_lines.js", "video/frame_times.js", "onboarding/known_claims.js"
    )
    mount = component(
        "annotate_app.known_claims",
        html=text("onboarding/known_claims.html"),
        css=_css("onboarding/known_claims.css"),
        js=scripts,
    )
    mount(key=key, data={"claims": claims, "heading": heading})


@cache
def _css(*names: str) -> str:
    return "".join(text(name) for name in ("common.css", *names))


@cache
def _js(*names: str) -> str:
    return joined(names)
