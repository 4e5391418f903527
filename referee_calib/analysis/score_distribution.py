"""How a referee scores, whatever people say: levels it uses, and how its expected levels were read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from referee_calib.analysis.human_agreement.judgement_records import GivenScore
from referee_calib.analysis.human_agreement.level_scale import FIVE_LEVELS, LevelScale, level_counts, plain_level

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ScoreDistribution:
    """One dimension's scores that have a level.

    Attributes
    ----------
    levels : tuple of int
        How often each level of the scale was given.
    modal_level, modal_share : float or None
        The level given most often, the lower of two, and its share: 1 is a referee that always says the same.
    entropy : float or None
        Of the levels, in bits: 0 when always the same, log2(5) = 2.32 when five are equally frequent.
    rungs : tuple of (str, float)
        Share of scores read in each way; "unknown" where the backend did not say.
    mass : float or None
        Median probability of all answers together, before they were rescaled, over scores where it is known.
    """

    dimension: str
    levels: tuple[int, ...]
    n: int
    modal_level: float | None
    modal_share: float | None
    entropy: float | None
    rungs: tuple[tuple[str, float], ...]
    mass: float | None
    n_mass: int
    scale: LevelScale = FIVE_LEVELS


def score_distributions(
    scores: Iterable[GivenScore], scales: Mapping[str, LevelScale]
) -> tuple[ScoreDistribution, ...]:
    """Describe one referee's scores on each of some dimensions where it gave a level; a claim's first sample counts.

    `scales` holds each dimension's levels; a score that is none of them is left out.
    """
    by_dimension: dict[str, list[GivenScore]] = {name: [] for name in scales}
    for score in scores:
        if score.level in scales.get(score.dimension, ()) and not score.sample:
            by_dimension[score.dimension].append(score)
    return tuple(_describe(name, its, scales[name]) for name, its in by_dimension.items() if its)


def _describe(dimension: str, scores: list[GivenScore], scale: LevelScale) -> ScoreDistribution:
    given = [score.level for score in scores if score.level is not None]
    counts = np.array(level_counts(np.array(given, dtype=float), scale))
    shares = counts[counts > 0] / len(scores)
    rungs = Counter(score.rung or UNKNOWN for score in scores)
    mass = [score.mass for score in scores if score.mass is not None]
    return ScoreDistribution(
        dimension=dimension,
        levels=tuple(map(int, counts)),
        n=len(scores),
        modal_level=plain_level(scale[int(counts.argmax())]),
        modal_share=float(counts.max() / len(scores)),
        entropy=float(-(shares * np.log2(shares)).sum()) + 0.0,
        rungs=tuple((name, n / len(scores)) for name, n in sorted(rungs.items())),
        mass=float(np.median(mass)) if mass else None,
        n_mass=len(mass),
        scale=scale,
    )
