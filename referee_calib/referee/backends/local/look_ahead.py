"""One window of questions is worked on in a thread while the results of the one before are used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Window = TypeVar("Window")
Result = TypeVar("Result")


def one_ahead(windows: Iterable[Window], work: Callable[[Window], Result], thread: str) -> Iterator[Result]:
    """Give out the result of each window in order; windows are read at most two ahead, in the caller's thread."""
    waiting: Future[Result] | None = None
    with ThreadPoolExecutor(1, thread_name_prefix=thread) as pool:
        for window in windows:
            following = pool.submit(work, window)
            if waiting is not None:
                yield waiting.result()
            waiting = following
        if waiting is not None:
            yield waiting.result()
