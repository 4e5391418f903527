"""The world of the experiment: questions about the sample clips, what the policy sees of them, what it can reply.

A reply names an object, points at a region (one of the clip's objects as the policy perceives it, or the picture's
corner) at one of eight times, adjusts the box, and answers with a letter. What the policy perceives is systematically
wrong by the object's shape, which training can undo, and a little wrong by chance, which it cannot.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from referee_calib.sample.replies.questions import Kind, SceneQuestion
from referee_calib.sample.scenes.scene_annotations import box_at, in_view, track
from referee_calib.sample.scenes.scene_definitions import SCENES
from referee_calib.sample.scenes.scene_model import Box, Scene

Floats = NDArray[np.float64]
TIMES = 8  # moments of a clip that a reply may name
SHIFT, ZOOM = 0.2, 1.4  # one step of an adjustment: a share of the box's size, a factor
CORNER: Box = (0.0, 0.0, 0.12, 0.12)
LETTERS = "ABCDEFGHI"  # places in the picture, row by row
PLACES = tuple(f"{down} {across}" for down in ("upper", "central", "lower") for across in ("left", "middle", "right"))
BOX_NOISE = 0.03  # standard deviation of what the policy perceives wrongly by chance, a share of the box's size
KINDS: dict[Kind, str] = {
    "enters": "Where is the {target} when it comes into view?",
    "leaves": "Where is the {target} just before it leaves the picture?",
}
# By shape: how far a perceived box is shifted right and down, and how much too large it is, in steps.
_MISPERCEIVED = {
    "ball": (1, 0, -1),
    "square": (0, -1, 1),
    "star": (-1, 1, 0),
    "triangle": (1, -1, 1),
    "diamond": (-1, 0, 1),
    "pillar": (0, 1, -1),
}
_WINDOW = 1.5  # seconds in which what is asked about can be seen
_LEAST_SIDE = 0.01


class Action(NamedTuple):
    """What one reply is made of, as places in the lists of its question."""

    region: int  # an object, or the corner, which comes after the last object
    time: int
    name: int
    right: int  # steps of the adjustment, -1 to 1
    down: int
    larger: int
    letter: int


@dataclass(frozen=True, eq=False)
class ClipQuestion:
    """A question about a clip, with what the policy perceives of it."""

    asked: SceneQuestion
    objects: tuple[str, ...]
    times: tuple[float, ...]
    perceived: Floats  # boxes, shape (objects, times, 4); where an object is out of view, its nearest sight
    seen: NDArray[np.bool_]  # shape (objects, times)

    @cached_property
    def target(self) -> int:
        """Place of the object that is asked about."""
        return self.objects.index(self.asked.target)

    @cached_property
    def letter(self) -> str:
        """The right answer."""
        start, end = self.asked.window
        times = np.linspace(start, end, 5)
        boxes = [box for t in times if (box := box_at(self.asked.scene, self.asked.target, float(t))) is not None]
        return LETTERS[place_of(boxes[len(boxes) // 2])]

    def box(self, action: Action) -> Box:
        """Return the box that an action draws, in thousandths of the frame."""
        whole = CORNER if action.region == len(self.objects) else self.perceived[action.region, action.time]
        drawn = whole if action.region == len(self.objects) else moved(whole, action.right, action.down, action.larger)
        x1, y1, x2, y2 = (min(max(round(1000 * float(v)), 0), 1000) for v in drawn)
        x1, y1 = min(x1, 990), min(y1, 990)
        return x1 / 1000, y1 / 1000, max(x2, x1 + 10) / 1000, max(y2, y1 + 10) / 1000

    def undoing(self, region: int) -> tuple[int, int, int]:
        """Return the adjustment that makes an object's perceived box right, but for chance."""
        right, down, larger = _MISPERCEIVED[self.objects[region].split()[-1]]
        return -right, -down, -larger

    def reply(self, action: Action) -> str:
        """Return the text of a reply."""
        corners = ", ".join(str(round(1000 * v)) for v in self.box(action))
        claim = f"<obj>{self.objects[action.name]}</obj><box>[{corners}]</box>at<t>{self.times[action.time]:g}</t>s"
        return f"<think>Here is the {claim}.</think><answer>{LETTERS[action.letter]}</answer>"


def clip_questions(scenes: Sequence[Scene] = SCENES) -> list[ClipQuestion]:
    """Ask where every coloured object of every clip enters and leaves."""
    return [_perceived(asked) for scene in scenes for asked in _asked(scene)]


def held_out(question: ClipQuestion) -> bool:
    """Tell whether a question is about one of the clips that are not trained on: every third."""
    return SCENES.index(question.asked.scene) % 3 == 2


def moved(box: Floats | Box, right: int, down: int, larger: int) -> Box:
    """Resize a box around its centre, then shift it by steps of its new size."""
    x1, y1, x2, y2 = map(float, box)
    w, h = (x2 - x1) * ZOOM**larger, (y2 - y1) * ZOOM**larger
    x, y = (x1 + x2) / 2 + right * SHIFT * w, (y1 + y2) / 2 + down * SHIFT * h
    return x - w / 2, y - h / 2, x + w / 2, y + h / 2


def place_of(box: Box) -> int:
    """Return the place of a box's centre among :data:`PLACES`."""
    across, down = ((box[i] + box[i + 2]) / 2 for i in range(2))
    return 3 * (int(down > 1 / 3) + int(down > 2 / 3)) + int(across > 1 / 3) + int(across > 2 / 3)


def true_boxes(question: ClipQuestion, name: str) -> dict[float, Box]:
    """Return where an object is at the times of a question at which it is in view."""
    found = {t: box_at(question.asked.scene, name, t) for t in question.times}
    return {t: box for t, box in found.items() if box is not None}


def _asked(scene: Scene) -> Iterator[SceneQuestion]:
    for target in _coloured(scene):
        seen = in_view(scene, target)
        for kind, words in KINDS.items():
            start, end = (seen[0][0], min(seen[0][0] + _WINDOW, seen[0][1]))
            if kind == "leaves":
                start, end = max(seen[-1][1] - _WINDOW, seen[-1][0]), seen[-1][1]
            group = f"{scene.name} {kind} {target}"
            yield SceneQuestion(
                group, scene, kind, words.format(target=target), "", target, "", (round(start, 4), round(end, 4)), None
            )


def _coloured(scene: Scene) -> list[str]:
    names = dict.fromkeys(item.name for item in scene.objects if item.colour != "grey")
    return [name for name in names if in_view(scene, name)]


def _perceived(asked: SceneQuestion) -> ClipQuestion:
    scene, objects = asked.scene, _coloured(asked.scene)
    times = [round((k + 0.5) * scene.seconds / TIMES, 2) for k in range(TIMES)]
    chance = np.random.default_rng(SCENES.index(scene))
    boxes = np.array([[_seen_as(scene, name, t, chance) for t in times] for name in objects])
    seen = np.array([[box_at(scene, name, t) is not None for t in times] for name in objects])
    return ClipQuestion(asked, tuple(objects), tuple(times), boxes, seen)


def _seen_as(scene: Scene, name: str, t: float, chance: np.random.Generator) -> Box:
    box = box_at(scene, name, t) or _nearest_sight(scene, name, t)
    return moved(_noisy(box, chance), *_MISPERCEIVED[name.split()[-1]])


def _nearest_sight(scene: Scene, name: str, t: float) -> Box:
    _, x1, y1, x2, y2 = min((row for row, _ in track(scene, name)), key=lambda row: abs(row[0] - t))
    return x1, y1, x2, y2


def _noisy(box: Box, chance: np.random.Generator) -> Box:
    w, h = box[2] - box[0], box[3] - box[1]
    x1, y1, x2, y2 = np.array(box) + BOX_NOISE * chance.standard_normal(4) * (w, h, w, h)
    return float(x1), float(y1), max(float(x2), float(x1) + _LEAST_SIDE), max(float(y2), float(y1) + _LEAST_SIDE)
