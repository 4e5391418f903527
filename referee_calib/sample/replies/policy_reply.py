"""One reply of a simulated policy while it is being written: evidence, perhaps with a planted fault, and an answer."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from referee_calib.records import Span
from referee_calib.sample.replies import reply_wording
from referee_calib.sample.replies.claim_faults import (
    ClaimFault,
    jittered,
    long_span,
    moved_span,
    other_moment,
    scaled,
    shifted,
)
from referee_calib.sample.replies.policies import SimulatedPolicy, at_step
from referee_calib.sample.replies.questions import SceneQuestion
from referee_calib.sample.scenes.scene_annotations import box_at
from referee_calib.sample.scenes.scene_model import Box
from referee_calib.sample.seeded_random import seeded_random

VAGUE = ("main object", "moving thing")  # a person knows what is meant, a referee of colours and shapes does not


@dataclass
class PolicyReply:
    """One reply while it is being written."""

    question: SceneQuestion
    policy: SimulatedPolicy
    step: int  # training step
    name: str  # of the rollout
    chance: random.Random
    frame: tuple[int, int]  # (width, height) in pixels, of the frame that the policy is given
    sentences: list[str] = field(default_factory=list)
    # (phrase, corners, t): the claims with boxes that can be read back, in order
    written: list[tuple[str, tuple[int, int, int, int], float]] = field(default_factory=list)
    # (index, fault, magnitude): the index is that of the claim, None where the fault leaves no claim
    faults: list[tuple[int | None, ClaimFault, float | None]] = field(default_factory=list)
    answer: str = ""

    def pixels(self, box: Box) -> tuple[int, int, int, int] | None:
        """Return a box in whole pixels of the policy's frame; None when nothing is left of it."""
        width, height = self.frame
        x1, y1, x2, y2 = (round(v * size) for v, size in zip(box, (width, height, width, height), strict=True))
        return (x1, y1, x2, y2) if x1 < x2 and y1 < y2 else None

    def near(self, box: Box) -> Box:
        """Return a true box as the policy draws it at its step, each edge a little off."""
        return jittered(box, at_step(self.policy.edge_error, self.step), self.chance)

    def say(
        self,
        phrase: str,
        box: Box,
        t: float,
        role: str = "target",
        fault: ClaimFault | None = None,
        magnitude: float | None = None,
    ) -> bool:
        """Add a sentence with a claim, and log its fault; False when the box is too small for the policy's frame."""
        corners = self.pixels(box)
        if corners is None:
            return False
        if fault is not None:
            self.faults.append((len(self.written), fault, magnitude))
        self.written.append((phrase, corners, t))
        text = reply_wording.claim(phrase, corners, f"{t:g}", self.chance)
        self.sentences.append(reply_wording.sentence(text, role, self.chance))
        return True


def write_reply(question: SceneQuestion, policy: SimulatedPolicy, step: int, name: str, seed: int) -> PolicyReply:
    """Let a policy answer a question at a training step."""
    chance = seeded_random(seed, "reply", name)
    width, height = question.scene.size
    scale = chance.choice((336, 448)) / max(width, height)
    frame = (14 * round(width * scale / 14), 14 * round(height * scale / 14))
    reply = PolicyReply(question, policy, step, name, chance, frame)
    reply.sentences.append(reply_wording.opening(question, chance))
    for _ in range(1 if question.span else chance.choice((1, 1, 2))):
        _add_evidence(reply)
    if question.other and question.other in _coloured(question) and chance.random() < 0.15:
        _add_aside(reply, question.other)
    reply.sentences.append(reply_wording.closing(chance))
    _add_answer(reply)
    return reply


def _add_evidence(reply: PolicyReply) -> None:
    """Point at the target at some moment, perhaps wrongly."""
    t = _moment(reply)
    box = box_at(reply.question.scene, reply.question.target, t)
    if box is None:
        return
    fault = _drawn_fault(reply)
    near = reply.near(box)
    if fault is None or not _add_fault(reply, fault, box, near, t):
        reply.say(reply.question.target, near, t)


def _drawn_fault(reply: PolicyReply) -> ClaimFault | None:
    draw = reply.chance.random()
    for fault, course in reply.policy.fault_rates.items():
        draw -= at_step(course, reply.step)
        if draw < 0:
            return fault
    return None


def _add_fault(reply: PolicyReply, fault: ClaimFault, box: Box, near: Box, t: float) -> bool:
    """Write the claim with this fault; False when it cannot be made here."""
    question, chance, phrase = reply.question, reply.chance, reply.question.target
    if fault == "shifted":
        moved = shifted(box, chance)
        return moved is not None and reply.say(phrase, moved[0], t, fault=fault, magnitude=moved[1])
    if fault in ("loose", "tight"):
        factor = round(chance.uniform(1.5, 2.4) if fault == "loose" else chance.uniform(0.4, 0.7), 2)
        return reply.say(phrase, scaled(box, factor), t, fault=fault, magnitude=factor)
    if fault == "whole_frame":
        return reply.say(phrase, (0.0, 0.0, 1.0, 1.0), t, fault=fault)
    if fault == "duplicate":
        return _repeat(reply, phrase, near, t)
    if fault == "wrong_time":
        other = other_moment(question, t, box, chance)
        late = None if other is None else round(other - t, 2)
        return other is not None and reply.say(phrase, near, other, fault=fault, magnitude=late)
    if fault == "unknown_phrase":
        return reply.say("winner" if question.kind == "wins" else chance.choice(VAGUE), near, t, fault=fault)
    if fault == "malformed":
        return _break(reply, phrase, near, t)
    return _mistake(reply, fault, t)


def _repeat(reply: PolicyReply, phrase: str, near: Box, t: float) -> bool:
    times = reply.chance.choice((1, 1, 2, 4))
    reply.say(phrase, near, t)
    for _ in range(times):
        reply.say(phrase, near, t, "again", "duplicate", float(times))
    return True


def _break(reply: PolicyReply, phrase: str, box: Box, t: float) -> bool:
    corners = reply.pixels(box)
    if corners is None:
        return False
    text = reply_wording.malformed(phrase, corners, f"{t:g}", reply.frame, reply.chance.randrange(6))
    reply.sentences.append(reply_wording.sentence(text, "target", reply.chance))
    reply.faults.append((None, "malformed", None))
    return True


def _mistake(reply: PolicyReply, fault: ClaimFault, t: float) -> bool:
    """Take another object for the target, under the target's name, its own name, or one that fits both."""
    scene, target = reply.question.scene, reply.question.target
    seen = [(name, box_at(scene, name, t)) for name in _coloured(reply.question) if name != target]
    colour = target.split()[0]
    there = [
        (name, box)
        for name, box in seen
        if box is not None and (fault != "vague_lookalike" or name.split()[0] == colour)
    ]
    if not there:
        return False
    name, box = reply.chance.choice(there)
    phrase = {"wrong_box": target, "wrong_name": name, "vague_lookalike": f"{colour} thing"}[fault]
    return reply.say(phrase, reply.near(box), t, fault=fault)


def _add_aside(reply: PolicyReply, other: str) -> None:
    t = _moment(reply)
    box = box_at(reply.question.scene, other, t)
    if box is not None:
        reply.say(other, reply.near(box), t, "aside")


def _add_answer(reply: PolicyReply) -> None:
    question, chance = reply.question, reply.chance
    if question.span is None:
        reply.answer = question.answer
        return
    seconds = question.scene.seconds
    fault: ClaimFault | None = None
    span: Span = (question.span[0] + chance.gauss(0, 0.15), question.span[1] + chance.gauss(0, 0.15))
    draw = chance.random() / at_step(reply.policy.span_fault_rate, reply.step)
    if draw < 0.5:
        fault, span = "long_span", long_span(question.span, seconds, chance)
    elif draw < 1:
        moved = moved_span(question.span, seconds, chance)
        fault, span = ("moved_span", moved) if moved else (None, span)
    start, end = round(max(span[0], 0.0), 1), round(min(span[1], seconds), 1)
    if fault is not None:
        ratio = round((end - start) / (question.span[1] - question.span[0]), 2)
        reply.faults.append((len(reply.written), fault, ratio))
    reply.answer = f"From <t>{start:g}</t>s to <t>{end:g}</t>s"


def _moment(reply: PolicyReply) -> float:
    """Mostly within the window in which the question is decided, early in training more often outside."""
    question, chance = reply.question, reply.chance
    start, end = question.window
    if question.kind == "hidden":  # what is hidden cannot be shown: look just before and just after
        start, end = chance.choice(((start - 1.0, start - 0.1), (end + 0.1, end + 1.0)))
    elif chance.random() < at_step(reply.policy.off_moment, reply.step):
        start, end = 0.0, question.scene.seconds
    t = chance.uniform(max(start, 0.0), min(end, question.scene.seconds))
    return round(min(t, question.scene.seconds - 0.05), chance.choice((1, 1, 1, 2)))


def _coloured(question: SceneQuestion) -> list[str]:
    return list(dict.fromkeys(item.name for item in question.scene.objects if item.colour != "grey"))
