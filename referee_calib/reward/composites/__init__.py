"""Rewards beside those of evidence, and such as put several together; each is called as they are."""

from referee_calib.reward.composites.answer_grades import (
    GRADES,
    AnswerGrade,
    LetterGrade,
    NumberGrade,
    RougeGrade,
    SpanGrade,
)
from referee_calib.reward.composites.consistency import Consistency
from referee_calib.reward.composites.gated import Gated
from referee_calib.reward.composites.open_o3_vote import OpenO3Vote
from referee_calib.reward.composites.support import SupportReward, support_referee

__all__ = [
    "GRADES",
    "AnswerGrade",
    "Consistency",
    "Gated",
    "LetterGrade",
    "NumberGrade",
    "OpenO3Vote",
    "RougeGrade",
    "SpanGrade",
    "SupportReward",
    "support_referee",
]
