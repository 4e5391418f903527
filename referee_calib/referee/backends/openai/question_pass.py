"""One pass over questions: encoded in worker threads, sent from the loop, handed back to the caller's thread."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from time import monotonic

from referee_calib.errors import RefereeCalibError
from referee_calib.referee.backends.openai.event_loop_thread import EventLoopThread
from referee_calib.referee.backends.openai.http_client import EndpointClient, RequestOutcome, RequestUnwanted
from referee_calib.referee.backends.openai.retry import clean
from referee_calib.referee.question import Question, Reply

_CANNOT_BE_SENT = (RefereeCalibError, TypeError, ValueError, OSError)


_Got = tuple[Question, Reply | None] | BaseException


class QuestionPass:
    """Questions on their way; `open` of them were submitted and not yet given back.

    `encode` makes a request's body, in a worker thread, because it may render pictures; `read` reads an answer, given
    the seconds that it took.
    """

    def __init__(
        self,
        engine: EventLoopThread,
        client: EndpointClient,
        encode: Callable[[Question], bytes],
        read: Callable[[Question, bytes, float], Reply],
    ) -> None:
        self.open = 0
        self._engine, self._client, self._encode, self._read = engine, client, encode, read
        self._done: SimpleQueue[list[_Got]] = SimpleQueue()
        self._coming: list[_Got] = []  # of this turn of the loop
        self._come: deque[_Got] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._outbox: deque[tuple[Question, bytes]] = deque()
        self._roused = self._ending = False

    def submit(self, question: Question) -> None:
        """Take a question; it goes to a worker thread when its pictures are still to be made."""
        self.open += 1
        if "pictures" not in vars(question):
            self._engine.workers.submit(self._encode, question).add_done_callback(partial(self._encoded, question))
            return
        body: Future[bytes] = Future()
        try:
            body.set_result(self._encode(question))
        except _CANNOT_BE_SENT as error:
            body.set_exception(error)
        self._encoded(question, body)

    def ready(self, *, wait: bool) -> Iterator[tuple[Question, Reply]]:
        """Give back what has come; wait for one when `wait` is true and there is any to come."""
        while self._fetch(block=wait and not self._come):
            wait = False
            yield from self._next()

    def last(self, seconds: float) -> Iterator[tuple[Question, Reply]]:
        """Send nothing more, and give back what comes within the time."""
        self._ending = True
        until = monotonic() + seconds
        while self._fetch(block=not self._come, seconds=max(0.0, until - monotonic())):
            yield from self._next()

    def stop(self) -> None:
        """Drop what is still under way; its connections are cut, so that servers stop working on it."""
        self._ending = True
        self._engine.soon(self._cancel)

    def _fetch(self, *, block: bool, seconds: float | None = None) -> bool:
        """Take over what the loop has finished; False when there is nothing to give back."""
        if self.open:
            with suppress(Empty):
                self._come.extend(self._done.get(block=block, timeout=seconds))
        return bool(self._come)

    def _next(self) -> Iterator[tuple[Question, Reply]]:
        got = self._come.popleft()
        self.open -= 1
        if isinstance(got, BaseException):
            raise got
        question, reply = got
        if reply is not None:
            yield question, reply

    # in a worker thread

    def _encoded(self, question: Question, body: Future[bytes]) -> None:
        if body.cancelled():
            self._done.put([(question, _closed())])
        elif isinstance(error := body.exception(), _CANNOT_BE_SENT):
            reason = f"the question cannot be sent: {clean(str(error))}"
            self._done.put([(question, Reply(status="error", reason=reason))])
        elif error is not None:
            self._done.put([error])
        else:
            self._outbox.append((question, body.result()))
            self._rouse()

    def _rouse(self) -> None:
        """Tell the loop that something is to be sent; it is told once, however much there is."""
        if not self._roused:
            self._roused = True
            if not self._engine.soon(self._start):
                with suppress(IndexError):  # several threads may empty it
                    while True:
                        self._done.put([(self._outbox.popleft()[0], _closed())])

    # in the loop

    def _start(self) -> None:
        self._roused = False  # first: what is put in from here on rouses again
        while self._outbox:
            task = self._engine.loop.create_task(self._send(*self._outbox.popleft()))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _send(self, question: Question, body: bytes) -> None:
        try:
            outcome = await self._client.ask(body, wanted=self._wanted)
            self._give((question, self._reply(question, outcome)))
        except RequestUnwanted:
            self._give((question, None))
        except asyncio.CancelledError:
            self._done.put([(question, _closed())])
            raise
        except BaseException as error:
            self._give(error)  # the caller's thread raises it
            raise

    def _give(self, got: _Got) -> None:
        """Hand over what has finished, all of one turn of the loop at once: the other thread wakes up once."""
        self._coming.append(got)
        if len(self._coming) == 1:
            self._engine.loop.call_soon(self._hand_over)

    def _hand_over(self) -> None:
        self._done.put(self._coming)
        self._coming = []

    def _wanted(self) -> bool:
        return not self._ending

    def _reply(self, question: Question, outcome: RequestOutcome) -> Reply:
        if outcome.failed:
            return Reply(status="error", reason=outcome.failed, seconds=outcome.seconds)
        return self._read(question, outcome.body, outcome.seconds)

    def _cancel(self) -> None:
        for task in self._tasks:
            task.cancel()


def _closed() -> Reply:
    return Reply(status="error", reason="the backend was closed before the answer came")
