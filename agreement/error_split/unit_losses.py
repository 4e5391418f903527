"""Per unit, what a judge errs in each person's place and what that person errs, by how far the others differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import cluster_codes, rating_values, renumbered, scores_of
from agreement.arrays import Bools, Floats, Ints
from agreement.encoding import category_values
from agreement.errors import AgreementError
from agreement.estimate import Estimate
from agreement.ratings import Ratings
from agreement.validation import checked_scale

LossName = Literal["squared", "absolute", "ordinal"]
LOSSES = ("squared", "absolute", "ordinal")
FEWEST = 2  # ratings of a unit: one that the judge stands in for, one to be held against
COLUMNS = ("weight", "judge", "excess")
BLOCK = 1 << 22  # distances held at a time
UNDEFINED_SPREAD = "another person only"


@dataclass(frozen=True, eq=False)
class UnitLosses:
    """Sums per unit and stratum (units, strata, 3), of the columns named in ``COLUMNS``; every unit weighs 1.

    ``kept`` tells which of the units given these are, ``group`` what is independent.
    """

    sums: Floats
    strata: tuple[str, ...]
    kept: Bools
    group: Ints
    n_clusters: int | None
    n_unscored: int
    n_single: int
    n_ratings: int
    n_raters: int


def undefined_error(data: UnitLosses, reason: str, confidence: float) -> Estimate:
    """Return an estimate without a value, with what entered."""
    return Estimate.undefined(
        reason,
        confidence=confidence,
        n_units=len(data.sums),
        n_raters=data.n_raters,
        n_ratings=data.n_ratings,
        n_clusters=data.n_clusters,
    )


def check_loss(loss: str) -> None:
    """Refuse a loss that is none."""
    if loss not in LOSSES:
        raise AgreementError(f"loss={loss!r}", f"choose one of {', '.join(map(repr, LOSSES))}")


def on_loss_scale(
    humans: Ratings | ArrayLike, judge: ArrayLike, loss: str, scale: Sequence[float] | None
) -> tuple[Floats, Floats, Floats]:
    """Return ratings, scores and, for the spread of people, ratings as positions on the scale.

    Of the ordinal loss ratings and scores are positions too: a score between two levels lies between their positions.
    """
    values = rating_values(humans, anonymous=False, wide=True)
    score = scores_of(judge, len(values), "the judge")
    levels = _levels(humans, values, scale)
    place = np.where(np.isnan(values), np.nan, np.searchsorted(levels, np.nan_to_num(values, nan=levels[0])))
    if loss != "ordinal":
        return values, score, place
    return place, np.interp(score, levels, np.arange(len(levels))), place


def _levels(humans: Ratings | ArrayLike, values: Floats, scale: Sequence[float] | None) -> Floats:
    if scale is None:
        seen = category_values(humans.scale) if isinstance(humans, Ratings) else values[~np.isnan(values)]
        found = np.unique(np.asarray(seen, dtype=float))
        return found if len(found) else np.zeros(1)
    levels = np.unique(np.asarray(checked_scale(scale), dtype=float))
    outside = values[~np.isnan(values) & ~np.isin(values, levels)]
    if len(outside):
        raise AgreementError(
            f"rating {outside[0]:g}", f"it is outside the scale {tuple(levels.tolist())}", "Correct it or the scale."
        )
    return levels


def unit_losses(
    humans: Ratings | ArrayLike,
    judge: ArrayLike,
    *,
    loss: str,
    scale: Sequence[float] | None,
    cluster: ArrayLike | None,
    edges: Sequence[float],
    also: Bools | None = None,
) -> UnitLosses:
    """Put the judge in each person's place in turn, and sum what either errs against the others.

    ``edges`` are the largest spreads of the strata but the last, ``also`` the units to keep to.
    """
    check_loss(loss)
    values, score, place = on_loss_scale(humans, judge, loss, scale)
    codes = cluster_codes(cluster, humans, len(values))
    rated = (~np.isnan(values)).sum(axis=1)
    scored = ~np.isnan(score)
    kept = np.asarray((rated >= FEWEST) & scored & (True if also is None else also))
    sums = _in_blocks(values[kept], score[kept], place[kept], edges, squared=loss == "squared")
    group = np.arange(len(sums)) if codes is None else renumbered(codes[kept])
    return UnitLosses(
        sums=sums,
        strata=(*strata_names(edges), UNDEFINED_SPREAD),
        kept=kept,
        group=group,
        n_clusters=None if codes is None else int(group.max(initial=-1)) + 1,
        n_unscored=int(((rated >= FEWEST) & ~scored).sum()),
        n_single=int(((rated == 1) & scored).sum()),
        n_ratings=int(rated[kept].sum()),
        n_raters=int((~np.isnan(values[kept])).any(axis=0).sum()),
    )


def strata_names(edges: Sequence[float]) -> tuple[str, ...]:
    """Return the names of the strata that edges make.

    >>> strata_names((0, 1))
    ('others agree', 'others differ by up to 1 level', 'others differ by more than 1 level')
    """
    inner = [
        "others agree" if edge == 0 else f"others differ by up to {edge:g} level{'' if edge <= 1 else 's'}"
        for edge in edges
    ]
    last = edges[-1]
    beyond = "others differ" if last == 0 else f"others differ by more than {last:g} level{'' if last <= 1 else 's'}"
    return (*inner, beyond)


def _in_blocks(values: Floats, score: Floats, place: Floats, edges: Sequence[float], *, squared: bool) -> Floats:
    """Return the sums per unit and stratum, a block of units at a time: distances are of all pairs of raters."""
    n, n_raters = values.shape
    sums = np.zeros((n, len(edges) + 2, len(COLUMNS)))
    step = max(1, BLOCK // max(n_raters * n_raters, 1))
    for start in range(0, n, step):
        rows = slice(start, start + step)
        of, stratum = _losses(values[rows], score[rows], squared=squared), _strata_of(place[rows], edges)
        unit, rater = np.nonzero(~np.isnan(values[rows]))
        np.add.at(sums[rows], (unit, stratum[unit, rater]), of[unit, rater])
    return sums


def _strata_of(place: Floats, edges: Sequence[float]) -> Ints:
    """Return the stratum of each rating, by the mean distance of two of the others, (units, raters).

    The last is that of a single other person, who has no spread.
    """
    rated = ~np.isnan(place)
    apart = _distances(place, place, rated)
    of_one = apart.sum(axis=2)  # distances of a rating from all others
    pairs = of_one.sum(axis=1)[:, None] / 2 - of_one  # those between the others
    count = rated.sum(axis=1)[:, None] - rated
    n_pairs = count * (count - 1) / 2
    spread = np.divide(pairs, n_pairs, out=np.full(place.shape, np.nan), where=n_pairs > 0)
    found = np.searchsorted(np.asarray(edges, dtype=float), np.nan_to_num(spread) - 1e-9, side="left")
    return np.asarray(np.where(n_pairs > 0, found, len(edges) + 1), dtype=np.intp)


def _distances(values: Floats, others: Floats, rated: Bools) -> Floats:
    """Return how far each rating, or what stands in its place, lies from every other, (units, raters, raters)."""
    apart = np.abs(np.where(rated, values, 0.0)[:, :, None] - np.where(rated, others, 0.0)[:, None, :])
    return np.asarray(apart * (rated[:, :, None] & rated[:, None, :] & ~np.eye(values.shape[1], dtype=bool)))


def _losses(values: Floats, score: Floats, *, squared: bool) -> Floats:
    """Return weight, error of the judge, and its excess per rating, (units, raters, 3), each times 1/J.

    The error is against the person themselves; the excess is what the judge errs against the others in that person's
    place, less what the person errs against them.
    """
    rated = ~np.isnan(values)
    n = rated.sum(axis=1)[:, None].astype(float)
    filled, judged = np.where(rated, values, 0.0), np.broadcast_to(score[:, None], values.shape)
    if squared:
        others = (filled.sum(axis=1)[:, None] - filled) / (n - 1)
        error, excess = (judged - filled) ** 2, (judged - others) ** 2 - (filled - others) ** 2
    else:
        error = np.abs(judged - filled)
        sides = [_distances(one, values, rated).sum(axis=2) / (n - 1) for one in (judged, values)]
        excess = sides[0] - sides[1]
    return np.asarray(np.stack([np.ones_like(error), error, excess], axis=2) * (rated / n)[:, :, None])
