"""The vote on one question: which answer the replies' weights add up to, and which one most of them give."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from referee_calib.claims import ParsedReply, Rollout
from referee_calib.voting.answer_kinds import ANSWER_KINDS, AnswerKind, expected_answer, kind_of, shown

_TIED = 1e-9  # closer than this, relative to the best, is rounding


@dataclass(frozen=True, slots=True)
class Ballot:
    """One reply that may vote.

    Attributes
    ----------
    rollout : Rollout
    parsed : ParsedReply
    weight : float or None
        What its vote weighs, at least 0; None where that is not known: then it has no part in the weighted vote.
    """

    rollout: Rollout
    parsed: ParsedReply
    weight: float | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An answer that was given: by how many replies, and with what weight.

    Of answers that can be alike without being the same (spans, sentences), each reply counts as far as it is alike.
    """

    answer: str
    votes: float
    weight: float
    right: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionVote:
    """What a question gets.

    Attributes
    ----------
    video, question, group, step, kind
        What was asked, and how answers were read.
    replies, answered, unweighted : int
        Replies; those with an answer to vote for; of these, those whose weight is not known.
    weight : float
        Of all votes together.
    candidates : tuple of Candidate
        The heaviest first.
    chosen, majority : str or None
        What the weights, and the numbers, of replies choose; None where no reply answers. Of equals the one that was
        given first.
    by_majority : bool
        Whether no answer has any weight, so that the majority decides.
    expected : str
        The right answer, where known.
    chosen_right, majority_right, single_right : float or None
        Whether they are right: 1 or 0, and the share of right ones among equals; of a single reply the share of all
        replies that are right. None where that is not known.
    """

    video: str
    question: str
    group: str
    step: int | None
    kind: str
    replies: int
    answered: int
    unweighted: int
    weight: float
    candidates: tuple[Candidate, ...]
    chosen: str | None
    majority: str | None
    by_majority: bool
    expected: str
    chosen_right: float | None
    majority_right: float | None
    single_right: float | None

    def to_json(self) -> dict[str, Any]:
        """Return JSON types."""
        return {**asdict(self), "candidates": [asdict(one) for one in self.candidates]}


def vote_on(ballots: Sequence[Ballot], answers: str) -> QuestionVote:
    """Hold the vote on one question.

    Answer i gets the sum over all replies j of ``weight_j · alike(i, j)``: for answers that are the same or not, the
    weight of the replies that give it; for spans and sentences, what is nearest to all others is chosen.

    Parameters
    ----------
    ballots : sequence of Ballot
        At least one; all of one question.
    answers : str
        A kind of :data:`referee_calib.voting.ANSWER_KINDS`, or ``auto``.
    """
    name = kind_of(answers, [(one.parsed, one.rollout) for one in ballots])
    kind, first = ANSWER_KINDS[name], ballots[0].rollout
    read = [(one, said) for one in ballots if (said := kind.read(one.parsed, one.rollout)) is not None]
    candidates = _candidates(kind, read)
    weighed = any(one.weight > 0 for one in candidates)
    most = _best(candidates, [one.votes for one in candidates])
    best = _best(candidates, [one.weight for one in candidates]) if weighed else most
    rights = [_right(kind, one) for one in ballots]
    known = any(right is not None for right in rights)
    return QuestionVote(
        video=first.video,
        question=first.question,
        group=first.group,
        step=first.step,
        kind=name,
        replies=len(ballots),
        answered=len(read),
        unweighted=sum(one.weight is None for one, _ in read),
        weight=math.fsum(one.weight or 0.0 for one, _ in read),
        candidates=tuple(sorted(candidates, key=lambda one: (-one.weight, -one.votes))),
        chosen=best[0].answer if best else None,
        majority=most[0].answer if most else None,
        by_majority=bool(read) and not weighed,
        expected=expected_answer(first, name),
        chosen_right=_share_right(best) if known else None,
        majority_right=_share_right(most) if known else None,
        single_right=sum(map(bool, rights)) / len(rights) if known else None,
    )


def _candidates(kind: AnswerKind, read: Sequence[tuple[Ballot, Any]]) -> list[Candidate]:
    """Return each answer with what all replies add to it, in the order in which they were given first."""
    givers: dict[Any, Ballot] = {}
    for one, said in read:
        givers.setdefault(said, one)
    alike = {(a, b): kind.alike(a, b) for a in givers for b in givers}
    return [
        Candidate(
            shown(said, giver.parsed),
            sum(alike[said, other] for _, other in read),
            math.fsum(alike[said, other] * (one.weight or 0.0) for one, other in read),
            _right(kind, giver),
        )
        for said, giver in givers.items()
    ]


def _best(candidates: Sequence[Candidate], scores: Sequence[float]) -> list[Candidate]:
    """Return those with the highest score, in the order in which they were given first."""
    top = max(scores, default=0.0)
    return [one for one, score in zip(candidates, scores, strict=True) if score >= top - _TIED * max(1.0, abs(top))]


def _right(kind: AnswerKind, one: Ballot) -> bool | None:
    grade = kind.grade.grade(one.parsed, one.rollout)
    return None if grade is None else grade >= kind.grade.right_from


def _share_right(equals: Sequence[Candidate]) -> float:
    """Return the share of right ones among equals: no order of replies decides. No answer is a wrong one."""
    return sum(bool(one.right) for one in equals) / len(equals) if equals else 0.0
