"""What the places of a study's records say when they cannot be used."""

from __future__ import annotations

from typing import NamedTuple

from referee_calib.errors import StudyError


class Meaning(NamedTuple):
    """What an error of a database means to the person who meets it."""

    why: str
    do: str


class RecordsMovedAway(StudyError):
    """Nothing may be written to this place any more: the records are somewhere else."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} holds no study any more",
            "its records have moved to another place, or it is another database",
            "Start this program again; if that does not help, check the [storage] of study.toml.",
        )

    def __reduce__(self) -> tuple[type[RecordsMovedAway], tuple[str]]:
        return type(self), (self.seen.removesuffix(" holds no study any more"),)
