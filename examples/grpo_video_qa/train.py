"""GRPO on video questions with a validated reward; `train.py --help` says what there is."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click
from run_settings import RunSettings

from referee_calib.errors import RefereeCalibError

_FILE = click.Path(path_type=Path, exists=True)
_WHOLE = click.IntRange(min=1)


@click.command()
@click.option("--data", type=_FILE, help="JSON lines, JSON, CSV or Parquet with question, answer and video.")
@click.option("--media", type=_FILE, help="Folder of the videos.")
@click.option("--reward", "reward_file", type=_FILE, help="certificate.json or reward.toml.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder of checkpoints, logs and weights.")
@click.option("--model", help="Policy to begin with, a name or a folder.  [Qwen/Qwen2.5-VL-3B-Instruct]")
@click.option("--tiny", is_flag=True, help="A tiny random policy on the sample clips: all of it on a CPU, offline.")
@click.option("--warm-start", type=_FILE, help="Stored replies to fine-tune on first (JSON lines with box_unit).")
@click.option("--warm-steps", type=click.IntRange(min=0), help="Steps of the warm start.  [200; tiny: 250]")
@click.option("--steps", type=_WHOLE, help="[500; tiny: 20]")
@click.option("--questions", type=_WHOLE, help="Take the first so many questions.  [all; tiny: 4]")
@click.option("--generations", type=_WHOLE, help="Replies to each question at a step.  [8; tiny: 4]")
@click.option("--batch", type=_WHOLE, help="Replies that one device takes at a time.  [8]")
@click.option("--frames", type=_WHOLE, help="Frames of a video that the policy sees.  [8; tiny: 3]")
@click.option("--reply-tokens", type=_WHOLE, help="Longest reply.  [512; tiny: 48]")
@click.option("--temperature", type=float, help="Of the replies that compete.  [1; tiny: 0.8]")
@click.option("--lora", type=click.IntRange(min=0), help="Rank of the adapters; 0 trains all weights.  [16; tiny: 0]")
@click.option("--learning-rate", type=float, help="[1e-5; tiny: 3e-4]")
@click.option("--save-every", type=_WHOLE, help="Steps between checkpoints.  [50; tiny: 10]")
@click.option("--resume", is_flag=True, help="Go on from the last checkpoint in --out.")
@click.option("--go-on", is_flag=True, help="Train although the preflight found a problem.")
@click.option("--report-to", help="Where TRL sends metrics, too: tensorboard, wandb, trackio.  [none]")
@click.option("--seed", type=int, help="[0]")
def command(**given: Any) -> None:
    """Train a policy by GRPO on plain video questions, paid by a referee's judgement of the evidence it points at.

    \b
    Examples:
      python examples/grpo_video_qa/train.py --tiny --out out/tiny
      python examples/grpo_video_qa/train.py --data train.jsonl --media videos --reward certificate.json --out out/run
    """  # noqa: D301
    missing = [name for name in ("data", "media", "reward_file") if given[name] is None]
    if missing and not given["tiny"]:
        named = ", ".join(f"--{name.removesuffix('_file')}" for name in missing)
        raise click.UsageError(f"{named} must be given, or --tiny for a trial on the sample clips")
    if given["tiny"]:
        os.environ.update({"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"})
    from grpo_run import run  # imports torch, after the environment is set

    try:
        run(RunSettings.of(**given))
    except RefereeCalibError as error:
        click.echo(f"{error}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    command()
