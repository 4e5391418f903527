"""ms-swift: a class for its table of rewards.

::

    # plugin.py, passed as --external_plugins plugin.py --reward_funcs semantic_evidence
    from referee_calib.reward.adapters.ms_swift import SemanticEvidenceORM
    from swift.rewards import orms

    orms["semantic_evidence"] = SemanticEvidenceORM

The question is taken from the column `question`, or from the conversation; the video from `video` or `videos`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from referee_calib.errors import InputError
from referee_calib.reward.adapters.shared_reward import Scorer, shared_reward
from referee_calib.reward.adapters.trainer_items import check_constant, media_path, question_of
from referee_calib.reward.training.step_metrics import log_step

SPARES_ABSTENTION = "gdpo"


class SemanticEvidenceORM:
    """The reward of this process as ms-swift makes and calls its rewards.

    Parameters
    ----------
    args : object, optional
        ms-swift's arguments; how it scales rewards is looked up in them.
    on_failure : float or None
        What a reply earns when its referee failed. None abstains, which ms-swift takes for the worst of the group
        unless ``scale_rewards`` is ``gdpo``; any other is refused. By default None under ``gdpo``.
    reward : Scorer, optional
        By default that of the environment.

    Raises
    ------
    InputError
        When nothing is stated and abstaining would punish a reply.
    """

    def __init__(
        self, args: Any = None, *, on_failure: float | None = None, reward: Scorer | None = None, **_other: Any
    ) -> None:
        self.args, self._reward = args, reward
        scaling = getattr(args, "scale_rewards", None)
        if on_failure is None and scaling is not None and scaling != SPARES_ABSTENTION:
            raise InputError(
                f"scale_rewards={scaling} and a reward that abstains",
                "ms-swift takes a missing reward for the worst of its group",
                f"Pass --scale_rewards {SPARES_ABSTENTION}, or a subclass with on_failure stated.",
            )
        self.on_failure = None if on_failure is None else check_constant(on_failure)

    def __call__(self, completions: Sequence[str], **columns: Any) -> list[float | None]:
        """Reward completions; columns are lists with one value each."""
        items = [
            {"completion": text, **_facts({name: _at(values, i) for name, values in columns.items()})}
            for i, text in enumerate(completions)
        ]
        step = getattr(columns.get("trainer_state"), "global_step", None)
        if isinstance(step, int):
            items = [{"step": step, **item} for item in items]
        results = (self._reward or shared_reward()).score(items)
        log_step("semantic_evidence", results, columns)
        return [self.on_failure if one.reward is None else one.reward for one in results]


def _facts(row: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: value for name, value in row.items() if value is not None}
    video = found.get("video", found.get("videos"))
    question = found.get("question") or question_of(found.get("messages") or ())
    group = found.get("group", found.get("prompt_id", ""))
    return {**found, "video": media_path(video), "question": question, "group": str(group)}


def _at(values: Any, i: int) -> Any:
    listed = isinstance(values, Sequence) and not isinstance(values, str) and len(values) > i
    return values[i] if listed else None
