"""A real ``vllm serve`` or ``transformers serve`` on this machine's own address, for as long as a test needs it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

NAME = "tiny"
PATIENCE = 300.0  # seconds until it must have started


@dataclass(frozen=True)
class Server:
    """A running server: its address as an OpenAI-compatible endpoint, and the model's name there."""

    url: str
    model: str


@contextmanager
def start(folder: Path, log: Path, environment: Mapping[str, str]) -> Iterator[Server]:
    """Serve a model folder by vLLM; the server and all its processes end with the block."""
    port = _free_port()
    command = [Path(sys.executable).parent / "vllm", "serve", folder, "--host", "127.0.0.1", "--port", port]
    command += [
        "--served-model-name",
        NAME,
        "--dtype",
        "float32",
        "--enforce-eager",
        "--max-model-len",
        2048,
        "--max-num-seqs",
        16,
    ]
    command += ["--limit-mm-per-prompt", '{"image": 16, "video": 0}']
    with _running(command, port, log, {**environment, "VLLM_ENABLE_V1_MULTIPROCESSING": "1"}, folder):
        yield Server(f"http://127.0.0.1:{port}/v1", NAME)


@contextmanager
def start_transformers(folder: Path, log: Path, environment: Mapping[str, str]) -> Iterator[Server]:
    """Serve a model folder by transformers, under the folder's name, as it knows no other; it ends with the block."""
    port = _free_port()
    command = [sys.executable, Path(__file__).parent / "transformers_server.py", "serve", folder.name]
    command += ["--host", "127.0.0.1", "--port", port, "--device", "cpu"]
    with _running(command, port, log, environment, folder.parent):
        yield Server(f"http://127.0.0.1:{port}/v1", folder.name)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _running(
    command: Sequence[object], port: int, log: Path, environment: Mapping[str, str], place: Path
) -> Iterator[None]:
    """Run a server in a folder until the block ends; it is up when its /health answers."""
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
        _wait(process, f"http://127.0.0.1:{port}/health", log)
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(process: subprocess.Popen[bytes], health: str, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}:\n{log.read_text()[-4000:]}")
        try:
            with urllib.request.urlopen(health, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise RuntimeError(f"the server did not start in {PATIENCE:.0f} s:\n{log.read_text()[-4000:]}")
