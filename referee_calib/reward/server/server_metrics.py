"""Counters of the reward server, in the text form that Prometheus reads."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from referee_calib.reward.training.reply_reward import ReplyReward

BOUNDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)  # seconds


class ServerMetrics:
    """What was asked and answered; used from the event loop alone."""

    def __init__(self) -> None:
        self.waiting = self.refused = 0
        self.by_status: Counter[str] = Counter()
        self._within = [0] * (len(BOUNDS) + 1)
        self._seconds = 0.0

    @contextmanager
    def served(self, items: int) -> Iterator[Callable[[Sequence[ReplyReward]], None]]:
        """Count a request of so many items while it waits; yields what takes its results."""
        began = time.perf_counter()
        self.waiting += items

        def done(results: Sequence[ReplyReward]) -> None:
            self.by_status.update(one.status for one in results)
            seconds = time.perf_counter() - began
            self._seconds += seconds
            self._within[next((k for k, bound in enumerate(BOUNDS) if seconds <= bound), len(BOUNDS))] += 1

        try:
            yield done
        finally:
            self.waiting -= items

    def text(self, batches: int) -> str:
        """Return all counters."""
        lines = ["# HELP referee_calib_items_total Replies by status.", "# TYPE referee_calib_items_total counter"]
        statuses = ("ok", "failed", "unusable")
        lines += [f'referee_calib_items_total{{status="{one}"}} {self.by_status[one]}' for one in statuses]
        lines += _counter("referee_calib_refused_total", "Replies refused because the queue was full.", self.refused)
        lines += _counter("referee_calib_batches_total", "Calls of the reward.", batches)
        lines += [
            "# HELP referee_calib_waiting Replies that wait or are judged.",
            "# TYPE referee_calib_waiting gauge",
            f"referee_calib_waiting {self.waiting}",
            "# HELP referee_calib_request_seconds Time from a request to its answer.",
            "# TYPE referee_calib_request_seconds histogram",
        ]
        total = 0
        for bound, count in zip((*map(str, BOUNDS), "+Inf"), self._within, strict=True):
            total += count
            lines.append(f'referee_calib_request_seconds_bucket{{le="{bound}"}} {total}')
        lines += [
            f"referee_calib_request_seconds_sum {self._seconds:g}",
            f"referee_calib_request_seconds_count {total}",
        ]
        return "\n".join(lines) + "\n"


def _counter(name: str, words: str, value: int) -> list[str]:
    return [f"# HELP {name} {words}", f"# TYPE {name} counter", f"{name} {value}"]
