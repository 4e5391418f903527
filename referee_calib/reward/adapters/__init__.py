"""One module for each trainer that calls rewards in a way of its own. None imports its trainer.

TRL and its forks call a reward of :mod:`referee_calib.reward` as it is. Trainers that take a function by its path find
the reward by the environment variable REFEREE_CALIB_REWARD; see :mod:`referee_calib.reward.adapters.shared_reward`.
"""

from referee_calib.reward.adapters.shared_reward import REWARD_VARIABLE, set_shared_reward, shared_reward

__all__ = ["REWARD_VARIABLE", "set_shared_reward", "shared_reward"]
