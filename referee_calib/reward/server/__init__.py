"""A reward behind an address, so that one referee serves many trainers."""

from referee_calib.reward.server.reward_client import RewardClient

__all__ = ["RewardClient"]
