"""What a server that runs for weeks asks of its process: memory that goes back, and room for many connections."""

from __future__ import annotations

import asyncio
import ctypes
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

POOLS = 2
FILES = 8192  # open at a time; 60 people have about 500, sockets and event loops among them
RETURN_SECONDS = 60.0
_M_ARENA_MAX = -8  # in glibc's malloc.h
_STATED = ("MALLOC_ARENA_MAX", "GLIBC_TUNABLES")  # whoever runs the server decides


def share_freed_memory() -> None:
    """Let all threads share `POOLS` pools of memory; to be called before there are many.

    glibc makes pools of its own for threads that meet, up to eight for each core. Decoders and pages come and go in
    many threads, and every pool keeps what it held at its fullest. Other C libraries have no such setting.
    """
    set_option = _of_c_library("mallopt")
    if set_option is not None and not any(name in os.environ for name in _STATED):
        set_option(_M_ARENA_MAX, POOLS)


@asynccontextmanager
async def freed_memory_returned(every: float = RETURN_SECONDS) -> AsyncIterator[None]:
    """Meanwhile, give memory that is free back to the system once a minute: glibc keeps what lies between used parts.

    That takes some ten milliseconds, in a thread of its own.
    """
    returning = asyncio.create_task(_return_freed_memory(every))
    try:
        yield
    finally:
        returning.cancel()


async def _return_freed_memory(every: float) -> None:
    trim = _of_c_library("malloc_trim")
    while trim is not None:
        await asyncio.sleep(every)
        await asyncio.to_thread(trim, 0)


def _of_c_library(name: str) -> Callable[..., int] | None:
    """Return a function of the C library, None where it has none of this name."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform.startswith("linux") else None


def allow_many_files() -> None:
    """Raise the number of files and connections that may be open, where it is lower than `FILES` and may be raised.

    Many systems begin at 1,024 of some hundred thousand. Streamlit keeps a page that was left for two minutes.
    """
    if sys.platform == "win32":
        return
    import resource

    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if most == resource.RLIM_INFINITY else min(FILES, most)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
