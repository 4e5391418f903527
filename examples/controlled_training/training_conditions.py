"""The rewards that the policy is trained under, each called as a trainer calls it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from clip_world import Action, ClipQuestion, Floats, true_boxes
from planted_referees import (
    ChanceReferee,
    FaultyReferee,
    RememberedReferee,
    lenient,
    nameless,
    noisy,
    pays_corner,
    plateau,
)

from referee_calib import geometry
from referee_calib.referee import load_referee
from referee_calib.reward import ConstantReward, GeometricReward, OpenO3Reward, RolloutReward, SemanticEvidenceReward
from referee_calib.sample.scenes.scene_model import Box

MEDIA = Path(__file__).parents[2] / "data" / "sample_study" / "media"
UNIT = "0-1000"
PEOPLE_OVERLAP = 0.88  # mean IoU of two careful people's boxes
JITTER = 0.041  # standard deviation of an edge, a share of the box's size, at which boxes overlap so much
Pay = Callable[[Sequence[tuple[ClipQuestion, Action]]], list[float]]


@dataclass(frozen=True)
class Condition:
    """One evidence reward."""

    name: str
    label: str  # for people
    needs_boxes: bool  # whether somebody has to annotate boxes for it
    pay: Pay  # 0 to 1 for each reply
    answer_weight: float = 0.3  # the right letter's share of what is paid in training; the evidence has the rest


def conditions(questions: Sequence[ClipQuestion], media: Path = MEDIA) -> list[Condition]:
    """Return all of them; those with a referee share one memory of what the embedded one said."""
    right = RememberedReferee(load_referee("pixels"), questions)
    referees: list[tuple[str, str, FaultyReferee | ChanceReferee]] = [
        ("semantic", "semantic reward", FaultyReferee("right", right)),
        ("noise", "noisy referee (sd 1 level)", FaultyReferee("noise", right, noisy(1.0))),
        ("lenient", "lenient referee (+1.5 levels)", FaultyReferee("lenient", right, lenient(1.5))),
        ("plateau", "referee with a plateau", FaultyReferee("plateau", right, plateau)),
        ("nameless", "referee blind to names", FaultyReferee("nameless", right, asks=nameless)),
        ("corner", "referee that pays the corner", FaultyReferee("corner", right, pays_corner)),
        ("chance", "referee replaced by chance", ChanceReferee()),
    ]
    semantic = [
        Condition(
            name, label, False, _rollout_pay(SemanticEvidenceReward(one, media=media, unit=UNIT, time_limit=None))
        )
        for name, label, one in referees
    ]
    corner = next(one for one in semantic if one.name == "corner")
    iou = GeometricReward("iou", media=media, unit=UNIT)
    return [
        semantic[0],
        Condition("iou", "IoU, true boxes", True, _rollout_pay(iou, true_boxes_of)),
        Condition("jittered", "IoU, boxes of a second person", True, _rollout_pay(iou, second_persons_boxes)),
        Condition("open-o3", "Open-o3 as shipped", True, _open_o3_pay),
        *semantic[1:],
        replace(corner, name="corner-half", label="pays the corner, answers half of the pay", answer_weight=0.5),
        Condition("constant", "constant", False, _rollout_pay(ConstantReward(media=media, unit=UNIT))),
    ]


class RememberedPay:
    """A condition's pay, asked for once for every reply that is the same: the grid makes many so."""

    def __init__(self, condition: Condition, questions: Sequence[ClipQuestion]) -> None:
        self.condition, self._questions = condition, questions
        self._known: dict[tuple[int, Action], float] = {}

    def __call__(self, places: Sequence[int], actions: Sequence[Action]) -> Floats:
        """Return what replies to the questions at these places earn for their evidence."""
        keys = [(place, action._replace(letter=0)) for place, action in zip(places, actions, strict=True)]
        new = list(dict.fromkeys(key for key in keys if key not in self._known))
        if new:
            paid = self.condition.pay([(self._questions[place], action) for place, action in new])
            self._known.update(zip(new, paid, strict=True))
        return np.array([self._known[key] for key in keys])


def true_boxes_of(question: ClipQuestion) -> list[list[float]]:
    """Return what an annotator without error would draw."""
    return [[t, *box] for t, box in true_boxes(question, question.asked.target).items()]


def second_persons_boxes(question: ClipQuestion) -> list[list[float]]:
    """Return what another person draws: every edge a little off, so that both overlap by :data:`PEOPLE_OVERLAP`."""
    chance = np.random.default_rng([sum(question.asked.group.encode()), 7])
    return [[t, *_jittered(box, chance)] for t, box in true_boxes(question, question.asked.target).items()]


def mean_overlap_of_people(questions: Sequence[ClipQuestion]) -> float:
    """Return how far the second person's boxes overlap with the true ones."""
    both = [(true_boxes_of(one), second_persons_boxes(one)) for one in questions]
    return float(np.mean([geometry.iou(np.array(a)[:, 1:], np.array(b)[:, 1:]).mean() for a, b in both if a]))


def _jittered(box: Box, chance: np.random.Generator) -> Box:
    w, h = box[2] - box[0], box[3] - box[1]
    x1, y1, x2, y2 = np.clip(np.array(box) + JITTER * chance.standard_normal(4) * (w, h, w, h), 0, 1).tolist()
    return x1, y1, x2, y2


def _rollout_pay(reward: RolloutReward, annotated: Callable[[ClipQuestion], list[list[float]]] | None = None) -> Pay:
    """Pay through the same call that trainers' adapters make."""

    def pay(replies: Sequence[tuple[ClipQuestion, Action]]) -> list[float]:
        results = reward.score([_item(*reply, annotated) for reply in replies])
        failed = [one.reason for one in results if one.reward is None]
        if failed:
            raise RuntimeError(f"{len(failed)} replies without a reward: {failed[0]}")
        return [float(one.reward or 0.0) for one in results]

    return pay


def _item(
    question: ClipQuestion, action: Action, annotated: Callable[[ClipQuestion], list[list[float]]] | None
) -> Mapping[str, Any]:
    row = {
        "completion": question.reply(action),
        "video": question.asked.scene.video,
        "question": question.asked.text,
        "duration": question.asked.scene.seconds,
    }
    return row if annotated is None else row | {"reference_boxes": annotated(question)}


def _open_o3_pay(replies: Sequence[tuple[ClipQuestion, Action]]) -> list[float]:
    """Pay as its trainer does: the mean of the spatial reward, signed gate, and that of the named time."""
    reward = OpenO3Reward("signed", parts=("thk_temporal_point", "thk_spatial"), step_percent=1.0)
    rows = [_key_frames(question) for question, _ in replies]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    return [paid / 2 for paid in reward([question.reply(action) for question, action in replies], **columns)]


def _key_frames(question: ClipQuestion) -> dict[str, Any]:
    """Annotate one key frame, in the middle of the window that is asked about."""
    true = true_boxes(question, question.asked.target)
    middle = sum(question.asked.window) / 2
    time = min(true, key=lambda t: abs(t - middle))
    return {
        "task": "temporal-spatial free-form QA",
        "key_frames": [{"time": time, "idx": 0}],
        "key_items": {"0": {question.asked.target: [list(true[time])]}},
        "image_size": (1000, 1000),
        "answer": "",
    }
