"""Records in a schema of a PostgreSQL database, one schema for each study.

Readers see one state (``REPEATABLE READ``, read only). A writer first takes an advisory lock of its study, for as long
as its transaction: so what it checked is still true when it writes, and rows are numbered in the order of the commits.
A schema is a whole study: a name space of its own, dropped, dumped and granted by one statement, and no query can mix
two studies by forgetting a key.

A few connections are kept for the next transaction. A dead one is noticed before anything is asked of it, and replaced.
A forked child begins with none.
"""

from __future__ import annotations

import hashlib
import os
import re
import weakref
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError

from referee_calib.errors import StudyError
from referee_calib.study.store.connections.place_troubles import Meaning, RecordsMovedAway
from referee_calib.study.store.connections.postgresql_errors import meaning_of
from referee_calib.study.store.connections.postgresql_url import parameters, place_of
from referee_calib.study.store.connections.sqlite_file import BUSY_SECONDS

if TYPE_CHECKING:
    import psycopg

KEPT, AT_MOST = 4, 16  # connections that wait for the next transaction, and that one process may have at once
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_ENGINES: weakref.WeakSet[Engine] = weakref.WeakSet()


class PostgresqlSchema:
    """A schema that exists, reached by a study's URL and what the environment adds to it."""

    def __init__(self, url: str, schema: str, *, busy_seconds: float = BUSY_SECONDS) -> None:
        if not _NAME.fullmatch(schema):
            raise StudyError(f"schema {schema!r:.80}", "a schema's name has small letters, digits and _ only")
        self.schema = schema
        self._parameters = {"connect_timeout": 10, "application_name": "referee-calib", **parameters(url)}
        self._busy_seconds = busy_seconds
        self._engine = _engine(self._connect)
        self._writing = self._engine.execution_options(isolation_level="READ COMMITTED")
        event.listen(self._writing, "begin", self._lock)
        weakref.finalize(self, self._engine.dispose)

    @property
    def name(self) -> str:
        """Database, host and schema."""
        return f"{place_of(self._parameters)}, schema {self.schema}"

    def reading_engine(self) -> Engine:
        """Return an engine of transactions that see the state of their beginning."""
        return self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    def writing_engine(self) -> Engine:
        """Return an engine of transactions that begin with the study's lock."""
        return self._writing

    def check_there(self, connection: Connection) -> None:
        """Refuse a database without the schema: another one, or one from which the records have moved away."""
        if connection.execute(text("SELECT current_schema()")).scalar_one() != self.schema:
            raise RecordsMovedAway(self.name)

    def make_schema(self, connection: Connection) -> None:
        """Make the schema, within the caller's transaction."""
        connection.exec_driver_sql(f'CREATE SCHEMA "{self.schema}"')

    def drop_schema(self, connection: Connection) -> None:
        """Remove the schema and all that is in it, within the caller's transaction."""
        connection.exec_driver_sql(f'DROP SCHEMA IF EXISTS "{self.schema}" CASCADE')

    def rename_schema(self, connection: Connection, name: str) -> None:
        """Give the schema, where there is one, another name; those who know it by the old one find nothing then."""
        there = connection.execute(text("SELECT 1 FROM pg_namespace WHERE nspname = :name"), {"name": self.schema})
        if there.first() is not None:
            connection.exec_driver_sql(f'ALTER SCHEMA "{self.schema}" RENAME TO "{name}"')

    def meaning(self, error: DBAPIError) -> Meaning | None:
        """Say what PostgreSQL's error means."""
        return meaning_of(error)

    def damage(self, connection: Connection) -> list[str]:
        """Return what is wrong; pages and indexes are the server's business (checksums, ``pg_amcheck``)."""
        # every row is read, so a broken page shows itself as an error of this transaction
        tables = connection.execute(
            text("SELECT tablename FROM pg_tables WHERE schemaname = :schema ORDER BY tablename"),
            {"schema": self.schema},
        ).scalars()
        for table in tables.all():
            connection.exec_driver_sql(f'SELECT count(t.*::text) FROM "{table}" AS t')  # noqa: S608 - names of this package
        return []

    def close(self) -> None:
        """Close the connections that wait for the next transaction."""
        self._engine.dispose()

    def _connect(self) -> psycopg.Connection[Any]:
        import psycopg

        connection = psycopg.connect(**self._parameters, autocommit=True)
        try:
            connection.execute(f'SET search_path = "{self.schema}"')
            connection.execute("SET synchronous_commit = on")  # a server may not wait for its disk by default
            connection.autocommit = False
        except psycopg.Error:
            connection.close()
            raise
        return connection

    def _lock(self, connection: Connection) -> None:
        wait = max(1, round(self._busy_seconds * 1000))
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {wait}")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_lock_number(self.schema)})")


def _engine(connect: Any) -> Engine:
    engine = create_engine(
        "postgresql+psycopg://",
        creator=connect,
        pool_size=KEPT,
        max_overflow=AT_MOST - KEPT,
        pool_pre_ping=True,
        pool_recycle=1800,
    )
    _ENGINES.add(engine)
    return engine


def _lock_number(schema: str) -> int:
    digest = hashlib.sha256(f"referee-calib {schema}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def _forget_connections() -> None:
    for engine in list(_ENGINES):
        engine.dispose(close=False)  # they are the parent's, who goes on using them


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_connections)
