"""The reward of this process, for trainers that are given the path of a function and make many workers.

It is made when it is first needed: once in a process, whichever thread comes first, and anew in a child whose parent
had none. Calls that come at the same time are judged together. REFEREE_CALIB_REWARD names a ``reward.toml``, a
certificate, or the address of a reward server.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from referee_calib.errors import InputError
from referee_calib.reward.training.merged_calls import MergedCalls
from referee_calib.reward.training.reply_reward import ReplyReward

REWARD_VARIABLE = "REFEREE_CALIB_REWARD"


class Scorer(Protocol):
    """What adapters need: a reward, or a client of a reward server."""

    def score(self, items: Iterable[Mapping[str, Any]]) -> list[ReplyReward]:
        """Reward replies one by one, each with what it is about."""


class _Shared:
    """What this process shares; a forked child has a lock of its own."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.reward: Scorer | None = None
        self.stated = ""  # the variable's value that it was made from


_SHARED = _Shared()


def shared_reward() -> Scorer:
    """Return the reward of this process.

    Raises
    ------
    InputError
        When nobody says which it is, or it cannot be made.
    """
    stated = os.environ.get(REWARD_VARIABLE, "").strip()
    with _SHARED.lock:
        if _SHARED.reward is None or (stated and _SHARED.stated and stated != _SHARED.stated):
            _SHARED.reward, _SHARED.stated = _made(stated), stated
        return _SHARED.reward


def set_shared_reward(reward: Scorer | None) -> None:
    """Use this reward in this process, or with None the one that the environment names."""
    with _SHARED.lock:
        _SHARED.reward, _SHARED.stated = reward, ""


def _made(stated: str) -> Scorer:
    if not stated:
        raise InputError(
            "no reward is stated",
            f"{REWARD_VARIABLE} is not set",
            f"Type: export {REWARD_VARIABLE}=/path/to/reward.toml (a certificate, or the address of a reward server)",
        )
    if stated.startswith(("http://", "https://")):
        from referee_calib.reward.server.reward_client import RewardClient

        return RewardClient(stated)
    from referee_calib.reward.training.reward_file import load_reward

    return MergedCalls(load_reward(stated).score)


def _new_lock() -> None:
    _SHARED.lock = threading.Lock()  # a thread of the parent may have held it


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_new_lock)
