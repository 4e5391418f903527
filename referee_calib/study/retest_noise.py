"""Retest noise: how far a referee's repeated answers to one question lie apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from math import fsum, sqrt
from typing import TYPE_CHECKING, Any

from referee_calib.records import DIMENSIONS, Dimension, RefereeScore

if TYPE_CHECKING:
    from referee_calib.study.study import Study

KEY = "retest"


@dataclass(frozen=True, slots=True)
class RetestNoise:
    """Spread of repeats on one dimension.

    ``sd = sqrt(sum over questions and repeats of (x - mean of the question)² / df)``
    """

    # τ, in levels: the pooled standard deviation of the expected level over repeats of the same question
    sd: float
    df: int  # degrees of freedom: repeats minus questions
    claims: int  # questions with two or more readable repeats
    repeats: int  # their repeats together


def retest_noise(scores: Iterable[RefereeScore]) -> dict[Dimension, RetestNoise]:
    """Measure the retest noise of one referee; a dimension on which no claim was scored twice is left out."""
    groups: dict[tuple[Dimension, str], dict[int, float]] = defaultdict(dict)
    for one in scores:
        if one.expected is not None:
            groups[one.dimension, one.claim][one.sample] = one.expected
    return {name: found for name in DIMENSIONS if (found := _pooled_noise(name, groups)) is not None}


def _pooled_noise(dimension: Dimension, groups: dict[tuple[Dimension, str], dict[int, float]]) -> RetestNoise | None:
    repeated = [list(its.values()) for (name, _), its in groups.items() if name == dimension and len(its) > 1]
    if not repeated:
        return None
    squares = fsum((x - fsum(its) / len(its)) ** 2 for its in repeated for x in its)
    repeats = sum(map(len, repeated))
    df = repeats - len(repeated)
    return RetestNoise(sqrt(squares / df), df, len(repeated), repeats)


def study_retest_noise(study: Study, fingerprint: str) -> dict[Dimension, RetestNoise]:
    """Return the retest noise that a study's scores show of a referee."""
    repeated = len({sample for *_, sample in study.score_statuses(fingerprint)}) > 1
    return retest_noise(study.scores(fingerprint)) if repeated else {}


def store_description(study: Study, fingerprint: str, description: dict[str, Any]) -> None:
    """Store a referee's description with its retest noise, as far as it is known."""
    found = {name: asdict(one) for name, one in study_retest_noise(study, fingerprint).items()}
    study.add_referee(fingerprint, {**description, **({KEY: found} if found else {})})
