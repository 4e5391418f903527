"""How a study's database is reached: a SQLite file, or a schema of a PostgreSQL database."""

from referee_calib.study.store.connections.place_troubles import Meaning, RecordsMovedAway
from referee_calib.study.store.connections.postgresql_schema import PostgresqlSchema
from referee_calib.study.store.connections.postgresql_url import DATABASE_VARIABLE
from referee_calib.study.store.connections.sqlite_file import BUSY_SECONDS, SqliteFile

DatabasePlace = SqliteFile | PostgresqlSchema
"""Where the records of one study lie; both have the same methods."""

__all__ = [
    "BUSY_SECONDS",
    "DATABASE_VARIABLE",
    "DatabasePlace",
    "Meaning",
    "PostgresqlSchema",
    "RecordsMovedAway",
    "SqliteFile",
]
