"""What a server that runs for weeks asks of its process: memory that threads share, and room for many connections."""

from __future__ import annotations

import ctypes
import os
import sys

POOLS = 2
FILES = 8192  # open at a time; 60 people have about 500, sockets and event loops among them
_M_ARENA_MAX = -8  # in glibc's malloc.h
_STATED = ("MALLOC_ARENA_MAX", "GLIBC_TUNABLES")  # whoever runs the server decides


def share_freed_memory() -> None:
    """Let all threads share `POOLS` pools of memory; to be called before there are many.

    glibc makes pools of its own for threads that meet, up to eight for each core. Decoders and pages come and go in
    many threads, and every pool keeps what it held at its fullest. Other C libraries have no such setting.
    """
    if not sys.platform.startswith("linux") or any(name in os.environ for name in _STATED):
        return
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        set_option(_M_ARENA_MAX, POOLS)


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
