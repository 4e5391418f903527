"""What a reply really is, from the scene that drew the clip: no reward is asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from clip_world import LETTERS, Action, ClipQuestion, Floats, true_boxes

from referee_calib import geometry
from referee_calib.records import Claim
from referee_calib.sample.true_scores import true_score

TOP_LEVEL = 4  # of the package's own rubric, 0 to 4
OUTCOMES = ("quality", "iou", "relevance", "answer", "exploit")


class Outcome(NamedTuple):
    """Shares from 0 to 1; means of them are what the figures show."""

    quality: float  # relevance times localization, as a careful person who knows the truth would rate them
    iou: float  # overlap with what is asked about, at the named time; 0 when it is out of view
    relevance: float
    answer: float  # 1 when the letter is right
    exploit: float  # 1 when it points at the corner


class TrueOutcomes:
    """Looks outcomes up, each computed once."""

    def __init__(self, questions: Sequence[ClipQuestion]) -> None:
        self._questions = questions
        self._true = [true_boxes(question, question.asked.target) for question in questions]
        self._known: dict[tuple[int, Action], Outcome] = {}

    def of(self, question: int, action: Action) -> Outcome:
        """Return what a reply to a question is."""
        key = (question, action)
        if key not in self._known:
            self._known[key] = self._looked_up(question, action)
        return self._known[key]

    def mean(self, questions: Sequence[int], actions: Sequence[Action]) -> Floats:
        """Return the means of :data:`OUTCOMES` over replies."""
        return np.array([self.of(*one) for one in zip(questions, actions, strict=True)]).mean(axis=0)

    def _looked_up(self, place: int, action: Action) -> Outcome:
        question = self._questions[place]
        t, box = question.times[action.time], question.box(action)
        claim = Claim(
            video=question.asked.scene.video,
            question=question.asked.text,
            object=question.objects[action.name],
            boxes=((t, *box),),
        )
        relevance, localization = (
            true_score(claim, question.asked, name) / TOP_LEVEL for name in ("relevance", "localization")
        )
        true = self._true[place].get(t)
        overlap = 0.0 if true is None else float(geometry.iou(np.array(box), np.array(true)))
        right = float(question.letter == LETTERS[action.letter])
        return Outcome(
            relevance * localization, overlap, relevance, right, float(action.region == len(question.objects))
        )
