"""Calls of training have a thread that waits for the next one; one that hangs keeps nobody waiting."""

import os
import threading
from queue import SimpleQueue

from referee_calib.reward.judging.waiting_threads import WaitingThreads, waiting_threads


def names(threads, count):
    """Which threads do `count` calls, one after the other."""
    seen = SimpleQueue()
    found = []
    for _ in range(count):
        threads.start(lambda: seen.put(threading.current_thread()))
        found.append(seen.get(timeout=10))
    return found


def test_one_call_after_the_other_needs_few_threads():
    found = set(names(WaitingThreads(), 50))
    assert len(found) < 25  # one or two: the next call may come before the thread waits again
    assert all(one.daemon and one.is_alive() for one in found)


def test_a_call_that_hangs_keeps_nobody_waiting():
    threads, release = WaitingThreads(), threading.Event()
    threads.start(release.wait)
    assert len(names(threads, 3)) == 3
    release.set()


def test_a_child_process_gets_its_own(monkeypatch):
    mine = waiting_threads()
    assert waiting_threads() is mine
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert waiting_threads() is not mine
