"""The unit in which a model wrote its times, and the way from it to seconds."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal

from referee_calib.errors import ClaimError

TimeKind = Literal["seconds", "milliseconds", "frames", "samples", "percent", "shares"]

_COUNTED = re.compile(r"(frames|samples):(\d{1,7}(?:\.\d{1,6})?)")


@dataclass(frozen=True, slots=True)
class TimeUnit:
    """What a bare number measures where a time is due.

    Attributes
    ----------
    kind : str
        "seconds", "milliseconds", "frames" (index of a frame at `count` frames per second), "samples" (index, from 0,
        of one of `count` frames drawn evenly from the video), "percent" or "shares" of the video's length.
    count : float
        See `kind`; 0 where there is none.
    """

    kind: TimeKind
    count: float = 0.0

    @classmethod
    def parse(cls, text: str) -> TimeUnit:
        """Read ``seconds``, ``milliseconds``, ``percent``, ``shares``, ``frames:FPS`` or ``samples:NUMBER``.

        Raises
        ------
        ClaimError
            For anything else.
        """
        match text:
            case "seconds" | "milliseconds" | "percent" | "shares":
                return cls(text)
        found = _COUNTED.fullmatch(text) if isinstance(text, str) else None
        if found is None or float(found[2]) <= 0:
            raise ClaimError(
                f"time unit {text!r:.60}",
                "it is no known unit of time",
                "Write seconds, milliseconds, percent, shares, frames:FPS (as frames:25) or samples:NUMBER.",
            )
        return cls("frames" if found[1] == "frames" else "samples", float(found[2]))

    def __str__(self) -> str:
        return f"{self.kind}:{self.count:g}" if self.count else self.kind

    @property
    def needs_length(self) -> bool:
        """Whether seconds follow only from the length of the video."""
        return self.kind in ("samples", "percent", "shares")

    def seconds(self, value: float, duration: float | None) -> float | None:
        """Convert to seconds; None where the length of the video would be needed and is not known."""
        if not self.needs_length:
            return value / {"seconds": 1.0, "milliseconds": 1000.0, "frames": self.count}[self.kind]
        if duration is None or not math.isfinite(duration):
            return None
        whole = {"samples": self.count, "percent": 100.0, "shares": 1.0}[self.kind]
        # nine digits: a share of a length is not known better, and 58 % of 5 s shall be 2.9
        return round(value / whole * duration, 9)


SECONDS = TimeUnit("seconds")
