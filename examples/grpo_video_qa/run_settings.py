"""What a run is made of, with the usual sizes and those of a trial on a CPU."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample_study"


@dataclass(frozen=True, kw_only=True)
class RunSettings:
    """Settings of one run; see `train.py --help`."""

    data: Path
    media: Path
    out: Path
    reward_file: Path | None = None
    model: str = "Qwen/Qwen2.5-VL-3B-Instruct"
    tiny: bool = False
    warm_start: Path | None = None
    warm_steps: int = 200
    warm_rate: float = 1e-5
    steps: int = 500
    questions: int | None = None
    generations: int = 8
    batch: int = 8
    frames: int = 8
    reply_tokens: int = 512
    temperature: float = 1.0
    lora: int = 16
    learning_rate: float = 1e-5
    save_every: int = 50
    resume: bool = False
    go_on: bool = False
    report_to: str = "none"
    seed: int = 0

    @classmethod
    def of(cls, **given: Any) -> Self:
        """Return settings of what was given; None is what nobody stated."""
        stated = {name: value for name, value in given.items() if value is not None}
        return cls(**((TINY if given.get("tiny") else {}) | stated))


TINY: dict[str, Any] = {
    "data": SAMPLE / "rollouts.jsonl",
    "media": SAMPLE / "media",
    "warm_start": SAMPLE / "rollouts.jsonl",
    "warm_rate": 3e-3,
    "warm_steps": 250,
    "steps": 20,
    "questions": 4,
    "generations": 4,
    "frames": 3,
    "reply_tokens": 48,
    "temperature": 0.8,
    "lora": 0,
    "learning_rate": 3e-4,
    "save_every": 10,
}
