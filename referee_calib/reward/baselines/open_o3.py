"""The evidence rewards of Open-o3-Video, as shipped and as meant.

As shipped (repository state of 2025-11-11), the spatial reward's gate in time is signed: a key frame counts when
`its time - the claimed time < 1 s`, so a claim that is late by any amount passes. Figure and comment of its authors
mean the absolute distance; both are here by name. The reading of the reply is the shipped one too, so what its
grammar loses is lost here: only so do the figures agree.

The answer's own accuracy (`ans_acc`, an option letter or ROUGE) judges no evidence and is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np

from referee_calib import geometry
from referee_calib.errors import InputError
from referee_calib.geometry import Floats
from referee_calib.records import Claim
from referee_calib.reward.baselines.open_o3_formulas import (
    GATE_SECONDS,
    PARTS,
    Gate,
    KeyFrame,
    Part,
    claim_overlap,
    open_o3_parts,
)
from referee_calib.reward.baselines.reference_pairs import Batch
from referee_calib.reward.claim_reward import ClaimReward
from referee_calib.reward.fingerprint import fingerprint
from referee_calib.reward.penalties import ClaimContext
from referee_calib.reward.training.trainer_columns import completion_text
from referee_calib.reward.training.trainer_rows import as_plain

_NEEDED = ("task", "key_frames", "key_items", "image_size", "step_percent", "answer")
_OPTIONAL = ("image_size_refine",)


@dataclass(frozen=True)
class OpenO3Reward:
    """Rewards of Open-o3-Video, added up.

    Attributes
    ----------
    gate : {"signed", "absolute"}
        The spatial reward's gate in time: as shipped, or as meant.
    parts : sequence of str
        Of `ans_tiou`, `ans_viou`, `thk_temporal_point`, `thk_temporal_segment`, `thk_spatial`, `format`; each 0 to 1.
    step_percent : float or None
        Share of training that is done, 0 to 1, on which the tolerance of `thk_temporal_point` depends, where no column
        `step_percent` says it.
    name : str
        Name in logs.
    """

    gate: Gate = "signed"
    parts: tuple[Part, ...] = ("thk_spatial",)
    step_percent: float | None = None
    name: str = ""

    def __post_init__(self) -> None:
        if self.gate not in get_args(Gate):
            raise InputError(f"gate={self.gate!r:.40}", f"a gate is {' or '.join(get_args(Gate))}")
        unknown = sorted(set(self.parts) - set(PARTS))
        if unknown or not self.parts:
            raise InputError(f"parts={self.parts!r:.80}", f"parts are of {', '.join(PARTS)}")
        if self.step_percent is not None and not 0 <= self.step_percent <= 1:
            raise InputError(
                f"step_percent={self.step_percent!r:.40}", "it is the share of training that is done, 0 to 1"
            )

    @property
    def __name__(self) -> str:
        return self.name or f"OpenO3Reward-{self.gate}"

    @property
    def fingerprint(self) -> str:
        """Name everything that can change what is paid."""
        stated = {} if self.step_percent is None else {"step_percent": self.step_percent}
        return fingerprint({"reward": "OpenO3Reward", "gate": self.gate, "parts": sorted(self.parts), **stated})

    def judge(
        self, claims: Sequence[Claim], media: Path | str, known: Sequence[ClaimContext] | None = None
    ) -> list[ClaimReward]:
        """Give every claim its share of the spatial reward; its reference boxes are the key frames.

        A claim with several times earns their mean. One without boxes, or without known reference boxes, is
        "unsupported".
        """
        return [self._judge_one(claim) for claim in claims]

    def __call__(self, completions: Sequence[Any], **columns: Any) -> list[float]:
        """Reward completions with the columns of that project's data set.

        Parameters
        ----------
        completions : sequence
            Texts, or lists of chat messages.
        **columns
            Lists with one value per completion: `task`, `key_frames` (`[{"time", "idx", …}]`), `key_items`
            (`{idx: {object: [[x1, y1, x2, y2], …]}}`, shares of the frame), `image_size` (width, height), `answer`,
            `step_percent` unless the parameter states it, and for the task `visual QA` `image_size_refine` (width and
            height as the model sees them).

        Returns
        -------
        list of float
            The sum of the parts.
        """
        found = _columns(self._with_step(columns, len(completions)), len(completions))
        return [
            sum(
                open_o3_parts(completion_text(completion), {k: v[i] for k, v in found.items()}, self.gate)[part]
                for part in self.parts
            )
            for i, completion in enumerate(completions)
        ]

    def _with_step(self, columns: Mapping[str, Any], count: int) -> Mapping[str, Any]:
        if self.step_percent is None or columns.get("step_percent") is not None:
            return columns
        return {**columns, "step_percent": [self.step_percent] * count}

    def paid(self, batch: Batch) -> Floats:
        """Return the share of the spatial reward of a whole batch at once, NaN where :meth:`judge` has no value."""
        pairs = batch.pairs
        counts = np.bincount(pairs.claim, minlength=pairs.n_claims)
        values = np.full(pairs.n_claims, np.nan)
        single = np.array([len(c.boxes) == 1 == len(c.reference_boxes or ()) for c in batch.claims], dtype=bool)
        if single.any():
            mine = single[pairs.claim[pairs.moment]]
            late = pairs.true[mine, 0] - pairs.claimed[mine, 0]
            passes = (np.abs(late) if self.gate == "absolute" else late) < GATE_SECONDS
            values[single] = passes * geometry.iou(pairs.claimed[mine, 1:], pairs.true[mine, 1:])
        for i in np.flatnonzero((counts > 0) & ~single):
            values[i] = self._judge_one(batch.claim(int(i))).value
        return values

    def _judge_one(self, claim: Claim) -> ClaimReward:
        if not claim.boxes or claim.reference_boxes is None:
            reason = "it has no box" if not claim.boxes else "no reference_boxes are known for it"
            return ClaimReward(claim=claim, value=None, status="unsupported", reason=reason)
        frames: list[KeyFrame] = [(t, [[list(corners)]]) for t, *corners in claim.reference_boxes]
        times = sorted({box[0] for box in claim.boxes})
        values = [claim_overlap(t, [list(b[1:]) for b in claim.boxes if b[0] == t], frames, self.gate) for t in times]
        return ClaimReward(claim=claim, value=sum(values) / len(values))


def _columns(columns: Mapping[str, Any], count: int) -> dict[str, Sequence[Any]]:
    found = {}
    for name in (*_NEEDED, *_OPTIONAL):
        values = as_plain(columns.get(name))
        if values is None and name in _OPTIONAL:
            continue
        if isinstance(values, str) or not isinstance(values, Sequence):
            do = "Add the column, or pass the parameter step_percent." if name == "step_percent" else ""
            raise InputError(f"no column {name}", f"Open-o3-Video's rewards need {', '.join(_NEEDED)}", do)
        if len(values) != count:
            raise InputError(f"column {name} has {len(values)} values", f"there are {count} completions")
        found[name] = values
    return found
