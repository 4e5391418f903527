"""Which clock the times of an import count on: one study has one, and its claims bring theirs along."""

from __future__ import annotations

from collections.abc import Mapping

from referee_calib.errors import StudyError
from referee_calib.records import Clock


def one_clock(stated: Mapping[str, Clock]) -> Clock | None:
    """Return the clock that all name, None where nobody names one.

    Parameters
    ----------
    stated : mapping of str to {"file", "first-frame"}
        What 0 s of the claims is, by who says so: a study that has claims, an option, an export.

    Raises
    ------
    StudyError
        When two name different ones.
    """
    (first, clock), *others = stated.items() or [("", None)]
    for name, other in others:
        if other != clock:
            raise StudyError(
                f"{name}: times of its claims count {_from(other)}, and those of {first} {_from(clock)}",
                "one study has one clock",
                f"Make a study of its own: referee-calib init FOLDER --clock {other}",
            )
    return clock


def _from(clock: Clock | None) -> str:
    return "from the first frame" if clock == "first-frame" else "on the file's own clock"
