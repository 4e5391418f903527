"""Everything this package raises on purpose.

::

    RefereeCalibError
    ├── InputError            something the user gave cannot be used
    │   ├── FieldError        a field of a row that is missing, unknown, or not what it must be
    │   ├── ClaimError        a claim that cannot mean anything: reversed box, unknown unit, duplicate id
    │   ├── RatingError       a rating for an unknown claim, outside the scale, or without level and reason
    │   ├── VideoError        a video that is missing, unreadable, truncated, or too short for its claim
    │   ├── UnreachableError  a server that nobody answers at: not started yet, gone, or a wrong address
    │   └── StudyError        a study folder that is missing, newer, read-only, locked, or full
    ├── MissingExtra          an optional package is not installed; the message holds the pip command
    └── RefereeFailure        a referee gave no score and the failure policy is to stop

The command line turns each of them into one line on stderr and exit code 2. A failed *score* is not an
error: it is a :class:`referee_calib.records.RefereeScore` with a status and no level.
"""

from __future__ import annotations


class RefereeCalibError(Exception):
    """Root of the tree: says what was seen, why that stops the work, and what to type.

    Parameters
    ----------
    seen : str
        What was found, with its place: ``"claims.jsonl line 7: box (0.6, 0.1, 0.2, 0.5)"``.
    why : str, optional
        Why the work cannot go on: ``"the left edge lies right of the right edge"``.
    do : str, optional
        What to do about it, a command where there is one.
    """

    def __init__(self, seen: str, why: str = "", do: str = "") -> None:
        self.seen, self.why, self.do = seen, why, do
        super().__init__(seen, why, do)

    def __str__(self) -> str:
        said = self.seen if not self.why else f"{self.seen}: {self.why}"
        line = said if not self.do else f"{said.rstrip('.')}. {self.do}"
        return " ".join(line.split())  # a message is one line, whatever a path or a library put into it


class InputError(RefereeCalibError):
    """Something the user gave cannot be used."""


class FieldError(InputError):
    """A field of a row that is missing, unknown, or not what it must be.

    Parameters
    ----------
    field : str
        Its name, so that the same fault of many rows can be told once.
    """

    def __init__(self, field: str, seen: str, why: str = "", do: str = "") -> None:
        super().__init__(seen, why, do)
        self.field = field

    def __reduce__(self) -> tuple[type[FieldError], tuple[str, str, str, str]]:
        return type(self), (self.field, self.seen, self.why, self.do)


class ClaimError(InputError):
    """A claim that cannot mean anything."""


class RatingError(InputError):
    """A rating that cannot be stored."""


class VideoError(InputError):
    """A video that cannot give the frames it is asked for."""


class UnreachableError(InputError):
    """A server that nobody answers at: not started yet, gone, or a wrong address."""


class StudyError(InputError):
    """A study folder that cannot be used as it is."""


class MissingExtra(RefereeCalibError):
    """An optional package is not installed.

    Parameters
    ----------
    feature : str
        What was asked for: ``"the annotation app"``.
    extra : str
        The extra of this distribution that brings it: ``"app"``.
    """

    def __init__(self, feature: str, extra: str) -> None:
        self.feature, self.extra = feature, extra
        super().__init__(
            f"{feature} needs an optional package", "it is not installed", f'Type: pip install "referee-calib[{extra}]"'
        )

    def __reduce__(self) -> tuple[type[MissingExtra], tuple[str, str]]:
        return type(self), (self.feature, self.extra)


class RefereeFailure(RefereeCalibError):
    """A referee gave no score and the failure policy is ``"raise"``."""
