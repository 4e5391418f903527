"""LiteLLM's proxy, before another endpoint and with a made-up model: what comes through it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from sysconfig import get_path

import pytest
from conftest import free_port, running
from helpers_openai import question

from referee_calib.referee.backends.openai.openai_backend import OpenAIBackend
from referee_calib.referee.reply.level_parser import Parser
from referee_calib.testing.endpoint import Endpoint

MODELS = """
model_list:
  - model_name: fake
    litellm_params: {{model: openai/fake, api_base: "{url}", api_key: none}}
  - model_name: said
    litellm_params: {{model: openai/said, api_key: none, mock_response: "3"}}
"""
ALONE = {
    "LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY": "true",  # it listens on this machine only
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_TELEMETRY": "False",
}


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder, port = tmp_path_factory.mktemp("litellm"), free_port()
    with Endpoint() as endpoint:
        (folder / "models.yaml").write_text(MODELS.format(url=endpoint.url))
        command = [Path(get_path("scripts")) / "litellm", "--config", folder / "models.yaml", "--port", port]
        health = f"http://127.0.0.1:{port}/health/liveliness"
        with running([*command, "--host", "127.0.0.1"], health, folder / "log", ALONE):
            yield f"http://127.0.0.1:{port}/v1"


def test_pictures_constraint_and_probabilities_come_through(proxy: str) -> None:
    referee = OpenAIBackend(proxy, "fake")
    found = referee.capabilities()
    assert (found.rung, found.doubts) == ("choice", ())
    reply = referee.answer(question(pictures=2))
    assert sum(reply.distribution or ()) == pytest.approx(1)
    referee.close()


def test_a_model_without_probabilities_is_read_in_words(proxy: str) -> None:
    referee = OpenAIBackend(proxy, "said")
    assert set(referee.capabilities().tried) == {"exact", "choice", "truncated"}
    assert Parser().read(referee.answer(question(pictures=2))).level == 3
    referee.close()
