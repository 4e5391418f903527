"""What a reward pays for replies, whichever way it is called: by claims, or by the text of a completion.

A reward that judges claims is asked for every claim at once, so that each video is decoded once. Only a reward that
also pays whole replies (one of this package, or any that is callable) can be asked about several claims together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from referee_calib.errors import InputError
from referee_calib.perturb.named import BOTH, Role
from referee_calib.perturb.store import Answer
from referee_calib.perturb.store import key as claim_key
from referee_calib.perturb.table import On
from referee_calib.probes.base import Need, Reply
from referee_calib.probes.writing import columns, write
from referee_calib.records import Claim
from referee_calib.reward.base import RolloutReward
from referee_calib.reward.distinct import distinct

EVERYTHING: frozenset[Need] = frozenset({"text", "together", "frames"})
NO_NUMBER = "it paid"  # how the reason begins when a reward pays NaN or infinity
Writer = Callable[[Reply], str]


@dataclass(frozen=True)
class Payer:
    """A reward under examination.

    Attributes
    ----------
    name, label : str
    reward : object
    role : {"referee", "overlap", "shipped", "blind", "other"}
    on : tuple of {"boxes", "span"}
        Evidence that it judges.
    does : frozenset of {"text", "together", "frames"}
        What it can be asked for: replies as text, several claims together, pictures that change.
    writer : callable
        Writes a reply as the text that the reward reads.
    media : Path
        Folder of the videos.
    durations : mapping of video to seconds
    """

    name: str
    label: str
    reward: Any
    role: Role = "other"
    on: tuple[On, ...] = BOTH
    does: frozenset[Need] = EVERYTHING
    writer: Writer = write
    media: Path = Path()
    durations: Mapping[str, float] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """Name of everything that can change what it pays; empty where the reward has none."""
        return str(getattr(self.reward, "fingerprint", ""))

    @property
    def exact(self) -> bool:
        """Whether it answers the same each time."""
        return bool(getattr(self.reward, "deterministic", hasattr(self.reward, "paid")))

    @property
    def reads(self) -> bool:
        """Whether it can be asked in two ways that need not agree to the last digit: by claims, and by text."""
        return hasattr(self.reward, "judge") and not isinstance(self.reward, RolloutReward)

    def pay(
        self, replies: Sequence[Reply], truths: Sequence[Claim], *, sample: int = 0, as_text: bool = False
    ) -> list[Answer]:
        """Pay replies.

        Parameters
        ----------
        replies : sequence of Reply
        truths : sequence of Claim
            The true claim that each was made of.
        sample : int
            Number of the repeat.
        as_text : bool
            Have a reward that also judges single claims read them in text, so that it pays one thing in one way.

        Raises
        ------
        InputError
            When the reward does not give one value per reply.
        """
        if not hasattr(self.reward, "judge"):
            return self._by_text(replies, truths)
        if isinstance(self.reward, RolloutReward):
            return self._together([self._claims(*pair) for pair in zip(replies, truths, strict=True)], sample)
        if as_text:
            return self._by_text(replies, truths)
        return [_answer(said) for said in self._judged([reply.claims[0] for reply in replies], sample)]

    def _by_text(self, replies: Sequence[Reply], truths: Sequence[Claim]) -> list[Answer]:
        if not replies:
            return []
        given = self.reward([self.writer(reply) for reply in replies], **columns(replies, truths, self.durations))
        said = list(given)
        self._check(len(said), len(replies))
        return [_answer(value) for value in said]

    def _together(self, replies: Sequence[list[Claim]], sample: int) -> list[Answer]:
        """Pay replies as a reward of this package does: distinct claims up to the cap, judged, then paid together."""
        its = [[c for c in distinct(claims) if self.reward.applies(c)] for claims in replies]
        cap = self.reward.cap
        asked = {claim_key(claim, 0): claim for claims in its for claim in claims[:cap]}
        judged = dict(zip(asked, self._judged(list(asked.values()), sample), strict=True))
        found = []
        for claims in its:
            mine = [judged[claim_key(claim, 0)] for claim in claims[:cap]]
            failed = next((one for one in mine if one.value is None), None)
            paid = self.reward.pay(mine, max(0, len(claims) - cap))
            found.append(_answer(failed) if paid is None and failed is not None else _answer(paid))
        return found

    def _claims(self, reply: Reply, true: Claim) -> list[Claim]:
        """Return the claims of a reply; a text is read as the reward reads it."""
        if not reply.text:
            return list(reply.claims)
        from referee_calib.claims import Rollout, claims_of

        row = {name: values[0] for name, values in columns([reply], [true], self.durations).items()}
        wanted = ("video", "question", "answer", "box_unit", "reference_boxes", "reference_span", "reference_object")
        rollout = {name: row[name] for name in wanted if row[name] is not None}
        return list(
            claims_of(Rollout.from_json({**rollout, "rollout": "probe", "completion": reply.text}, "probe")).claims
        )

    def _judged(self, claims: Sequence[Claim], sample: int) -> list[Any]:
        if not claims:
            return []
        import inspect

        repeat = {"sample": sample} if "sample" in inspect.signature(self.reward.judge).parameters else {}
        said = list(self.reward.judge(claims, self.media, **repeat))
        self._check(len(said), len(claims))
        return said

    def _check(self, values: int, asked: int) -> None:
        if values != asked:
            raise InputError(f"reward {self.name}: {values} values for {asked} questions", "each needs one")


def does(reward: Any) -> frozenset[Need]:
    """Tell what a reward can be asked for.

    Parameters
    ----------
    reward : object
    """
    found: set[Need] = set()
    if callable(reward):
        found |= {"text", "together"}
    if not hasattr(reward, "paid"):  # rewards that compute with arrays open no video
        found.add("frames")
    return frozenset(found)


def _answer(said: Any) -> Answer:
    value = getattr(said, "value", said)
    if value is None:
        reason = getattr(said, "reason", "") or "it gave no value"
        return Answer(None, str(getattr(said, "status", "error")), str(reason))
    number = float(value)
    return Answer(number) if np.isfinite(number) else Answer(None, "error", f"{NO_NUMBER} {number}")
