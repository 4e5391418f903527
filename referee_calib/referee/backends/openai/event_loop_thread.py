"""An event loop in a thread of its own: started when first needed, ended with its owner, new after a fork.

Trainers and notebooks run loops themselves, and training frameworks fork workers. Neither can share a loop:
this one belongs to nobody else, and a child process that finds itself with its parent's starts its own.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import os
import threading
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class EventLoopThread:
    """The loop, its thread, and a few threads for other work; `closing` runs inside the loop before it ends."""

    def __init__(self, closing: Callable[[], Awaitable[None]], threads: int = 4) -> None:
        self.pid = os.getpid()
        self.loop = asyncio.new_event_loop()
        self.workers = concurrent.futures.ThreadPoolExecutor(threads, thread_name_prefix="referee pictures")
        self._closing = closing
        self._thread = threading.Thread(target=self._run, name="referee endpoint", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()
        pending = asyncio.all_tasks(self.loop)
        for task in pending:
            task.cancel()
        self.loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
        self.loop.run_until_complete(self._closing())
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        self.loop.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in the loop and wait for it; an interrupt cancels it."""
        future = asyncio.run_coroutine_threadsafe(work, self.loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def soon(self, call: Callable[..., object], *arguments: object) -> bool:
        """Call something inside the loop; False, and nothing is called, when the loop has ended."""
        try:
            self.loop.call_soon_threadsafe(call, *arguments)
        except RuntimeError:
            if not self.loop.is_closed():
                raise
            return False
        return True

    def close(self) -> None:
        """End the loop, its tasks and the threads. In a child process: only forget them."""
        if self.pid != os.getpid():
            return
        self.workers.shutdown(wait=False, cancel_futures=True)
        self.soon(self.loop.stop)
        if threading.current_thread() is not self._thread:
            self._thread.join(timeout=5.0)
