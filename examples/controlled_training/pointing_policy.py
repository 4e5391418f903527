"""The policy: seven choices in a row (region, time, name, three adjustments, letter), each a softmax over features.

At the start it mostly matches words with what it sees, takes boxes as it perceives them, and reads the letter off the
box: about as a model is after supervised fine-tuning. The rest is to be learned.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from clip_world import KINDS, PLACES, TIMES, Action, ClipQuestion, Floats, place_of
from softmax_head import Decision, Ints, SoftmaxHead

from referee_calib.sample.scenes.shapes import COLOURS, OUTLINES

CHOICES = Action._fields
_COLOURS, _SHAPES = list(COLOURS), list(OUTLINES)
_PAIRS = len(_COLOURS) * (len(_COLOURS) + 1) + len(_SHAPES) * (len(_SHAPES) + 1)  # the corner is a word more
_ADJUSTED = 3 * len(_SHAPES) * (3 + len(_COLOURS))  # by shape and size, by shape and colour
_SEEN_IN_TIME = 4
_SIZES = (0.015, 0.04)  # shares of the frame that part small, middle and large boxes


class PointingPolicy:
    """Replies to questions, and learns from what the replies earn."""

    def __init__(self, questions: Sequence[ClipQuestion]) -> None:
        self.questions = questions
        self.heads = {
            "region": SoftmaxHead(np.concatenate([[0.5, 0.5, -0.5], np.zeros(_PAIRS)])),
            "time": SoftmaxHead(np.zeros(len(KINDS) * (TIMES + _SEEN_IN_TIME))),
            "name": SoftmaxHead(np.concatenate([[0.5, 1.0], np.zeros(2 * _PAIRS)])),
            **{one: SoftmaxHead(np.concatenate([[0.3], np.zeros(_ADJUSTED)])) for one in ("right", "down", "larger")},
            "letter": SoftmaxHead(np.concatenate([[1.5], np.zeros(len(PLACES) ** 2 + len(KINDS) * len(PLACES))])),
        }
        widest = max(len(question.objects) for question in questions)
        self._region = _padded([_region_features(question) for question in questions], widest + 1)
        self._time = [_time_features(question) for question in questions]
        self._name = [_name_features(question, widest) for question in questions]

    @property
    def n_weights(self) -> int:
        """How many numbers are trained."""
        return sum(len(head.weights) for head in self.heads.values())

    def reply(self, places: Sequence[int], chance: np.random.Generator) -> tuple[list[Action], dict[str, Decision]]:
        """Reply once to the question at each place, with the decisions to learn from."""
        made: dict[str, Decision] = {}
        features, allowed = (part[list(places)] for part in self._region)
        made["region"] = self.heads["region"].decide(features, allowed, chance)
        regions = made["region"].chosen.tolist()
        self._decide(made, "time", [self._time[q][r] for q, r in zip(places, regions, strict=True)], chance)
        self._decide(made, "name", [self._name[q][0][r] for q, r in zip(places, regions, strict=True)], chance,
                     np.array([self._name[q][1] for q in places]))  # fmt: skip
        times = made["time"].chosen.tolist()
        adjusted = np.array([self._adjustment(*one) for one in zip(places, regions, times, strict=True)])
        for one in ("right", "down", "larger"):
            made[one] = self.heads[one].decide(adjusted, np.ones(adjusted.shape[:2], bool), chance)
        drawn = [Action(*map(int, one), 0) for one in zip(*self._chosen(made), strict=True)]
        letters = [_letter_features(self.questions[q], action) for q, action in zip(places, drawn, strict=True)]
        self._decide(made, "letter", letters, chance)
        letter = made["letter"].chosen.tolist()
        return [action._replace(letter=one) for action, one in zip(drawn, letter, strict=True)], made

    def learn(self, made: dict[str, Decision], advantages: Floats, rate: float, kl_weight: float) -> None:
        """Take one step towards replies with a positive advantage."""
        for choice, decision in made.items():
            head = self.heads[choice]
            head.ascend(head.gradient(decision, advantages, kl_weight), rate)

    def _decide(self, made: dict[str, Decision], choice: str, features: list[Floats], chance: np.random.Generator,
                allowed: np.ndarray | None = None) -> None:  # fmt: skip
        stacked = np.array(features)
        there = np.ones(stacked.shape[:2], bool) if allowed is None else allowed
        made[choice] = self.heads[choice].decide(stacked, there, chance)

    def _chosen(self, made: dict[str, Decision]) -> list[Ints]:
        steps = [made[one].chosen - 1 for one in ("right", "down", "larger")]
        return [made[one].chosen for one in ("region", "time", "name")] + steps

    def _adjustment(self, place: int, region: int, time: int) -> Floats:
        question = self.questions[place]
        features = np.zeros((3, 1 + _ADJUSTED))
        features[1, 0] = 1.0  # as perceived
        if region < len(question.objects):
            colour, shape = _words(question.objects[region])
            x1, y1, x2, y2 = question.perceived[region, time]
            size = int(np.searchsorted(_SIZES, (x2 - x1) * (y2 - y1)))
            sized = 1 + 3 * (3 * shape + size)
            coloured = 1 + 3 * (3 * len(_SHAPES) + len(_COLOURS) * shape + colour)
            for step in range(3):
                features[step, [sized + step, coloured + step]] = 1.0
        return features


def _padded(features: list[Floats], widest: int) -> tuple[Floats, np.ndarray]:
    whole = np.zeros((len(features), widest, features[0].shape[1]))
    allowed = np.zeros(whole.shape[:2], bool)
    for row, one in enumerate(features):
        whole[row, : len(one)], allowed[row, : len(one)] = one, True
    return whole, allowed


def _words(name: str) -> tuple[int, int]:
    if not name:
        return len(_COLOURS), len(_SHAPES)
    colour, shape = name.split()
    return _COLOURS.index(colour), _SHAPES.index(shape)


def _pair(asked: str, other: str) -> Floats:
    """Describe two names by which words of theirs meet; the corner has no name."""
    (colour, shape), (colour2, shape2) = _words(asked), _words(other)
    colours, shapes = np.zeros((len(_COLOURS), len(_COLOURS) + 1)), np.zeros((len(_SHAPES), len(_SHAPES) + 1))
    colours[colour, colour2] = shapes[shape, shape2] = 1.0
    return np.concatenate([colours.ravel(), shapes.ravel()])


def _region_features(question: ClipQuestion) -> Floats:
    asked = question.asked.target
    alike = [[float(a == b) for a, b in zip(_words(asked), _words(name), strict=True)] for name in question.objects]
    plain = np.array([[*both, 0.0] for both in alike] + [[0.0, 0.0, 1.0]])
    return np.hstack([plain, [_pair(asked, name) for name in (*question.objects, "")]])


def _time_features(question: ClipQuestion) -> list[Floats]:
    """Describe every time, by region: whether the object is seen, has just come, is about to go; and which it is."""
    kind = list(KINDS).index(question.asked.kind)
    tables = []
    for seen in [*question.seen, np.ones(TIMES, bool)]:
        features = np.zeros((TIMES, len(KINDS), TIMES + _SEEN_IN_TIME))
        before, after = np.append(False, seen[:-1]), np.append(seen[1:], False)
        first, last = np.cumsum(seen) == 1, np.cumsum(seen[::-1])[::-1] == 1
        features[:, kind, :_SEEN_IN_TIME] = np.column_stack([seen, seen & ~before & first, seen & ~after & last, ~seen])
        features[:, kind, _SEEN_IN_TIME:] = np.eye(TIMES)
        tables.append(features.reshape(TIMES, -1))
    return tables


def _name_features(question: ClipQuestion, widest: int) -> tuple[list[Floats], np.ndarray]:
    """Describe every name, by region: how it goes with the question and with the object pointed at."""
    asked, tables = question.asked.target, []
    for region in [*question.objects, ""]:
        features = np.zeros((widest, 2 + 2 * _PAIRS))
        for place, name in enumerate(question.objects):
            pairs = [_pair(asked, name), _pair(name, region)]
            features[place] = np.concatenate([[name == asked, name == region], *pairs])
        tables.append(features)
    return tables, np.arange(widest) < len(question.objects)


def _letter_features(question: ClipQuestion, action: Action) -> Floats:
    place, kind = place_of(question.box(action)), list(KINDS).index(question.asked.kind)
    count = len(PLACES)
    features = np.zeros((count, 1 + count**2 + len(KINDS) * count))
    features[place, 0] = 1.0
    letters = np.arange(count)
    features[letters, 1 + place * count + letters] = 1.0
    features[letters, 1 + count**2 + kind * count + letters] = 1.0
    return features
