"""The sign-in page: a personal code, or an account of the organisation where the study takes those."""

from __future__ import annotations

from typing import Any

import streamlit as st

from annotate_app import components
from annotate_app.served_study import ServedStudy
from referee_calib.study import people

_ASK = "Ask the person who runs the study"
PROBLEMS = {
    "code": "This code is not known. Codes tell capital and small letters apart.",
    "link": f"This link is not valid. {_ASK} for a new one, or type your code.",
    "expired": f"This link has expired. {_ASK} for a new one, or type your code.",
    "used": f"This link was used as often as it can be. {_ASK} for a new one, or type your code.",
    "withdrawn": f"Your access to this study was withdrawn. {_ASK} if that is a mistake.",
    "wait": "Too many wrong codes came from here. Wait a minute, then try again.",
    "unlisted": f"This account is not on the list of this study. {_ASK} to add it, or use another account.",
    "unverified": "The organisation has not verified this account's e-mail address, so it cannot be used here.",
    "ticket": "Signing in took too long. Please try again.",
    "panel": "This link does not say who you are, or belongs to another study. Open it from the panel's page again.",
    "device": "You signed in on another device, which ended the sign-in here.",
}
_ENDED = {"access was withdrawn": "withdrawn", "signed in on another device": "device"}
_STATES = {"unverified": "unverified", "not on the list": "unlisted", "withdrawn": "withdrawn"}


def show(served: ServedStudy, problem: str) -> None:
    """Show the page with what went wrong, in words of its own."""
    ended = served.sign_ins.current(st.context.cookies)
    told = problem or (_ENDED.get(ended.why, "") if ended is not None else "")
    account = account_of_browser() if served.study.config.people.allow else None
    data: dict[str, Any] = {"study": served.name, "problem": PROBLEMS.get(told, "")}
    if account is not None:
        data |= _account_data(served, account, asked=bool(problem))
    components.show_sign_in(data, on_account)


def _account_data(served: ServedStudy, account: dict[str, Any], *, asked: bool) -> dict[str, Any]:
    if not account.get("is_logged_in"):
        return {"accounts": True}
    email, verified = account.get("email"), account.get("email_verified") is True
    found = people.rater_of_account(served.study, email if isinstance(email, str) else "", verified=verified)
    if found.state != "open":
        return {"accounts": True, "email": str(email or ""), "problem": PROBLEMS[_STATES[found.state]]}
    ticket = served.tickets.issue(str(email))
    # by itself, unless it was just tried and did not work: that would go round in circles
    return {"accounts": True, "email": str(email), "ticket": ticket, "submit": not asked}


def account_of_browser() -> dict[str, Any] | None:
    """Return what Streamlit knows of the account in this browser, None where no accounts are set up."""
    known = st.user.to_dict()
    return known if "is_logged_in" in known else None


def on_account() -> None:
    """Go to the organisation's sign-in, or leave the account that is signed in."""
    asked = st.session_state[components.SIGN_IN].account
    if asked == "in":
        st.login()
    elif asked == "out":
        st.logout()
