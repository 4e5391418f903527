"""How a study's database is reached: a SQLite file, or a schema of a PostgreSQL database."""

from referee_calib.study.store.connections.place import DatabasePlace, Meaning
from referee_calib.study.store.connections.postgresql_schema import PostgresqlSchema
from referee_calib.study.store.connections.postgresql_url import DATABASE_VARIABLE
from referee_calib.study.store.connections.sqlite_file import BUSY_SECONDS, SqliteFile

__all__ = [
    "BUSY_SECONDS",
    "DATABASE_VARIABLE",
    "DatabasePlace",
    "Meaning",
    "PostgresqlSchema",
    "SqliteFile",
]
