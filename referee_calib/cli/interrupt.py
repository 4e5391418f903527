"""Ctrl-C that lets what is under way come to its end, and a second one that does not."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from referee_calib.cli import common


@contextmanager
def stoppable(*, quiet: bool = False) -> Iterator[threading.Event]:
    """Turn the first interrupt of the block into a request to stop.

    Yields
    ------
    threading.Event
        Set by the first interrupt. A second one is a KeyboardInterrupt at once.

    Raises
    ------
    KeyboardInterrupt
        At the end of a block that was asked to stop.
    """
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = signal.getsignal(signal.SIGINT)

    def ask(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, before)
        stop.set()
        if common.talks():
            common.remark("\nStopping: waiting for what is under way. Ctrl-C again to leave at once.", quiet=quiet)

    signal.signal(signal.SIGINT, ask)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
    if stop.is_set():
        raise KeyboardInterrupt
