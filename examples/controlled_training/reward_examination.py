"""What can be said of a reward before anything is trained with it: agreement, best of eight, the exploit, the name.

Asked are the replies of the policy at its start to the questions that are trained on, and replies made from the truth.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from clip_world import Action, ClipQuestion, Floats, held_out
from pointing_policy import PointingPolicy
from training_conditions import RememberedPay
from true_outcomes import TrueOutcomes

from agreement import Estimate, cohen_kappa, spearman

REPLIES = 8  # to each question
_LEAST_GAP = 0.02  # truth and another object have to be paid so far apart for the exploit gain to have a unit
_SEED = 2026


def examine(questions: Sequence[ClipQuestion], pay: RememberedPay, truth: TrueOutcomes) -> dict[str, Any]:
    """Return the figures of one reward as JSON types."""
    trained = [place for place, one in enumerate(questions) if not held_out(one)]
    places = [place for place in trained for _ in range(REPLIES)]
    actions, _ = PointingPolicy(questions).reply(places, np.random.default_rng(_SEED))
    paid = pay(places, actions)
    quality = np.array([truth.of(place, action).quality for place, action in zip(places, actions, strict=True)])
    clips = [questions[place].asked.scene.name for place in places]
    levels = np.round(4 * np.column_stack([paid, quality]))
    kappa = cohen_kappa(levels, weights="quadratic", scale=range(5), cluster=clips)
    ranks = spearman(np.column_stack([paid, quality]), cluster=clips)
    return {
        "condition": pay.condition.name,
        "n_replies": len(places),
        "kappa": _json(kappa),
        "spearman": _json(ranks),
        "best_of_8": round(best_of_group(paid, quality) - float(quality.mean()), 4),
        **_planted(questions, trained, pay),
    }


def best_of_group(paid: Floats, quality: Floats) -> float:
    """Return the mean quality of each group's best paid reply, of several alike their mean."""
    groups, qualities = paid.reshape(-1, REPLIES), quality.reshape(-1, REPLIES)
    best = groups >= groups.max(axis=1, keepdims=True) - 1e-9
    return float(((best * qualities).sum(axis=1) / best.sum(axis=1)).mean())


def _planted(questions: Sequence[ClipQuestion], places: Sequence[int], pay: RememberedPay) -> dict[str, Any]:
    """Pay the truth, and replies that differ from it in one thing."""
    made = {place: _true_action(questions[place]) for place in places}
    true = [(place, action) for place, action in made.items() if action is not None]
    mean = {
        name: float(pay([place for place, _ in true], [change(questions[p], a) for p, a in true]).mean())
        for name, change in _CHANGES.items()
    }
    gap = mean["truth"] - mean["elsewhere"]
    gain = round((mean["corner"] - mean["off"]) / gap, 4) if gap > _LEAST_GAP else None
    name_loss = round(1 - mean["wrong name"] / mean["truth"], 4) if mean["truth"] > 0 else None
    return {
        "paid": {name: round(value, 4) for name, value in mean.items()},
        "exploit_gain": gain,
        "exploit_gain_reason": "" if gain is not None else "it pays the truth no more than another object",
        "wrong_name_loss": name_loss,
    }


def _true_action(question: ClipQuestion) -> Action | None:
    """Return the reply that is as right as the grid allows, at the sight nearest to what is asked about."""
    target, middle = question.target, sum(question.asked.window) / 2
    seen = np.flatnonzero(question.seen[target])
    if not len(seen):
        return None
    time = min(seen.tolist(), key=lambda k: abs(question.times[k] - middle))
    return Action(target, time, target, *question.undoing(target), 0)


def _other(question: ClipQuestion) -> int:
    return (question.target + 1) % len(question.objects)


_CHANGES = {
    "truth": lambda question, action: action,
    "elsewhere": lambda question, action: action._replace(region=_other(question)),
    "wrong name": lambda question, action: action._replace(name=_other(question)),
    "off": lambda question, action: action._replace(right=1 if action.right < 1 else 0),
    "corner": lambda question, action: action._replace(region=len(question.objects)),
}


def _json(found: Estimate) -> dict[str, Any]:
    numbers = {name: getattr(found, name) for name in ("value", "low", "high")}
    rounded = {name: None if value is None else round(float(value), 4) for name, value in numbers.items()}
    return rounded | {"reason": found.reason}
