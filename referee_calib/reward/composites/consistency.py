"""Whether thought and answer say the same: the same option, the same time, or the same words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from referee_calib import geometry
from referee_calib.claims import reply_sections
from referee_calib.errors import InputError
from referee_calib.records import Claim, Span
from referee_calib.reward.claim_reward import ClaimReward
from referee_calib.reward.composites.answer_grades import LetterGrade
from referee_calib.reward.penalties import ClaimContext
from referee_calib.reward.rollout_reward import RolloutReward
from referee_calib.reward.training.parsed_row import read_reply, unasked
from referee_calib.reward.training.reply_reward import ReplyReward
from referee_calib.reward.training.trainer_rows import TrainerRow

_NUMBER = r"\d{1,6}(?:\.\d{1,9})?"
_TIME = re.compile(
    rf"<t>\s{{0,9}}({_NUMBER})\s{{0,3}}s?\s{{0,9}}</t>"  # <t>5.2</t>
    rf"|(?<![\w.:])(\d{{1,3}}):([0-5]\d(?:\.\d{{1,9}})?)(?![\w:])"  # 1:05
    rf"|(?<![\w.:])({_NUMBER})\s{{0,3}}(?:s|sec|secs|seconds?)\b",  # 5.2 s
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|(?<=[。！？])|\n+")
_TAG = re.compile(r"<[^<>]{0,40}>")
_WORD = re.compile(r"\w+")
_OPTION, _CONCLUDED = LetterGrade(lenient=False), LetterGrade()


@dataclass(frozen=True)
class Consistency(RolloutReward):
    """1 when thought and answer agree, 0 when they do not; the first of these that applies decides.

    - The answer is an option's letter: the last option that the thought names is that one.
    - The answer names times: each stands in the thought within `seconds`, or the stretch from the first to the last
      overlaps with that of the thought's times by `overlap` (tIoU).
    - Otherwise: of the words of the answer's sentences, a share of `words` stands together in one sentence of the
      thought (for each sentence the nearest one, weighted by their numbers of distinct words).

    A reply without a thought or without an answer is 0. Words are compared, not what they mean: a thought that denies
    what the answer says in the same words passes.

    Attributes
    ----------
    seconds : float
        How far apart a time of the answer and one of the thought may lie.
    overlap : float
        Least tIoU of an answered span with the stretch of the thought's times.
    words : float
        Least share of the answer's words in the thought.
    media, unit, failure, columns, name, time_limit, log
        See :class:`referee_calib.reward.rollout_reward.RolloutReward`; no video is opened.
    """

    seconds: float = field(default=0.5, kw_only=True)
    overlap: float = field(default=0.5, kw_only=True)
    words: float = field(default=0.75, kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, least in (("seconds", 0.0), ("overlap", 1e-9), ("words", 1e-9)):
            value = getattr(self, name)
            if not least <= value <= (1.0 if least else float("inf")):
                raise InputError(f"{name}={value!r:.40}", "seconds is at least 0; overlap and words lie in 0 to 1")

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
        agrees, reason = self.agrees(row.rollout.completion)
        return unasked(row, read_reply(row), float(agrees), reason)

    def agrees(self, text: str) -> tuple[bool, str]:
        """Tell whether thought and answer of a reply agree, and by what."""
        thought, answer = reply_sections(text)
        said = _TAG.sub("", answer).strip()
        if not _TAG.sub("", thought).strip() or not said:
            return False, "it has no thought, or no answer"
        if option := _OPTION.letter(said):
            concluded = _CONCLUDED.letter(thought)
            return concluded == option, f"the thought names {f'option {concluded}' if concluded else 'no option'}"
        if times := _times(answer):
            return self._same_times(times, _times(thought))
        share = _shared_words(answer, thought)
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
    return [
        60 * float(minutes) + float(seconds) if minutes else float(tag or plain)
        for tag, minutes, seconds, plain in _TIME.findall(text)
    ]


def _stretch(times: Sequence[float]) -> Span:
    return min(times), max(max(times), min(times) + 1e-9)


def _shared_words(answer: str, thought: str) -> float:
    theirs = [_words_of(sentence) for sentence in _SENTENCE.split(thought)]
    mine = [words for sentence in _SENTENCE.split(answer) if (words := _words_of(sentence))]
    shared = sum(max(len(words & other) for other in theirs) for words in mine)
    return shared / sum(map(len, mine)) if mine else 0.0


def _words_of(sentence: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(_TAG.sub(" ", sentence))}
