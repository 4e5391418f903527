"""Scoring a study's claims with a referee: one stream of questions, and every score stored soon after it came.

Killed at any moment, the next run asks only for what is neither stored nor in the referee's cache of replies.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Self

from referee_calib.errors import RefereeCalibError
from referee_calib.records import WORTH_ANOTHER_TRY, Dimension, RefereeScore
from referee_calib.study import retest_noise
from referee_calib.study.study import Study

if TYPE_CHECKING:
    from referee_calib.referee import Ask, Referee

STORE_EVERY = 0.2  # seconds; a database transaction costs a few milliseconds


@dataclass(frozen=True, slots=True)
class ScoringSelection:
    """Which scores are wanted.

    Attributes
    ----------
    samples : tuple of int
        Numbers of the repeats.
    dimensions : tuple of str
        Only these; all when empty.
    only_sampled : bool
        Only the claims that people rate.
    retry_failed : bool
        Count as missing what ended in an error, a refusal or an unreadable reply. What the referee cannot judge at
        all ("unsupported") is not asked again.
    limit : int or None
        At most this many claims.
    """

    samples: tuple[int, ...] = (0,)
    dimensions: tuple[Dimension, ...] = ()
    only_sampled: bool = False
    retry_failed: bool = False
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class ScoringResult:
    """What one run did.

    Attributes
    ----------
    claims : int
        Claims that the run set out to judge.
    left : int
        Claims that still lack a score: beyond the limit, the run was stopped, or the referee gave none.
    statuses : dict
        How many scores of each status are stored now for this referee and these samples, over all runs.
    scores : int
        Scores that came in this run.
    failed : dict
        Of those, the failed ones by status.
    reasons : dict
        The most frequent reason of each failed status in this run.
    """

    claims: int
    left: int
    statuses: dict[str, int] = field(default_factory=dict)
    scores: int = 0
    failed: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)


def asks(study: Study, fingerprint: str, choice: ScoringSelection) -> list[Ask]:
    """Return what this referee has still to be asked, claim by claim."""
    from referee_calib.referee import Ask

    done = {sample: _scored(study, fingerprint, sample, choice.retry_failed) for sample in choice.samples}
    found: list[Ask] = []
    claims = 0
    for one in study.claims(sampled=choice.only_sampled):
        names = [name for name in study.rubric.applies(one) if not choice.dimensions or name in choice.dimensions]
        todo = [Ask(one, name, k) for k in choice.samples for name in names if (one.id, name) not in done[k]]
        claims += bool(todo)
        if choice.limit is not None and claims > choice.limit:
            break
        found += todo
    return found


def run(
    study: Study,
    referee: Referee,
    choice: ScoringSelection,
    *,
    progress: Callable[[int], None] | None = None,
    watch: Callable[[RefereeScore], None] | None = None,
    stop: threading.Event | None = None,
) -> ScoringResult:
    """Score what is pending; only one process may score a study at a time.

    `progress` is called with 1 for each claim that is judged on everything, `watch` with each score. Once `stop` is
    set, nothing more is asked; what is in flight is stored. Raises StudyError when another process is scoring this
    study, or the study cannot be written.
    """
    with study.scoring_lock():
        retest_noise.store_description(study, referee.fingerprint, referee.describe())
        todo = asks(study, referee.fingerprint, choice)
        open_questions = Counter(ask.claim.id for ask in todo)
        claims, came = len(open_questions), Counter[tuple[str, str]]()
        scores = referee.stream(todo, study.media, again=choice.retry_failed, stop=stop)
        with _ScoreWriter(study) as keeper, closing(scores):  # whatever happens here, nothing more is asked
            for one in scores:
                keeper.add(one)
                came[one.status, one.reason] += 1
                open_questions[one.claim] -= 1
                if watch is not None:
                    watch(one)
                if progress is not None and not open_questions[one.claim]:
                    progress(1)
        retest_noise.store_description(study, referee.fingerprint, referee.describe())
    return _result(study, referee.fingerprint, choice, claims, came)


class _ScoreWriter:
    """Stores scores as they come, also those that came before an interruption or while the referee is silent."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._waiting: list[RefereeScore] = []
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._store_regularly, name="storing", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._closing.set()
        self._thread.join()
        self._store()

    def add(self, one: RefereeScore) -> None:
        with self._lock:
            self._waiting.append(one)
        if not self._thread.is_alive():  # it could not store: say so here, where it ends the run
            self._store()

    def _store_regularly(self) -> None:
        while not self._closing.wait(STORE_EVERY):
            try:
                self._store()
            except RefereeCalibError:
                return  # the scores are still waiting, and whoever adds the next one tries again

    def _store(self) -> None:
        with self._lock:
            if self._waiting:
                self._study.add_scores(self._waiting)
                self._waiting = []


def _scored(study: Study, fingerprint: str, sample: int, retry_failed: bool) -> set[tuple[str, str]]:
    again = WORTH_ANOTHER_TRY if retry_failed else frozenset()
    statuses = study.score_statuses(fingerprint, sample)
    return {(claim, dimension) for (claim, _, dimension, _), status in statuses.items() if status not in again}


def _result(
    study: Study, fingerprint: str, choice: ScoringSelection, claims: int, came: Counter[tuple[str, str]]
) -> ScoringResult:
    stored = Counter(
        status for sample in choice.samples for status in study.score_statuses(fingerprint, sample).values()
    )
    whole = ScoringSelection(choice.samples, choice.dimensions, choice.only_sampled)
    left = {ask.claim.id for ask in asks(study, fingerprint, whole)}
    failed: Counter[str] = Counter()
    reasons: dict[str, str] = {}
    for (status, reason), count in came.most_common():
        if status != "ok":
            failed[status] += count
            reasons.setdefault(status, reason)
    return ScoringResult(claims, len(left), dict(sorted(stored.items())), sum(came.values()), dict(failed), reasons)
