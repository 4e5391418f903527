"""The table ``[storage]`` of ``study.toml``: where the records of the study lie."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import parse_qsl, urlsplit

from referee_calib.study.settings.settings_table import SettingsTable, setting

_SECRETS = ("password", "sslpassword")


def wrong_with_url(url: str) -> str:
    """Say what is wrong with the URL of a PostgreSQL database that a study keeps, "" when nothing is."""
    if not re.match(r"postgres(ql)?://", url):
        return "it begins with postgresql://, as in postgresql://anna@db.example.org/studies"
    try:
        parts = urlsplit(url)
        secret = parts.password is not None or any(name in _SECRETS for name, _ in parse_qsl(parts.query))
    except ValueError as error:
        return str(error)
    if secret:
        return "a password does not belong there; put it into ~/.pgpass, PGPASSWORD, or a URL in REFEREE_CALIB_DATABASE"
    return ""


def _wrong_with_schema(name: str) -> str:
    return "" if re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", name) else "it has small letters, digits and _ only"


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageSettings(SettingsTable):
    """Settings of the table ``[storage]``; each attribute is one key.

    Attributes
    ----------
    url : str
        The PostgreSQL database that holds the records, without a password; "" for SQLite in the study's folder.
    schema : str
        The study's own schema there.
    """

    TABLE: ClassVar[str] = "storage"

    url: str = setting(
        "", "the PostgreSQL database that holds the records; its password is in ~/.pgpass or PGPASSWORD", wrong_with_url
    )
    schema: str = setting("", "the schema there that is this study's own", _wrong_with_schema)
