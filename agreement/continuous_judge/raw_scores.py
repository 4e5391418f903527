"""A judge's scores in a unit of their own, as every statistic of continuous judges reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from agreement.array_inputs import cluster_codes, rating_values, renumbered, unused_weights_note
from agreement.arrays import Bools, Floats, Ints
from agreement.correlation.rank_correlation import mid_ranks
from agreement.encoding import category_values
from agreement.errors import AgreementError
from agreement.ratings import Ratings
from agreement.result_notes import Note, NoteCode, few_clusters_note
from agreement.validation import plain_numbers

NOTHING = "no unit has both a finite score of the judge and a rating"


@dataclass(frozen=True, eq=False)
class RawScores:
    """Units that have both a finite score (n,) and a rating (n, raters), with their clusters (n,).

    ``given`` are the scores of all units given, and ``kept`` tells which of them these are; ``n_missing`` and
    ``n_infinite`` count the rated units without a finite score, ``n_unrated`` the scored ones without a rating.
    """

    given: Floats
    score: Floats
    values: Floats
    kept: Bools
    member: Ints | None
    n_missing: int
    n_infinite: int
    n_unrated: int
    weights_note: tuple[Note, ...]

    @property
    def n(self) -> int:
        """Number of units."""
        return len(self.score)

    @property
    def n_clusters(self) -> int | None:
        """Number of clusters, None without clusters."""
        return None if self.member is None else int(self.member.max(initial=-1)) + 1

    @property
    def group(self) -> Ints:
        """What is independent, numbered from 0: clusters, or units without."""
        return np.arange(self.n) if self.member is None else self.member

    @cached_property
    def rank(self) -> Floats:
        """Mid-ranks of the scores over their number, (n,): what any increasing change of unit leaves as it is."""
        return mid_ranks(self.score) / max(self.n, 1)

    def rank_of(self, scores: Floats) -> Floats:
        """Return where other scores would stand among the ranks: half way between those below and those above."""
        ordered = np.sort(self.score)
        sides = (np.searchsorted(ordered, scores, side=side) for side in ("left", "right"))
        return np.asarray(sum(sides) / 2 + 0.5) / max(self.n, 1)

    @cached_property
    def mean(self) -> Floats:
        """Mean rating of each unit, (n,)."""
        return np.asarray(np.nanmean(self.values, axis=1)) if self.n else np.empty(0)

    def spread(self, of_kept: ArrayLike, missing: float = np.nan) -> Floats:
        """Put a number per kept unit back among all units given."""
        every = np.full(len(self.kept), missing)
        every[self.kept] = of_kept
        return every

    def notes(self) -> tuple[Note, ...]:
        """Say which units did not enter, and that clusters are few."""
        counted = (
            (self.n_missing, "rated unit(s) without a score of the judge did not enter", NoteCode.UNSCORED_UNITS),
            (self.n_infinite, "rated unit(s) with an infinite score did not enter", NoteCode.INFINITE_SCORES),
            (self.n_unrated, "scored unit(s) without a rating did not enter", NoteCode.UNSCORED_UNITS),
        )
        said = tuple(Note(f"{n} {what}", code) for n, what, code in counted if n)
        return (*said, *few_clusters_note(self.n_clusters if self.n else None), *self.weights_note)


def raw_scores(score: ArrayLike, humans: Ratings | ArrayLike, cluster: ArrayLike | None) -> RawScores:
    """Read scores in any unit; what is not a finite number is missing, and counted."""
    values = rating_values(humans, anonymous=True, wide=True)
    given = plain_numbers(score, "the scores of the judge")
    if given.shape != (len(values),):
        raise AgreementError(
            f"a judge with scores of shape {given.shape}, people rated {len(values)} units",
            "one score per unit is expected, in the same order",
            "Put NaN where it failed.",
        )
    codes = cluster_codes(cluster, humans, len(values))
    rated, finite = ~np.isnan(values).all(axis=1), np.isfinite(given)
    kept = np.asarray(rated & finite)
    return RawScores(
        given,
        given[kept],
        values[kept],
        kept,
        None if codes is None else renumbered(codes[kept]),
        int((rated & np.isnan(given)).sum()),
        int((rated & np.isinf(given)).sum()),
        int((finite & ~rated).sum()),
        unused_weights_note(humans),
    )


def people_levels(humans: Ratings | ArrayLike, data: RawScores, scale: Sequence[float] | None) -> Floats:
    """Return the levels of people's scale, ascending: those given, those of the Ratings, or those that occur."""
    seen: Floats = np.unique(data.values[~np.isnan(data.values)])
    if scale is None:
        given = category_values(humans.scale) if isinstance(humans, Ratings) else seen
        return np.unique(np.asarray(given, dtype=float))
    levels = np.unique(np.asarray(scale, dtype=float))
    outside = seen[~np.isin(seen, levels)]
    if len(outside):
        raise AgreementError(
            f"rating {outside[0]:g}", f"it is outside the scale {tuple(levels.tolist())}", "Correct it or the scale."
        )
    return levels
