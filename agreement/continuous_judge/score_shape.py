"""What scores look like: ties, mass at one value or an end, and whether people's range is cut short."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import rating_values
from agreement.arrays import Floats
from agreement.continuous_judge.raw_scores import RawScores, raw_scores
from agreement.json_fields import JsonFields
from agreement.ratings import Ratings
from agreement.result_notes import Note, NoteCode

MANY_TIED = 0.2  # share of units that share their score with another, from which it is remarked
MUCH_AT_ONE = 0.1  # share of units at a single score
FEW_DISTINCT = 20  # distinct scores up to which a judge has levels of its own, and ties are no surprise
UNDEFINED_WITHOUT_SCORES = (
    "lowest", "median", "highest", "tied_share", "most_common", "most_common_share", "lowest_share", "highest_share",
    "variance_ratio",
)  # fmt: skip
RESTRICTED = 0.8  # people's variance among scored units over that of all


@dataclass(frozen=True)
class ScoreShape(JsonFields):
    """How the scores are spread, and which units have one.

    Attributes
    ----------
    n_rated, n_scored : int
        Units with a rating, and those of them with a finite score.
    n_missing, n_infinite, n_unrated : int
        Rated units without a score, with an infinite one, and scored units that nobody rated.
    n_distinct : int
        Different scores.
    lowest, median, highest : float or None
    tied_share : float or None
        Share of scored units that share their score with another.
    most_common, most_common_share : float or None
        The score given most often, and its share.
    lowest_share, highest_share : float or None
        Shares of units at the lowest and at the highest score.
    variance_ratio : float or None
        Variance of people's mean among the scored units over that among all rated units: below 1, correlations are
        lower than among all units. None where people's means do not vary.
    """

    n_rated: int
    n_scored: int
    n_missing: int
    n_infinite: int
    n_unrated: int
    n_distinct: int
    lowest: float | None
    median: float | None
    highest: float | None
    tied_share: float | None
    most_common: float | None
    most_common_share: float | None
    lowest_share: float | None
    highest_share: float | None
    variance_ratio: float | None
    notes: tuple[str, ...]


def score_shape(score: ArrayLike, humans: Ratings | ArrayLike, *, cluster: ArrayLike | None = None) -> ScoreShape:
    """Describe a judge's scores, and remark what makes statistics of them mislead.

    Parameters
    ----------
    score : array (units,)
        In any unit; NaN where there is none, and an infinite one counts as missing.
    humans : Ratings or array (units, raters)
    cluster : array (units,), optional

    Returns
    -------
    ScoreShape

    Examples
    --------
    >>> found = score_shape([0.1, 0.9, 0.9, float("inf")], [[0], [4], [3], [2]])
    >>> found.n_scored, found.n_infinite, found.n_distinct, round(found.tied_share, 3)
    (3, 1, 2, 0.667)
    """
    data = raw_scores(score, humans, cluster)
    means = _means(rating_values(humans, anonymous=True, wide=True))
    counted: dict[str, Any] = {
        "n_rated": len(means),
        "n_scored": data.n,
        "n_missing": data.n_missing,
        "n_infinite": data.n_infinite,
        "n_unrated": data.n_unrated,
    }
    if not data.n:
        none: dict[str, Any] = dict.fromkeys(
            name for name in ScoreShape.__annotations__ if name not in (*counted, "notes")
        )
        return ScoreShape(**counted, **{**none, "n_distinct": 0}, notes=data.notes())
    held, counts = np.unique(data.score, return_counts=True)
    at = int(counts.argmax())
    ratio = float(data.mean.var() / means.var()) if np.ptp(means) > 0 else None
    found = ScoreShape(
        **counted,
        n_distinct=len(held),
        lowest=float(held[0]),
        median=float(np.median(data.score)),
        highest=float(held[-1]),
        tied_share=float(counts[counts > 1].sum() / data.n),
        most_common=float(held[at]),
        most_common_share=float(counts[at] / data.n),
        lowest_share=float(counts[0] / data.n),
        highest_share=float(counts[-1] / data.n),
        variance_ratio=ratio,
        notes=data.notes(),
    )
    return _remarked(found, data)


def _means(values: Floats) -> Floats:
    rated = values[~np.isnan(values).all(axis=1)]
    return np.asarray(np.nanmean(rated, axis=1)) if len(rated) else np.empty(0)


def _remarked(found: ScoreShape, data: RawScores) -> ScoreShape:
    return replace(found, notes=(*data.notes(), *_ties(found), *_saturation(found), *_restriction(found)))


def _ties(found: ScoreShape) -> tuple[Note, ...]:
    if found.n_distinct == 1:
        return (Note("the judge gave one score to every unit: it cannot tell units apart", NoteCode.SATURATED_SCORES),)
    if found.n_distinct <= FEW_DISTINCT:
        few = f"{found.n_distinct} different scores: levels recalibrated from so few cannot follow people's shares"
        return (Note(few, NoteCode.TIED_SCORES),)
    if (found.tied_share or 0) < MANY_TIED:
        return ()
    tied = f"{100 * (found.tied_share or 0):.0f} % of the units share their score with another"
    return (Note(tied, NoteCode.TIED_SCORES),)


def _saturation(found: ScoreShape) -> tuple[Note, ...]:
    """Say where much of the mass lies at an end, or at one score, of a judge that has many scores."""
    if found.n_distinct <= FEW_DISTINCT:
        return ()
    ends = (("lowest", found.lowest, found.lowest_share), ("highest", found.highest, found.highest_share))
    said = [
        f"{100 * share:.0f} % of the units have the {name} score ({value:.4g}): the judge cannot tell them apart"
        for name, value, share in ends
        if share is not None and share >= MUCH_AT_ONE
    ]
    if not said and (found.most_common_share or 0) >= MUCH_AT_ONE:
        said = [f"{100 * (found.most_common_share or 0):.0f} % of the units have the score {found.most_common:.4g}"]
    return tuple(Note(one, NoteCode.SATURATED_SCORES) for one in said)


def _restriction(found: ScoreShape) -> tuple[Note, ...]:
    if found.variance_ratio is None or found.variance_ratio >= RESTRICTED:
        return ()
    cut = (
        f"people's means vary less among the scored units ({found.variance_ratio:.2f} of the variance among all rated "
        "ones): correlations are lower than they would be among all"
    )
    return (Note(cut, NoteCode.RANGE_RESTRICTION),)
