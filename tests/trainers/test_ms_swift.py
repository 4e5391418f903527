"""ms-swift's released code that calls rewards and makes advantages of them, with the documented plugin."""

from __future__ import annotations

import dataclasses
import logging
import types
from typing import Any

import pytest
import torch
from helpers_trainer_docs import snippets
from released import definition, load, stand_in
from sample_replies import NOTHING, QUESTION, REPLY

from referee_calib.errors import InputError

MISSING = float("nan")


@pytest.fixture
def swift(monkeypatch: pytest.MonkeyPatch) -> types.SimpleNamespace:
    """Its modules; what they import of the rest of ms-swift is taken out of its files one by one."""

    def log() -> logging.Logger:
        return logging.getLogger("swift")

    utils = {"get_logger": log, "remove_response": None}
    utils["nanstd"] = definition(
        "swift/utils/torch_utils.py", "nanstd", torch=torch, Optional=Any, Union=Any, tuple=tuple
    )
    batched = definition(
        "swift/dataset/preprocessor/core.py", "RowPreprocessor.rows_to_batched", List=list, Dict=dict, Any=Any
    )
    pairs = definition("swift/dataset/preprocessor/core.py", "_pair_keys")
    modules: dict[str, dict[str, Any]] = {"swift": {}, "swift.utils": utils, "swift.rl_core": {}}
    modules |= {"swift.infer_engine": {}, "swift.infer_engine.protocol": {"RolloutOutput": object}}
    modules |= {"swift.template": {"Messages": list}, "dacite": {"from_dict": None}}
    modules |= {"swift.dataset": {"RowPreprocessor": types.SimpleNamespace(rows_to_batched=batched)}}
    modules |= {"swift.dataset.preprocessor": {}, "swift.dataset.preprocessor.core": {"_pair_keys": pairs}}
    orms: dict[str, Any] = {}
    modules |= {"swift.rewards": {"orms": orms}}
    stand_in(monkeypatch, modules)
    data = load(monkeypatch, "swift.rl_core.data", "swift/rl_core/data.py")
    calls = load(monkeypatch, "swift.rl_core.grpo_algorithm", "swift/rl_core/grpo_algorithm.py")
    advantages = load(monkeypatch, "swift.rl_core.advantage", "swift/rl_core/advantage.py")
    exec(snippets("ms-swift")[0], {})
    return types.SimpleNamespace(data=data, calls=calls, advantages=advantages, orms=orms)


def sample(swift: types.SimpleNamespace, reply: str, **more: Any) -> Any:
    """A sample out of a row of ms-swift's own format: messages and videos, no question."""
    row = {
        "messages": [{"role": "user", "content": f"<video>{QUESTION}"}, {"role": "assistant", "content": reply}],
        "videos": ["swap.mp4"],
        "box_unit": "pixels:448x252",
        "prompt_id": "p",
    }
    return swift.data.GRPOSample.from_row(row | more)


def called(swift: types.SimpleNamespace, samples: list[Any], *rewards: Any) -> torch.Tensor:
    state = types.SimpleNamespace(global_step=7)
    found: torch.Tensor = swift.calls.compute_rewards_per_func(
        samples, list(rewards), None, torch.device("cpu"), trainer_state=state
    )
    return found


def test_the_plugin_is_made_and_called_as_ms_swift_does(swift, worth):
    reward = swift.orms["semantic_evidence"](args=types.SimpleNamespace(scale_rewards="gdpo"))
    found = called(swift, [sample(swift, REPLY), sample(swift, NOTHING)], reward)
    assert found[:, 0].tolist() == pytest.approx([worth, 0.0])


def test_a_row_that_lacks_something_abstains_and_the_rest_is_paid(swift, worth):
    reward = swift.orms["semantic_evidence"](args=types.SimpleNamespace(scale_rewards="gdpo"))
    found = called(swift, [sample(swift, REPLY), sample(swift, REPLY, box_unit=None)], reward)[:, 0]
    assert found[0].item() == pytest.approx(worth)
    assert torch.isnan(found[1])


def test_another_scaling_is_refused_unless_a_constant_is_stated(swift, worth):
    args = types.SimpleNamespace(scale_rewards="group")
    with pytest.raises(InputError, match="scale_rewards gdpo"):
        swift.orms["semantic_evidence"](args=args)
    reward = swift.orms["semantic_evidence"](args=args, on_failure=0.0)
    assert called(swift, [sample(swift, REPLY, box_unit=None)], reward).tolist() == [[0.0]]


def advantages(swift: types.SimpleNamespace, missing: float, scaling: str, *, beside: bool) -> list[float]:
    rewards = torch.tensor([missing, 0.9, 0.2, 0.4])[:, None]
    if beside:
        rewards = torch.cat([rewards, torch.ones(4, 1)], dim=1)
    found, _ = swift.advantages.compute_advantages(rewards, torch.ones(rewards.shape[1]), 4, scale_rewards=scaling)
    return [round(float(one), 2) for one in found]


def test_a_missing_reward_is_the_worst_except_under_gdpo(swift):
    assert advantages(swift, MISSING, "group", beside=False)[0] == -0.97
    assert advantages(swift, MISSING, "group", beside=True)[0] == -0.97
    assert advantages(swift, MISSING, "gdpo", beside=False)[0] == 0.0
    assert advantages(swift, MISSING, "gdpo", beside=True)[0] == 0.0


def test_nan_is_none_and_an_exception_stops(swift):
    group = [sample(swift, REPLY)] * 4
    for missing in (None, MISSING):
        found = called(swift, group, lambda completions, missing=missing, **columns: [missing, 0.9, 0.2, 0.4])
        assert torch.isnan(found[0, 0])

    def down(completions: list[str], **columns: Any) -> list[float]:
        raise RuntimeError("down")

    with pytest.raises(RuntimeError, match="down"):
        called(swift, group, down)


def test_samples_are_the_released_ones(swift):
    assert dataclasses.is_dataclass(swift.data.GRPOSample)
    assert sample(swift, REPLY).to_reward_row()["videos"] == ["swap.mp4"]
