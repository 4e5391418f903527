"""Servers that run for as long as a test needs them, on this machine's own address."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 300.0  # seconds until a server must have started


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    command: Sequence[object], health: str, log: Path, environment: Mapping[str, str], place: Path | None = None
) -> Iterator[None]:
    """Run a server, in a folder if one is given, until the block ends; it is up when its address of health answers."""
    with log.open("wb") as file:
        process = subprocess.Popen(
            [str(word) for word in command],
            stdout=file,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment},
            cwd=place,
            start_new_session=True,
        )
    try:
        until = time.monotonic() + PATIENCE
        while not _answers(health):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{command[0]} did not start:\n{log.read_text(errors='replace')[-4000:]}")
            time.sleep(0.2)
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _answers(health: str) -> bool:
    try:
        with urllib.request.urlopen(health, timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False
