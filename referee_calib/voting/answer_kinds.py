"""What a reply answers, as something that can be voted for, and how alike two answers are."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from referee_calib import geometry
from referee_calib.claims import ParsedReply, Rollout
from referee_calib.errors import InputError
from referee_calib.reward import AnswerGrade, LetterGrade, NumberGrade, RougeGrade, SpanGrade

_WORD = re.compile(r"[^\W_]+")
_ARTICLES = frozenset(["a", "an", "the"])


@dataclass(frozen=True, slots=True)
class WordsGrade:
    """1 when the answer has the words of the expected one, in order, without articles, case and punctuation."""

    right_from: float = 1.0
    needs: str = "answer"

    def settings(self) -> dict[str, Any]:
        """Return what it is made of, as JSON types."""
        return {"grade": "words"}

    def grade(self, parsed: ParsedReply, rollout: Rollout) -> float | None:
        """Compare the words."""
        wanted = words_of(rollout.answer)
        return float(words_of(parsed.answer) == wanted) if wanted else None


@dataclass(frozen=True, slots=True)
class AnswerKind:
    """One way to read answers.

    Attributes
    ----------
    read : callable
        From a reply to what it answers; None where that is nothing to vote for.
    alike : callable
        How alike two answers are, 0 to 1; 0 or 1 where answers are the same or not.
    grade : AnswerGrade
        Whether an answer is right.
    """

    read: Callable[[ParsedReply, Rollout], Any]
    alike: Callable[[Any, Any], float]
    grade: AnswerGrade


def words_of(text: str) -> str:
    """Return a text's words as they are compared."""
    return " ".join(word for word in _WORD.findall(text.lower()) if word not in _ARTICLES)


def _same(one: Any, other: Any) -> float:
    return float(one == other)


def _letter(parsed: ParsedReply, rollout: Rollout) -> str | None:
    return LetterGrade().letter(parsed.answer) or None


def _number(parsed: ParsedReply, rollout: Rollout) -> float | None:
    return NumberGrade().number(parsed.answer)


def _words(parsed: ParsedReply, rollout: Rollout) -> str | None:
    return words_of(parsed.answer) or None


def _text(parsed: ParsedReply, rollout: Rollout) -> str | None:
    return parsed.answer.strip() or None


def _span(parsed: ParsedReply, rollout: Rollout) -> tuple[float, float] | None:
    return SpanGrade().span(rollout)


def _overlap(one: Any, other: Any) -> float:
    return float(geometry.tiou(one, other))


ANSWER_KINDS: dict[str, AnswerKind] = {
    "letter": AnswerKind(_letter, _same, LetterGrade()),
    "number": AnswerKind(_number, _same, NumberGrade()),
    "words": AnswerKind(_words, _same, WordsGrade()),
    "rouge": AnswerKind(_text, lambda one, other: RougeGrade().alike(one, other), RougeGrade()),
    "span": AnswerKind(_span, _overlap, SpanGrade()),
}
AUTO = "auto"


def kind_of(name: str, replies: Sequence[tuple[ParsedReply, Rollout]]) -> str:
    """Return the kind of a question's answers.

    ``auto`` takes spans where a true span is known and most answers hold one; letters where the expected answer is one,
    or, where none is known, most answers are; else words.
    """
    if name != AUTO:
        if name not in ANSWER_KINDS:
            raise InputError(f"answers {name!r:.40}", f"a kind is one of {AUTO}, {', '.join(ANSWER_KINDS)}")
        return name
    if replies[0][1].reference_span and _most([_span(*reply) is not None for reply in replies]):
        return "span"
    expected = [rollout.answer for _, rollout in replies if rollout.answer]
    texts = expected or [parsed.answer for parsed, _ in replies]
    grade = LetterGrade(lenient=bool(expected))
    return "letter" if _most([bool(grade.letter(text)) for text in texts]) else "words"


def _most(found: Sequence[bool]) -> bool:
    return 2 * sum(found) > len(found)


def expected_answer(rollout: Rollout, kind: str) -> str:
    """Return what a question expects, for people; "" where that is not known."""
    if kind == "span":
        span = rollout.reference_span
        return "" if span is None else f"{span[0]:g} to {span[1]:g} s"
    return rollout.answer


def shown(answer: Any, parsed: ParsedReply) -> str:
    """Return an answer for people: words as they were first written."""
    if isinstance(answer, tuple):
        return f"{answer[0]:g} to {answer[1]:g} s"
    if isinstance(answer, float):
        return f"{answer:g}"
    return answer if len(str(answer)) == 1 else parsed.answer
