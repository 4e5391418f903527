"""The votes on all questions, and how often they are right."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from agreement import Estimate, group_means
from referee_calib.errors import InputError
from referee_calib.voting.question_vote import Ballot, QuestionVote, vote_on

BY = ("group", "question")
_MAJORITY, _WEIGHTED, _SINGLE = "majority", "weighted", "single"
_LABELS = {_SINGLE: "a single reply", _MAJORITY: "majority vote", _WEIGHTED: "weighted vote"}
_MARKS = {None: "", 1.0: " ✓", 0.0: " ✗"}  # of equals that are partly right: ~
_SHOWN = 40  # questions that are listed in words
_QUESTION, _ANSWER = 40, 18  # characters that are shown


@dataclass(frozen=True)
class VoteResult:
    """Votes and their accuracy.

    Attributes
    ----------
    votes : tuple of QuestionVote
    accuracy : dict of str to Estimate
        Of a ``single`` reply, the ``majority`` vote and the ``weighted`` vote, over the questions whose right answer is
        known; intervals are jackknife-t over videos.
    gain : Estimate
        Weighted minus majority on the same questions, paired.
    """

    votes: tuple[QuestionVote, ...]
    accuracy: dict[str, Estimate]
    gain: Estimate

    @property
    def known(self) -> int:
        """Questions whose right answer is known."""
        return sum(one.chosen_right is not None for one in self.votes)

    def to_json(self) -> dict[str, Any]:
        """Return JSON types."""
        return {
            "questions": len(self.votes),
            "known": self.known,
            "videos": len({one.video for one in self.votes}),
            "replies": sum(one.replies for one in self.votes),
            "without_answer": sum(one.replies - one.answered for one in self.votes),
            "without_weight": sum(one.unweighted for one in self.votes),
            "by_majority": sum(one.by_majority for one in self.votes),
            "accuracy": {name: one.to_json() for name, one in self.accuracy.items()},
            "gain": self.gain.to_json(),
            "votes": [one.to_json() for one in self.votes],
        }

    def __str__(self) -> str:
        return "\n".join([*self._listed(), "", *self._counts(), *self._accuracies()])

    def _listed(self) -> list[str]:
        lines = [f"{'question':{_QUESTION}}  {'weighted vote':36}  majority vote"]
        lines += [_line(one) for one in self.votes[:_SHOWN]]
        more = len(self.votes) - _SHOWN
        return [*lines, *([f"… and {more:,} more questions; --json has all"] if more > 0 else [])]

    def _counts(self) -> list[str]:
        facts = self.to_json()
        said = [f"{facts['questions']:,} questions on {facts['videos']:,} videos, {facts['replies']:,} replies"]
        for key, words in (
            ("without_answer", "replies without an answer to vote for"),
            ("without_weight", "replies whose weight is not known; they vote in the majority alone"),
            ("by_majority", "questions whose answers have no weight; the majority decides"),
        ):
            said += [f"  {facts[key]:,} {words}"] if facts[key] else []
        return said

    def _accuracies(self) -> list[str]:
        if not self.known:
            return ["Accuracy is not known: no question has an expected answer that can be read."]
        rows = [f"  {_LABELS[name]:16} {one}" for name, one in self.accuracy.items()]
        head = f"Right answers, on {self.known:,} questions whose answer is known (95 % intervals over videos):"
        return [head, *rows, f"  {'gain by weights':16} {self.gain}{_why(self.gain)}"]


def hold_votes(ballots: Iterable[Ballot], *, by: str = "group", answers: str = "auto") -> VoteResult:
    """Hold the vote on every question.

    Parameters
    ----------
    ballots : iterable of Ballot
    by : {"group", "question"}
        Which replies vote together: those of one source to one question about one video in one group at one step, or
        all to one question about one video.
    answers : str
        A kind of :data:`referee_calib.voting.ANSWER_KINDS`, or ``auto``.
    """
    if by not in BY:
        raise InputError(f"by {by!r:.40}", f"it is one of {', '.join(BY)}")
    groups: defaultdict[tuple[object, ...], list[Ballot]] = defaultdict(list)
    for one in ballots:
        groups[_key(one, by)].append(one)
    votes = tuple(vote_on(its, answers) for its in groups.values())
    return VoteResult(votes, *_accuracy([one for one in votes if one.chosen_right is not None]))


def _key(one: Ballot, by: str) -> tuple[object, ...]:
    its = one.rollout
    same = (its.video, its.question)
    return same if by == "question" else (*same, its.source, its.group, its.step)


def _accuracy(known: Sequence[QuestionVote]) -> tuple[dict[str, Estimate], Estimate]:
    if not known:
        nothing = Estimate.undefined("no question has an expected answer")
        return dict.fromkeys(_LABELS, nothing), nothing
    right = {
        _SINGLE: [one.single_right for one in known],
        _MAJORITY: [one.majority_right for one in known],
        _WEIGHTED: [one.chosen_right for one in known],
    }
    found = group_means(
        [math.nan if value is None else value for its in right.values() for value in its],
        [name for name, its in right.items() for _ in its],
        first=_MAJORITY,
        cluster=[one.video for _ in right for one in known],
    )
    return {name: _within(found.means[name]) for name in right}, found.differences[_WEIGHTED]


def _within(one: Estimate) -> Estimate:
    """Cut limits beyond what a share can be."""
    if one.low is None or one.high is None:
        return one
    return replace(one, low=max(0.0, one.low), high=min(1.0, one.high))


def _line(one: QuestionVote) -> str:
    chosen = next((c for c in one.candidates if c.answer == one.chosen), None)
    share = f" ({chosen.weight:.2f} of {one.weight:.2f})" if chosen is not None and one.weight > 0 else ""
    votes = max((c.votes for c in one.candidates), default=0)
    weighted = f"{_said(one.chosen)}{share}{_MARKS.get(one.chosen_right, ' ~')}"
    majority = f"{_said(one.majority)} ({votes:.3g} of {one.answered}){_MARKS.get(one.majority_right, ' ~')}"
    return f"{_cut(f'{one.video}: {one.question}', _QUESTION):{_QUESTION}}  {weighted:36}  {majority}"


def _said(answer: str | None) -> str:
    return "(none)" if answer is None else _cut(answer, _ANSWER)


def _cut(text: str, longest: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _why(one: Estimate) -> str:
    return f" (no interval: {one.reason})" if one.low is None and one.value is not None and one.reason else ""
