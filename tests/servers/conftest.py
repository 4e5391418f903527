"""Servers that run for as long as the tests need them, on this machine's own address."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers_real_servers import free_port, running


@pytest.fixture(scope="session")
def llama_cpp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of llama.cpp's server with a tiny random model that sees no pictures."""
    import tiny_gguf

    folder = tmp_path_factory.mktemp("llama_cpp")
    model, port = tiny_gguf.write(folder / "tiny.gguf"), free_port()
    program = Path(__file__).parent / "llama_cpp.py"
    with running([sys.executable, program, model, port], f"http://127.0.0.1:{port}/health", folder / "log", {}):
        yield f"http://127.0.0.1:{port}/v1"
