"""How right an answer is, 0 to 1, and from where on it counts as right: by letter, number, words, or span.

Each grade takes the expected answer from the column `answer`, a span from `reference_span`.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any, Protocol

from referee_calib import geometry
from referee_calib.claims import ParsedReply, Rollout
from referee_calib.errors import InputError, MissingExtra

_LETTER = re.compile(r"\s*[(\[]?\s*([A-Za-z])\s*[)\]]?\s*\.?\s*")
_LETTER_IN = re.compile(r"(?:option|answer|choice)\s*(?:is|:)?\s*[(\[]?([A-Z])\b(?!['’])", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.])[-+−]?\d+(?:[.,]\d+)?(?:\s*%)?(?!\w)")


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
        Take a letter after "option", "answer" or "choice" as well, the last one of the answer.
    """

    lenient: bool = True
    right_from: float = 1.0

    @property
    def needs(self) -> str:
        """Name the column that holds what is expected."""
        return "answer"

    def settings(self) -> dict[str, Any]:
        """Return what the fingerprint is made of, as JSON types."""
        return {"grade": "letter", "lenient": self.lenient}

    def grade(self, parsed: ParsedReply, rollout: Rollout) -> float | None:
        """Compare the letters, without regard to their case."""
        wanted = self._letter(rollout.answer)
        return None if not wanted else float(self._letter(parsed.answer) == wanted)

    def _letter(self, text: str) -> str:
        whole = _LETTER.fullmatch(text)
        if whole:
            return whole[1].upper()
        said = _LETTER_IN.findall(text) if self.lenient else []
        return said[-1].upper() if said else ""


@dataclass(frozen=True, slots=True)
class NumberGrade:
    """1 when the last number of the answer is the expected one, within a tolerance, else 0.

    Attributes
    ----------
    tolerance : float
        Largest difference.
    relative : float
        Largest difference as a share of the expected number; the larger of both tolerances counts.
    """

    tolerance: float = 0.0
    relative: float = 0.0
    right_from: float = 1.0

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
        wanted, said = _last_number(rollout.answer), _last_number(parsed.answer)
        if wanted is None:
            return None
        most = max(self.tolerance, self.relative * abs(wanted))
        return float(said is not None and abs(said - wanted) <= most + 1e-12 * max(1.0, abs(wanted)))


@dataclass(frozen=True, slots=True)
class RougeGrade:
    """Mean F of ROUGE-1, ROUGE-2 and ROUGE-L (Lin 2004, by the package rouge-score, without stemming), clipped to 0–1.

    Attributes
    ----------
    right_from : float
        The least grade of an answer that counts as right.
    """

    right_from: float = 0.5

    def __post_init__(self) -> None:
        if not 0 < self.right_from <= 1:
            raise InputError(f"{self}", "right_from lies above 0 and up to 1")

    @property
    def needs(self) -> str:
        """Name the column that holds what is expected."""
        return "answer"

    def settings(self) -> dict[str, Any]:
        """Return what the fingerprint is made of, as JSON types."""
        return {"grade": "rouge", "right_from": self.right_from}

    def grade(self, parsed: ParsedReply, rollout: Rollout) -> float | None:
        """Compare the words; MissingExtra where the package is not installed."""
        if not rollout.answer.strip():
            return None
        try:
            from rouge_score.rouge_scorer import RougeScorer
        except ImportError as error:
            raise MissingExtra("grading answers by ROUGE", "rouge") from error
        kinds = ["rouge1", "rouge2", "rougeL"]
        found = RougeScorer(kinds, use_stemmer=False).score(rollout.answer, parsed.answer)
        mean = sum(float(found[kind].fmeasure) for kind in kinds) / len(kinds)
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
        if not 0 < self.right_from <= 1:
            raise InputError(f"{self}", "right_from lies above 0 and up to 1")

    @property
    def needs(self) -> str:
        """Name the column that holds what is expected."""
        return "reference_span"

    def settings(self) -> dict[str, Any]:
        """Return what the fingerprint is made of, as JSON types."""
        return {"grade": "span", "right_from": self.right_from}

    def grade(self, parsed: ParsedReply, rollout: Rollout) -> float | None:
        """Compare the last span of the reply with the true one."""
        if rollout.reference_span is None:
            return None
        spans = [claim.span for claim in parsed.claims if claim.span is not None]
        return float(geometry.tiou(spans[-1], rollout.reference_span)) if spans else 0.0


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


def _last_number(text: str) -> float | None:
    found = _NUMBER.findall(text)
    if not found:
        return None
    plain = found[-1].replace("−", "-").replace(",", ".").rstrip("% \t")
    return float(plain)
