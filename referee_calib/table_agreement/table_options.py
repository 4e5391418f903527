"""What ``agree`` is asked: what the values mean, and how intervals are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Level = Literal["nominal", "ordinal", "interval"]
MANY_PAIRS = 12  # people up to whose number correlations, and all pairs of a coefficient, are given


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalOptions:
    """How intervals are made, and whether for these raters or for raters like these: see :func:`agreement.compare`.

    `population` is the number of units that the rated ones were drawn from, None where it has no end.
    """

    interval: Literal["jackknife", "bootstrap"] | None
    confidence: float
    seed: int
    raters: Literal["fixed", "sample"] = "fixed"
    population: int | None = None

    def of_coefficient(self) -> dict[str, Any]:
        """Return the keywords of every function of `agreement` that makes intervals."""
        return {"interval": self.interval, "confidence": self.confidence, "seed": self.seed}
