"""TRL's GRPO trainers: a reward of this package is passed as it is; this module has the rest.

`reward_funcs=reward` is all that GRPOTrainer, RLOOTrainer and their forks need. What is here:

- :func:`check_trainer` refuses what TRL would take for a bad reply: an abstention beside another reward, summed up.
- :class:`AsyncReward` is awaited by TRL (1.6 or newer), so that several rewards wait at the same time.
- AsyncGRPO scores in a spawned child, without `trainer_state` and `log_*`: both kinds can be passed there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from referee_calib.errors import InputError
from referee_calib.reward.rollout_reward import RolloutReward

SPARES_ABSTENTION = "normalize_then_sum"


def check_trainer(trainer: Any) -> None:
    """Refuse a trainer that would punish a reply whose referee failed.

    Call it between making the trainer and `train()`.

    Raises
    ------
    InputError
        When a reward of it abstains beside another one and TRL sums rewards up before it compares replies: None counts
        there as the worst of its group.
    """
    rewards: Sequence[Any] = getattr(trainer, "reward_funcs", [])
    together = getattr(trainer, "multi_objective_aggregation", "sum_then_normalize")
    abstaining = [one for one in rewards if getattr(one, "failure", None) == "abstain"]
    if abstaining and len(rewards) > 1 and together != SPARES_ABSTENTION:
        raise InputError(
            f'{abstaining[0].__name__} with failure="abstain" beside {len(rewards) - 1} other reward(s)',
            f"{together} takes a missing reward for the worst of its group",
            f'Pass multi_objective_aggregation="{SPARES_ABSTENTION}" to the trainer, or failure="group-mean" to the '
            "reward.",
        )


class AsyncReward:
    """A reward that is awaited: its call runs in a thread, so that the event loop goes on.

    Parameters
    ----------
    reward : RolloutReward
        Picklable, as this object is.

    Examples
    --------
    >>> from referee_calib.reward import ConstantReward
    >>> awaited = AsyncReward(ConstantReward(unit="0-1"))
    >>> asyncio.run(awaited(completions=["?"], video=["a.mp4"], question=["q"]))
    [0.0]
    """

    def __init__(self, reward: RolloutReward) -> None:
        self.reward = reward

    @property
    def failure(self) -> Any:
        """Failure policy of the reward."""
        return self.reward.failure

    @property
    def __name__(self) -> str:
        return self.reward.__name__

    async def __call__(self, completions: Sequence[Any], **columns: Any) -> list[float | None]:
        """Reward completions; see :meth:`RolloutReward.__call__`."""
        return await asyncio.to_thread(self.reward, completions, **columns)
