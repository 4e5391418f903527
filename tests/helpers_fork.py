"""Forked children, for the tests of what they inherit."""

import os
import signal
import time

import pytest


def ended(child, seconds=30.0):
    """The exit code of a child, or a failure when it never ends."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    pytest.fail("the child hangs")
