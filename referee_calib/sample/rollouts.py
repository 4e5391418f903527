"""Replies of a pretended policy: true evidence, evidence with planted faults, and a log of the faults."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from referee_calib.claims import BoxUnit, claims_of
from referee_calib.claims.rollouts import Rollout
from referee_calib.records import Claim, Span
from referee_calib.sample import wording
from referee_calib.sample.dice import dice
from referee_calib.sample.faults import Fault, jittered, long_span, moved_span, other_moment, scaled, shifted
from referee_calib.sample.questions import Question
from referee_calib.sample.truth import box_at, reference_boxes
from referee_calib.sample.world import Box

STEPS = (0, 100, 200, 300)
REPLIES = 4  # to each question
# How often each fault is tried, early and late in training: boxes get better, and tricks that overlap pays appear.
_WEIGHTS: dict[Fault, tuple[float, float]] = {
    "shifted": (0.16, 0.08),
    "loose": (0.08, 0.05),
    "tight": (0.09, 0.05),
    "wrong_box": (0.07, 0.04),
    "wrong_name": (0.10, 0.06),
    "wrong_time": (0.07, 0.05),
    "whole_frame": (0.02, 0.08),
    "duplicate": (0.03, 0.07),
    "unknown_phrase": (0.07, 0.05),
    "malformed": (0.09, 0.05),
}
_JITTER = (0.05, 0.02)
VAGUE = ("main object", "moving thing")  # a person knows what is meant, a referee of colours and shapes does not


@dataclass
class Reply:
    """One reply while it is being written."""

    question: Question
    name: str
    step: int
    chance: random.Random
    frame: tuple[int, int]
    sentences: list[str] = field(default_factory=list)
    written: list[tuple[str, tuple[int, int, int, int], float]] = field(default_factory=list)
    faults: list[tuple[int | None, Fault, float | None]] = field(default_factory=list)
    answer: str = ""

    @property
    def late(self) -> float:
        """How far training has come, 0 to 1."""
        return self.step / STEPS[-1]

    def pixels(self, box: Box) -> tuple[int, int, int, int] | None:
        """Return a box in whole pixels of the policy's frame; None when nothing is left of it."""
        width, height = self.frame
        x1, y1, x2, y2 = (round(v * size) for v, size in zip(box, (width, height, width, height), strict=True))
        return (x1, y1, x2, y2) if x1 < x2 and y1 < y2 else None

    def say(
        self,
        phrase: str,
        box: Box,
        t: float,
        role: str = "target",
        fault: Fault | None = None,
        magnitude: float | None = None,
    ) -> bool:
        """Add a sentence with a claim, and log its fault."""
        corners = self.pixels(box)
        if corners is None:
            return False
        if fault is not None:
            self.faults.append((len(self.written), fault, magnitude))
        self.written.append((phrase, corners, t))
        text = wording.claim(phrase, corners, f"{t:g}", self.chance)
        self.sentences.append(wording.sentence(text, role, self.chance))
        return True


def rollouts(asked: list[Question], seed: int) -> tuple[list[Rollout], list[Claim], list[dict[str, Any]]]:
    """Write the replies to every question.

    Returns
    -------
    rollouts, claims, faults
        The records, the claims that the parser reads from them, and one row per planted fault:
        rollout, claim index (None when the fault leaves no claim), fault, magnitude, claim id.
    """
    written: list[Rollout] = []
    claims: list[Claim] = []
    faults: list[dict[str, Any]] = []
    for number, question in enumerate(asked):
        for reply in range(REPLIES):
            made = _reply(question, f"{question.group}-r{reply + 1}", STEPS[number % len(STEPS)], seed)
            row = _row(made)
            read = _read_back(row, made)
            written.append(row)
            claims.extend(read)
            for index, fault, magnitude in made.faults:
                known = None if index is None else read[index].id
                faults.append(
                    {"rollout": row.rollout, "index": index, "fault": fault, "magnitude": magnitude, "claim": known}
                )
    return written, claims, faults


def _reply(question: Question, name: str, step: int, seed: int) -> Reply:
    chance = dice(seed, "reply", name)
    width, height = question.scene.size
    scale = chance.choice((336, 448)) / max(width, height)
    frame = (14 * round(width * scale / 14), 14 * round(height * scale / 14))
    reply = Reply(question, name, step, chance, frame)
    reply.sentences.append(wording.opening(question, chance))
    for _ in range(chance.choice((1, 1, 2) if question.span else (1, 2, 2, 3))):
        _evidence(reply)
    if question.other and question.other in _coloured(question) and chance.random() < 0.25:
        _aside(reply, question.other)
    reply.sentences.append(wording.closing(chance))
    _answer(reply)
    return reply


def _evidence(reply: Reply) -> None:
    """Point at the target at some moment, perhaps wrongly."""
    question, chance = reply.question, reply.chance
    t = _moment(reply)
    box = box_at(question.scene, question.target, t)
    if box is None:
        return
    phrase = question.target
    near = jittered(box, _between(_JITTER, reply.late), chance)
    fault = _drawn_fault(reply)
    if fault is None or not _wrong(reply, fault, phrase, box, near, t):
        reply.say(phrase, near, t)


def _wrong(reply: Reply, fault: Fault, phrase: str, box: Box, near: Box, t: float) -> bool:
    """Write the claim with this fault; False when it cannot be made here."""
    question, chance = reply.question, reply.chance
    if fault == "shifted":
        moved = shifted(box, chance)
        return moved is not None and reply.say(phrase, moved[0], t, fault=fault, magnitude=moved[1])
    if fault in ("loose", "tight"):
        factor = round(chance.uniform(1.5, 2.4) if fault == "loose" else chance.uniform(0.4, 0.7), 2)
        return reply.say(phrase, scaled(box, factor), t, fault=fault, magnitude=factor)
    if fault == "whole_frame":
        return reply.say(phrase, (0.0, 0.0, 1.0, 1.0), t, fault=fault)
    if fault == "duplicate":
        times = chance.choice((1, 1, 2, 4))
        reply.say(phrase, near, t)
        for _ in range(times):
            reply.say(phrase, near, t, "again", fault, float(times))
        return True
    if fault == "wrong_time":
        other = other_moment(question, t, box, chance)
        late = None if other is None else round(other - t, 2)
        return other is not None and reply.say(phrase, near, other, fault=fault, magnitude=late)
    if fault == "unknown_phrase":
        return reply.say("winner" if question.kind == "wins" else chance.choice(VAGUE), near, t, fault=fault)
    if fault == "malformed":
        return _break(reply, phrase, near, t)
    return _mistake(reply, fault, phrase, t)


def _mistake(reply: Reply, fault: Fault, phrase: str, t: float) -> bool:
    """Take one thing for another: its box under the target's name, or its name and its box."""
    scene = reply.question.scene
    seen = [(name, box_at(scene, name, t)) for name in _coloured(reply.question)]
    there = [(name, box) for name, box in seen if box is not None and name != reply.question.target]
    if not there:
        return False
    name, box = reply.chance.choice(there)
    near = jittered(box, _between(_JITTER, reply.late), reply.chance)
    return reply.say(phrase if fault == "wrong_box" else name, near, t, fault=fault)


def _break(reply: Reply, phrase: str, box: Box, t: float) -> bool:
    corners = reply.pixels(box)
    if corners is None:
        return False
    text = wording.malformed(phrase, corners, f"{t:g}", reply.frame, reply.chance.randrange(6))
    reply.sentences.append(wording.sentence(text, "target", reply.chance))
    reply.faults.append((None, "malformed", None))
    return True


def _aside(reply: Reply, other: str) -> None:
    t = _moment(reply)
    box = box_at(reply.question.scene, other, t)
    if box is not None:
        reply.say(other, jittered(box, _between(_JITTER, reply.late), reply.chance), t, "aside")


def _answer(reply: Reply) -> None:
    question, chance = reply.question, reply.chance
    if question.span is None:
        reply.answer = question.answer
        return
    seconds = question.scene.seconds
    fault: Fault | None = None
    span: Span = (question.span[0] + chance.gauss(0, 0.15), question.span[1] + chance.gauss(0, 0.15))
    draw = chance.random()
    if draw < 0.25:
        fault, span = "long_span", long_span(question.span, seconds, chance)
    elif draw < 0.5:
        moved = moved_span(question.span, seconds, chance)
        fault, span = ("moved_span", moved) if moved else (None, span)
    start, end = round(max(span[0], 0.0), 1), round(min(span[1], seconds), 1)
    if fault is not None:
        ratio = round((end - start) / (question.span[1] - question.span[0]), 2)
        reply.faults.append((len(reply.written), fault, ratio))
    reply.answer = f"From <t>{start:g}</t>s to <t>{end:g}</t>s"


def _moment(reply: Reply) -> float:
    """Mostly within the window in which the question is decided, early in training more often outside."""
    question, chance = reply.question, reply.chance
    start, end = question.window
    if question.kind == "hidden":  # what is hidden cannot be shown: look just before and just after
        start, end = chance.choice(((start - 1.0, start - 0.1), (end + 0.1, end + 1.0)))
    elif chance.random() < _between((0.3, 0.1), reply.late):
        start, end = 0.0, question.scene.seconds
    t = chance.uniform(max(start, 0.0), min(end, question.scene.seconds))
    return round(min(t, question.scene.seconds - 0.05), chance.choice((1, 1, 1, 2)))


def _drawn_fault(reply: Reply) -> Fault | None:
    draw = reply.chance.random()
    for fault, weights in _WEIGHTS.items():
        draw -= _between(weights, reply.late)
        if draw < 0:
            return fault
    return None


def _coloured(question: Question) -> list[str]:
    return list(dict.fromkeys(t.name for t in question.scene.things if t.colour != "grey"))


def _between(ends: tuple[float, float], share: float) -> float:
    return ends[0] + share * (ends[1] - ends[0])


def _row(reply: Reply) -> Rollout:
    question = reply.question
    thought = " ".join(s for s in reply.sentences if s)
    return Rollout(
        rollout=reply.name,
        group=question.group,
        video=question.scene.video,
        question=question.text,
        answer=question.answer,
        completion=f"<think>{thought}</think><answer>{reply.answer}</answer>",
        box_unit=f"pixels:{reply.frame[0]}x{reply.frame[1]}",
        step=reply.step,
        source="sample",
        reference_object=question.target,
        reference_boxes=tuple(tuple(box) for box in reference_boxes(question.scene, question.target)),  # type: ignore[misc]
        reference_span=question.span,
    )


def _read_back(row: Rollout, reply: Reply) -> tuple[Claim, ...]:
    """Read the claims as everybody will, and make sure that they are the ones that were meant."""
    unit = BoxUnit.parse(row.box_unit)
    meant = [(phrase, (t, *unit.share(tuple(map(float, box))))) for phrase, box, t in reply.written]  # type: ignore[arg-type]
    parsed = claims_of(row)
    read = [(claim.object, claim.boxes[0]) for claim in parsed.claims if claim.boxes]
    spans = len(parsed.claims) - len(read)
    broken = any(fault == "malformed" for _, fault, _ in reply.faults) or not parsed.claims
    if read != meant or spans != (row.reference_span is not None) or bool(parsed.failures) != broken:
        raise RuntimeError(f"reply {row.rollout} does not read back as it was meant: {row.completion}")
    return parsed.claims
