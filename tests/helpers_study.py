"""Helpers of the study and command-line tests: other processes, other users, small disks."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from collections.abc import Callable

from click.testing import CliRunner, Result

from referee_calib.cli.main import main
from referee_calib.errors import RefereeCalibError
from referee_calib.records import Claim
from referee_calib.study import Study
from referee_calib.study.worklist import worklist

NOBODY = 65_534


def run(*arguments: object) -> Result:
    """Type a command."""
    return CliRunner().invoke(main, [str(one) for one in arguments])


def a_claim(index: int = 0, video: str = "a.mp4", t: float = 0.2, **more: object) -> Claim:
    values: dict[str, object] = {"question": "Where?", "object": "ball", "boxes": ((t, 0.1, 0.2, 0.3, 0.4),)}
    return Claim(video=video, index=index, **(values | more))  # type: ignore[arg-type]


def order_of(study: Study, rater: str) -> list[str]:
    """Return the keys of a rater's items in their order."""
    return [one.key for one in worklist(study, rater).items]


def python(script: str, *arguments: object, wait: bool = True) -> subprocess.Popen[str]:
    """Run a script in a process of its own. It writes no bytecode: under a small size limit that would be cut off."""
    process = subprocess.Popen(
        [sys.executable, "-B", "-W", "error", "-c", script, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    if wait:
        process.wait()
    return process


def said_by_a_mere_user(act: Callable[[], object]) -> str:
    """Return the error that `act` ends in when no administrator runs it, "" when it ends well."""
    if os.geteuid() != 0:
        return _said(act)
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # a fork beside threads; the child only raises and ends
        child = os.fork()
    if child == 0:
        try:
            os.write(writer, _said(lambda: (_become_nobody(), act())).encode())
        finally:
            os._exit(0)  # never back into the test runner
    os.close(writer)
    with os.fdopen(reader) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return said


def _become_nobody() -> None:
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def _said(act: Callable[[], object]) -> str:
    try:
        act()
    except RefereeCalibError as error:
        return str(error)
    except BaseException as error:  # noqa: BLE001 - whatever it is, the parent has to see it
        return f"UNEXPECTED {error!r}"
    return ""
