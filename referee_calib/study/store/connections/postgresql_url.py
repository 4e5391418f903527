"""How a PostgreSQL database is reached: a study's URL, and what the environment adds to it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from referee_calib.errors import InputError, MissingExtra

DATABASE_VARIABLE = "REFEREE_CALIB_DATABASE"
"""Holds a whole URL, with a password where one is needed; it wins over the URL of the study."""


def parameters(url: str) -> dict[str, Any]:
    """Return libpq's parameters of a study's URL and, over it, the URL that the environment holds."""
    stated = os.environ.get(DATABASE_VARIABLE, "")
    found = _parameters(url, "the database's URL")
    return found | (_parameters(stated, f"the environment variable {DATABASE_VARIABLE}") if stated else {})


def place_of(parameters: Mapping[str, Any]) -> str:
    """Return what messages call a database: its name and host, never a password."""
    if "service" in parameters:
        return f"PostgreSQL service {parameters['service']}"
    host = parameters.get("host") or os.environ.get("PGHOST") or "the local socket"
    port = parameters.get("port") or os.environ.get("PGPORT") or 5432
    name = parameters.get("dbname") or os.environ.get("PGDATABASE") or "(default)"
    return f"PostgreSQL database {name} on {host}:{port}"


def _parameters(url: str, what: str) -> dict[str, Any]:
    try:
        from psycopg import ProgrammingError
        from psycopg.conninfo import conninfo_to_dict
    except ImportError as error:
        raise MissingExtra("a study in PostgreSQL", "postgres") from error
    try:
        return dict(conninfo_to_dict(url))
    except ProgrammingError:  # its words may repeat the URL, with what is secret in it
        raise InputError(what, "libpq cannot read it", "Escape special characters as %XX.") from None
