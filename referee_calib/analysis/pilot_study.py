"""A study that people and a referee have begun, as what the next one is planned from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from referee_calib.analysis.human_agreement.join import JoinedDimension, join_rubric
from referee_calib.analysis.referee_choice import check_ratings, choose_referee
from referee_calib.errors import InputError

if TYPE_CHECKING:
    from agreement import Ratings
    from referee_calib.study import Study


@dataclass(frozen=True, slots=True, eq=False)
class PilotLevels:
    """One dimension of a pilot: people's levels, the referee's, NaN where it has none, and the video of each claim."""

    dimension: str
    people: Ratings
    referee: NDArray[np.float64]
    videos: NDArray[np.str_]


def read_pilot(study: Study, *, referee: str | None = None, dimension: str | None = None) -> PilotLevels:
    """Read what a plan needs of a study.

    Parameters
    ----------
    referee : str, optional
        Beginning of a fingerprint; needed when several have scored the study.
    dimension : str, optional
        By default the one with the most claims that both judged.

    Raises
    ------
    InputError
        When nobody rated or scored it, or the dimension is not one that both judged.
    """
    check_ratings(study)
    fingerprint = choose_referee(study, referee, verb="plan --from")
    claims, ratings, scores = study.claims(sampled=True), study.ratings(), study.scores(fingerprint)
    found = join_rubric(study.rubric, claims, ratings, scores)
    return as_pilot(str(study.folder), found, dimension)


def as_pilot(place: str, found: Sequence[JoinedDimension], dimension: str | None) -> PilotLevels:
    """Return the dimension that is asked for, or the one with the most claims that both judged."""
    from agreement import Ratings

    chosen = _choose(place, [part for part in found if part.counts.matched], dimension)
    people = Ratings.from_array(chosen.people, scale=chosen.scale, raters=chosen.raters, wide=True)
    return PilotLevels(chosen.dimension, people, chosen.referee, np.array(chosen.videos))


def _choose(place: str, found: Sequence[JoinedDimension], dimension: str | None) -> JoinedDimension:
    named = [part for part in found if dimension in (None, part.dimension)]
    if named:
        return max(named, key=lambda part: part.counts.matched)
    offered = ", ".join(part.dimension for part in found) or "none"
    raise InputError(
        f"dimension {dimension or ''}".strip(),
        f"people and the referee judged nothing of {place} on it; there is {offered}",
    )
