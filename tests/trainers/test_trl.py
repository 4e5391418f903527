"""TRL's GRPO trainer with a tiny policy on a CPU: what it makes of the reward, and of a reward that is missing."""

from __future__ import annotations

import math
import types
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from helpers_trainer_docs import snippets
from sample_replies import FACTS, MEDIA, QUESTION, REPLY
from trl import GRPOConfig, GRPOTrainer

from referee_calib.errors import InputError
from referee_calib.reward import ConstantReward, SemanticEvidenceReward, read_log
from referee_calib.reward.adapters.trl import AsyncReward, check_trainer

OPTIONS: dict[str, Any] = {"use_cpu": True, "bf16": False, "gradient_checkpointing": False, "report_to": []}
OPTIONS |= {"max_completion_length": 8, "max_steps": 1, "logging_steps": 1, "beta": 0.0, "save_strategy": "no"}
OPTIONS |= {"log_completions": True, "num_completions_to_print": 0, "disable_tqdm": True, "learning_rate": 1e-3}
COMPETING = (0.9, 0.2, 0.4)  # the rewards of the three that compete with a missing one


def dataset(times: int = 1, **more: Any) -> Any:
    """One question with two frames, so many times; `more` are further columns."""
    from datasets import Dataset
    from PIL import Image

    pictures = [Image.new("RGB", (56, 56), colour) for colour in ("red", "green")]
    row = {"prompt": [{"role": "user", "content": QUESTION}], "images": pictures, **FACTS, **more}
    return Dataset.from_list([row] * times)


def trainer(policy: tuple[Any, Any], folder: Path, *rewards: Any, data: Any = None, **more: Any) -> GRPOTrainer:
    arguments = GRPOConfig(output_dir=str(folder), num_generations=4, per_device_train_batch_size=4, **(OPTIONS | more))
    return GRPOTrainer(
        model=policy[0],
        processing_class=policy[1],
        reward_funcs=list(rewards),
        args=arguments,
        train_dataset=data or dataset(),
    )


def completions(folder: Path) -> pd.DataFrame:
    return pd.concat(pd.read_parquet(path) for path in sorted((folder / "completions").glob("*.parquet")))


class Says:
    """A reward that puts words of its own into the place of what a cold policy wrote."""

    def __init__(self, reward: SemanticEvidenceReward, replies: Sequence[str]) -> None:
        self.reward, self.replies, self.failure = reward, replies, reward.failure
        self.__name__ = reward.__name__

    def __call__(self, completions: Sequence[Any], **columns: Any) -> list[float | None]:
        return self.reward([[{"role": "assistant", "content": one}] for one in self.replies], **columns)


def test_the_documented_snippet_trains(policy, tmp_path):
    names = {"model": policy[0], "processing_class": policy[1], "media": MEDIA, "output_dir": tmp_path}
    exec(snippets("TRL")[0], names | {"dataset": dataset(), "options": OPTIONS})
    assert "SemanticEvidenceReward/claims" in completions(tmp_path).columns
    lines = list(read_log(tmp_path / "rewards"))
    assert [line["step"] for line in lines] == [0] * 4
    assert {line["video"] for line in lines} == {"swap.mp4"}


@pytest.mark.parametrize("wrap", [lambda reward: reward, AsyncReward])
def test_parts_reach_the_log_and_each_reply_its_row(policy, tmp_path, wrap):
    reward = SemanticEvidenceReward("pixels", media=MEDIA)
    spoken = Says(reward, [REPLY, "?", REPLY, "?"])
    made = trainer(policy, tmp_path, wrap(spoken))
    made.train()
    logged = made.state.log_history[0]
    (worth,) = {one.reward for one in reward.score([{**FACTS, "completion": REPLY}])}
    assert logged["reward"] == pytest.approx(worth / 2, abs=1e-4)
    assert logged["SemanticEvidenceReward/claims"] == 0.5
    assert logged["SemanticEvidenceReward/relevance"] > 0.5
    rows = completions(tmp_path)
    assert rows["SemanticEvidenceReward/claims"].tolist() == [1, 0, 1, 0]
    assert rows["SemanticEvidenceReward"].tolist() == pytest.approx([worth, 0.0, worth, 0.0], abs=1e-4)
    assert math.isnan(rows["SemanticEvidenceReward/relevance"].tolist()[1])


def fixed(missing: Any) -> Callable[..., list[Any]]:
    def reward(completions: Sequence[Any], **columns: Any) -> list[Any]:
        return [missing, *COMPETING]

    return reward


def constant(completions: Sequence[Any], **columns: Any) -> list[float]:
    return [1.0] * len(completions)


def advantage(policy: tuple[Any, Any], folder: Path, missing: Any, *beside: Any, **more: Any) -> float:
    """Return what TRL makes of a missing reward among four."""
    trainer(policy, folder, fixed(missing), *beside, **more).train()
    return round(float(completions(folder)["advantage"].tolist()[0]), 2)


@pytest.mark.parametrize("missing", [None, math.nan])
def test_a_missing_reward_is_left_out_when_it_stands_alone(policy, tmp_path, missing):
    assert advantage(policy, tmp_path, missing) == 0.0


@pytest.mark.parametrize("missing", [None, math.nan])
def test_beside_another_reward_it_is_the_worst_unless_normalized_first(policy, tmp_path, missing):
    assert advantage(policy, tmp_path / "summed", missing, constant) == -0.97
    spared = {"multi_objective_aggregation": "normalize_then_sum"}
    assert advantage(policy, tmp_path / "normalized", missing, constant, **spared) == 0.0


def test_an_exception_stops_training(policy, tmp_path):
    def down(completions: Sequence[Any], **columns: Any) -> list[float]:
        raise RuntimeError("down")

    with pytest.raises(RuntimeError, match="down"):
        trainer(policy, tmp_path, down).train()


def test_a_failed_referee_abstains_and_the_others_are_compared(policy, tmp_path):
    reward = SemanticEvidenceReward("pixels", media=MEDIA)
    data = dataset(video="gone.mp4")
    made = trainer(policy, tmp_path, Says(reward, [REPLY] * 4), data=data)
    made.train()
    assert made.state.log_history[0]["SemanticEvidenceReward/failed"] == 1.0
    assert completions(tmp_path)["advantage"].tolist() == [0.0] * 4


def test_a_real_trainer_is_refused_where_it_would_punish_an_abstention(policy, tmp_path):
    reward = ConstantReward(media=MEDIA)
    with pytest.raises(InputError, match="normalize_then_sum"):
        check_trainer(trainer(policy, tmp_path, reward, constant))
    check_trainer(trainer(policy, tmp_path, reward, constant, multi_objective_aggregation="normalize_then_sum"))
    check_trainer(trainer(policy, tmp_path, reward))


def test_state_and_step_reach_the_reward(policy, tmp_path):
    seen: list[Any] = []

    def look(completions: Sequence[Any], **columns: Any) -> list[float]:
        seen.append(columns)
        return [0.0] * len(completions)

    trainer(policy, tmp_path, look).train()
    assert {"prompts", "completion_ids", "trainer_state", "log_metric", "log_extra", *FACTS} <= seen[0].keys()
    assert isinstance(seen[0]["trainer_state"].global_step, int)
    assert seen[0]["video"] == ["swap.mp4"] * 4
    assert not isinstance(seen[0]["trainer_state"], types.SimpleNamespace)
