"""Claims that the referee was asked about and left without a level, beside those it scored: what people say of both.

Agreement is measured on the scored claims alone. A referee that keeps silent where it would be wrong agrees with
people better than it judges, so what it leaves out is looked at as well as what it scores.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from referee_calib.analysis.human_agreement.join import JoinedDimension
from referee_calib.analysis.human_agreement.judgement_records import GivenScore
from referee_calib.analysis.human_agreement.level_scale import level_counts
from referee_calib.analysis.human_agreement.slices import labels_of, sets_claims_apart
from referee_calib.analysis.score_reliability.missing_score_bounds import (
    LeniencyBounds,
    MissingScoreBounds,
    missing_score_bounds,
)

if TYPE_CHECKING:
    from agreement import Estimate

SCORED = "ok"
NOT_ASKED = "not asked"
NEGLIGIBLE = 0.02  # of the rated claims; below, what is missing moves no figure by more than its second decimal


@dataclass(frozen=True, slots=True)
class ScoreStatusGroup:
    """Rated claims whose scores ended in the same way.

    Attributes
    ----------
    status : str
        "ok", "refused", "unparsed", "error", or "not asked".
    people_mean : Estimate
        Mean level that people gave these claims; every claim counts once.
    people_agreement : Estimate
        Pairwise agreement of people on them.
    levels : tuple of int
        People's ratings by level.
    """

    status: str
    n_claims: int
    n_videos: int
    people_mean: Estimate
    people_agreement: Estimate
    levels: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MissingInSlice:
    """How many of the claims of one kind have no score."""

    by: str
    value: str
    n_missing: int
    n_claims: int


@dataclass(frozen=True, slots=True)
class MissingScores:
    """What is known of the claims without a score on one dimension.

    Attributes
    ----------
    n_asked, n_missing : int
        Rated claims that the referee was asked about, and those of them it left without a level.
    groups : tuple of ScoreStatusGroup
        Scored claims first.
    difference : Estimate or None
        People's mean level on the missing claims minus that on the scored ones; None where no score is missing.
    slices : tuple of MissingInSlice
        Kinds of claims with a missing score, the largest share first.
    bounds : tuple of MissingScoreBounds
        Agreement as it is and as it would be with every score; empty where at most 2 % are missing.
    leniency : LeniencyBounds or None
        Likewise.
    """

    dimension: str
    n_asked: int
    n_missing: int
    groups: tuple[ScoreStatusGroup, ...]
    difference: Estimate | None
    slices: tuple[MissingInSlice, ...] = ()
    bounds: tuple[MissingScoreBounds, ...] = ()
    leniency: LeniencyBounds | None = None

    @property
    def share(self) -> float:
        """Share of the rated claims asked about that have no score; 0 where none was asked about."""
        return self.n_missing / self.n_asked if self.n_asked else 0.0


def missing_scores(
    joined: JoinedDimension, scores: Iterable[GivenScore], *, confidence: float = 0.95, seed: int = 0
) -> MissingScores:
    """Compare the rated claims that a referee scored with those it did not, on one dimension; first samples count.

    Parameters
    ----------
    joined : JoinedDimension
    scores : iterable of GivenScore
        Of the same referee; other dimensions and repeats are passed over.
    confidence : float
    seed : int
        Of the imputations under "missing at random".
    """
    first = {s.claim: s.status for s in scores if s.dimension == joined.dimension and not s.sample}
    status = np.array([first.get(claim.id, NOT_ASKED) for claim in joined.claims], dtype=object)
    status[(status == SCORED) & np.isnan(joined.referee)] = "error"  # a level that is none is a failure all the same
    asked, scored = status != NOT_ASKED, status == SCORED
    n_missing = int((asked & ~scored).sum())
    found = MissingScores(joined.dimension, int(asked.sum()), n_missing, _groups(joined, status, confidence), None)
    if not n_missing:
        return found
    bounds: tuple[MissingScoreBounds, ...] = ()
    leniency = None
    if found.share > NEGLIGIBLE and scored.any():
        bounds, leniency = missing_score_bounds(joined, asked, confidence=confidence, seed=seed)
    return MissingScores(
        found.dimension, found.n_asked, n_missing, found.groups, _difference(joined, asked, scored, confidence),
        _by_slice(joined, asked, scored), bounds, leniency,
    )  # fmt: skip


def _groups(joined: JoinedDimension, status: NDArray[np.object_], confidence: float) -> tuple[ScoreStatusGroup, ...]:
    names = sorted(set(status.tolist()), key=lambda one: (one != SCORED, one == NOT_ASKED, one))
    return tuple(_group(joined, name, status == name, confidence) for name in names)


def _group(joined: JoinedDimension, name: str, inside: NDArray[np.bool_], confidence: float) -> ScoreStatusGroup:
    from agreement import Ratings, group_means, percent_agreement

    levels, videos = joined.people[inside], np.array(joined.videos, dtype=object)[inside].astype(str)
    people = Ratings.from_array(levels, scale=joined.scale, raters=joined.raters, cluster=videos, wide=True)
    return ScoreStatusGroup(
        status=name,
        n_claims=len(levels),
        n_videos=len(set(videos.tolist())),
        people_mean=group_means(levels, [name] * len(levels), cluster=videos, confidence=confidence).means[name],
        people_agreement=percent_agreement(people, confidence=confidence),
        levels=level_counts(levels, joined.scale),
    )


def _difference(
    joined: JoinedDimension, asked: NDArray[np.bool_], scored: NDArray[np.bool_], confidence: float
) -> Estimate | None:
    from agreement import group_means

    if not scored.any():
        return None
    labels = np.where(scored, "scored", "missing")[asked]
    videos = np.array(joined.videos, dtype=object)[asked].astype(str)
    found = group_means(joined.people[asked], labels, first="scored", cluster=videos, confidence=confidence)
    return found.differences["missing"]


def _by_slice(
    joined: JoinedDimension, asked: NDArray[np.bool_], scored: NDArray[np.bool_]
) -> tuple[MissingInSlice, ...]:
    rows = []
    for by, labels in labels_of(joined).items():
        its: Sequence[str] = labels if sets_claims_apart(labels) else ()
        for value in sorted(set(its) - {""}):
            inside = np.array(its, dtype=object) == value
            missing = int((inside & asked & ~scored).sum())
            if missing:
                rows.append(MissingInSlice(by, value, missing, int((inside & asked).sum())))
    return tuple(sorted(rows, key=lambda row: (-row.n_missing / row.n_claims, row.by, row.value)))
