"""Real engines on tiny random models: built once for the whole run, on a CPU, without a network."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from helpers_tiny_vlm import KINDS, build
from questions import many
from server import Server, start

from referee_calib.referee.backends.transformers.transformers_backend import TransformersBackend
from referee_calib.referee.backends.vllm.vllm_backend import VllmBackend
from referee_calib.referee.question import Question, Reply

OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1"}
QUIET = {"VLLM_LOGGING_LEVEL": "ERROR", "VLLM_CPU_KVCACHE_SPACE": "1", "TOKENIZERS_PARALLELISM": "false"}
# One process for tests and engine: it starts in half the time and ends with the tests.
os.environ.update(OFFLINE | QUIET | {"VLLM_ENABLE_V1_MULTIPROCESSING": "0"})
ENGINE = {"dtype": "float32", "enforce_eager": True, "max_model_len": 2048, "max_num_seqs": 16}
AGREE = 1e-3
"""By how many levels engines may differ on the same question."""


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("models")
    return {kind: build(kind, root / kind) for kind in KINDS}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def local(folders: dict[str, Path]) -> Callable[..., TransformersBackend]:
    made: dict[tuple[str, str], TransformersBackend] = {}

    def backend(kind: str, images: str = "torchvision", **options: object) -> TransformersBackend:
        """Make a backend; the weights of an architecture are loaded once."""
        shared = made.setdefault(
            (kind, images), TransformersBackend(str(folders[kind]), dtype="float32", images=images)
        )
        fresh = TransformersBackend(str(folders[kind]), dtype="float32", images=images, **options)
        fresh._model, fresh._encoder = shared._model, shared._encoder
        return fresh

    return backend


@pytest.fixture(scope="session")
def asked() -> list[Question]:
    """Twelve questions about four claims: one to six pictures, 350 to 650 tokens."""
    return many(4)


@contextmanager
def offline(folder: Path) -> Iterator[VllmBackend]:
    backend = VllmBackend(str(folder), engine=ENGINE)
    yield backend
    backend.close()
    gc.collect()  # one process holds one engine at a time


@pytest.fixture(scope="session")
def server(folders: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with start(folders["qwen2_5_vl"], tmp_path_factory.mktemp("server") / "log.txt", OFFLINE | QUIET) as running:
        yield running


def levels(replies: list[Reply]) -> np.ndarray:
    """Expected level of every reply: the mean of 0 to 4 under the answers' probabilities."""
    shares = np.array([reply.distribution for reply in replies])
    return shares @ np.arange(5.0) / shares.sum(axis=1)


def replies(backend: TransformersBackend | VllmBackend, questions: list[Question]) -> list[Reply]:
    """Answer, and bring the replies into the order of the questions."""
    found = {id(question): reply for question, reply in backend.answers(questions)}
    return [found[id(question)] for question in questions]
