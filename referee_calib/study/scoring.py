"""Scoring a study's claims with a referee: video by video, and every score kept soon after it came.

Killed at any moment, the next run asks only for what is not stored. A score may have been paid for, so what a kill
can cost is what came in the last fifth of a second.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING

from referee_calib.records import DIMENSIONS, Claim, Dimension, RefereeScore
from referee_calib.study.study import Study

if TYPE_CHECKING:
    from referee_calib.referee import Referee

KEPT_EVERY = 0.2  # seconds; a database transaction costs a few milliseconds
_WORTH_ANOTHER_TRY = frozenset({"error", "unparsed", "refused"})


@dataclass(frozen=True, slots=True)
class Scored:
    """What one run did.

    Attributes
    ----------
    claims : int
        Judged in this run.
    left : int
        Claims that still lack a score: beyond the limit, or the referee gave none.
    statuses : dict
        How many scores of each status are stored now for this referee and sample, over all runs.
    """

    claims: int
    left: int
    statuses: dict[str, int] = field(default_factory=dict)


def pending(
    study: Study, fingerprint: str, *, sample: int = 0, only_sampled: bool = False, retry_failed: bool = False
) -> list[Claim]:
    """Return the claims for which this referee has not given every score.

    Parameters
    ----------
    study : Study
    fingerprint : str
        The referee's.
    sample : int
        Number of the repeat.
    only_sampled : bool
        Only the claims that people rate.
    retry_failed : bool
        Count as missing what ended in an error, a refusal or an unreadable reply. What the referee cannot
        judge at all ("unsupported") is not asked again.
    """
    done = _done(study, fingerprint, sample, retry_failed)
    claims = study.claims(sampled=only_sampled)
    return [one for one in claims if any((one.id, name) not in done for name in one.dimensions)]


def score(
    study: Study,
    referee: Referee,
    *,
    sample: int = 0,
    limit: int | None = None,
    only_sampled: bool = False,
    retry_failed: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Scored:
    """Score what is pending; only one process may score a study at a time.

    Parameters
    ----------
    study, sample, only_sampled, retry_failed
        See :func:`pending`.
    referee : Referee
    limit : int, optional
        At most this many claims in this run.
    progress : callable, optional
        Called after each video with the number of its claims.

    Raises
    ------
    StudyError
        When another process is scoring this study, or the study cannot be written.
    """
    with study.scoring_lock():
        study.add_referee(referee.fingerprint, referee.describe())
        todo = pending(study, referee.fingerprint, sample=sample, only_sampled=only_sampled, retry_failed=retry_failed)[
            :limit
        ]
        done = _done(study, referee.fingerprint, sample, retry_failed)
        for claims in by_video(todo):
            for rest, same in _by_rest(claims, done).items():
                _keep(study, referee.score(same, study.media, dimensions=rest, sample=sample))
            if progress is not None:
                progress(len(claims))
    return _counted(study, referee.fingerprint, sample, only_sampled, len(todo))


def by_video(claims: Sequence[Claim]) -> list[list[Claim]]:
    """Group claims by video, in order of first appearance."""
    groups: dict[str, list[Claim]] = {}
    for one in claims:
        groups.setdefault(one.video, []).append(one)
    return list(groups.values())


def _by_rest(claims: Sequence[Claim], done: set[tuple[str, str]]) -> dict[tuple[Dimension, ...], list[Claim]]:
    """Group claims by what is left to ask: one group, unless a run was killed in the middle of their video."""
    groups: dict[tuple[Dimension, ...], list[Claim]] = {}
    for one in claims:
        groups.setdefault(tuple(name for name in DIMENSIONS if (one.id, name) not in done), []).append(one)
    return groups


def _keep(study: Study, scores: Iterable[RefereeScore]) -> None:
    """Store scores as they come, also those that came before an interruption."""
    waiting: list[RefereeScore] = []
    since = monotonic()
    try:
        for one in scores:
            waiting.append(one)
            if monotonic() - since >= KEPT_EVERY:
                study.add_scores(waiting)
                waiting, since = [], monotonic()
    finally:
        if waiting:
            study.add_scores(waiting)


def _done(study: Study, fingerprint: str, sample: int, retry_failed: bool) -> set[tuple[str, str]]:
    again = _WORTH_ANOTHER_TRY if retry_failed else frozenset()
    statuses = study.score_statuses(fingerprint, sample)
    return {(claim, dimension) for (claim, _, dimension, _), status in statuses.items() if status not in again}


def _counted(study: Study, fingerprint: str, sample: int, only_sampled: bool, claims: int) -> Scored:
    statuses = Counter(study.score_statuses(fingerprint, sample).values())
    left = len(pending(study, fingerprint, sample=sample, only_sampled=only_sampled))
    return Scored(claims, left, dict(sorted(statuses.items())))
