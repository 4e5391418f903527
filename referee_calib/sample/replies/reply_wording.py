"""The words of the pretended policy: how it thinks aloud, and how it gets its own tags wrong."""

from __future__ import annotations

import random

from referee_calib.sample.replies.questions import SceneQuestion

_OPENINGS = (
    "Let me go through the video step by step.",
    "I need to find the {target} and look at when it matters.",
    "The question is about the {target}, so I follow it through the clip.",
    "First I look for the {target}.",
    "To answer this, I watch the {target} closely.",
    "I start with an overview of the scene and then look for the {target}.",
)
_ON_TARGET = (
    "Here is the {claim}, clearly visible.",
    "I can see the {claim}.",
    "The {claim} is what the question asks about.",
    "A closer look shows the {claim}.",
    "At this moment the {claim} settles it.",
    "Following it further, I find the {claim}.",
    "Then there is the {claim}, which is the key moment.",
)
_AGAIN = ("To double-check: the {claim}.", "Again, the {claim}.", "This is confirmed by the {claim}.")
_ASIDE = (
    "There is also the {claim}, for comparison.",
    "Beside it stands the {claim}.",
    "The {claim} helps to tell where we are.",
    "I notice the {claim} as well.",
)
_CLOSINGS = (
    "So the answer follows.",
    "That is enough to answer.",
    "This settles the question.",
    "Everything fits together.",
    "",
)


def opening(question: SceneQuestion, chance: random.Random) -> str:
    """Return how the thinking starts."""
    return chance.choice(_OPENINGS).format(target=question.target)


def closing(chance: random.Random) -> str:
    """Return how it ends; may be empty."""
    return chance.choice(_CLOSINGS)


def sentence(claim: str, role: str, chance: random.Random) -> str:
    """Wrap a claim in a sentence; `role` is "target", "again" or "aside"."""
    words = {"target": _ON_TARGET, "again": _AGAIN, "aside": _ASIDE}[role]
    return chance.choice(words).format(claim=claim)


def claim(phrase: str, corners: tuple[int, int, int, int], t: str, chance: random.Random) -> str:
    """Write a claim in the reference grammar, now and then with spaces that it does not foresee."""
    box = "[" + ", ".join(map(str, corners)) + "]"
    if chance.random() < 0.12:
        return f"<obj> {phrase} </obj> <box>{box}</box> at <t>{t}</t> s"
    return f"<obj>{phrase}</obj><box>{box}</box>at<t>{t}</t>s"


def malformed(phrase: str, corners: tuple[int, int, int, int], t: str, frame: tuple[int, int], kind: int) -> str:
    """Write a claim that no reader can use; `kind` counts through the ways to break it."""
    x1, y1, x2, y2 = corners
    ways = (
        f"<obj>{phrase}</obj><box>[{x1}, {y1}, {x2}]</box>at<t>{t}</t>s",
        f"<obj>{phrase}</obj><box>[{x2}, {y1}, {x1}, {y2}]</box>at<t>{t}</t>s",
        f"<obj>{phrase}</obj> at<t>{t}</t>s",
        f"<obj>{phrase}</obj><box>[{x1}, {y1}, {x2 + frame[0]}, {y2}]</box>at<t>{t}</t>s",
        f"<obj>{phrase}</obj><box>[{x1}, {y1}, {x2}, {y2}]</box>at<t>soon</t>s",
        f"<obj>{phrase}</obj><box>[{x1}, {y1}, {x2}, {y2}</box at<t>{t}</t>s",
    )
    return ways[kind % len(ways)]
