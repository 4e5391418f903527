"""The threads that render pictures: one set for a process, for all passes over questions.

OpenCV leaves 900 bytes behind with each thread that ends after a resize. Threads of each pass would let the memory of
a long training grow.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

RENDERERS = min(8, os.cpu_count() or 1)  # drawing and encoding run outside of the interpreter's lock


def rendering_threads() -> ThreadPoolExecutor:
    """Return this process's threads; a child has none of its parent's, so it gets its own."""
    return _of_process(os.getpid())


@lru_cache(maxsize=1)
def _of_process(_process: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(RENDERERS, thread_name_prefix="rendering")
