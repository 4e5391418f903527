"""Errors by human agreement in ``report.json``, and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from referee_calib.report.document.json_rows import plain
from referee_calib.report.schema.judge_error_schema import (
    ErrorByAgreementJson,
    ErrorCurvePointJson,
    ErrorDifferenceJson,
    ErrorSplitJson,
    JudgeErrorSplitJson,
)
from referee_calib.report.wording.number_format import interval, number, share

if TYPE_CHECKING:
    from agreement import ErrorDifference, ErrorSplit, ErrorStratum
    from referee_calib.analysis import DimensionErrorSplit, JudgeErrorSplit

AGREE = "others agree"


def error_by_agreement_rows(
    found: Sequence[DimensionErrorSplit], titles: Mapping[str, str]
) -> list[ErrorByAgreementJson]:
    """Return what ``report.json`` says under ``error_by_agreement``: one entry per dimension."""
    return [
        {
            "dimension": one.dimension,
            "title": titles.get(one.dimension, one.dimension),
            "judges": [_judge(row, _named(one, row, titles)) for row in one.judges],
            "differences": [_difference(row) for row in one.differences],
        }
        for one in found
    ]


def _named(one: DimensionErrorSplit, row: JudgeErrorSplit, titles: Mapping[str, str]) -> str:
    title = titles.get(one.dimension, one.dimension)
    if not title:  # a table of one question
        return row.judge
    return f"{title}, {row.judge}" if len(one.judges) > 1 else title


def _judge(row: JudgeErrorSplit, named: str) -> JudgeErrorSplitJson:
    return {
        "judge": row.judge,
        "scores": row.scores,
        "sentence": f"{named}: {_sentence(row.squared)}",
        "squared": _split(row.squared),
        "absolute": _split(row.absolute),
        "curve": [_point(spread, one) for spread, one in enumerate(row.squared.curve)],
    }


def _split(found: ErrorSplit) -> ErrorSplitJson:
    fields = plain(found)
    del fields["curve"]
    split: ErrorSplitJson = fields
    return split


def _point(spread: int, found: ErrorStratum) -> ErrorCurvePointJson:
    return {
        "spread": spread,
        "share_of_ratings": found.share_of_ratings,
        "judge": found.judge.value,
        "judge_low": found.judge.low,
        "judge_high": found.judge.high,
        "person": found.person.value,
        "person_low": found.person.low,
        "person_high": found.person.high,
    }


def _difference(row: ErrorDifference) -> ErrorDifferenceJson:
    return {
        "stratum": row.stratum,
        "first": row.first,
        "second": row.second,
        "label": f"{row.second} minus {row.first}",
        "estimate": plain(row.estimate),
        "p_value": row.test.p_value,
        "p_holm": row.p_holm,
    }


def _sentence(found: ErrorSplit) -> str:
    within, excess = found.within, found.whole.excess
    if within.value is None or found.whole.judge.value is None:
        return f"not defined, {within.reason}."
    told = f"its squared error is {number(found.whole.judge.value)}"
    person = f"a second person’s {number(found.whole.person.value)}"
    if excess.low is not None and excess.low > 0:
        said = f"{told} and {person}, so {share(1 - within.value)} of it is beyond what a second person errs"
    elif excess.high is not None and excess.high < 0:
        said = f"{told}, less than {person}"
    else:
        said = f"{told} and {person}: no difference is shown {interval(plain(excess))}".rstrip()
    return f"{said}.{_where(found)}"


def _where(found: ErrorSplit) -> str:
    agree = next((one for one in found.strata if one.name == AGREE), None)
    if agree is None or agree.share.value is None or agree.excess.value is None:
        return ""
    lies = f" Where the other people agree ({share(agree.share_of_ratings)} of the ratings) lie"
    beyond = f"there it errs {number(abs(agree.excess.value))} {'more' if agree.excess.value >= 0 else 'less'}"
    told = f"{lies} {share(agree.share.value)} of its error; {beyond} than a second person"
    return f"{told} {interval(plain(agree.excess))}".rstrip() + "."
