"""The table ``[people]`` of ``study.toml``: who may sign in, and how."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

from referee_calib.study.settings.settings_table import SettingsTable, setting

_ADDRESS = re.compile(r"[^@\s=]*@[^@\s=]+\.[^@\s=]+|[^@\s=]*@localhost")


def origin_problem(url: str) -> str:
    """Return what is wrong with an address that must be a scheme and a host alone, "" for a sound or empty one."""
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or True)
    except ValueError:  # a port that is no number
        sound = False
    if not url or (sound and parts.path in ("", "/") and not (parts.query or parts.fragment or parts.username)):
        return ""
    if sound and parts.path not in ("", "/"):
        return "the app needs a host name of its own: it cannot lie in a folder of another site"
    return "it must be like https://rate.example.org"


def proxies_problem(values: tuple[str, ...]) -> str:
    """Return which of these is no address and no network."""
    for one in values:
        try:
            ipaddress.ip_network(one)
        except ValueError:
            return f"{one!r} is neither an address nor a network such as 10.0.0.0/8"
    return ""


def _origins(values: tuple[str, ...]) -> str:
    wrong = [f"{one!r}: {origin_problem(one) or 'it is empty'}" for one in values if origin_problem(one) or not one]
    return wrong[0] if wrong else ""


def _allow(values: tuple[str, ...]) -> str:
    wrong = [one for one in values if not _ADDRESS.fullmatch(one.strip())]
    return f"{wrong[0]!r} is neither an e-mail address nor a domain such as @lab.org" if wrong else ""


def _names(values: tuple[str, ...]) -> str:
    addresses, names = [], []
    for one in values:
        address, _, name = (part.strip() for part in one.partition("="))
        if not name or address.startswith("@") or not _ADDRESS.fullmatch(address):
            return f"{one!r} is not like 'anna@uni.edu = anna'"
        addresses.append(address.casefold())
        names.append(name)
    repeated = [one for one in (*addresses, *names) if (*addresses, *names).count(one) > 1]
    return f"{repeated[0]!r} stands there twice" if repeated else ""


def _return_url(value: str) -> str:
    sound = not value or urlsplit(value).scheme == "https"
    return "" if sound else "it must begin with https://; {code} and {person} in it are filled in"


def _server(value: str) -> str:
    parts = urlsplit(value)
    here = parts.hostname in ("localhost", "127.0.0.1", "::1")
    return "" if not value or parts.scheme == "https" or (parts.scheme == "http" and here) else "it must be https://…"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleSettings(SettingsTable):
    """Settings of the table ``[people]``; each attribute is one key."""

    TABLE: ClassVar[str] = "people"

    public_url: str = setting("", "the address at which people reach the app behind a proxy", origin_problem)
    trusted_proxies: tuple[str, ...] = setting(
        (), "proxies whose word on a visitor's address is taken: addresses or networks", proxies_problem
    )
    frame_ancestors: tuple[str, ...] = setting((), "sites that may show the app within their own pages", _origins)
    oidc_server: str = setting(
        "", "where the organisation's sign-in describes itself: …/.well-known/openid-configuration", _server
    )
    oidc_client: str = setting("", "the client id that the organisation gave this study")
    allow: tuple[str, ...] = setting(
        (), "whose account signs in: e-mail addresses, and domains such as @lab.org", _allow
    )
    names: tuple[str, ...] = setting((), "the pseudonym of an account: 'anna@uni.edu = anna'", _names)
    panel_study: str = setting("", "the panel's own id of this study; people of another one are refused")
    panel_completion_code: str = setting("", "the code that people of a panel are given at the end")
    panel_screened_out_code: str = setting(
        "", "the code for those who did not consent, did not pass practice, or found no claim left"
    )
    panel_return_url: str = setting(
        "", "where people of a panel go back to; {code} and {person} are filled in", _return_url
    )
