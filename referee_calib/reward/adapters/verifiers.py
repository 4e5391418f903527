"""verifiers and prime-rl: a reward of a task.

::

    import verifiers.v1 as vf

    class VideoTask(vf.Task[VideoTaskData]):
        @vf.reward
        async def evidence(self, trace: vf.Trace) -> float | None:
            return await evidence_reward(trace)

The task's data carry `video`, `question` and `box_unit`. None says that the reply was not scored.
"""

from __future__ import annotations

import asyncio
from typing import Any

from referee_calib.reward.adapters.shared_reward import shared_reward
from referee_calib.reward.adapters.trainer_items import facts_of


async def evidence_reward(trace: Any) -> float | None:
    """Return what the last reply of a trace earns, None where the referee failed."""
    item = {**facts_of(_data(trace)), "completion": _reply(trace)}
    (result,) = await asyncio.to_thread(lambda: shared_reward().score([item]))
    return result.reward


def _data(trace: Any) -> dict[str, Any]:
    data = trace.task.data
    found: dict[str, Any] = data.model_dump() if hasattr(data, "model_dump") else dict(data)
    return found


def _reply(trace: Any) -> str:
    reply = getattr(trace, "last_reply", None)
    return reply if isinstance(reply, str) else ""
