"""Several samples of one question as one score: the mean of their expected levels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from referee_calib.records import RefereeScore

RETRIED = ("error", "unparsed")  # a refusal is an answer


def wants_another_sample(scores: Sequence[RefereeScore], wanted: int) -> bool:
    """Tell whether fewer than `wanted` samples of a question have a level and the last try failed for want of luck."""
    scored = sum(one.status == "ok" for one in scores)
    return scored < wanted and any(one.status in RETRIED for one in scores[-wanted:])


def mean_of_samples(scores: Sequence[RefereeScore], wanted: int) -> RefereeScore:
    """Return the first `wanted` samples that have a level as one score, or the last failure where none has.

    Its expected level is their mean and its level the nearest whole one; seconds and tokens add up.

    >>> scores = [
    ...     RefereeScore(claim="c", referee="f", dimension="relevance", level=level, sample=i)
    ...     for i, level in enumerate((4, 3, 3))
    ... ]
    >>> round(mean_of_samples(scores, 3).expected, 2), mean_of_samples(scores, 1).level
    (3.33, 4)
    """
    scored = [one for one in scores if one.status == "ok"][:wanted]
    if len(scored) < 2:
        return scored[0] if scored else scores[-1]
    levels = [one.expected for one in scored if one.expected is not None]
    expected = sum(levels) / len(levels)
    return replace(
        scored[0],
        level=round(expected),
        expected=expected,
        distribution=_mean_distribution(scored),
        seconds=None if any(one.seconds is None for one in scored) else sum(one.seconds or 0.0 for one in scored),
        tokens=None if any(one.tokens is None for one in scored) else sum(one.tokens or 0 for one in scored),
    )


def _mean_distribution(scores: Sequence[RefereeScore]) -> tuple[float, ...] | None:
    given = [one.distribution for one in scores if one.distribution is not None]
    if len(given) < len(scores):
        return None
    return tuple(sum(column) / len(given) for column in zip(*given, strict=True))
