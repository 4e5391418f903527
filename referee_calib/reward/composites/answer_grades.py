"""How right an answer is, 0 to 1, and from where on it counts as right: by letter, number, words, or span.

Each grade takes the expected answer from the column `answer`, a span from `reference_span`.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, ClassVar, Protocol

from referee_calib import geometry
from referee_calib.claims import ParsedReply, ReadingOptions, Rollout, claims_of, reply_sections
from referee_calib.errors import InputError, MissingExtra
from referee_calib.records import Span

_LETTER = re.compile(r"\s*[(\[]?\s*([A-Za-z])\s*[)\]]?\s*\.?\s*")
_LETTER_FIRST = re.compile(r"\s*\*{0,2}(?:[(\[]([A-Za-z])[)\]]|([A-Za-z])[.):])\*{0,2}\s+\S")
_LETTER_SAID = re.compile(
    r"(?:\b(?i:option|answer|choice)\s{0,3}(?i:is\b)?\s{0,3}:?\s{0,3}\*{0,2}[(\[]?|[(\[])([A-Z])(?![\w'’])"
)
_NUMBER = re.compile(r"(?<![\w.])[-+−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:[.,]\d+)?(?:[eE][-+]?\d{1,3})?(?!\d)")
_THOUSANDS = re.compile(r",(?=\d{3}(?:\D|$))")
_ROUGES = ("rouge1", "rouge2", "rougeL")


class AnswerGrade(Protocol):
    """A way to grade answers."""

    @property
    def needs(self) -> str:
        """Name the column that holds what is expected."""

    @property
    def right_from(self) -> float:
        """The least grade of an answer that counts as right."""

    def settings(self) -> dict[str, Any]:
        """Return what the fingerprint is made of, as JSON types."""

    def grade(self, parsed: ParsedReply, rollout: Rollout) -> float | None:
        """Return how right the answer is, 0 to 1; None where what is expected is not known."""


@dataclass(frozen=True, slots=True)
class LetterGrade:
    """1 when the answer is the option's letter: ``B``, ``B.``, ``(B)`` or ``[B]``, as Open-o3-Video reads it, else 0.

    Attributes
    ----------
    lenient : bool
        Take a letter with its option's words behind it as well (``B. a dog``), and the last capital letter in brackets
        or after "option", "answer" or "choice".
    """

    lenient: bool = True
    right_from: ClassVar[float] = 1.0

    @property
    def needs(self) -> str:
        """Name the column that holds what is expected."""
        return "answer"

    def settings(self) -> dict[str, Any]:
        """Return what the fingerprint is made of, as JSON types."""
        return {"grade": "letter", "lenient": self.lenient}

    def grade(self, parsed: ParsedReply, rollout: Rollout) -> float | None:
        """Compare the letters, without regard to their case."""
        wanted = self.letter(rollout.answer)
        return None if not wanted else float(self.letter(parsed.answer) == wanted)

    def letter(self, text: str) -> str:
        """Return the option that a text names, as a capital letter; "" where it names none."""
        if whole := _LETTER.fullmatch(text):
            return whole[1].upper()
        if not self.lenient:
            return ""
        if first := _LETTER_FIRST.match(text):
            return str(first[1] or first[2]).upper()
        said = _LETTER_SAID.findall(text)
        return str(said[-1]) if said else ""


@dataclass(frozen=True, slots=True)
class NumberGrade:
    """1 when the last number of the answer is the expected one, within a tolerance, else 0.

    Units are not compared: ``12 cm``, ``12cm`` and ``12`` are one number. A comma before three digits parts thousands,
    any other is a decimal point. Numbers in words are not read.

    Attributes
    ----------
    tolerance : float
        Largest difference.
    relative : float
        Largest difference as a share of the expected number; the larger of both tolerances counts.
    """

    tolerance: float = 0.0
    relative: float = 0.0
    right_from: ClassVar[float] = 1.0

    def __post_init__(self) -> None:
        if not (0 <= self.tolerance < math.inf and 0 <= self.relative < math.inf):
            raise InputError(f"{self}", "a tolerance is a number of at least 0")

    @property
    def needs(self) -> str:
        """Name the column that holds what is expected."""
        return "answer"

    def settings(self) -> dict[str, Any]:
        """Return what the fingerprint is made of, as JSON types."""
        return {"grade": "number", "tolerance": self.tolerance, "relative": self.relative}

    def grade(self, parsed: ParsedReply, rollout: Rollout) -> float | None:
        """Compare the numbers."""
        wanted, said = self.number(rollout.answer), self.number(parsed.answer)
        if wanted is None:
            return None
        most = max(self.tolerance, self.relative * abs(wanted))
        return float(said is not None and abs(said - wanted) <= most + 1e-12 * max(1.0, abs(wanted)))

    def number(self, text: str) -> float | None:
        """Return the last number of a text; None where it has none, or one that no float holds."""
        found = _NUMBER.findall(text)
        if not found:
            return None
        number = float(_THOUSANDS.sub("", found[-1].replace("−", "-")).replace(",", "."))
        return number if math.isfinite(number) else None


@dataclass(frozen=True, slots=True)
class RougeGrade:
    """Mean F of ROUGE-1, ROUGE-2 and ROUGE-L (Lin 2004, by the package rouge-score), as Open-o3-Video grades.

    Attributes
    ----------
    right_from : float
        The least grade of an answer that counts as right.
    stem : bool
        Compare the words' stems, after Porter.
    """

    right_from: float = 0.5
    stem: bool = True

    def __post_init__(self) -> None:
        _check_threshold(self.right_from)

    @property
    def needs(self) -> str:
        """Name the column that holds what is expected."""
        return "answer"

    def settings(self) -> dict[str, Any]:
        """Return what the fingerprint is made of, as JSON types."""
        return {"grade": "rouge", "right_from": self.right_from, "stem": self.stem}

    def grade(self, parsed: ParsedReply, rollout: Rollout) -> float | None:
        """Compare the words; MissingExtra where the package is not installed."""
        if not rollout.answer.strip():
            return None
        return self.alike(rollout.answer, parsed.answer)

    def alike(self, reference: str, text: str) -> float:
        """Return the mean F of two texts."""
        found = _rouge_scorer(self.stem).score(reference, text)
        mean = sum(float(found[kind].fmeasure) for kind in _ROUGES) / len(_ROUGES)
        return min(1.0, max(0.0, mean))


@dataclass(frozen=True, slots=True)
class SpanGrade:
    """Temporal IoU of the span that is answered with the true one; 0 where none is answered.

    Attributes
    ----------
    right_from : float
        The least grade of an answer that counts as right.
    """

    right_from: float = 0.5

    def __post_init__(self) -> None:
        _check_threshold(self.right_from)

    @property
    def needs(self) -> str:
        """Name the column that holds what is expected."""
        return "reference_span"

    def settings(self) -> dict[str, Any]:
        """Return what the fingerprint is made of, as JSON types."""
        return {"grade": "span", "right_from": self.right_from}

    def grade(self, parsed: ParsedReply, rollout: Rollout) -> float | None:
        """Compare the last span of the answer with the true one; spans of the thought do not count."""
        if rollout.reference_span is None:
            return None
        span = self.span(rollout)
        return 0.0 if span is None else float(geometry.tiou(span, rollout.reference_span))

    def span(self, rollout: Rollout) -> Span | None:
        """Return the last span of a reply's answer."""
        answer = f"<answer>{reply_sections(rollout.completion).answer}</answer>"
        said = claims_of(replace(rollout, completion=answer), options=ReadingOptions(untimed="refuse"))
        spans = [claim.span for claim in said.claims if claim.span is not None]
        return spans[-1] if spans else None


GRADES: dict[str, type[LetterGrade | NumberGrade | RougeGrade | SpanGrade]] = {
    "letter": LetterGrade,
    "number": NumberGrade,
    "rouge": RougeGrade,
    "span": SpanGrade,
}


def made_grade(grade: str | AnswerGrade) -> AnswerGrade:
    """Return a grade by its name of :data:`GRADES`, or as it is."""
    if not isinstance(grade, str):
        return grade
    if grade not in GRADES:
        raise InputError(f"answer={grade!r:.40}", f"it is one of {', '.join(GRADES)}, or an object that grades")
    return GRADES[grade]()


@cache
def _rouge_scorer(stem: bool) -> Any:
    try:
        from rouge_score.rouge_scorer import RougeScorer
    except ImportError as error:
        raise MissingExtra("grading answers by ROUGE", "rouge") from error
    return RougeScorer(list(_ROUGES), use_stemmer=stem)


def _check_threshold(right_from: float) -> None:
    if not 0 < right_from <= 1:
        raise InputError(f"right_from={right_from!r:.40}", "it lies above 0 and up to 1")
