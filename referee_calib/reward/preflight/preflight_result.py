"""What the preflight found, as lines that a person reads before a run is started."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Gravity = Literal["fine", "remark", "problem"]
_MARKS: dict[Gravity, str] = {"fine": "ok", "remark": "note", "problem": "STOP"}


@dataclass(frozen=True, slots=True)
class PreflightFinding:
    """One thing that was looked at.

    Attributes
    ----------
    subject : str
        What was looked at: "columns", "videos", "units", "completions", "pay", …
    gravity : {"fine", "remark", "problem"}
        A problem stops the run: it would train on nothing, or on wrong numbers.
    words : str
        What was seen.
    do : str
        What to do about it.
    """

    subject: str
    gravity: Gravity
    words: str
    do: str = ""

    def line(self) -> str:
        """Return it as one line."""
        return f"{_MARKS[self.gravity]:<5} {self.subject}: {self.words}{f'. {self.do}' if self.do else ''}"


@dataclass(frozen=True, slots=True)
class PreflightResult:
    """Everything that was found.

    Attributes
    ----------
    findings : tuple of PreflightFinding
        In the order in which a run would meet them.
    fingerprint : str
        Of the reward.
    rows : int
        Rows of the data set that were looked at.
    """

    findings: tuple[PreflightFinding, ...]
    fingerprint: str
    rows: int

    @property
    def problems(self) -> tuple[PreflightFinding, ...]:
        """Return what stops the run."""
        return tuple(one for one in self.findings if one.gravity == "problem")

    def lines(self) -> list[str]:
        """Return one line for each finding."""
        return [one.line() for one in self.findings]

    def to_json(self) -> dict[str, Any]:
        """Return a dictionary of JSON types."""
        found = [{name: getattr(one, name) for name in ("subject", "gravity", "words", "do")} for one in self.findings]
        return {"fingerprint": self.fingerprint, "rows": self.rows, "findings": found, "ready": not self.problems}

    def __str__(self) -> str:
        return "\n".join(self.lines())
