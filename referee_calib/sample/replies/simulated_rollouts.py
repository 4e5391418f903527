"""The replies of two simulated policies as records, and a log of what is wrong in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from referee_calib.claims import BoxUnit, Rollout, claims_of
from referee_calib.records import Claim
from referee_calib.sample.replies.policies import POLICIES, STEPS
from referee_calib.sample.replies.policy_reply import PolicyReply, write_reply
from referee_calib.sample.replies.questions import SceneQuestion
from referee_calib.sample.scenes.scene_annotations import reference_boxes
from referee_calib.sample.seeded_random import seeded_random

GROUP_SIZES = (4, 4, 5, 6, 8)  # replies in a group, drawn for each question


def rollouts(asked: Sequence[SceneQuestion], seed: int) -> tuple[list[Rollout], list[Claim], list[dict[str, Any]]]:
    """Let one policy at one training step answer each question, a group of times.

    Policies and steps take turns over the questions, so that each step of each policy answers about as many. Returns
    the records, the claims that the parser reads from them, and one row per planted fault: rollout, claim index (None
    when the fault leaves no claim), fault, magnitude, claim id.
    """
    written: list[Rollout] = []
    claims: list[Claim] = []
    faults: list[dict[str, Any]] = []
    for number, question in enumerate(asked):
        policy, step = POLICIES[number % len(POLICIES)], STEPS[number // len(POLICIES) % len(STEPS)]
        for place in range(seeded_random(seed, "group", question.group).choice(GROUP_SIZES)):
            reply = write_reply(question, policy, step, f"{question.group}-r{place + 1}", seed)
            row = rollout_of(reply)
            read = _read_back(row, reply)
            written.append(row)
            claims.extend(read)
            for index, fault, magnitude in reply.faults:
                known = None if index is None else read[index].id
                faults.append(
                    {"rollout": row.rollout, "index": index, "fault": fault, "magnitude": magnitude, "claim": known}
                )
    return written, claims, faults


def rollout_of(reply: PolicyReply) -> Rollout:
    """Return a reply as the record of a rollout."""
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
        source=reply.policy.name,
        reference_object=question.target,
        reference_boxes=tuple(tuple(box) for box in reference_boxes(question.scene, question.target)),  # type: ignore[misc]
        reference_span=question.span,
    )


def _read_back(row: Rollout, reply: PolicyReply) -> tuple[Claim, ...]:
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
