"""A real ``vllm serve`` or ``transformers serve`` on this machine's own address, for as long as a test needs it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from helpers_real_servers import free_port, running

NAME = "tiny"


@dataclass(frozen=True)
class Server:
    """A running server: its address as an OpenAI-compatible endpoint, and the model's name there."""

    url: str
    model: str


@contextmanager
def start(folder: Path, log: Path, environment: Mapping[str, str]) -> Iterator[Server]:
    """Serve a model folder by vLLM; the server and all its processes end with the block."""
    port = free_port()
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
    environment = {**environment, "VLLM_ENABLE_V1_MULTIPROCESSING": "1"}
    with running(command, f"http://127.0.0.1:{port}/health", log, environment, folder):
        yield Server(f"http://127.0.0.1:{port}/v1", NAME)


@contextmanager
def start_transformers(folder: Path, log: Path, environment: Mapping[str, str]) -> Iterator[Server]:
    """Serve a model folder by transformers, under the folder's name, as it knows no other; it ends with the block."""
    port = free_port()
    command = [sys.executable, Path(__file__).parent / "transformers_server.py", "serve", folder.name]
    command += ["--host", "127.0.0.1", "--port", port, "--device", "cpu"]
    with running(command, f"http://127.0.0.1:{port}/health", log, environment, folder.parent):
        yield Server(f"http://127.0.0.1:{port}/v1", folder.name)
