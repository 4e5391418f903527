"""The step before GRPO for a policy that does not yet write evidence: a short fine-tuning on replies that do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from video_questions import FrameOptions, training_rows, with_frames

EVIDENCE = re.compile(r"<obj>[^<]+</obj><box>\[[\d, ]+\]</box>at<t>[\d.]+</t>s")


def short_replies(rollouts: Sequence[Mapping[str, Any]], most: int = 4) -> list[dict[str, Any]]:
    """Return replies of one piece of evidence each, cut out of longer ones that count in pixels of the frames.

    At most `most` of one question about one video are taken.
    """
    taken: dict[tuple[str, str], set[str]] = {}
    found = []
    for row in rollouts:
        if not str(row.get("box_unit")).startswith("pixels"):
            continue
        here = taken.setdefault((row["video"], row["question"]), set())
        for piece in EVIDENCE.findall(row["completion"]):
            if len(here) < most and piece not in here:
                here.add(piece)
                answer = row.get("answer") or ""
                found.append({**row, "completion": f"<think>{piece}</think><answer>{answer}</answer>"})
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
