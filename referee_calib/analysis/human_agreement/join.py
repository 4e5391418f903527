"""Put people's levels and the referee's side by side, and name every row that does not take part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from referee_calib.analysis.human_agreement.agreement_results import ExcludedRows, JudgementCounts
from referee_calib.analysis.human_agreement.judgement_records import GivenRating, GivenScore, JudgedItem
from referee_calib.analysis.human_agreement.level_scale import FIVE_LEVELS, LevelScale
from referee_calib.rubric import Rubric

Levels = NDArray[np.float64]
_Lost = dict[tuple[str, str], list[str]]  # names of lost rows by what and why, in the order in which they were met


@dataclass(frozen=True, slots=True, eq=False)
class JoinedDimension:
    """One dimension's claims that at least one person gave a level to.

    `columns` holds the labels of each claim by what a table calls the slicing; None where claims are sliced by what is
    in them.
    """

    dimension: str
    claims: tuple[JudgedItem, ...]
    raters: tuple[str, ...]
    people: Levels  # claims × raters, NaN where a person gave none
    referee: Levels  # by claim, NaN where it gave none
    expected: Levels  # by claim, likewise
    replies: tuple[str, ...]
    counts: JudgementCounts
    losses: tuple[ExcludedRows, ...]
    scale: LevelScale = FIVE_LEVELS
    columns: Mapping[str, list[str]] | None = None

    def levels_on(self, claims: Sequence[JudgedItem]) -> Levels:
        """Return people's levels on all of `claims`, in a column of NaN where nobody rated."""
        place = {claim.id: i for i, claim in enumerate(claims)}
        levels = np.full((len(claims), max(1, len(self.raters))), np.nan)
        if self.claims:
            levels[[place[claim.id] for claim in self.claims]] = self.people
        return levels

    @property
    def videos(self) -> list[str]:
        """The video of each claim, which is what claims are clustered by."""
        return [claim.video for claim in self.claims]


def join(
    dimension: str,
    claims: Sequence[JudgedItem],
    ratings: Iterable[GivenRating],
    scores: Iterable[GivenScore],
    *,
    rubric: str,
    scale: LevelScale = FIVE_LEVELS,
    columns: Mapping[str, Mapping[str, str]] | None = None,
) -> JoinedDimension:
    """Join one dimension.

    Parameters
    ----------
    dimension : str
    claims : sequence of JudgedItem
        The claims people were asked about.
    ratings : iterable of GivenRating
        The latest per claim, rater and dimension; those of other dimensions are passed over.
    scores : iterable of GivenScore
        Of one referee.
    rubric : str
        Version of the study's rubric. A rating given under other words is not comparable and is left out.
    scale : tuple of float
        All levels in order; a rating or a score beside them is left out.
    columns : mapping, optional
        Labels by slicing and id of the claim, where a table has them.
    """
    lost: _Lost = defaultdict(list)
    applicable = [claim for claim in claims if dimension in claim.dimensions]
    known = {claim.id for claim in applicable}
    levels = _levels((r for r in ratings if r.dimension == dimension and r.claim in known), rubric, scale, lost)
    judged = _judged((s for s in scores if s.dimension == dimension and s.claim in known), scale, lost)
    for claim in applicable:
        _name_gaps(claim.id, levels, judged, lost)
    rated = tuple(claim for claim in applicable if claim.id in levels)
    raters = tuple(sorted({rater for given in levels.values() for rater in given}))
    people = np.array([[levels[c.id].get(r, np.nan) for r in raters] for c in rated], dtype=np.float64)
    found = [judged.get(claim.id) for claim in rated]
    return JoinedDimension(
        dimension=dimension,
        claims=rated,
        raters=raters,
        people=people.reshape(len(rated), len(raters)),
        referee=np.array([np.nan if s is None or s.level is None else s.level for s in found], dtype=np.float64),
        expected=np.array([np.nan if s is None or s.expected is None else s.expected for s in found], dtype=np.float64),
        replies=tuple("" if s is None else s.raw for s in found),
        counts=_counts(applicable, rated, levels, judged, len(raters)),
        losses=tuple(ExcludedRows(dimension, *kind, tuple(names)) for kind, names in lost.items()),
        scale=scale,
        columns=None if columns is None else _labels(columns, rated),
    )


def join_rubric(
    rubric: Rubric, claims: Sequence[JudgedItem], ratings: Collection[GivenRating], scores: Collection[GivenScore]
) -> list[JoinedDimension]:
    """Join every dimension that a rubric asks about, each on its own scale; see :func:`join`."""
    return [
        join(scale.dimension, claims, ratings, scores, rubric=rubric.version, scale=scale.numbers)
        for scale in rubric.scales
    ]


def _labels(columns: Mapping[str, Mapping[str, str]], rated: Sequence[JudgedItem]) -> dict[str, list[str]]:
    return {by: [labels.get(claim.id, "") for claim in rated] for by, labels in columns.items()}


def _levels(ratings: Iterable[GivenRating], rubric: str, scale: LevelScale, lost: _Lost) -> dict[str, dict[str, float]]:
    levels: dict[str, dict[str, float]] = defaultdict(dict)
    for rating in ratings:
        name = f"{rating.claim}/{rating.rater}"
        if rating.level is None:
            lost["rating without a level", rating.reason].append(name)
        elif rating.rubric and rating.rubric != rubric:
            lost["rating under other words", f"rubric {rating.rubric}, the study has {rubric}"].append(name)
        elif rating.level not in scale:
            lost["rating off the scale", f"{rating.level:g} is none of its {len(scale)} levels"].append(name)
        else:
            levels[rating.claim][rating.rater] = rating.level
    return dict(levels)


def _judged(scores: Iterable[GivenScore], scale: LevelScale, lost: _Lost) -> dict[str, GivenScore]:
    """Return the first sample of each claim's score, failed or not; repeats are named."""
    judged: dict[str, GivenScore] = {}
    for score in scores:
        if score.sample:
            lost["repeat of a score", "agreement looks at the first sample"].append(f"{score.claim}/{score.sample}")
            continue
        if score.level is not None and not scale[0] <= score.level <= scale[-1]:
            lost["score off the scale", f"{score.level:g} is none of its {len(scale)} levels"].append(score.claim)
            continue
        judged[score.claim] = score
        if score.level is None:
            lost["failed score", f"{score.status}: {score.reason}" if score.reason else score.status].append(
                score.claim
            )
    return judged


def _name_gaps(claim: str, levels: dict[str, dict[str, float]], judged: dict[str, GivenScore], lost: _Lost) -> None:
    given = levels.get(claim)
    if not given:
        lost["claim without a level from a person", "nobody gave it one"].append(claim)
        return
    if claim not in judged:
        lost["rated claim without a score", "the referee was not asked"].append(claim)
    if claim not in judged or judged[claim].level is None:
        for rater in given:
            lost["rating without a score beside it", "the referee gave no level"].append(f"{claim}/{rater}")
    if len(given) == 1:
        lost["claim with a single rating", "it tells nothing about people with people"].append(claim)


def _counts(
    applicable: Sequence[JudgedItem],
    rated: Sequence[JudgedItem],
    levels: dict[str, dict[str, float]],
    judged: dict[str, GivenScore],
    n_raters: int,
) -> JudgementCounts:
    scored = {claim for claim, score in judged.items() if score.level is not None}
    return JudgementCounts(
        applicable=len(applicable),
        rated=len(rated),
        rated_twice=sum(len(levels[claim.id]) > 1 for claim in rated),
        scored=len(scored),
        matched=sum(claim.id in scored for claim in rated),
        compared=sum(claim.id in scored and len(levels[claim.id]) > 1 for claim in rated),
        levels=sum(len(given) for given in levels.values()),
        raters=n_raters,
        videos=len({claim.video for claim in rated}),
    )
