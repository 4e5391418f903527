"""slime and Miles: an awaited function, passed as ``--custom-rm-path referee_calib.reward.adapters.slime.custom_rm``.

Facts travel in the sample's metadata. Both call it once for each reply, many at the same time; with ``--group-rm`` take
`custom_group_rm`, which has a group judged at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from referee_calib.reward.adapters.shared_reward import shared_reward
from referee_calib.reward.adapters.trainer_items import check_constant, facts_of, paid


async def custom_rm(args: Any, sample: Any, **_given: Any) -> float:
    """Reward one sample: its `response`, with facts from `metadata` and `label`.

    ``args.referee_calib_on_failure`` is what a reply without a value is paid, 0 by default.
    """
    (value,) = await custom_group_rm(args, [sample])
    return value


async def custom_group_rm(args: Any, samples: Sequence[Any], **_given: Any) -> list[float]:
    """Reward the samples of a group at once; see :func:`custom_rm`."""
    constant = check_constant(getattr(args, "referee_calib_on_failure", 0.0))
    items = [_item(sample) for sample in samples]
    results = await asyncio.to_thread(lambda: shared_reward().score(items))
    return [paid(one, constant) for one in results]


def _item(sample: Any) -> dict[str, Any]:
    facts = facts_of(getattr(sample, "label", None), getattr(sample, "metadata", None))
    return {**facts, "completion": sample.response}
