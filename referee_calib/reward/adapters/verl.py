"""verl: a function for one reply, one for whole batches, and a reward manager that hands over the whole row.

::

    reward.custom_reward_function.path=pkg://referee_calib.reward.adapters.verl
    reward.custom_reward_function.name=compute_score
    reward.reward_manager.name=naive

Never `rate_limited`: it pays 0.0 where a call fails or takes too long. verl hands over replies one by one, from many
threads; those that come together are judged together. With the manager `batch` of older versions take
`compute_scores`. The video and the question travel in `extra_info`, or as a JSON object in the ground truth. Where they
are columns of the data set instead, take the manager:

::

    reward.reward_manager.source=importlib
    reward.reward_manager.module.path=pkg://referee_calib.reward.adapters.verl
    reward.reward_manager.name=EvidenceRewardManager
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from referee_calib.reward.adapters.shared_reward import shared_reward
from referee_calib.reward.adapters.trainer_items import check_constant, facts_of, media_path, paid
from referee_calib.reward.training.reply_reward import ReplyReward

PREFIX = "ser_"


def compute_score(
    data_source: str,
    solution_str: str,
    ground_truth: Any,
    extra_info: dict[str, Any] | None = None,
    *,
    on_failure: float = 0.0,
    **_given: Any,
) -> dict[str, float]:
    """Reward one reply.

    Parameters
    ----------
    data_source : str
        Passed on as the reply's source.
    solution_str : str
        The reply.
    ground_truth : str or dict
        A JSON object of facts, or the expected answer.
    extra_info : dict, optional
        Further facts: `video`, `question`, `box_unit`, ….
    on_failure : float
        What a reply without a value is paid, stated as ``reward_kwargs.on_failure``: verl takes a number for every one.

    Returns
    -------
    dict of str to float
        ``score``, and the parts under keys that are the same for every reply: verl takes those of the first for all.
    """
    item = {"source": data_source, **facts_of(ground_truth, extra_info), "completion": solution_str}
    (result,) = shared_reward().score([item])
    return _numbers(result, check_constant(on_failure))


def compute_scores(
    data_sources: Sequence[str],
    solution_strs: Sequence[str],
    ground_truths: Sequence[Any],
    extra_infos: Sequence[dict[str, Any] | None],
    *,
    on_failure: float = 0.0,
    **_given: Any,
) -> list[dict[str, float]]:
    """Reward a batch at once; parameters and results are those of :func:`compute_score`, one for each reply."""
    rows = zip(data_sources, solution_strs, ground_truths, extra_infos, strict=True)
    items = [{"source": source, **facts_of(truth, extra), "completion": text} for source, text, truth, extra in rows]
    constant = check_constant(on_failure)
    return [_numbers(one, constant) for one in shared_reward().score(items)]


class EvidenceRewardManager:
    """A reward manager as verl makes and awaits it: every column of a row is a fact of its reply.

    Parameters
    ----------
    config, compute_score, reward_router_address, reward_model_tokenizer
        Of verl; not used, but for ``config.reward.custom_reward_function.reward_kwargs.on_failure``.
    tokenizer
        Decodes the reply.
    """

    def __init__(
        self,
        config: Any,
        tokenizer: Any,
        compute_score: Any = None,
        reward_router_address: Any = None,
        reward_model_tokenizer: Any = None,
    ) -> None:
        self.config, self.tokenizer = config, tokenizer
        self.on_failure = check_constant(_stated_constant(config))

    async def run_single(self, data: Any) -> dict[str, Any]:
        """Reward the last sequence of a sample."""
        row = data[-1:][0]
        ids = row.batch["responses"]
        length = int(row.batch["attention_mask"][-ids.shape[-1] :].sum())
        text = await asyncio.to_thread(self.tokenizer.decode, ids[:length], skip_special_tokens=True)
        columns = dict(row.non_tensor_batch)
        truth = columns.pop("reward_model", None) or {}
        facts = facts_of(columns, truth.get("ground_truth"), columns.pop("extra_info", None))
        facts["video"] = media_path(facts.get("video", facts.get("videos")))
        (result,) = await asyncio.to_thread(shared_reward().score, [{**facts, "completion": text}])
        numbers = _numbers(result, self.on_failure)
        return {"reward_score": numbers["score"], "reward_extra_info": numbers}

    @classmethod
    def assemble_rm_scores(cls, data: Any, scores: Sequence[float]) -> Any:
        """Put the scores of a batch at the last token of each reply, as verl's own managers do."""
        masks = data.batch["attention_mask"][:, data.batch["prompts"].size(1) :]
        placed = data.batch["responses"].float() * 0
        for i, (length, score) in enumerate(zip(masks.sum(dim=1).tolist(), scores, strict=True)):
            placed[i, length - 1] = score
        return placed


def _stated_constant(config: Any) -> float:
    for name in ("reward", "custom_reward_function", "reward_kwargs", "on_failure"):
        get = getattr(config, "get", None)
        config = get(name) if callable(get) else None
    return 0.0 if config is None else config


def _numbers(result: ReplyReward, on_failure: float) -> dict[str, float]:
    return {"score": paid(result, on_failure), **{PREFIX + name: value for name, value in result.numbers().items()}}
