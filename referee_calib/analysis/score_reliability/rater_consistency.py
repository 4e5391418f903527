"""How steady people are: their second looks beside their first ones, of each rater and of all.

Nobody can agree with others better than with themselves for long: what a rater changes between two looks at the same
claim is noise that agreement between people holds, too, and no referee can be blamed for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from referee_calib.analysis.human_agreement.level_scale import LevelScale
from referee_calib.records import Rating

if TYPE_CHECKING:
    from agreement import Estimate
    from referee_calib.study import Study

FEWEST = 5  # second looks of one rater for figures of their own


@dataclass(frozen=True, slots=True)
class LookAgain:
    """One rater's two levels of one claim on one dimension."""

    rater: str
    claim: str
    first: int
    second: int


@dataclass(frozen=True, slots=True)
class ConsistencyFigures:
    """Second looks beside first ones, of one rater or of all.

    Attributes
    ----------
    rater : str
        "" for all.
    n_looks : int
        Claims with a level both times.
    kappa : Estimate
        Quadratic kappa of the second look with the first, intervals by video.
    same_level : Estimate
        Share with the same level.
    shift : Estimate
        Mean of second minus first, in levels.
    """

    rater: str
    n_looks: int
    kappa: Estimate
    same_level: Estimate
    shift: Estimate


@dataclass(frozen=True, slots=True)
class RaterConsistency:
    """One dimension's second looks."""

    dimension: str
    pooled: ConsistencyFigures
    raters: tuple[ConsistencyFigures, ...]


def study_consistency(
    study: Study, scales: Mapping[str, LevelScale], *, confidence: float = 0.95
) -> tuple[RaterConsistency, ...]:
    """Measure the second looks of a study on these dimensions with their levels, as far as there are any."""
    history, version = study.ratings(history=True, occasion=None), study.rubric.version
    if not any(one.occasion for one in history):
        return ()
    videos = {claim.id: claim.video for claim in study.claims()}
    options: dict[str, Any] = {"rubric": version, "confidence": confidence}
    found = (rater_consistency(name, history, videos, scale=scale, **options) for name, scale in scales.items())
    return tuple(one for one in found if one is not None)


def rater_consistency(
    dimension: str,
    history: Iterable[Rating],
    videos: Mapping[str, str],
    *,
    rubric: str,
    scale: LevelScale,
    confidence: float = 0.95,
) -> RaterConsistency | None:
    """Measure people's second looks on one dimension; None where there are none.

    Parameters
    ----------
    history : iterable of Rating
        Every rating ever given, on all occasions, in order of arrival.
    videos : mapping of str to str
        Video of every claim that counts.
    rubric : str
        Version of the words; ratings under other words do not compare.
    scale : tuple of float
        All levels in order.
    """
    given = (one for one in history if one.dimension == dimension and one.claim in videos)
    looks = looks_again(one for one in given if one.rubric in ("", rubric))
    if not looks:
        return None
    names = sorted({one.rater for one in looks})
    found = [_figures(name, [one for one in looks if one.rater == name], videos, scale, confidence) for name in names]
    return RaterConsistency(dimension, _figures("", looks, videos, scale, confidence), tuple(found))


def looks_again(history: Iterable[Rating]) -> list[LookAgain]:
    """Pair each second look, as last corrected, with what the rater had said before they looked again.

    What they changed in the first rating afterwards was said with both looks in mind: it does not count here.
    """
    first: dict[tuple[str, str], int | None] = {}
    before: dict[tuple[str, str], int | None] = {}
    second: dict[tuple[str, str], int | None] = {}
    for one in history:
        key = (one.rater, one.claim)
        if one.occasion:
            before.setdefault(key, first.get(key))
            second[key] = one.level
        else:
            first[key] = one.level
    pairs = ((key, before[key], again) for key, again in second.items())
    return [LookAgain(*key, level, again) for key, level, again in pairs if level is not None and again is not None]


def _figures(
    rater: str, looks: Sequence[LookAgain], videos: Mapping[str, str], scale: LevelScale, confidence: float
) -> ConsistencyFigures:
    from agreement import Estimate, Ratings, bland_altman, cohen_kappa, percent_agreement

    if len(looks) < FEWEST:
        few = "one second look" if len(looks) == 1 else f"{len(looks)} second looks"
        none = Estimate.undefined(f"{few}, fewer than {FEWEST}", confidence=confidence)
        return ConsistencyFigures(rater, len(looks), none, none, none)
    levels: NDArray[np.float64] = np.array([(one.first, one.second) for one in looks], dtype=float)
    clusters = np.unique([videos[one.claim] for one in looks], return_inverse=True)[1]
    table = Ratings.from_array(levels, scale=scale, raters=("first", "second"), cluster=clusters, wide=True)
    return ConsistencyFigures(
        rater,
        len(looks),
        cohen_kappa(table, weights="quadratic", confidence=confidence),
        percent_agreement(table, confidence=confidence),
        bland_altman(levels, cluster=clusters, confidence=confidence).mean,
    )
