"""Evidence is paid only when the answer is right: nobody is paid for showing well what leads to a wrong answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from referee_calib.claims import ParsedReply
from referee_calib.errors import InputError
from referee_calib.records import Claim
from referee_calib.reward.claim_reward import ClaimReward
from referee_calib.reward.composites.answer_grades import AnswerGrade, made_grade
from referee_calib.reward.penalties import ClaimContext
from referee_calib.reward.rollout_reward import RolloutReward
from referee_calib.reward.training.parsed_row import read_reply, unasked
from referee_calib.reward.training.reply_reward import ReplyReward
from referee_calib.reward.training.trainer_rows import TrainerRow

_OF_EVIDENCE = ("media", "unit", "columns", "empty", "cap", "unread")


@dataclass(frozen=True)
class Gated(RolloutReward):
    """``w · answer + (1 − w) · [answer is right] · evidence``, 0 to 1 where both are.

    The referee is asked about evidence behind right answers alone. A reply whose expected answer is not known, or whose
    evidence could not be judged, has no value.

    Attributes
    ----------
    evidence : RolloutReward
        What pays the evidence. Its `media`, `unit`, `columns`, `empty`, `cap` and `unread` are those of the whole; its
        `failure` and `time_limit` are not used.
    answer : str or AnswerGrade
        ``letter``, ``number``, ``rouge`` or ``span``, or one of :mod:`referee_calib.reward.composites.answer_grades`.
    answer_weight : float
        w, 0 to 1; 0 pays for the evidence alone.
    failure, name, time_limit, log
        See :class:`referee_calib.reward.rollout_reward.RolloutReward`.
    """

    evidence: RolloutReward = field(kw_only=False)
    answer: str | AnswerGrade = field(default="letter", kw_only=True)
    answer_weight: float = field(default=0.5, kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.evidence, RolloutReward):
            raise InputError(f"evidence={self.evidence!r:.60}", "it is a reward of this package")
        if not 0 <= self.answer_weight <= 1:
            raise InputError(f"answer_weight={self.answer_weight!r:.40}", "it lies between 0 and 1")
        made_grade(self.answer)
        self._take_over()

    def _take_over(self) -> None:
        """Take what the evidence's reward says of a reply: it is about one video, in one unit, with the same claims."""
        defaults: dict[str, Any] = {one.name: {} if one.name == "columns" else one.default for one in fields(self)}
        for name in _OF_EVIDENCE:
            given, its = getattr(self, name), getattr(self.evidence, name)
            if given not in (defaults[name], its):
                raise InputError(f"{name}={given!r:.60}", f"the evidence says {its!r:.60}", "State it there.")
            object.__setattr__(self, name, its)
        if self.evidence.log not in (None, self.log):
            raise InputError(f"evidence: log={self.evidence.log!s:.60}", "the whole is logged, not its parts")

    @property
    def reads_videos(self) -> bool:  # type: ignore[override]
        """Whether the evidence's reward opens videos."""
        return self.evidence.reads_videos

    @property
    def deterministic(self) -> bool:
        """Whether the same reply is always paid the same."""
        return bool(getattr(self.evidence, "deterministic", True))

    def settings(self) -> dict[str, Any]:
        """Return what the fingerprint is made of, as JSON types."""
        parts = {"answer": made_grade(self.answer).settings(), "answer_weight": self.answer_weight}
        return {**super().settings(), **parts, "evidence": self.evidence.settings()}

    def needs(self) -> tuple[str, ...]:
        """Return the columns that this reward cannot do without."""
        return tuple(dict.fromkeys((*self.evidence.needs(), made_grade(self.answer).needs)))

    def applies(self, claim: Claim) -> bool:
        """Tell whether the evidence's reward has anything to say about the claim."""
        return self.evidence.applies(claim)

    def judge(
        self, claims: Sequence[Claim], media: Path | str, known: Sequence[ClaimContext] | None = None
    ) -> list[ClaimReward]:
        """Judge claims as the evidence's reward does: a claim alone has no answer."""
        return self.evidence.judge(claims, media, known)

    def aggregate(self, claims: Sequence[Claim], values: Sequence[float], unjudged: int) -> float:
        """Pay claims together as the evidence's reward does."""
        return self.evidence.aggregate(claims, values, unjudged)

    def pay_rows(self, rows: Sequence[TrainerRow], deadline: float | None) -> list[ReplyReward]:
        """Pay the replies of a step; the failure policy comes later."""
        grade = made_grade(self.answer)
        replies = [read_reply(row) for row in rows]
        grades = [grade.grade(reply, row.rollout) for reply, row in zip(replies, rows, strict=True)]
        right = [found is not None and found >= grade.right_from for found in grades]
        asked = iter(self.evidence.pay_rows([row for row, yes in zip(rows, right, strict=True) if yes], deadline))
        paid = [next(asked) if yes else None for yes in right]
        return [self._together(*one) for one in zip(rows, replies, grades, paid, strict=True)]

    def _together(
        self, row: TrainerRow, reply: ParsedReply, grade: float | None, evidence: ReplyReward | None
    ) -> ReplyReward:
        if grade is None:
            return unasked(row, reply, None, f"unsupported: no {made_grade(self.answer).needs} is known for it")
        if evidence is None:
            return unasked(row, reply, self.answer_weight * grade, "the answer is not right")
        if evidence.value is None:
            return evidence
        value = self.answer_weight * grade + (1 - self.answer_weight) * evidence.value
        return replace(evidence, value=value, reward=value)
