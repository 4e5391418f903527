"""Answers of rewards that cost something, kept so that a killed run goes on where it stopped.

One file of JSON lines per reward, named after its fingerprint; each line says what one perturbed claim was paid. The
key is the claim's content, its annotation and the number of the repeat, so nothing that could change a value is missing
from file name and key. Lines are only ever appended; a line that a kill cut in two is taken away by the next run.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from referee_calib.errors import StudyError
from referee_calib.io import cannot_write, json_lines
from referee_calib.records import Claim

NO_NUMBER = "it paid"  # how the reason begins when a reward pays NaN or infinity
AGAIN = frozenset({"error", "unparsed"})  # what another run may answer


@dataclass(frozen=True, slots=True)
class CachedReward:
    """What a reward paid; `value` is None where it failed, with status and reason."""

    value: float | None
    status: str = "ok"
    reason: str = ""

    @classmethod
    def of(cls, said: Any) -> Self:
        """Read what a reward gave: a number, an object with a number as `value`, or None.

        NaN, infinity and what is no number at all, text of digits included, failed: a trainer would stop at it.
        """
        value = getattr(said, "value", said)
        if value is None:
            reason = getattr(said, "reason", "") or "it gave no value"
            return cls(None, str(getattr(said, "status", "error")), str(reason))
        if isinstance(value, (str, bytes)) or not hasattr(value, "__float__"):
            return cls(None, "error", f"{NO_NUMBER} {type(value).__name__} {value!r:.40}")
        try:
            number = float(value)
        except (TypeError, ValueError) as error:  # an array of several numbers has __float__, too
            return cls(None, "error", f"{NO_NUMBER} {type(value).__name__} {value!r:.40} ({error})")
        return cls(number) if math.isfinite(number) else cls(None, "error", f"{NO_NUMBER} {number}")

    @property
    def number(self) -> float:
        """The value, NaN where it failed."""
        return math.nan if self.value is None else self.value


def reward_cache_key(claim: Claim, sample: int) -> str:
    """Name a question: the claim's id, what it is compared with, and the number of the repeat."""
    packed = json.dumps([claim.reference_boxes, claim.reference_span], separators=(",", ":"))
    return f"{claim.id}:{hashlib.sha256(packed.encode()).hexdigest()[:12]}:{sample}"


class RewardCache:
    """The answers of one reward, kept in `folder`; for this run only without a folder or a fingerprint."""

    def __init__(self, folder: Path | None, fingerprint: str) -> None:
        self.path = folder / f"answers-{fingerprint}.jsonl" if folder and fingerprint else None
        self.found: dict[str, CachedReward] = {}
        if self.path is not None and self.path.exists():
            self._read(self.path)

    def get(self, name: str) -> CachedReward | None:
        """Return what is known of a question; a failure that may pass counts as unknown."""
        answer = self.found.get(name)
        return None if answer is None or answer.status in AGAIN else answer

    def add(self, answers: Iterable[tuple[str, CachedReward]]) -> None:
        """Keep answers; when this returns they are on the disk, or it raises a StudyError."""
        rows = list(answers)
        self.found.update(rows)
        if self.path is None or not rows:
            return
        lines = b"".join(json_lines.line({"key": name, **asdict(answer)}) for name, answer in rows)
        try:
            with self.path.open("ab") as file:
                file.write(lines)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise cannot_write(self.path, error) from error

    def _read(self, path: Path) -> None:
        self._mend(path)
        for number, row in json_lines.read(path):
            if not {"key", "value", "status", "reason"} <= set(row):
                raise StudyError(f"{path} line {number}", "it is no answer of a reward", f"Remove it: rm {path}")
            self.found[row["key"]] = CachedReward(row["value"], row["status"], row["reason"])

    def _mend(self, path: Path) -> None:
        """Take away a last line that has no end."""
        try:
            with path.open("r+b") as file:
                whole = file.read()
                kept = whole.rfind(b"\n") + 1
                if kept < len(whole):
                    file.truncate(kept)
        except OSError as error:
            raise cannot_write(path, error) from error
