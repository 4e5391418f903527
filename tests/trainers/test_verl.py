"""verl's released reward loop with its released configuration: what it pays by the documented settings."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from helpers_trainer_docs import overrides, snippets
from released import ROOT
from sample_replies import FACTS, MEDIA, NOTHING, REPLY

from referee_calib.reward import SemanticEvidenceReward
from referee_calib.reward.adapters import set_shared_reward
from referee_calib.reward.adapters.verl import compute_scores
from referee_calib.reward.training.merged_calls import MergedCalls

BY_FUNCTION, BY_MANAGER = snippets("verl", "sh")
LOST = {"video": "swap.mp4"}  # facts of a reply that cannot be rewarded


@pytest.fixture(autouse=True)
def _released(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))


@pytest.fixture(scope="module", autouse=True)
def _one_loop() -> Iterator[None]:
    """verl's managers keep the event loop of the class; one process has one."""
    asyncio.set_event_loop(loop := asyncio.new_event_loop())
    yield
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
    loop.close()


@pytest.fixture(scope="module")
def tokenizer(policy: tuple[Any, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tokenizer")
    policy[1].tokenizer.save_pretrained(folder)
    return folder


def configuration(settings: Sequence[str], tokenizer: Path) -> Any:
    """verl's own configuration with settings of the documentation."""
    from hydra import compose, initialize_config_dir

    with initialize_config_dir(str(ROOT / "verl" / "trainer" / "config"), version_base=None):
        config = compose("ppo_trainer", overrides=list(settings))
    config.actor_rollout_ref.model.path = str(tokenizer)
    config.actor_rollout_ref.model.tokenizer_path = None
    return config


def batch(tokenizer: Any, texts: Sequence[str], **columns: Sequence[Any]) -> Any:
    """Replies as verl's rollout leaves them: prompts padded on the left, replies on the right."""
    from verl import DataProto

    ids = [tokenizer(text)["input_ids"] for text in texts]
    longest = max(map(len, ids))
    replies = torch.tensor([one + [tokenizer.pad_token_id] * (longest - len(one)) for one in ids])
    mask = torch.tensor([[1, 1] + [1] * len(one) + [0] * (longest - len(one)) for one in ids])
    tensors = {"prompts": torch.ones(len(ids), 2, dtype=torch.long), "responses": replies, "attention_mask": mask}
    objects = {}
    for name, values in {"data_source": ["clips"] * len(ids), **columns}.items():
        objects[name] = np.empty(len(ids), dtype=object)
        objects[name][:] = values
    return DataProto.from_dict(tensors, non_tensors=objects)


def paid(
    config: Any, data: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> tuple[list[float], dict[str, Any]]:
    """Reward a batch by the worker of verl's reward loop, put together as its manager does it, without Ray's actors."""
    from verl.experimental.reward_loop import reward_loop

    worker = reward_loop.RewardLoopWorker(config)
    given = data(worker.input_tokenizer)
    outputs = asyncio.get_event_loop().run_until_complete(worker.compute_score_batch(given))
    manager = object.__new__(reward_loop.RewardLoopManager)
    manager.reward_model_manager, manager.reward_manager_cls = None, type(worker.reward_manager)
    remote = type("Remote", (), {"remote": staticmethod(lambda chunk: outputs)})
    manager.reward_loop_workers = [type("Worker", (), {"compute_score_batch": remote})]
    monkeypatch.setattr(reward_loop.ray, "get", lambda references: references)
    found = manager.compute_rm_score(given)
    lengths = given.batch["attention_mask"][:, 2:].sum(dim=1) - 1
    placed = found.batch["rm_scores"]
    assert torch.count_nonzero(placed) <= len(given)
    return [float(placed[i, last]) for i, last in enumerate(lengths)], dict(found.non_tensor_batch)


def test_the_documented_function_is_paid_reply_by_reply(worth, tokenizer, monkeypatch):
    def data(reader):
        extra = [dict(FACTS), dict(FACTS), dict(LOST)]
        truth = [{"ground_truth": "On the left.", "style": "rule"}] * 3
        return batch(reader, [REPLY, NOTHING, REPLY], extra_info=extra, reward_model=truth)

    scores, logged = paid(configuration(overrides(BY_FUNCTION), tokenizer), data, monkeypatch)
    assert scores == pytest.approx([worth, 0.0, 0.0])
    assert logged["ser_failed"].tolist() == [0.0, 0.0, 1.0]
    assert logged["ser_claims"].tolist() == [1.0, 0.0, 0.0]


def test_facts_travel_in_the_ground_truth_as_well(worth, tokenizer, monkeypatch):
    def data(reader):
        return batch(reader, [REPLY], reward_model=[{"ground_truth": json.dumps(FACTS)}], extra_info=[{"index": 3}])

    scores, _ = paid(configuration(overrides(BY_FUNCTION), tokenizer), data, monkeypatch)
    assert scores == pytest.approx([worth])


def test_the_documented_manager_takes_columns(worth, tokenizer, monkeypatch):
    def data(reader):
        columns = {name: [value] * 2 for name, value in FACTS.items()}
        return batch(reader, [NOTHING, REPLY], reward_model=[{"ground_truth": "left"}] * 2, **columns)

    scores, logged = paid(configuration(overrides(BY_MANAGER), tokenizer), data, monkeypatch)
    assert scores == pytest.approx([0.0, worth])
    assert logged["score"].tolist() == pytest.approx([0.0, worth])


def test_replies_of_a_batch_are_judged_together(worth, tokenizer, monkeypatch):
    reward, sizes = SemanticEvidenceReward("pixels", media=MEDIA), []

    def score(items):
        sizes.append(len(items))
        return reward.score(items)

    set_shared_reward(MergedCalls(score, window=0.5, largest=4))

    def data(reader):
        extra = [dict(FACTS) for _ in range(4)]
        return batch(reader, [REPLY] * 4, extra_info=extra, reward_model=[{"ground_truth": ""}] * 4)

    scores, _ = paid(configuration(overrides(BY_FUNCTION), tokenizer), data, monkeypatch)
    assert scores == pytest.approx([worth] * 4)
    assert sum(sizes) == 4
    assert len(sizes) < 4  # verl calls for one reply at a time, from several threads


def test_the_batch_manager_of_older_versions_takes_whole_batches(worth, tokenizer):
    from transformers import AutoTokenizer
    from verl.workers.reward_manager.batch import BatchRewardManager

    reader = AutoTokenizer.from_pretrained(tokenizer)
    manager = BatchRewardManager(reader, 0, compute_scores, on_failure=0.125)
    truth = [{"ground_truth": ""}] * 3
    given = batch(
        reader, [REPLY, NOTHING, REPLY], extra_info=[dict(FACTS), dict(FACTS), dict(LOST)], reward_model=truth
    )
    found = manager(given, return_dict=True)
    assert found["reward_tensor"].sum(dim=1).tolist() == pytest.approx([worth, 0.0, 0.125])
    assert found["reward_extra_info"]["ser_unusable"] == [0.0, 0.0, 1.0]


def custom(tokenizer: Path, folder: Path, body: str, *more: str) -> Any:
    """A configuration whose reward is a file with this body of compute_score."""
    path = folder / "custom_reward.py"
    path.write_text(f"import time\n\ndef compute_score(solution_str, **given):\n    {body}\n", encoding="utf-8")
    sys.modules.pop("custom_reward", None)
    named = [f"reward.custom_reward_function.path={path}", "reward.custom_reward_function.name=compute_score"]
    return configuration([*named, *more], tokenizer)


def two(reader: Any) -> Any:
    return batch(reader, [REPLY, NOTHING], extra_info=[{}, {}], reward_model=[{"ground_truth": ""}] * 2)


def test_none_and_an_exception_stop_verl_and_nan_is_taken(tokenizer, tmp_path, monkeypatch):
    with pytest.raises(TypeError, match="NoneType"):
        paid(custom(tokenizer, tmp_path, "return None"), two, monkeypatch)
    with pytest.raises(RuntimeError, match="down"):
        paid(custom(tokenizer, tmp_path, "raise RuntimeError('down')"), two, monkeypatch)
    scores, _ = paid(custom(tokenizer, tmp_path, "return float('nan')"), two, monkeypatch)
    assert np.isnan(scores).all()


def test_rate_limited_pays_0_for_what_failed_or_came_too_late(tokenizer, tmp_path, monkeypatch):
    limited = ["reward.reward_manager.name=rate_limited", "+reward.timeout=0.2"]
    scores, logged = paid(custom(tokenizer, tmp_path, "raise RuntimeError('down')", *limited), two, monkeypatch)
    assert scores == [0.0, 0.0]
    assert set(logged["error"]) == {"down"}
    with pytest.raises(TypeError, match="NoneType"):
        paid(custom(tokenizer, tmp_path, "return None", *limited), two, monkeypatch)
    scores, _ = paid(custom(tokenizer, tmp_path, "return float('nan')", *limited), two, monkeypatch)
    assert np.isnan(scores).all()
    began = time.monotonic()
    scores, logged = paid(custom(tokenizer, tmp_path, "time.sleep(1); return 1.0", *limited), two, monkeypatch)
    assert scores == [0.0, 0.0]
    assert logged["timeout"].all()
    assert time.monotonic() - began < 10


def test_the_keys_of_the_first_reply_are_those_of_all(tokenizer, tmp_path, monkeypatch):
    body = "return {'score': 1.0, 'extra': 2.0} if solution_str.startswith('<think>') else {'score': 0.0}"
    with pytest.raises(KeyError, match="extra"):
        paid(custom(tokenizer, tmp_path, body), two, monkeypatch)
