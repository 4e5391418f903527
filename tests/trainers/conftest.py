"""Trainers on a CPU, without a network: one thread, a tiny random policy, the reward of the process."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.update({"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"})
os.environ.update({"TOKENIZERS_PARALLELISM": "false", "OMP_NUM_THREADS": "1", "RAY_USAGE_STATS_ENABLED": "0"})

import pytest
import torch
from sample_replies import FACTS, MEDIA, NOTHING, REPLY, ROOT

from referee_calib.reward import SemanticEvidenceReward
from referee_calib.reward.adapters import REWARD_VARIABLE, set_shared_reward

sys.path.insert(0, str(ROOT / "examples" / "grpo_video_qa"))
torch.set_num_threads(1)


@pytest.fixture
def worth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[float]:
    """What the good reply earns; REFEREE_CALIB_REWARD names the reward, as in a trainer's workers."""
    (tmp_path / "reward.toml").write_text(f'referee = "pixels"\nmedia = "{MEDIA}"\n', encoding="utf-8")
    monkeypatch.setenv(REWARD_VARIABLE, str(tmp_path / "reward.toml"))
    set_shared_reward(None)
    (result,) = SemanticEvidenceReward("pixels", media=MEDIA).score([{**FACTS, "completion": REPLY}])
    assert result.reward is not None
    assert result.reward > 0.5
    yield result.reward
    set_shared_reward(None)


@pytest.fixture(scope="session")
def policy() -> tuple[Any, Any]:
    """A tiny random Qwen2.5-VL that has learnt nothing, and its processor."""
    from tiny_policy import tiny_policy

    return tiny_policy([REPLY, NOTHING, FACTS["question"]])
