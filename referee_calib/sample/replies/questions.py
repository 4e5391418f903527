"""What is asked about each clip, the true answer, and the moments at which it can be seen."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, cast

from referee_calib.records import Span
from referee_calib.sample.scenes.scene_annotations import HIDDEN, IN_VIEW, hidden, in_view
from referee_calib.sample.scenes.scene_definitions import ASKED, SCENES
from referee_calib.sample.scenes.scene_model import Scene, between
from referee_calib.sample.seeded_random import seeded_random

Kind = Literal["view", "hidden", "meets", "enters", "leaves", "ends", "wins", "seen"]

_WORDS: dict[Kind, tuple[str, ...]] = {
    "view": (
        "When is the {target} in view?",
        "During which part of the video can the {target} be seen?",
        "From when to when is the {target} visible?",
    ),
    "hidden": (
        "When is the {target} hidden behind the {other}?",
        "From when to when does the {target} disappear behind the {other}?",
    ),
    "meets": (
        "Where is the {target} when it is closest to the {other}?",
        "Show the {target} at the moment when it passes the {other}.",
    ),
    "enters": ("Where is the {target} when it comes into view?", "At which side does the {target} come in?"),
    "leaves": ("Where is the {target} just before it leaves the picture?", "Where does the {target} go out of sight?"),
    "ends": ("Where is the {target} at the end?", "Where does the {target} come to rest?"),
    "wins": ("Does the {target} win?",),
    "seen": ("Is there a {target} in this video, and where?", "What does the {target} do in this video?"),
}
TEMPORAL: frozenset[Kind] = frozenset({"view", "hidden"})


@dataclass(frozen=True)
class SceneQuestion:
    """A question with its true answer."""

    group: str  # name of the group of replies to it
    scene: Scene
    kind: Kind
    text: str
    answer: str
    # target, other: the object that is asked about, and the object it is asked with respect to (or "")
    target: str
    other: str
    window: Span  # when what is asked about can be seen
    span: Span | None  # the true answer, when a time is asked for


def questions(seed: int) -> list[SceneQuestion]:
    """Ask about every scene."""
    return [
        _ask(scene, number, cast(Kind, kind), target, "".join(other), seed)
        for scene in SCENES
        for number, (kind, target, *other) in enumerate(ASKED[scene.name], start=1)
    ]


def _ask(scene: Scene, number: int, kind: Kind, target: str, other: str, seed: int) -> SceneQuestion:
    group = f"{scene.name}-{number}"
    words = seeded_random(seed, "question", group).choice(_WORDS[kind])
    start, end = window = _window(scene, kind, target, other)
    span = window if kind in TEMPORAL else None
    answer = f"From {start:.1f} s to {end:.1f} s." if span else _answer(scene, kind, target, (start + end) / 2)
    return SceneQuestion(
        group, scene, kind, words.format(target=target, other=other), answer, target, other, window, span
    )


def _window(scene: Scene, kind: Kind, target: str, other: str) -> Span:
    seen = in_view(scene, target, HIDDEN if kind == "meets" else IN_VIEW)
    start, end = max(seen, key=lambda s: s[1] - s[0])
    if kind == "hidden":
        start, end = hidden(scene, target)[0]
    elif kind == "meets":
        times = [t for t in scene.times if any(a <= t < b for a, b in seen)]
        closest = min(times, key=lambda t: _gap(scene, target, other, t))
        start, end = next((a, b) for a, b in seen if a <= closest < b)
        start, end = max(closest - 0.7, start), min(closest + 0.7, end)
    elif kind == "enters":
        start, end = seen[0][0], min(seen[0][0] + 1.4, seen[0][1])
    elif kind in ("leaves", "ends", "wins"):
        start, end = max(seen[-1][1] - 1.6, seen[-1][0]), seen[-1][1]
    return round(start, 4), round(end, 4)


def _gap(scene: Scene, target: str, other: str, t: float) -> float:
    a, b = (scene.object_named(name).path.at(t) for name in (target, other))
    return math.hypot((a[0] - b[0]) * scene.size[0], (a[1] - b[1]) * scene.size[1])


def _answer(scene: Scene, kind: Kind, target: str, t: float) -> str:
    x, y = scene.object_named(target).path.at(t)
    x -= between(scene.camera, t, ease=True)[0]
    across = "left" if x < 0.36 else "right" if x > 0.64 else "middle"
    down = "upper" if y < 0.4 else "lower" if y > 0.6 else "central"
    place = f"in the {down} {across} of the picture"
    return {"wins": f"Yes, the {target} is first.", "seen": f"Yes, {place} around {t:.0f} s."}.get(
        kind, f"It is {place}."
    )
