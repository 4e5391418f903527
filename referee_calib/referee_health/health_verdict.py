"""The verdict on a referee, from its findings to a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from referee_calib.records import Dimension
from referee_calib.referee_health.paired_checks import HealthCheck

EVERYTHING = ("replies", "mass", "spread", "injections", "alone and together")
"""Keys of the checks that, when bad, stand against every use."""


@dataclass(frozen=True, slots=True)
class RefereeHealth:
    """What was found about a referee."""

    name: str
    fingerprint: str
    reached: bool  # false when no question brought a reply; then there is one check, with the reason
    usable_for: tuple[Dimension, ...]
    asked_about: tuple[Dimension, ...]  # what was looked at
    questions: int  # how many were asked
    checks: tuple[HealthCheck, ...]

    @property
    def usable(self) -> bool:
        """Whether it can be used for everything that was looked at."""
        return self.reached and self.usable_for == self.asked_about

    @property
    def verdict(self) -> str:
        """One or two sentences: for what it can be used, and what stands against the rest."""
        if not self.reached:
            return f"Referee {self.name} cannot be reached: {self.checks[0].says}"
        against = [one.key for one in self.checks if one.grade == "fail" and one.key in EVERYTHING]
        if against:
            return f"Referee {self.name} cannot be used: see {', '.join(against)}."
        rest = [name for name in self.asked_about if name not in self.usable_for]
        if not self.usable_for:
            blind = any(one.grade == "fail" and ": " in one.key for one in self.checks)
            why = "it does not tell right claims from wrong ones" if blind else "it gave too few levels to tell"
            return f"Referee {self.name} cannot be used: {why}."
        weak = [one.key for one in self.checks if one.grade == "weak"]
        said = f"Referee {self.name} can be used for {_listed(self.usable_for)}"
        said += f", not for {_listed(rest)}." if rest else "."
        return f"{said} Keep an eye on: {', '.join(weak)}." if weak else said

    def to_json(self) -> dict[str, Any]:
        """Return a dictionary of JSON types."""
        told = asdict(self)
        return {"referee": told.pop("name"), **told, "usable": self.usable, "verdict": self.verdict}


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
