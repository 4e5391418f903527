"""A reward that is only called with completions, asked about one claim at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from referee_calib.probes.base import Reply
from referee_calib.probes.writing import columns, write
from referee_calib.records import Claim


@dataclass(frozen=True)
class OneByOne:
    """Writes each claim as a reply of its own, and has the reward read it.

    Attributes
    ----------
    reward : callable
        As a trainer calls it: completions and columns in, numbers out.
    name : str

    Notes
    -----
    The name of the true thing is not among the columns: a perturbed claim no longer knows it. Texts hold boxes in
    thousandths of the frame.
    """

    reward: Callable[..., Sequence[Any]]
    name: str = ""

    @property
    def __name__(self) -> str:
        return self.name

    def judge(self, claims: Sequence[Claim], media: Path | str) -> list[Any]:
        """Return a number per claim, or None where the reward gives none."""
        if not claims:
            return []
        replies = [Reply((claim,)) for claim in claims]
        given = columns(replies, claims, {})
        del given["reference_object"], given["duration"]
        return list(self.reward([write(reply) for reply in replies], **given))
