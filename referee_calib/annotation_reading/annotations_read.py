"""What was read of a tool's annotations: ratings, marks, and what could not be used, counted and named."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from referee_calib.records import Mark, Rating

MOST_NAMED = 20  # names of one reason that are kept; all are counted


@dataclass(slots=True)
class NotTaken:
    """What could not be used for one reason: how many, and which ones, as far as they are named."""

    count: int = 0
    names: list[str] = field(default_factory=list)


@dataclass(slots=True)
class AnnotationsRead:
    """What annotations hold.

    Attributes
    ----------
    ratings, marks : list
        Everything that can be stored.
    excluded : dict of str to NotTaken
        By reason: annotations, or answers in them, that are not taken.
    remarks : dict of str to NotTaken
        What a coordinator should know of annotations that are taken.
    """

    ratings: list[Rating] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    excluded: dict[str, NotTaken] = field(default_factory=dict)
    remarks: dict[str, NotTaken] = field(default_factory=dict)

    def exclude(self, reason: str, name: str) -> None:
        """Count and name something that is not taken."""
        _add(self.excluded, reason, name)

    def remark(self, what: str, name: str) -> None:
        """Count and name something that is taken and has to be known."""
        _add(self.remarks, what, name)

    def counts(self) -> dict[str, int]:
        """Return how many were not taken, by reason."""
        return {reason: one.count for reason, one in self.excluded.items()}

    def lines(self) -> list[str]:
        """Say what was not taken and what has to be known, a line for each reason."""
        return [*_lines("Not taken", self.excluded), *_lines("Taken, and to be known", self.remarks)]

    def to_json(self) -> dict[str, Any]:
        """Return the counts and names as JSON types."""
        return {"excluded": _counted(self.excluded), "remarks": _counted(self.remarks)}


def _add(found: dict[str, NotTaken], reason: str, name: str) -> None:
    one = found.setdefault(reason, NotTaken())
    one.count += 1
    if len(one.names) < MOST_NAMED:
        one.names.append(name)


def _lines(begin: str, found: dict[str, NotTaken]) -> list[str]:
    return [f"{begin}: {one.count}, {reason}: {_named(one)}" for reason, one in found.items()]


def _named(one: NotTaken) -> str:
    more = one.count - len(one.names)
    return "; ".join(one.names) + (f"; and {more} more" if more else "")


def _counted(found: dict[str, NotTaken]) -> list[dict[str, Any]]:
    return [{"reason": reason, "count": one.count, "names": list(one.names)} for reason, one in found.items()]
