"""The second process that draws: the same page, and nothing worse when it is killed or not wanted."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from referee_calib.cli import ahead

REPORT = {"no": "report"}


def child(code: str) -> str:
    """Run code in a fresh process and return what it prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.strip()


SETUP = """
import os
from referee_calib.cli import ahead
def nothing(): pass
ahead._get_ready = nothing
"""


def test_a_fresh_process_draws_in_another_one() -> None:
    code = SETUP + (
        "def who(report): return str(os.getpid())\n"
        "ahead._here = who\n"
        "with ahead.rendering() as render: print(render({}) == str(os.getpid()))"
    )
    another = len(os.sched_getaffinity(0)) > 1
    assert child(code) == str(not another)


def test_a_process_that_has_loaded_numpy_draws_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "_here", lambda report: str(os.getpid()))
    import numpy as np  # noqa: F401

    with ahead.rendering() as render:
        assert render(REPORT) == str(os.getpid())


def test_a_killed_drawing_process_is_replaced_by_this_one() -> None:
    code = SETUP + (
        "import signal\n"
        "me = os.getpid()\n"
        "def here(report): return 'page' if os.getpid() == me else os.kill(os.getpid(), signal.SIGKILL)\n"
        "ahead._here = here\n"
        "with ahead.rendering() as render: print(render({}))"
    )
    assert child(code) == "page"


def test_an_error_of_the_drawing_process_arrives_as_it_is() -> None:
    code = SETUP + (
        "from referee_calib.errors import InputError\n"
        "def broken(report): raise InputError('seen', 'why', 'do')\n"
        "ahead._here = broken\n"
        "try:\n"
        "    with ahead.rendering() as render: render({})\n"
        "except InputError as error: print(error)"
    )
    assert child(code) == "seen: why. do"
