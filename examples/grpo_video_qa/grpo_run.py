"""One run: policy, warm start, reward, preflight, GRPO, and what is kept of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

import torch
from metric_lines import MetricLines
from run_settings import RunSettings
from tiny_policy import tiny_policy
from transformers import PrinterCallback
from trl import GRPOConfig, GRPOTrainer
from video_questions import FrameOptions, read_questions, training_rows, with_frames
from warm_start import short_replies, warm_start

from referee_calib.errors import InputError
from referee_calib.reward import RolloutReward, SemanticEvidenceReward, load_reward
from referee_calib.reward.adapters.trl import check_trainer

TRIED = 8  # questions that the policy answers before the run, for the preflight


def run(settings: RunSettings) -> GRPOTrainer:
    """Train as the settings say, and return the trainer."""
    if settings.tiny:
        torch.set_num_threads(1)  # a tiny model is no faster on more
    checkpoint = _last_checkpoint(settings)
    frames = FrameOptions(settings.media, settings.frames)
    replies = _replies(settings, frames)
    questions = read_questions(settings.data)
    if settings.tiny:  # those that the warm start has replies to
        answered = {(one["video"], one["question"]) for one in replies}
        questions = [one for one in questions if (one["video"], one["question"]) in answered]
    rows = training_rows(questions[: settings.questions], frames)
    model, processor = _policy(settings, rows, replies, frames)
    trainer = GRPOTrainer(
        model=model,
        processing_class=processor,
        reward_funcs=_reward(settings),
        args=_arguments(settings),
        train_dataset=with_frames(rows, frames),
        peft_config=_adapters(settings),
        callbacks=[MetricLines()],
    )
    trainer.remove_callback(PrinterCallback)
    check_trainer(trainer)
    if checkpoint is None:  # what goes on was looked at before it began
        _preflight(trainer, rows, frames, settings)
    trainer.train(resume_from_checkpoint=checkpoint)
    trainer.save_model(str(settings.out / "policy"))
    (settings.out / "metrics.json").write_text(json.dumps(trainer.state.log_history, indent=1), encoding="utf-8")
    print(f"Weights: {settings.out / 'policy'}; every paid reply: {settings.out / 'rewards'}")
    return trainer


def _replies(settings: RunSettings, frames: FrameOptions) -> list[dict[str, Any]]:
    if settings.warm_start is None:
        return []
    lines = settings.warm_start.read_text(encoding="utf-8").splitlines()
    return short_replies([json.loads(line) for line in lines], frames)


def _policy(
    settings: RunSettings, rows: Sequence[Any], replies: Sequence[Any], frames: FrameOptions
) -> tuple[Any, Any]:
    """Return model (or its name) and processor, after a warm start where replies were given."""
    if settings.tiny:
        texts = [row["prompt"][0]["content"] for row in rows] + [one["completion"] for one in replies]
        model, processor = tiny_policy(texts, seed=settings.seed)
    else:
        from transformers import AutoModelForImageTextToText, AutoProcessor

        model = AutoModelForImageTextToText.from_pretrained(settings.model, dtype="auto")
        processor = AutoProcessor.from_pretrained(settings.model, padding_side="left")
    if replies and settings.warm_steps and not settings.resume:
        asked = {(row["video"], row["question"]) for row in rows}
        shown = [one for one in replies if (one["video"], one["question"]) in asked] or replies
        options = {"out": settings.out / "warm_start", "steps": settings.warm_steps, "seed": settings.seed}
        warm_start(model, processor, shown, frames, learning_rate=settings.warm_rate, **options, **_machine())
    return model, processor


def _reward(settings: RunSettings) -> RolloutReward:
    log = settings.out / "rewards"
    if settings.reward_file is None:
        return SemanticEvidenceReward("pixels", media=settings.media, log=log)
    return load_reward(settings.reward_file, media=settings.media, log=log)


def _machine() -> dict[str, Any]:
    """Return what TRL must be told of this machine."""
    if torch.cuda.is_available():
        return {"bf16": True, "gradient_checkpointing": True}
    return {"use_cpu": True, "bf16": False, "gradient_checkpointing": False}


def _rollouts() -> dict[str, Any]:
    """Let vLLM write the replies where it can."""
    if torch.cuda.is_available() and find_spec("vllm"):
        return {"use_vllm": True, "vllm_mode": "colocate", "vllm_gpu_memory_utilization": 0.3}
    return {}


def _arguments(settings: RunSettings) -> GRPOConfig:
    return GRPOConfig(
        output_dir=str(settings.out),
        max_steps=settings.steps,
        num_generations=settings.generations,
        per_device_train_batch_size=settings.batch,
        max_completion_length=settings.reply_tokens,
        temperature=settings.temperature,
        learning_rate=settings.learning_rate,
        lr_scheduler_type="constant",
        beta=0.0,
        logging_steps=1,
        log_completions=True,
        num_completions_to_print=0,
        disable_tqdm=True,
        save_strategy="steps",
        save_steps=settings.save_every,
        save_total_limit=2,
        report_to=settings.report_to,
        seed=settings.seed,
        **_machine(),
        **_rollouts(),
    )


def _adapters(settings: RunSettings) -> Any:
    if not settings.lora:
        return None
    from peft import LoraConfig

    return LoraConfig(r=settings.lora, lora_alpha=2 * settings.lora, target_modules="all-linear", task_type="CAUSAL_LM")


def _last_checkpoint(settings: RunSettings) -> str | None:
    if not settings.resume:
        return None
    found = sorted(settings.out.glob("checkpoint-*"), key=lambda one: int(one.name.rpartition("-")[2]))
    if not found:
        raise InputError(f"--resume: {settings.out}", "it holds no checkpoint yet", "Leave --resume out.")
    return str(found[-1])


def _preflight(trainer: GRPOTrainer, rows: Sequence[Any], frames: FrameOptions, settings: RunSettings) -> None:
    """Look whether the reward can pay, at the data and at some replies of the policy as it is."""
    tried = rows[:TRIED]
    replies = [_answer(trainer, row, frames, settings) for row in tried]
    found = trainer.reward_funcs[0].check(tried, replies)
    print(found)
    if found.problems and not settings.go_on:
        raise InputError(
            f"{len(found.problems)} of {len(found.findings)} checks",
            "the run would pay nothing, or by wrong numbers",
            "Mend it, or add --go-on.",
        )


def _answer(trainer: GRPOTrainer, row: dict[str, Any], frames: FrameOptions, settings: RunSettings) -> str:
    """Draw a reply as GRPO will, from the whole vocabulary."""
    processor, model = trainer.processing_class, trainer.model
    pictures = list(frames.pictures(row["video"]))
    content = [{"type": "image"}] * len(pictures) + [{"type": "text", "text": row["prompt"][0]["content"]}]
    text = processor.apply_chat_template(
        [{"role": "user", "content": content}], add_generation_prompt=True, tokenize=False
    )
    asked = processor(text=[text], images=pictures, return_tensors="pt").to(model.device)
    drawn = {"max_new_tokens": settings.reply_tokens, "temperature": settings.temperature}
    with torch.no_grad():
        written = model.generate(**asked, do_sample=True, top_k=0, **drawn)
    return str(processor.tokenizer.decode(written[0, asked["input_ids"].shape[1] :], skip_special_tokens=True))
