"""Reading the replies of a long file in processes of their own, in the order of the file.

A worker is this module as a program: it gets pieces of the file on its standard input and answers each on its standard
output. It is started as a fresh interpreter, neither forked (other threads may hold locks) nor spawned by
`multiprocessing` (which runs the caller's script again). When one dies, its piece is read here instead.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from queue import SimpleQueue
from types import TracebackType
from typing import IO, NamedTuple, Self

from referee_calib.claims import ReadingOptions, Rollout
from referee_calib.rollout_files.reply_claims import ReplyClaims, read_reply

HERE_FIRST = 1000  # replies that are read here before a worker is worth its start
PIECE = 100  # replies that go to a worker at once
MOST_WORKERS = 4  # more than this process can feed

_PROGRAM = "import sys; sys.path[:] = {path!r}; from {module} import work; work()"


class PlacedRollout(NamedTuple):
    """A reply and where it stands."""

    place: str
    rollout: Rollout


Lengths = Callable[[str], float | None]
Pairs = Iterator[tuple[PlacedRollout, ReplyClaims]]


class LengthWanted(Exception):
    """A notation asks for the length of the video, which only the importing process knows."""


class ReplyWorkers:
    """Reads replies by the stated options, here and in workers; use it in a `with` block, which ends them.

    Parameters
    ----------
    options : ReadingOptions
        What is stated about the notation.
    length_of : callable
        Gives the length of a video in seconds, None when nobody knows it.
    workers : int, optional
        How many; by default one for each processor, none on a single one.
    """

    def __init__(self, options: ReadingOptions, length_of: Lengths, workers: int | None = None) -> None:
        self.options, self.length_of = options, length_of
        processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self.count = min(processors, MOST_WORKERS) if workers is None else workers
        self._length_asked = False
        self._started: list[_Worker] = []

    @property
    def processes(self) -> list[subprocess.Popen[bytes]]:
        """Return the workers that were started."""
        return [one.process for one in self._started]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for one in self._started:
            one.end()

    def read(self, replies: Iterable[PlacedRollout]) -> Pairs:
        """Give each reply with what it holds, in order."""
        rest = iter(replies)
        for one in islice(rest, HERE_FIRST):
            yield one, self._here(one)
        # where lengths are asked for, most replies of a file do, and a worker would only hand them back
        if self.count < 2 or self._length_asked:
            yield from ((one, self._here(one)) for one in rest)
        else:
            yield from self._by_workers(rest)

    def _here(self, one: PlacedRollout) -> ReplyClaims:
        def length() -> float | None:
            self._length_asked = True
            return self.length_of(one.rollout.video)

        return read_reply(one.rollout, self.options, length)

    def _by_workers(self, rest: Iterator[PlacedRollout]) -> Pairs:
        idle: SimpleQueue[_Worker] = SimpleQueue()

        def ask(piece: Sequence[PlacedRollout]) -> Sequence[ReplyClaims | None]:
            worker = idle.get()
            try:
                return worker.ask(piece)
            finally:
                idle.put(worker)

        waiting: deque[tuple[list[PlacedRollout], Future[Sequence[ReplyClaims | None]]]] = deque()
        with ThreadPoolExecutor(self.count) as threads:
            while True:
                while len(waiting) < 2 * self.count and (piece := list(islice(rest, PIECE))):
                    if not self._started:  # the file ends before, mostly
                        self._started = [_Worker(self.options) for _ in range(self.count)]
                        for one in self._started:
                            idle.put(one)
                    waiting.append((piece, threads.submit(ask, piece)))
                if not waiting:
                    return
                piece, asked = waiting.popleft()
                for reply, found in zip(piece, asked.result(), strict=True):
                    yield reply, self._here(reply) if found is None else found


class _Worker:
    """One worker, as its user sees it."""

    def __init__(self, options: ReadingOptions) -> None:
        program = _PROGRAM.format(path=sys.path, module=__name__)
        self.process = subprocess.Popen(
            [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._options, self._told = options, False

    def ask(self, piece: Sequence[PlacedRollout]) -> Sequence[ReplyClaims | None]:
        """Return what each reply of a piece holds, None for one that has to be read elsewhere."""
        into, out = self.process.stdin, self.process.stdout
        try:
            if into is None or out is None or self.process.poll() is not None:
                raise EOFError
            if not self._told:
                _send(into, self._options)
                self._told = True
            _send(into, piece)
            answer: list[ReplyClaims | None] = pickle.load(out)  # noqa: S301  written by this program
        except (OSError, EOFError, pickle.PickleError, ValueError):
            self.end()
            return [None] * len(piece)
        return answer

    def end(self) -> None:
        """End it, whatever it does."""
        with suppress(OSError):
            self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                if stream is not None:
                    stream.close()


def work() -> None:
    """Answer pieces until there are no more: the program of a worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that imports; it ends this one
    pieces, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing else gets in between
    with suppress(EOFError, BrokenPipeError):
        options: ReadingOptions = pickle.load(pieces)  # noqa: S301  written by this program
        while True:
            piece: Sequence[PlacedRollout] = pickle.load(pieces)  # noqa: S301
            _send(answers, [_read_apart(one, options) for one in piece])


def _read_apart(one: PlacedRollout, options: ReadingOptions) -> ReplyClaims | None:
    try:
        return read_reply(one.rollout, options, _unknown_length)
    except LengthWanted:
        return None


def _unknown_length() -> float | None:
    raise LengthWanted


def _send(stream: IO[bytes], value: object) -> None:
    pickle.dump(value, stream, pickle.HIGHEST_PROTOCOL)
    stream.flush()
