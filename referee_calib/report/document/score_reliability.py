"""Missing and repeated scores in ``report.json``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from referee_calib.report.document.ablation import difference_row
from referee_calib.report.document.json_rows import described, plain
from referee_calib.report.schema.score_schema import MissingScoresJson, RaterConsistencyJson, RepeatedScoresJson
from referee_calib.report.wording.method_notes import COEFFICIENT_TITLES, title_of
from referee_calib.report.wording.number_format import count, interval, number, share

if TYPE_CHECKING:
    from referee_calib.analysis import MissingScores, RaterConsistency, RepeatedScores

STATUSES = {
    "ok": "Scored",
    "refused": "Refused",
    "unparsed": "No level could be read",
    "error": "Failed",
    "not asked": "Not asked about",
}


def missing_scores_rows(found: Sequence[MissingScores], titles: Mapping[str, str]) -> list[MissingScoresJson]:
    """Return what ``report.json`` says under ``missing_scores``: one entry per dimension."""
    return [_missing(one, titles.get(one.dimension, one.dimension)) for one in found]


def _missing(found: MissingScores, title: str) -> MissingScoresJson:
    return {
        "dimension": found.dimension,
        "title": title,
        "n_asked": found.n_asked,
        "n_missing": found.n_missing,
        "share": found.share,
        "groups": [described(one, title=STATUSES.get(one.status, one.status)) for one in found.groups],
        "difference": plain(found.difference),
        "slices": plain(found.slices),
        "bounds": [described(one, title=title_of(COEFFICIENT_TITLES, one.name)) for one in found.bounds],
        "leniency": plain(found.leniency),
        "sentence": _sentence(found, title),
    }


def _sentence(found: MissingScores, title: str) -> str:
    if not found.n_missing:
        return f"{title}: every rated claim that it was asked about has a score."
    told = (
        f"{title}: {found.n_missing} of {count(found.n_asked, 'rated claim')} ({share(found.share, 1)}) have no score"
    )
    apart = found.difference
    if apart is None or apart.value is None or apart.low is None or apart.high is None:
        return f"{told}."
    bounds = f"{number(abs(apart.value))} levels {interval(plain(apart))}"
    if apart.low > 0:
        return f"{told}; people rate these higher than the scored ones, by {bounds}: it keeps silent on good claims."
    if apart.high < 0:
        return f"{told}; people rate these lower than the scored ones, by {bounds}: it keeps silent on poor claims."
    shown = f"people’s mean level of these is not shown to differ from that of the scored ones {interval(plain(apart))}"
    return f"{told}; {shown}."


def repeated_scores_rows(found: Sequence[RepeatedScores], titles: Mapping[str, str]) -> list[RepeatedScoresJson]:
    """Return what ``report.json`` says under ``repeated_scores``: one entry per dimension that has repeats."""
    return [
        described(
            one,
            "comparison",
            title=titles.get(one.dimension, one.dimension),
            differences=[] if one.comparison is None else [difference_row(row) for row in one.comparison.differences],
        )
        for one in found
    ]


def rater_consistency_rows(found: Sequence[RaterConsistency], titles: Mapping[str, str]) -> list[RaterConsistencyJson]:
    """Return what ``report.json`` says under ``rater_consistency``: one entry per dimension with second looks."""
    return [described(one, title=titles.get(one.dimension, one.dimension)) for one in found]
