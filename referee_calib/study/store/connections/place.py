"""What a place of a study's records has to offer."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError


class Meaning(NamedTuple):
    """What an error of a database means to the person who meets it."""

    why: str
    do: str


class DatabasePlace(Protocol):
    """Where the records of one study lie."""

    @property
    def name(self) -> str:
        """What messages call it; never with a password."""

    def reading_engine(self) -> Engine:
        """Return an engine whose transactions see one state of the records, whatever others write meanwhile."""

    def writing_engine(self) -> Engine:
        """Return an engine whose transactions write all or nothing, and come one after the other."""

    def check_there(self, connection: Connection) -> None:
        """Raise StudyError when the place was not made for a study, or its records have moved away."""

    def meaning(self, error: DBAPIError) -> Meaning | None:
        """Say what an error means, None when it is a fault of this program."""

    def damage(self, connection: Connection) -> list[str]:
        """Return what the database's own check finds wrong, nothing when it is sound."""

    def close(self) -> None:
        """Let connections go that wait for the next transaction."""
