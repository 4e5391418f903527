"""The step before GRPO for a policy that does not yet write evidence: a short fine-tuning on replies that do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from video_questions import FrameOptions, training_rows, with_frames

from referee_calib.errors import InputError

EVIDENCE = re.compile(r"(<obj>[^<]+</obj><box>)\[(\d+), (\d+), (\d+), (\d+)\](</box>at<t>[\d.]+</t>s)")
UNIT = re.compile(r"pixels:(\d+)x(\d+)|0-(1000)")


def short_replies(rollouts: Sequence[Mapping[str, Any]], frames: FrameOptions, most: int = 4) -> list[dict[str, Any]]:
    """Return replies of one piece of evidence each, cut out of longer ones.

    Their boxes are put into pixels of the frames as the policy sees them, whatever unit they were stored in. At most
    `most` of one question about one video are taken. Raises InputError when there is none.
    """
    taken: dict[tuple[str, str], set[str]] = {}
    found = []
    for row in rollouts:
        here = taken.setdefault((row["video"], row["question"]), set())
        for piece in _pieces(row, frames):
            if len(here) < most and piece not in here:
                here.add(piece)
                answer = row.get("answer") or ""
                found.append({**row, "completion": f"<think>{piece}</think><answer>{answer}</answer>"})
    if not found:
        raise InputError(
            f"none of {len(rollouts)} stored replies can be used",
            "each must hold <obj>…</obj><box>[…]</box>at<t>…</t>s and a box_unit (pixels:WIDTHxHEIGHT or 0-1000)",
            "Leave the warm start out, or name other replies.",
        )
    return found


def _pieces(row: Mapping[str, Any], frames: FrameOptions) -> list[str]:
    """Return the evidence of a reply, with boxes in pixels of the frames."""
    unit = UNIT.fullmatch(str(row.get("box_unit")))
    if unit is None:
        return []
    width, height, thousand = unit.groups()
    stored = (int(thousand or width), int(thousand or height))
    shares = [shown / side for shown, side in zip(frames.size(row["video"]), stored, strict=True)] * 2
    found = []
    for before, *corners, behind in EVIDENCE.findall(row["completion"]):
        box = ", ".join(str(round(int(corner) * share)) for corner, share in zip(corners, shares, strict=True))
        found.append(f"{before}[{box}]{behind}")
    return found


def warm_start(
    model: Any,
    processor: Any,
    replies: Sequence[Mapping[str, Any]],
    frames: FrameOptions,
    *,
    out: Path,
    steps: int,
    learning_rate: float,
    seed: int = 0,
    **machine: Any,
) -> float:
    """Fine-tune on replies by TRL's own trainer, and return the last loss."""
    from trl import SFTConfig, SFTTrainer

    rows = [
        {**row, "completion": [{"role": "assistant", "content": one["completion"]}]}
        for row, one in zip(training_rows(replies, frames), replies, strict=True)
    ]
    arguments = SFTConfig(
        output_dir=str(out),
        max_steps=steps,
        learning_rate=learning_rate,
        per_device_train_batch_size=8,
        logging_steps=max(1, steps // 5),
        save_strategy="no",
        disable_tqdm=True,
        report_to=[],
        max_length=None,  # cutting a prompt would cut its pictures
        remove_unused_columns=False,
        seed=seed,
        **machine,
    )
    trainer = SFTTrainer(
        model=model, args=arguments, train_dataset=with_frames(rows, frames), processing_class=processor
    )
    return float(trainer.train().training_loss)
