"""What each reply's vote weighs: what a reward pays it for its evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from referee_calib.claims import Rollout
from referee_calib.reward import ReplyReward, RolloutReward

CHUNK = 512  # replies that are rewarded together, of one video or of several
_FACTS = ("rollout", "video", "question", "completion", "box_unit", "group", "answer", "step", "source")
_TRUTH = ("reference_object", "reference_boxes", "reference_span", "key_times")


def weights_by(
    reward: RolloutReward, rollouts: Sequence[Rollout], done: Callable[[int], None] = lambda count: None
) -> list[ReplyReward]:
    """Have replies rewarded, each video's together; a result's `value` is what its vote weighs.

    Parameters
    ----------
    reward : RolloutReward
        Any reward; its failure policy is not applied.
    rollouts : sequence of Rollout
    done : callable
        Called with how many more replies have their weight.

    Raises
    ------
    RefereeFailure
        Where a reply has no value and the reward's policy is to raise.
    """
    order = sorted(range(len(rollouts)), key=lambda i: rollouts[i].video)
    found: dict[int, ReplyReward] = {}
    for chunk in _chunks(order, rollouts):
        found.update(zip(chunk, reward.score([item_of(rollouts[i]) for i in chunk]), strict=True))
        done(len(chunk))
    return [found[i] for i in range(len(rollouts))]


def weight_of(result: ReplyReward) -> float | None:
    """Return the weight of a reply's vote: its value; a negative one weighs nothing."""
    return None if result.value is None else max(0.0, result.value)


def item_of(rollout: Rollout) -> dict[str, object]:
    """Return a reply as a reward takes it."""
    facts: dict[str, object] = {name: getattr(rollout, name) for name in _FACTS}
    truth = {name: getattr(rollout, name) for name in _TRUTH}
    return facts | {name: value for name, value in truth.items() if value not in (None, "")}


def _chunks(order: Sequence[int], rollouts: Sequence[Rollout]) -> Iterator[list[int]]:
    """Cut into chunks between videos, so that each is decoded once, and within one that is longer than a chunk."""
    chunk: list[int] = []
    for _, its in groupby(order, key=lambda i: rollouts[i].video):
        mine = list(its)
        if chunk and len(chunk) + len(mine) > CHUNK:
            yield chunk
            chunk = []
        chunk += mine
        while len(chunk) > CHUNK:
            yield chunk[:CHUNK]
            chunk = chunk[CHUNK:]
    if chunk:
        yield chunk
