"""Whether thought and answer say the same: the same time, or the same words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from referee_calib import geometry
from referee_calib.errors import InputError
from referee_calib.records import Claim, Span
from referee_calib.reward.claim_reward import ClaimReward
from referee_calib.reward.penalties import ClaimContext
from referee_calib.reward.rollout_reward import RolloutReward
from referee_calib.reward.training.parsed_row import read_reply
from referee_calib.reward.training.reply_reward import ReplyReward
from referee_calib.reward.training.trainer_rows import TrainerRow

_SECTIONS = re.compile(
    r"<think>(?P<think>.*?)</think>.*?<answer>(?P<answer>.*?)(?:</answer>|$)", re.DOTALL | re.IGNORECASE
)
_TIME = re.compile(r"<t>\s*(\d+(?:\.\d+)?)\s*</t>|(?<![\w.])(\d+(?:\.\d+)?)\s*(?:s|sec|seconds?)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?;。！？])\s+|\n+")
_TAG = re.compile(r"<[^<>]{0,40}>")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Consistency(RolloutReward):
    """1 when thought and answer agree, 0 when they do not.

    Where the answer names times, each of them has to stand in the thought within `seconds`; an answered span may
    instead overlap with the stretch that the thought's times cover by `overlap` (tIoU). Where it names none, the F1 of
    its words with those of the nearest sentence of the thought has to be at least `words`. A reply without a thought or
    without an answer is 0.

    Attributes
    ----------
    seconds : float
        How far apart a time of the answer and one of the thought may lie.
    overlap : float
        Least tIoU of an answered span with the stretch of the thought's times.
    words : float
        Least F1 of the answer's words with a sentence of the thought.
    media, unit, failure, empty, cap, unread, columns, name, time_limit, log
        See :class:`referee_calib.reward.rollout_reward.RolloutReward`.
    """

    seconds: float = field(default=0.5, kw_only=True)
    overlap: float = field(default=0.5, kw_only=True)
    words: float = field(default=0.5, kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not (self.seconds >= 0 and 0 < self.overlap <= 1 and 0 < self.words <= 1):
            why = "seconds is at least 0; overlap and words lie above 0 and up to 1"
            raise InputError("Consistency", why)

    def settings(self) -> dict[str, Any]:
        """Return what the fingerprint is made of, as JSON types."""
        own = {"seconds": self.seconds, "overlap": self.overlap, "words": self.words}
        return {**super().settings(), **own}

    def judge(
        self, claims: Sequence[Claim], media: Path | str, known: Sequence[ClaimContext] | None = None
    ) -> list[ClaimReward]:
        """Say of every claim that it has no value: thought and answer are compared, not claims."""
        reason = "consistency is that of a whole reply"
        return [ClaimReward(claim=claim, value=None, status="unsupported", reason=reason) for claim in claims]

    def aggregate(self, claims: Sequence[Claim], values: Sequence[float], unjudged: int) -> float:
        """Return 0: there is no claim that has a value."""
        return 0.0

    def pay_rows(self, rows: Sequence[TrainerRow], deadline: float | None) -> list[ReplyReward]:
        """Pay the replies of a step; the failure policy comes later."""
        return [self._paid(row) for row in rows]

    def _paid(self, row: TrainerRow) -> ReplyReward:
        parsed = read_reply(row)
        agrees, reason = self.agrees(row.rollout.completion)
        return ReplyReward(
            reward=float(agrees),
            value=float(agrees),
            reason=reason,
            made=len(parsed.claims),
            unread=tuple(piece.reason for piece in parsed.failures),
            rollout=row.rollout,
            step=row.rollout.step,
        )

    def agrees(self, text: str) -> tuple[bool, str]:
        """Tell whether thought and answer of a reply agree, and by what."""
        found = _SECTIONS.search(text)
        if found is None or not found["think"].strip() or not _TAG.sub("", found["answer"]).strip():
            return False, "it has no thought, or no answer"
        answered, thought = _times(found["answer"]), _times(found["think"])
        if answered:
            return self._same_times(answered, thought)
        share = max((_f1(found["answer"], one) for one in _SENTENCE.split(found["think"])), default=0.0)
        return share >= self.words, f"words {share:.2f}"

    def _same_times(self, answered: Sequence[float], thought: Sequence[float]) -> tuple[bool, str]:
        if not thought:
            return False, "the thought names no time"
        if all(min(abs(time - other) for other in thought) <= self.seconds for time in answered):
            return True, "the same times"
        if len(answered) < 2 or len(thought) < 2:
            return False, "other times"
        share = float(geometry.tiou(_stretch(answered), _stretch(thought)))
        return share >= self.overlap, f"tIoU {share:.2f}"


def _times(text: str) -> list[float]:
    return [float(tag or plain) for tag, plain in _TIME.findall(text)]


def _stretch(times: Sequence[float]) -> Span:
    return min(times), max(max(times), min(times) + 1e-9)


def _f1(one: str, other: str) -> float:
    mine, theirs = ({word.lower() for word in _WORD.findall(_TAG.sub(" ", text))} for text in (one, other))
    shared = len(mine & theirs)
    return 2 * shared / (len(mine) + len(theirs)) if shared else 0.0
