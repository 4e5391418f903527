"""One settled score for each question about a claim: asked, asked again, averaged over samples, and recalibrated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from referee_calib.records import Claim, Dimension, RefereeScore
from referee_calib.reward.judging.guarded_scores import guarded_scores, wanted_scores
from referee_calib.reward.judging.sample_mean import AskedOf, settled_scores
from referee_calib.reward.judging.scoring_referee import ScoringReferee
from referee_calib.reward.recalibrator import LevelRecalibrator

__all__ = ["AskedOf", "Attempts", "asked_scores"]


class Attempts(NamedTuple):
    """How often a question is asked, and how long its answer is waited for."""

    samples: int  # answers that a score is the mean of
    retries: int  # further attempts where an answer did not come, or could not be read
    repeat: int  # number of the repeat: another one is asked anew
    patience: float | None  # seconds to wait for the next score; None waits for ever
    deadline: float | None  # time of the monotonic clock after which nothing is waited for


def asked_scores(
    referee: ScoringReferee,
    claims: Sequence[Claim],
    media: Path,
    dimensions: Sequence[Dimension] | None,
    attempts: Attempts,
    recalibrators: Mapping[str, LevelRecalibrator],
) -> dict[AskedOf, RefereeScore]:
    """Return one score for each claim and dimension that applies to it."""
    repeats = {"samples": attempts.samples} if attempts.samples > 1 else {}
    score: Callable[..., Iterator[RefereeScore]] = referee.score

    def ask(unsettled: Iterable[Claim], first: int) -> Iterator[RefereeScore]:
        asked = tuple(unsettled)
        scoring = partial(score, asked, media, dimensions=dimensions, sample=first, **repeats)
        wanted = wanted_scores(asked, dimensions, attempts.samples)
        return guarded_scores(scoring, wanted, referee.fingerprint, attempts.patience, attempts.deadline)

    found = settled_scores(ask, claims, samples=attempts.samples, retries=attempts.retries, repeat=attempts.repeat)
    return {key: _recalibrated(one, recalibrators.get(one.dimension)) for key, one in found.items()}


def _recalibrated(score: RefereeScore, to_level: LevelRecalibrator | None) -> RefereeScore:
    if to_level is None or score.expected is None:
        return score
    return replace(score, expected=to_level(score.expected))
