"""Scores of a referee that may fail: every score that was asked for comes, if need be with the failure as its status.

A reward is called from a training step. A referee that raises, gives something else than scores, or never comes back
costs its own claims, and training goes on by the failure policy.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple

from referee_calib.errors import RefereeCalibError, UnreachableError
from referee_calib.records import Claim, Dimension, RefereeScore
from referee_calib.reward.judging.waiting_threads import waiting_threads

Wanted = tuple[str, Dimension]  # claim, dimension

logger = logging.getLogger(__name__)

_LONGEST = 200
_PAUSE = 0.5  # seconds until a server that nobody answers at is tried again
_END = object()


def wanted_scores(claims: Iterable[Claim], dimensions: Sequence[Dimension] | None, samples: int) -> Counter[Wanted]:
    """Return how many scores a referee owes of each claim on each dimension that applies to it."""
    return Counter(
        {
            (claim.id, dimension): samples
            for claim in claims
            for dimension in claim.dimensions
            if dimensions is None or dimension in dimensions
        }
    )


def guarded_scores(
    score: Callable[[], Iterable[Any]],
    wanted: Counter[Wanted],
    referee: str,
    patience: float | None,
    deadline: float | None = None,
) -> Iterator[RefereeScore]:
    """Give out each wanted score once; what does not come is a score of status "error" with the reason.

    Parameters
    ----------
    score : callable
        Starts scoring. What it raises of ours (an :class:`~referee_calib.errors.InputError`) is raised; with a deadline
        a server that nobody answers at is tried again until then, and what is missing failed.
    wanted : Counter of (claim, dimension)
    referee : str
        Fingerprint, for the scores that did not come.
    patience : float or None
        Seconds to wait for the next score; None waits for ever.
    deadline : float, optional
        Time of the monotonic clock after which nothing is waited for. With either one, scoring has a thread of its own.
    """
    missing = Counter(wanted)
    reason = "the referee gave no score"
    alone = patience is None and deadline is None
    coming = iter(_raised(score)) if alone else _in_thread(score, _Wait(patience, deadline))
    for got in coming:
        if isinstance(got, UnreachableError) and deadline is not None:
            reason = f"the referee cannot be reached ({got.seen}: {got.why})"
            continue
        if isinstance(got, RefereeCalibError):
            raise got
        if isinstance(got, BaseException):
            reason = f"the referee failed ({' '.join(f'{type(got).__name__}: {got}'.split())[:_LONGEST]})"
            continue
        if not isinstance(got, RefereeScore):
            reason = f"the referee gave a {type(got).__name__} in place of a score"
            continue
        if missing[got.claim, got.dimension] > 0:
            missing[got.claim, got.dimension] -= 1
            yield got
    for claim, dimension in missing.elements():
        yield RefereeScore(
            claim=claim,
            referee=referee,
            dimension=dimension,
            level=None,
            expected=None,
            distribution=None,
            status="error",
            reason=reason,
            raw="",
        )


def _raised(score: Callable[[], Iterable[Any]]) -> Generator[Any, None, None]:
    """Give out what comes, and last what was raised."""
    try:
        yield from score()
    except Exception as error:  # noqa: BLE001 - whatever a foreign program raises
        yield error


def _reached(score: Callable[[], Iterable[Any]], wait: _Wait) -> Generator[Any, None, None]:
    """Give out what comes; a server that nobody answers at is tried again while there is time."""
    said = False
    while True:
        for got in (coming := _raised(score)):
            if isinstance(got, UnreachableError) and wait.allows(_PAUSE):
                if not said:
                    logger.warning("%s; waiting for it until the time limit of this call", got)
                said = True
                break
            yield got
        else:
            return
        coming.close()
        time.sleep(_PAUSE)


class _Wait(NamedTuple):
    """How long the next score is waited for."""

    patience: float | None
    deadline: float | None

    def seconds(self) -> float | None:
        left = [] if self.deadline is None else [max(0.0, self.deadline - time.monotonic())]
        return min([*left, *([] if self.patience is None else [self.patience])], default=None)

    def over(self) -> bool:
        return self.deadline is not None and time.monotonic() >= self.deadline

    def allows(self, seconds: float) -> bool:
        """Tell whether so much time is left before the deadline; without one nobody waits."""
        return self.deadline is not None and time.monotonic() + seconds < self.deadline

    def why(self) -> str:
        return "the time limit of this call has passed" if self.over() else f"nothing came for {self.patience:g} s"


def _in_thread(score: Callable[[], Iterable[Any]], wait: _Wait) -> Iterator[Any]:
    """Give out what comes from another thread; a TimeoutError ends it when nothing came for too long."""
    if wait.over():  # nothing is asked that nobody can wait for
        yield TimeoutError(wait.why())
        return
    out: SimpleQueue[Any] = SimpleQueue()
    left = threading.Event()

    def work() -> None:
        coming = _reached(score, wait)
        try:
            for got in coming:
                out.put(got)
                if left.is_set():
                    break
            coming.close()
        except BaseException as error:  # noqa: BLE001 - to exit, or to be cancelled, ends this thread and nothing else
            out.put(error)
        out.put(_END)

    waiting_threads().start(work)
    try:
        while (got := out.get(timeout=wait.seconds())) is not _END:
            yield got
    except Empty:
        yield TimeoutError(wait.why())
    finally:
        left.set()
