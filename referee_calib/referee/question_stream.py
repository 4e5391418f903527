"""All questions of a pass over the claims, asked one by one or, of backends that answer many at once, in one stream.

In a stream three things happen at the same time: a thread decodes videos and makes questions, a little ahead of need;
another hands them to the backend and takes replies; the caller takes scores. What the cache holds is never asked, what
is asked several times at once is asked once, and a fresh reply is in the cache before its score is seen. Queues are
short and wait for each other, so memory does not grow with the number of claims.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from queue import Empty, Full, Queue
from time import perf_counter
from typing import Any, NamedTuple

from referee_calib.errors import RefereeCalibError, VideoError
from referee_calib.records import RefereeScore
from referee_calib.referee.backend_protocol import AskingReferee, StreamingBackend
from referee_calib.referee.checked_replies import answer, broken, checked
from referee_calib.referee.frame_policy.policy import open_clip
from referee_calib.referee.question import Ask, Question, Reply
from referee_calib.referee.question_prefetch import QuestionPrefetcher

LOOK_AHEAD = 32  # questions made before the backend takes them; each holds its pictures
GRACE = 2.0  # seconds that an abandoned stream waits for what is in flight
_LOOKED_UP = 2000  # questions of one video that are looked up in the cache at once
_WAITING = 256  # groups of scores that nobody has taken yet
_TICK = 0.05  # seconds between two looks at whether to stop
_END = object()

Videos = Mapping[Path, Sequence[Ask]]


def one_by_one(
    referee: AskingReferee, videos: Videos, *, again: bool = False, stop: threading.Event | None = None
) -> Generator[RefereeScore, None, None]:
    """Score everything that is asked, in order; see :func:`stream` for the arguments."""
    replies = referee.cached_replies(again=again)
    for path, asks in videos.items():
        try:
            clip = open_clip(path, asks[0].claim.video, [ask[:2] for ask in asks], referee.frames, referee.clock)
        except VideoError as error:
            yield from [referee.failed(ask, error) for ask in asks]
            continue
        for ask in asks:
            if stop is not None and stop.is_set():
                return
            try:
                question = referee.question(ask, clip)
            except VideoError as error:
                yield referee.failed(ask, error)
                continue
            key = replies.key(question) if replies.used else ""
            reply = replies.get(key, question.dimension)
            if reply is None:
                started = perf_counter()
                reply = answer(referee.backend, question)
                if reply.seconds is None:
                    reply = replace(reply, seconds=perf_counter() - started)
                replies.put(key, reply, [ask], path)
            yield referee.read_for(ask, reply)


def stream(
    referee: AskingReferee, videos: Videos, *, again: bool = False, stop: threading.Event | None = None
) -> Generator[RefereeScore, None, None]:
    """Score everything that is asked, in the order in which replies come.

    Once `stop` is set, nothing more is asked; what is in flight still comes.
    """
    assert isinstance(referee.backend, StreamingBackend)  # noqa: S101 - whoever calls this has looked
    run = _StreamedPass(referee, again, stop)
    answers = referee.backend.answers(run.questions(pauses=referee.backend.takes_pauses))
    try:
        run.start("decoding", lambda: run.make(videos))
        run.start("asking", lambda: run.settle(answers))
        yield from run.scores()
    finally:
        run.close()


class _StreamedPass:
    """One pass: two threads, and the queues between them and the caller."""

    def __init__(self, referee: AskingReferee, again: bool, stop: threading.Event | None) -> None:
        self.referee = referee
        self.replies = referee.cached_replies(again=again)
        self.asked_to_stop = stop
        self.abandoned = threading.Event()
        self.waiting: Queue[Any] = Queue(LOOK_AHEAD)
        self.out: Queue[Any] = Queue(_WAITING)
        self.lock = threading.Lock()
        self.in_flight: dict[str, tuple[Path, list[Ask]]] = {}
        self.threads: list[threading.Thread] = []
        self.failure: Reply | None = None  # what stands for the replies that a failed backend did not give

    def start(self, name: str, work: Callable[[], None]) -> None:
        """Run something in a thread; the caller is told when it has ended, and gets what it raised."""

        def guarded() -> None:
            error: BaseException | None = None
            try:
                work()
            except BaseException as raised:  # noqa: BLE001 - the caller's thread raises it
                error = raised
            self.put(self.out, _Ended(error))

        self.threads.append(threading.Thread(target=guarded, name=name, daemon=True))
        self.threads[-1].start()

    def scores(self) -> Iterator[RefereeScore]:
        """Give out scores as they come, until both threads have ended."""
        running = len(self.threads)
        while running:
            got = self.out.get()
            if isinstance(got, _Ended):
                running -= 1
                if got.error is not None:
                    raise got.error
                continue
            yield from got
        if not self.stopped():  # a stopped run has not asked the rest, which is no failure
            lost = self.failure or Reply(status="error", reason="the backend gave no reply to this question")
            yield from [self.referee.read_for(ask, lost) for _, asks in self.in_flight.values() for ask in asks]

    def stopped(self) -> bool:
        """Whether nothing more is to be asked."""
        return self.abandoned.is_set() or (self.asked_to_stop is not None and self.asked_to_stop.is_set())

    def close(self) -> None:
        """Stop both threads; replies in flight have a moment to come, and are kept when they do."""
        self.abandoned.set()
        for thread in self.threads:
            thread.join(GRACE)

    # the thread that decodes

    def make(self, videos: Videos) -> None:
        """Look up or make every question."""
        prefetcher = QuestionPrefetcher(self.referee, self.give, self.stopped)
        try:
            for path, asks in _batches(videos):
                pairs = list(zip(asks, self.replies.known(path, asks), strict=True))
                self.give([self.referee.read_for(ask, reply) for ask, reply in pairs if reply is not None])
                for ask, question in prefetcher.questions(path, [ask for ask, reply in pairs if reply is None]):
                    self.send(question, ask, path)
                if self.stopped():
                    return
        finally:
            prefetcher.close()
            self.put(self.waiting, _END)

    def send(self, question: Question, ask: Ask, path: Path) -> None:
        """Answer from the cache, join a question that is in flight, or ask."""
        key = self.replies.key(question)
        with self.lock:
            if key in self.in_flight:
                self.in_flight[key][1].append(ask)
                return
            reply = self.replies.get(key, question.dimension)
            if reply is None:
                self.in_flight[key] = (path, [ask])
        if reply is None:
            self.put(self.waiting, question)
        else:
            self.replies.link(key, [ask], path)
            self.give([self.referee.read_for(ask, reply)])

    # the thread that asks

    def questions(self, *, pauses: bool) -> Iterator[Question | None]:
        """Give out questions; None while there is none, to a backend that can do something else meanwhile.

        Otherwise replies that came while a video is decoded would wait in the backend, paid for and not yet kept.
        """
        while not self.stopped():
            try:
                question = self.waiting.get(timeout=_TICK)
            except Empty:
                if pauses:
                    yield None
                continue
            if question is _END:
                return
            yield question

    def settle(self, answers: Iterable[tuple[Question, Reply]]) -> None:
        """Keep each reply, then let everybody who asked for it have it."""
        for question, reply in self.checked_answers(answers):
            key = self.replies.key(question)
            with self.lock:
                path, asks = self.in_flight.get(key, (Path(), []))
                self.replies.put(key, reply, asks, path)
                self.in_flight.pop(key, None)
            self.give([self.referee.read_for(ask, reply) for ask in asks])

    def checked_answers(self, answers: Iterable[tuple[Question, Reply]]) -> Iterator[tuple[Question, Reply]]:
        """Give out answers; once the backend failed, every further question gets that failure and it is not asked."""
        coming = iter(answers)
        while self.failure is None:
            try:
                question, reply = next(coming)
                self.replies.key(question)
            except StopIteration:
                return
            except RefereeCalibError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever a foreign program raises, or gives in place of a pair
                self.failure = broken(error)
            else:
                yield question, checked(reply)
        for waiting in self.questions(pauses=False):
            if waiting is not None:
                yield waiting, self.failure

    # between the threads

    def give(self, scores: list[RefereeScore]) -> None:
        """Hand scores to the caller."""
        if scores:
            self.put(self.out, scores)

    def put(self, queue: Queue[Any], item: Any) -> None:
        """Wait for room, but not for somebody who has gone."""
        gone = self.stopped if queue is self.waiting else self.abandoned.is_set
        while not gone():
            try:
                queue.put(item, timeout=_TICK)
            except Full:
                continue
            return


class _Ended(NamedTuple):
    """Says that a thread has ended, and what it raised."""

    error: BaseException | None


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
