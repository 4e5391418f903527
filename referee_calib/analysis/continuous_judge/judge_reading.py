"""What the correlations of a judge's raw scores show, held against nothing and against a person."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agreement import JudgeCorrelations


class JudgeReading(StrEnum):
    """What Spearman's correlation of raw scores shows."""

    UNDEFINED = "undefined"
    REVERSED = "reversed"
    NO_RELATION = "no relation shown"
    BELOW_PERSON = "less than a person"
    LIKE_PERSON = "no less than a person shown"
    ABOVE_PERSON = "more than a person"


def read_judge(found: JudgeCorrelations) -> JudgeReading:
    """Read the correlation with people's mean, and its difference from that of a person.

    "reversed" where the interval lies below 0, "no relation shown" where it holds 0; else by the interval of the
    difference.
    """
    with_mean, difference = found.spearman.with_mean, found.spearman.difference
    if with_mean.low is None or with_mean.high is None:
        return JudgeReading.UNDEFINED
    if with_mean.high < 0:
        return JudgeReading.REVERSED
    if with_mean.low <= 0:
        return JudgeReading.NO_RELATION
    if difference.low is None or difference.high is None:
        return JudgeReading.UNDEFINED
    if difference.high < 0:
        return JudgeReading.BELOW_PERSON
    return JudgeReading.ABOVE_PERSON if difference.low > 0 else JudgeReading.LIKE_PERSON
