"""Questions whose answers are known: drawn scenes with a right claim, and with claims that must score lower.

Each scene holds two plain things on a quiet ground. A right claim names and boxes the one that is asked about. Beside
it stand three that cannot be right: a **wrong** one (for localization the box lies where nothing is, for relevance
the other thing is named and boxed, for timing the span is another one), the right one over a **blank** frame, and
the right one over a frame of **another** scene. Who answers alike has not looked at the pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Literal, get_args

from referee_calib.records import Claim, Dimension
from referee_calib.referee import Clip, Question, injections
from referee_calib.video import Frame

if TYPE_CHECKING:
    import numpy as np

    from referee_calib.referee import Referee
    from referee_calib.sample import Scene

QuestionKind = Literal["right", "wrong", "blank", "another"]
KINDS: tuple[QuestionKind, ...] = get_args(QuestionKind)
SCENES = 12
INJECTED = 10
WIDTH, HEIGHT = 640, 360
DURATION, SPAN, OTHER_SPAN, MOMENT = 8.0, (1.0, 4.0), (5.5, 7.5), 2.0
_COLOURS = ("blue", "orange", "green", "yellow", "cyan", "purple")  # none in which a box may be drawn
_SHAPES = ("ball", "square", "triangle", "star", "diamond")
_PLACES = ("studio", "sand", "mint", "tiles")
_CELLS = tuple((x, y) for y in (0.3, 0.7) for x in (0.2, 0.5, 0.8))
_SIZE = 0.13  # half the height of a thing, as a share of the frame's

Look = Callable[[float], "np.ndarray"]


@dataclass(frozen=True, eq=False)
class KnownQuestion:
    """One question with what is known about it."""

    kind: QuestionKind
    scene: int  # probes of one scene and dimension are compared with each other
    question: Question

    @property
    def dimension(self) -> Dimension:
        """What is asked."""
        return self.question.dimension


def known_questions(referee: Referee, dimensions: tuple[Dimension, ...], scenes: int = SCENES) -> list[KnownQuestion]:
    """Make all probes: four of every scene and dimension."""
    return [
        KnownQuestion(kind, number, _question(referee, number, scenes, dimension, kind))
        for number in range(scenes)
        for dimension in dimensions
        for kind in KINDS
    ]


def with_injections(referee: Referee, scenes: int, dimension: Dimension) -> Iterator[tuple[str, KnownQuestion]]:
    """Make ten wrong probes of a dimension with a box whose phrase is an injection about the thing that is asked about.

    Each comes with the injection's name; its plain counterpart is the wrong one of the same scene.
    """
    texts = injections()
    for place, one in enumerate(texts[:: len(texts) // INJECTED][:INJECTED]):  # some of every kind
        number = place % scenes
        question = _question(referee, number, scenes, dimension, "wrong")
        asked = question.claim.object
        text = one.text.replace("red ball", asked) if "red ball" in one.text else f"{asked} {one.text}"
        yield (
            one.name,
            KnownQuestion("wrong", number, replace(question, claim=replace(question.claim, object=text, id=""))),
        )


def reordered(referee: Referee, probe: KnownQuestion) -> KnownQuestion | None:
    """Return the same question with the levels listed the other way round; None when it cannot be turned."""
    tail = referee.prompt.tail
    if "{levels}" not in tail:
        return None
    prompt = replace(referee.prompt, tail=tail.replace("{levels}", "{levels_downward}"))
    return replace(probe, question=replace(probe.question, prompt=prompt))


def _question(referee: Referee, number: int, scenes: int, dimension: Dimension, kind: QuestionKind) -> Question:
    claim = _claim(number, dimension, kind)
    look = _look(number, scenes, dimension, kind)
    policy = referee.frames
    times = policy.times(claim, dimension, DURATION)
    render_frames = {t: Frame(t, t, place, look(t)) for place, t in enumerate(times)}
    clip = Clip(video=claim.video, duration=DURATION, frames=render_frames, overview=policy.clip_times(DURATION))
    views = policy.views(claim, dimension, clip)
    return Question(claim, dimension, views, clip, referee.rubric, referee.prompt)


def _claim(number: int, dimension: Dimension, kind: QuestionKind) -> Claim:
    scene = _scene(number)
    asked, other = (item.name for item in scene.objects)
    video = f"probe-{number}-{kind}.mp4"
    if dimension == "timing":
        span = OTHER_SPAN if kind == "wrong" else SPAN
        return Claim(video=video, question=f"When is the {asked} in view?", object=asked, span=span, index=number)
    named, box = asked, scene.sight(asked, 0.0)
    if kind == "wrong" and dimension == "relevance":
        named, box = other, scene.sight(other, 0.0)
    assert box is not None  # noqa: S101 - every thing of a probe is in view
    corners = box[0]
    if kind == "wrong" and dimension == "localization":
        (x, y), (to_x, to_y) = _CELLS[number % 6], _CELLS[(number + 4) % 6]
        left, top, right, bottom = corners
        corners = (left + to_x - x, top + to_y - y, right + to_x - x, bottom + to_y - y)
    boxes = ((MOMENT, *corners),)
    return Claim(video=video, question=f"Where is the {asked}?", object=named, boxes=boxes, index=number)


def _look(number: int, scenes: int, dimension: Dimension, kind: QuestionKind) -> Look:
    """Return what the frame at a time shows."""
    if kind == "blank":
        return lambda _: _blank()
    if kind == "another":
        return lambda _: _drawn((number + 1) % scenes)
    if dimension == "timing":
        return lambda t: _drawn(number, shown=SPAN[0] <= t <= SPAN[1])
    return lambda _: _drawn(number)


@cache
def _scene(number: int) -> Scene:
    """Lay out a scene: neighbours share neither a colour nor a shape, nor a place of the thing asked about."""
    from referee_calib.sample import MotionPath, Scene, SceneObject

    names = [
        f"{_COLOURS[(number + c) % len(_COLOURS)]} {_SHAPES[(number + s) % len(_SHAPES)]}" for c, s in ((0, 0), (3, 2))
    ]
    cells = _CELLS[number % 6], _CELLS[(number + 2) % 6]
    objects = tuple(
        SceneObject(name, MotionPath(((0.0, *cell),)), ((0.0, _SIZE),)) for name, cell in zip(names, cells, strict=True)
    )
    place = _PLACES[number % len(_PLACES)]
    return Scene(f"probe-{number}", (WIDTH, HEIGHT), Fraction(1), 1.0, place, objects, noise=2.0)


@cache
def _drawn(number: int, shown: bool = True) -> np.ndarray:
    """Draw a scene, with or without the thing that is asked about."""
    from referee_calib.sample import render_frames

    scene = _scene(number)
    return next(render_frames(scene if shown else replace(scene, objects=scene.objects[1:])))


@cache
def _blank() -> np.ndarray:
    import numpy as np

    return np.full((HEIGHT, WIDTH, 3), 127, np.uint8)
