"""Daemon threads that wait for the next call once they are done with one, so that a training has few of them.

OpenCV leaves 800 bytes behind with each thread that ends after a resize, and every call of training has a thread.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from functools import lru_cache
from queue import SimpleQueue

Work = Callable[[], object]


class WaitingThreads:
    """As many threads as calls ran at once; one that never comes back keeps nobody waiting, nor the process alive."""

    def __init__(self) -> None:
        self._idle: list[SimpleQueue[Work]] = []

    def start(self, work: Work) -> None:
        """Do something, which must not raise, in a thread that waits, or in a new one."""
        try:
            waiting = self._idle.pop()
        except IndexError:
            waiting = SimpleQueue()
            threading.Thread(target=self._serve, args=(waiting,), name="referee scores", daemon=True).start()
        waiting.put(work)

    def _serve(self, waiting: SimpleQueue[Work]) -> None:
        while True:
            waiting.get()()  # nothing of the work is held while waiting for the next
            self._idle.append(waiting)


def waiting_threads() -> WaitingThreads:
    """Return this process's threads; a child has none of its parent's, so it gets its own."""
    return _of_process(os.getpid())


@lru_cache(maxsize=1)
def _of_process(_process: int) -> WaitingThreads:
    return WaitingThreads()
