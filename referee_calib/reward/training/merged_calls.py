"""Many small calls as few large ones: what arrives within a moment is judged together.

Trainers that hand over replies one by one, from many threads, would have each video decoded once for each of them.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from typing import Any

from referee_calib.reward.training.reply_reward import ReplyReward

Score = Callable[[Sequence[Mapping[str, Any]]], list[ReplyReward]]
WINDOW = 0.02  # seconds that the first of a batch waits for others
LARGEST = 512  # items of one batch


class MergedCalls:
    """Puts items of calls that come at the same time into one call of `score`.

    While a batch is judged, the next one gathers; so a lone caller waits `window` at most, and many wait for nobody.

    Parameters
    ----------
    score : callable
        Rewards a list of items.
    window : float
        Seconds that the first item of a batch waits for others.
    largest : int
        Items of one batch.
    """

    def __init__(self, score: Score, window: float = WINDOW, largest: int = LARGEST) -> None:
        self._score, self._window, self._largest = score, window, largest
        self._begin()

    def _begin(self) -> None:
        self._process = os.getpid()
        self._changed = threading.Condition()
        self._waiting: list[tuple[Mapping[str, Any], Future[ReplyReward]]] = []
        self._running = False
        self.batches = 0

    def score(self, items: Iterable[Mapping[str, Any]]) -> list[ReplyReward]:
        """Reward items; an error of a batch is raised in every call that it holds items of."""
        return [future.result() for future in self.submit(items)]

    def submit(self, items: Iterable[Mapping[str, Any]]) -> list[Future[ReplyReward]]:
        """Hand items over and return at once; each future is one item's result."""
        if self._process != os.getpid():  # a child has neither the thread nor what waited for it
            self._begin()
        futures: list[Future[ReplyReward]] = []
        with self._changed:
            for item in items:
                futures.append(Future())
                self._waiting.append((item, futures[-1]))
            self._changed.notify()
            if not self._running:
                self._running = True
                threading.Thread(target=self._work, name="merged reward calls", daemon=True).start()
        return futures

    def _work(self) -> None:
        """Judge batches until nothing waits; the thread ends then, so that nothing keeps a process alive."""
        while True:
            with self._changed:
                if not self._waiting:
                    self._running = False
                    return
                self._changed.wait_for(lambda: len(self._waiting) >= self._largest, self._window)
                batch, self._waiting = self._waiting[: self._largest], self._waiting[self._largest :]
                self.batches += 1
            self._settle(batch)

    def _settle(self, batch: Sequence[tuple[Mapping[str, Any], Future[ReplyReward]]]) -> None:
        try:
            results = self._score([item for item, _ in batch])
        except BaseException as error:  # noqa: BLE001 - it is raised where somebody waits for the result
            for _, future in batch:
                future.set_exception(error)
            return
        for (_, future), result in zip(batch, results, strict=True):
            future.set_result(result)
