"""OpenRLHF's released executor of one turn, with the documented reward file and with the reward server."""

from __future__ import annotations

import asyncio
import json
import logging
import math
import types
from pathlib import Path
from typing import Any

import pytest
import torch
from helpers_reward_server import served
from helpers_trainer_docs import snippets
from released import load, stand_in
from sample_replies import FACTS, MEDIA, NOTHING, REPLY

from referee_calib.reward import SemanticEvidenceReward

PROMPT = "<|im_start|>user\nWhere?<|im_end|>\n<|im_start|>assistant\n"
TOKEN = "a-token-of-sixteen-and-more"


@pytest.fixture
def agent(monkeypatch: pytest.MonkeyPatch) -> Any:
    stand_in(monkeypatch, {"openrlhf": {}, "openrlhf.utils": {}})
    stand_in(monkeypatch, {"openrlhf.utils.logging_utils": {"init_logger": logging.getLogger}})
    return load(monkeypatch, "openrlhf.utils.agent", "openrlhf-0.11.2.data/purelib/openrlhf/utils/agent.py")


class Letters:
    """A tokenizer whose tokens are characters."""

    def __call__(self, text: str, **_more: Any) -> dict[str, torch.Tensor]:
        return {"input_ids": torch.tensor([[ord(letter) for letter in text]])}

    def decode(self, ids: list[int], skip_special_tokens: bool = False) -> str:
        return "".join(map(chr, ids))


class Engine:
    """Writes one reply."""

    def __init__(self, reply: str) -> None:
        self.reply = reply

    async def generate(self, ids: list[int], parameters: Any, multi_modal_data: Any = None) -> Any:
        written = types.SimpleNamespace(token_ids=[ord(one) for one in self.reply], finish_reason="stop", logprobs=None)
        return types.SimpleNamespace(outputs=[written])


def turn(agent: Any, endpoint: str, reply: str = REPLY, label: Any = None) -> dict[str, Any]:
    executor = agent.SingleTurnAgentExecutor(endpoint)
    sampling = types.SimpleNamespace(max_tokens=500, logprobs=None)
    label = json.dumps(FACTS) if label is None else label
    found: dict[str, Any] = asyncio.run(
        executor.execute(PROMPT, label, sampling, 2000, Letters(), Engine(reply + "<|im_end|>"))
    )
    return found


def file(folder: Path, body: str) -> str:
    path = folder / "reward_func.py"
    path.write_text(body, encoding="utf-8")
    return str(path)


def test_the_documented_file_pays_each_reply(agent, worth, tmp_path):
    path = file(tmp_path, snippets("OpenRLHF")[0])
    found = turn(agent, path)
    assert found["reward"] == pytest.approx([worth])
    assert found["scores"] == pytest.approx([worth])
    assert found["extra_logs"]["failed"] == [0.0]
    assert turn(agent, path, NOTHING)["reward"] == [0.0]


def test_a_failed_reply_is_paid_the_stated_constant(agent, worth, tmp_path, monkeypatch):
    path = file(tmp_path, snippets("OpenRLHF")[0])
    assert turn(agent, path, label="On the left.")["reward"] == [0.0]
    monkeypatch.setenv("REFEREE_CALIB_ON_FAILURE", "0.25")
    assert turn(agent, path, label="On the left.")["reward"] == [0.25]


def test_the_reward_server_answers_its_client(agent, worth):
    with served(SemanticEvidenceReward("pixels", media=MEDIA), token=TOKEN) as address:
        found = turn(agent, f"{address}/get_reward?token={TOKEN}")
        assert found["reward"] == pytest.approx([worth])
        assert found["extra_logs"]["relevance"][0] > 0.5


def test_what_a_failure_becomes(agent, tmp_path, monkeypatch):
    for body, reward in (
        ("raise RuntimeError('down')", None),
        ("return {'rewards': None}", None),
        ("return {'rewards': [float('nan')]}", math.nan),
    ):
        found = turn(agent, file(tmp_path, f"def reward_func(queries, prompts, labels):\n    {body}\n"))["reward"]
        assert found is None if reward is None else math.isnan(found[0])


def test_a_server_that_is_gone_leaves_no_reward(agent, monkeypatch):
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(agent, "asyncio", types.SimpleNamespace(**{**vars(asyncio), "sleep": sleep}))
    assert turn(agent, "http://127.0.0.1:1/get_reward")["reward"] is None
    assert waited == [1] * 5
