"""Agreement on the score that the reward composes of a claim's dimensions, of people and of the referee.

People's score of a claim is composed of one person's levels by the reward's own combination, without the temporal
penalty, which asks nobody. Composed scores lie on a scale of products or means of levels; it is compared as numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from referee_calib.analysis.human_agreement.join import JoinedDimension
from referee_calib.analysis.human_agreement.judgement_records import JudgedItem
from referee_calib.analysis.human_agreement.level_scale import LevelScale
from referee_calib.analysis.recalibration.recalibrated_agreement import (
    RAW,
    RECALIBRATED,
    RecalibratedAgreement,
    beside,
)
from referee_calib.reward import Product

Levels = NDArray[np.float64]
Combine = Callable[[float, float], float]
COMPOSED = "composed"
PRODUCT = Product()
PLACEMENT = ("localization", "timing")
FEWEST_CLAIMS = 20


def composed_agreement(
    joined: Sequence[JoinedDimension],
    predictions: Mapping[str, Levels],
    kind: str,
    *,
    combine: Combine = PRODUCT,
    confidence: float = 0.95,
) -> RecalibratedAgreement:
    """Compare people's composed scores with the referee's, as it is and recalibrated.

    Parameters
    ----------
    joined : sequence of JoinedDimension
        Every dimension of the study.
    predictions : mapping of str to array (claims,)
        Recalibrated levels by dimension, as of :func:`recalibrated_agreement`; a dimension without any keeps the
        referee's expected level.
    kind : str
    combine : callable
        From relevance and placement, 0 to 1, to a score: the reward's own combination.
    confidence : float
    """
    from agreement import Ratings

    named = {part.dimension for part in joined}
    if "relevance" not in named or not named.intersection(PLACEMENT):
        return RecalibratedAgreement(COMPOSED, kind, reason="a claim's score takes relevance and a second dimension")
    tables = _Tables.of(joined)
    people = tables.composed(tables.people(), combine)
    raw, plain, better = (
        tables.composed(tables.scores(its), combine)[:, 0]
        for its in (
            {str(part.dimension): part.referee for part in joined},
            {str(part.dimension): part.expected for part in joined},
            {str(part.dimension): predictions.get(part.dimension, part.expected) for part in joined},
        )
    )
    used = ~np.isnan(people).all(axis=1) & ~np.isnan(raw) & ~np.isnan(better)
    if used.sum() < FEWEST_CLAIMS:
        why = f"{int(used.sum())} claims are scored and rated on every dimension they have, fewer than {FEWEST_CLAIMS}"
        return RecalibratedAgreement(COMPOSED, kind, reason=why)
    scale = composed_scale(combine, {str(part.dimension): part.scale for part in joined})
    videos = np.array([claim.video for claim in tables.claims], dtype=object)[used].astype(str)
    given = Ratings.from_array(_nearest(people[used], scale), scale=scale.tolist(), raters=tables.raters, wide=True)
    levels = {RAW: _nearest(raw[used], scale), RECALIBRATED: _nearest(better[used], scale)}
    return beside(COMPOSED, kind, given, levels, {RAW: plain[used], RECALIBRATED: better[used]}, videos, confidence)


def composed_scale(combine: Combine, scales: Mapping[str, LevelScale]) -> Levels:
    """Return every score that levels of relevance and of a placement can be composed to, lowest first, 0 to 1."""
    relevance = level_shares(scales["relevance"])
    placed = [level for name in PLACEMENT if name in scales for level in level_shares(scales[name])]
    return np.unique([round(combine(a, b), 10) for a in relevance for b in placed])


def level_shares(scale: LevelScale) -> list[float]:
    """Return each level as a share of its scale, 0 to 1."""
    return [level / scale[-1] for level in scale]


def _nearest(values: Levels, scale: Levels) -> Levels:
    """Return the place on the scale that each value lies next to; NaN stays."""
    found = scale[np.abs(np.nan_to_num(values)[..., None] - scale).argmin(axis=-1)]
    return np.where(np.isnan(values), np.nan, found)


@dataclass(frozen=True, slots=True, eq=False)
class _Tables:
    """The dimensions of a study on one list of claims and one of raters."""

    joined: Sequence[JoinedDimension]
    claims: tuple[JudgedItem, ...]
    raters: tuple[str, ...]

    @classmethod
    def of(cls, joined: Sequence[JoinedDimension]) -> _Tables:
        claims = {claim.id: claim for part in joined for claim in part.claims}
        raters = tuple(sorted({rater for part in joined for rater in part.raters}))
        return cls(joined, tuple(claims.values()), raters)

    def people(self) -> dict[str, Levels]:
        """Return people's levels by dimension (claims, raters), NaN where there is none."""
        column = {rater: j for j, rater in enumerate(self.raters)}
        found = {}
        for part in self.joined:
            levels = np.full((len(self.claims), len(self.raters)), np.nan)
            levels[:, [column[rater] for rater in part.raters]] = part.levels_on(self.claims)[:, : len(part.raters)]
            found[part.dimension] = levels
        return {str(name): its for name, its in found.items()}

    def scores(self, columns: Mapping[str, Levels]) -> dict[str, Levels]:
        """Return one score per claim by dimension (claims, 1), from those of each dimension's own claims."""
        place = {claim.id: i for i, claim in enumerate(self.claims)}
        found = {}
        for part in self.joined:
            values = np.full((len(self.claims), 1), np.nan)
            values[[place[claim.id] for claim in part.claims], 0] = columns[part.dimension]
            found[str(part.dimension)] = values
        return found

    def composed(self, levels: Mapping[str, Levels], combine: Combine) -> Levels:
        """Compose levels (claims, n) as the reward does; NaN where a dimension that the claim has is missing."""
        tops = {str(part.dimension): part.scale[-1] for part in self.joined}
        shares = {name: its / tops[name] for name, its in levels.items()}
        placement = np.full_like(shares["relevance"], np.inf)
        for name in PLACEMENT:
            has = np.array([name in claim.dimensions for claim in self.claims])[:, None]
            if name in shares:
                placement = np.where(has, np.minimum(placement, shares[name]), placement)
        unplaced = np.isinf(placement)  # the rubric asks about none of the claim's placements: relevance stands alone
        make = np.vectorize(combine, otypes=[float])
        known = ~np.isnan(shares["relevance"]) & ~np.isnan(placement) & ~unplaced
        found = np.where(unplaced, shares["relevance"], np.nan)
        if known.any():
            found[known] = make(shares["relevance"][known], placement[known])
        return found
