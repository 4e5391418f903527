"""Several samples of one question as one score: asked until they are settled, then the mean of their levels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from referee_calib.records import Claim, Dimension, RefereeScore

AskedOf = tuple[str, Dimension]  # of a claim, on a dimension

RETRIED = ("error", "unparsed")  # a refusal is an answer


def settled_scores(
    ask: Callable[[Iterable[Claim], int], Iterable[RefereeScore]],
    claims: Iterable[Claim],
    *,
    samples: int,
    retries: int,
    repeat: int,
) -> dict[AskedOf, RefereeScore]:
    """Ask for everything, and again for what failed; several samples of a question become one score.

    Parameters
    ----------
    ask : callable
        Takes claims and the number of the first sample, and gives ``samples`` scores of each of their dimensions.
    claims : iterable of Claim
    samples, retries : int
        Samples that a score is the mean of, and how often a question that failed is asked again.
    repeat : int
        Number of the repeat: another one has samples of its own.
    """
    found: dict[AskedOf, list[RefereeScore]] = {}
    unsettled = {claim.id: claim for claim in claims}
    first = repeat * (1 + retries)
    for attempt in range(1 + retries):
        if not unsettled:
            break
        wanting = {key for key, its in found.items() if wants_another_sample(its, samples)}
        for score in ask(unsettled.values(), (first + attempt) * samples):
            key = score.claim, score.dimension
            if not attempt or key in wanting:
                found.setdefault(key, []).append(score)
        again = {claim for (claim, _), its in found.items() if wants_another_sample(its, samples)}
        unsettled = {name: claim for name, claim in unsettled.items() if name in again}
    return {key: mean_of_samples(its, samples) for key, its in found.items()}


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
