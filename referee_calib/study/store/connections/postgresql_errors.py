"""What PostgreSQL's errors mean to the person who meets them."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError

from referee_calib.study.store.connections.place_troubles import Meaning

_AGAIN = "Type the same command again: what is stored already is not stored twice."
_LOST = Meaning("the connection was lost; the last step may be stored or not", _AGAIN)

# by SQLSTATE, or its first two characters
_MEANINGS: dict[str, Meaning] = {
    "08": _LOST,
    "57P01": _LOST,
    "57P02": _LOST,
    "57P03": Meaning("the server is starting or stopping; nothing of this step was stored", "Try again in a minute."),
    "28": Meaning("the server refuses this user or password", "Check the user, and the password in ~/.pgpass."),
    "3D000": Meaning("the server has no such database", "Type: createdb NAME"),
    "3F000": Meaning("its schema is gone", "Start this program again; if that does not help, restore a backup."),
    "42P01": Meaning(
        "its tables are gone, or have moved elsewhere",
        "Start this program again; if that does not help, restore a backup.",
    ),
    "25006": Meaning("the database is read-only just now (a standby, say)", "Connect to the server that takes writes."),
    "42501": Meaning(
        "this user may not do that there", "Ask the owner of the database: GRANT CREATE ON DATABASE … TO …;"
    ),
    "53100": Meaning(
        "the server's disk is full; nothing of this step was stored", "Free some space there and try again."
    ),
    "53200": Meaning("the server is out of memory; nothing of this step was stored", "Try again in a minute."),
    "53300": Meaning("the server has no connection left", "Raise its max_connections, or stop other programs."),
    "55P03": Meaning(
        "another process keeps it locked; nothing of this step was stored",
        "Wait until it has ended and type the same command again.",
    ),
    "57014": Meaning("the server cancelled the step (a time limit, say); nothing of it was stored", _AGAIN),
    "40": Meaning("another process was in the way; nothing of this step was stored", _AGAIN),
    "58": Meaning("the server cannot read or write its files; nothing of this step was stored", "Ask its owner."),
    "XX001": Meaning("it is damaged", "Restore a backup of it."),
    "XX002": Meaning("it is damaged", "Restore a backup of it."),
}

# libpq tells these before there is a session, without a SQLSTATE
_BEFORE_A_SESSION: dict[str, str] = {
    "password authentication failed": "28",
    "no password supplied": "28",
    "no pg_hba.conf entry": "28",
    "role ": "28",
    "does not exist": "3D000",
    "too many clients": "53300",
    "remaining connection slots": "53300",
    "starting up": "57P03",
    "shutting down": "57P03",
}


def meaning_of(error: DBAPIError) -> Meaning | None:
    """Say what an error means, None when it is a fault of this program and has to be shown whole."""
    state = getattr(error.orig, "sqlstate", None) or ""
    known = _MEANINGS.get(state) or _MEANINGS.get(state[:2])
    if known is not None:
        return known
    if state or type(error.orig).__name__ not in ("OperationalError", "ConnectionTimeout", "InterfaceError"):
        return None
    if error.connection_invalidated:
        return _LOST
    return _no_session(str(error.orig))


def _no_session(said: str) -> Meaning:
    for words, state in _BEFORE_A_SESSION.items():
        if words in said:
            return _MEANINGS[state]
    first = said.strip().splitlines()[0] if said.strip() else "no answer"
    return Meaning(f"the server cannot be reached ({first})", "Check that it runs, and host and port of the URL.")
