"""GRPO without a framework: groups of replies to one question, advantages within the group, KL to the start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from clip_world import LETTERS, Action, ClipQuestion, Floats, held_out
from pointing_policy import PointingPolicy
from training_conditions import RememberedPay
from true_outcomes import OUTCOMES, TrueOutcomes


@dataclass(frozen=True)
class TrainingOptions:
    """How the policy is trained; the same under every reward."""

    steps: int = 100
    groups: int = 16  # questions of a step
    replies: int = 8  # to each question
    rate: float = 0.04  # of Adam
    kl_weight: float = 0.02
    every: int = 20  # steps between two looks at the questions that are held out
    looks: int = 4  # replies to each held-out question at a look


def train(
    questions: Sequence[ClipQuestion], pay: RememberedPay, truth: TrueOutcomes, seed: int, options: TrainingOptions
) -> list[dict[str, Any]]:
    """Train one policy; return its mean outcomes on held-out clips by step."""
    policy, chance = PointingPolicy(questions), np.random.default_rng(seed)
    trained = [place for place, one in enumerate(questions) if not held_out(one)]
    weight = pay.condition.answer_weight
    rows = [_look(policy, truth, seed, 0, options)]
    for step in range(1, options.steps + 1):
        asked = chance.choice(trained, options.groups, replace=False).tolist()
        places = [place for place in asked for _ in range(options.replies)]
        actions, made = policy.reply(places, chance)
        evidence = pay(places, actions)
        paid = weight * _right(questions, places, actions) + (1 - weight) * evidence
        policy.learn(made, advantages(paid, options.replies), options.rate, options.kl_weight)
        if step % options.every == 0:
            rows.append(_look(policy, truth, seed, step, options) | {"paid": round(float(evidence.mean()), 4)})
    return rows


def advantages(paid: Floats, replies: int) -> Floats:
    """Return every reply's reward less its group's mean, in the group's standard deviations; 0 where all are alike."""
    groups = paid.reshape(-1, replies)
    spread = groups.std(axis=1, keepdims=True)
    centred = groups - groups.mean(axis=1, keepdims=True)
    return np.where(spread > 1e-9, centred / np.maximum(spread, 1e-9), 0.0).ravel()


def _right(questions: Sequence[ClipQuestion], places: Sequence[int], actions: Sequence[Action]) -> Floats:
    return np.array(
        [float(questions[place].letter == LETTERS[one.letter]) for place, one in zip(places, actions, strict=True)]
    )


def _look(
    policy: PointingPolicy, truth: TrueOutcomes, seed: int, step: int, options: TrainingOptions
) -> dict[str, Any]:
    """Reply to the held-out questions, with chance of its own, and say what the replies really are."""
    places = [place for place, one in enumerate(policy.questions) if held_out(one) for _ in range(options.looks)]
    actions, _ = policy.reply(places, np.random.default_rng([seed, step, 1]))
    means = truth.mean(places, actions)
    return {"step": step, **{name: round(float(value), 4) for name, value in zip(OUTCOMES, means, strict=True)}}
