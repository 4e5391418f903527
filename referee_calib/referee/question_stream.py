"""One stream of questions over all videos, for backends that answer many at once.

Three things happen at the same time: a thread decodes videos and makes questions, a little ahead of need; another
hands them to the backend and takes replies; the caller takes scores. What the cache holds is never asked, what is
asked several times at once is asked once, and a fresh reply is in the cache before its score is seen. Queues are short
and wait for each other, so memory does not grow with the number of claims.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from queue import Empty, Full, Queue
from types import TracebackType
from typing import TYPE_CHECKING, Any

from referee_calib.records import RefereeScore
from referee_calib.referee.backend_protocol import Question, Reply
from referee_calib.referee.cache.question_keys import Ask, Kept
from referee_calib.referee.question_prefetch import Maker

if TYPE_CHECKING:
    from referee_calib.referee.scoring import Referee

LOOK_AHEAD = 32  # questions made before the backend takes them; each holds its pictures
GRACE = 2.0  # seconds that an abandoned stream waits for what is in flight
_LOOKED_UP = 2000  # questions of one video that are looked up in the cache at once
_WAITING = 256  # groups of scores that nobody has taken yet
_TICK = 0.05  # seconds between two looks at whether to stop
_END = object()

Videos = Mapping[Path, Sequence[Ask]]


def stream(
    referee: Referee, videos: Videos, *, again: bool = False, stop: threading.Event | None = None
) -> Generator[RefereeScore, None, None]:
    """Score everything that is asked, in the order in which replies come.

    Parameters
    ----------
    referee : Referee
        With a streaming backend.
    videos : mapping of Path to sequence of Ask
        What is asked about each video.
    again : bool
        See :class:`Kept`.
    stop : threading.Event, optional
        Once set, nothing more is asked; what is in flight still comes.

    Yields
    ------
    RefereeScore
        One for every ask, unless it was stopped.
    """
    run = _Run(referee, again, stop)
    try:
        run.start(videos)
        yield from run.scores()
    finally:
        run.close()


class _Run:
    """One pass: the two threads and the queues between them."""

    def __init__(self, referee: Referee, again: bool, stop: threading.Event | None) -> None:
        self.referee = referee
        self.kept = Kept(referee, again=again)
        self.asked_to_stop = stop
        self.abandoned = threading.Event()
        self.questions: Queue[Any] = Queue(LOOK_AHEAD)
        self.out: Queue[Any] = Queue(_WAITING)
        self.lock = threading.Lock()
        self.in_flight: dict[str, tuple[Path, list[Ask]]] = {}
        self.threads: list[threading.Thread] = []

    def start(self, videos: Videos) -> None:
        for name, work in (("decoding", lambda: self._make(videos)), ("asking", self._ask)):
            self.threads.append(threading.Thread(target=self._guarded, args=(work,), name=name, daemon=True))
        for thread in self.threads:
            thread.start()

    def scores(self) -> Iterator[RefereeScore]:
        running = len(self.threads)
        while running:
            got = self.out.get()
            if isinstance(got, _Ended):
                running -= 1
                if got.error is not None:
                    raise got.error
                continue
            yield from got
        yield from self._unanswered()

    def stopped(self) -> bool:
        """Whether nothing more is to be asked."""
        return self.abandoned.is_set() or (self.asked_to_stop is not None and self.asked_to_stop.is_set())

    def close(self) -> None:
        """Stop both threads; replies in flight have a moment to come, and are kept when they do."""
        self.abandoned.set()
        for thread in self.threads:
            thread.join(GRACE)

    # the thread that decodes

    def _make(self, videos: Videos) -> None:
        maker = Maker(self.referee, self._give, self.stopped)
        try:
            for path, asks in _batches(videos):
                known = self.kept.known(path, asks)
                pairs = list(zip(asks, known, strict=True))
                self._give([self.referee.read_for(ask, reply) for ask, reply in pairs if reply is not None])
                for ask, question in maker.questions(path, [ask for ask, reply in pairs if reply is None]):
                    self._send(question, ask, path)
                if self.stopped():
                    return
        finally:
            maker.close()
            self._put(self.questions, _END)

    def _send(self, question: Question, ask: Ask, path: Path) -> None:
        """Answer from the cache, join a question that is in flight, or ask."""
        key = self.kept.key(question)
        with self.lock:
            if key in self.in_flight:
                self.in_flight[key][1].append(ask)
                return
            reply = self.kept.get(key)
            if reply is None:
                self.in_flight[key] = (path, [ask])
        if reply is None:
            self._put(self.questions, question)
        else:
            self.kept.link(key, [ask], path)
            self._give([self.referee.read_for(ask, reply)])

    # the thread that asks

    def _ask(self) -> None:
        answers = self.referee.backend.answers(self._asked())  # type: ignore[attr-defined]
        for question, reply in answers:
            self._settle(question, reply)

    def _asked(self) -> Iterator[Question | None]:
        """Give out questions; None while there is none, to a backend that can do something else meanwhile.

        Otherwise replies that came while a video is decoded would wait in the backend, paid for and not yet kept.
        """
        pauses = getattr(self.referee.backend, "takes_pauses", False)
        while not self.stopped():
            try:
                question = self.questions.get(timeout=_TICK)
            except Empty:
                if pauses:
                    yield None
                continue
            if question is _END:
                return
            yield question

    def _settle(self, question: Question, reply: Reply) -> None:
        """Keep a reply, then let everybody who asked for it have it."""
        key = self.kept.key(question)
        with self.lock:
            path, asks = self.in_flight.get(key, (Path(), []))
            self.kept.put(key, reply, asks, path)
            self.in_flight.pop(key, None)
        self._give([self.referee.read_for(ask, reply) for ask in asks])

    # between the threads

    def _guarded(self, work: Any) -> None:
        with _Ended(self):
            work()

    def _give(self, scores: list[RefereeScore]) -> None:
        if scores:
            self._put(self.out, scores)

    def _put(self, queue: Queue[Any], item: Any) -> None:
        """Wait for room, but not for somebody who has gone."""
        gone = self.stopped if queue is self.questions else self.abandoned.is_set
        while not gone():
            try:
                queue.put(item, timeout=_TICK)
            except Full:
                continue
            return

    def _unanswered(self) -> Iterator[RefereeScore]:
        """Name what the backend never answered; a stopped run simply has not asked it."""
        if not self.stopped():
            lost = Reply(status="error", reason="the backend gave no reply to this question")
            yield from (self.referee.read_for(ask, lost) for _, asks in self.in_flight.values() for ask in asks)


class _Ended:
    """Tells the caller that a thread has ended, and carries over what it raised."""

    def __init__(self, run: _Run) -> None:
        self.run = run
        self.error: BaseException | None = None

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> bool:
        self.error = error
        self.run._put(self.run.out, self)
        return True


def _batches(videos: Videos) -> Iterator[tuple[Path, Sequence[Ask]]]:
    """Cut what is asked about one video into pieces whose replies fit into memory."""
    for path, asks in videos.items():
        for start in range(0, len(asks), _LOOKED_UP):
            yield path, asks[start : start + _LOOKED_UP]


def by_video(asks: Iterable[Ask]) -> dict[str, list[Ask]]:
    """Group asks by video, in order of first appearance."""
    groups: dict[str, list[Ask]] = {}
    for ask in asks:
        groups.setdefault(ask.claim.video, []).append(ask)
    return groups
