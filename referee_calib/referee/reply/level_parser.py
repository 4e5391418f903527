"""From a referee's reply to a level: the verdict, not an echo of the question.

A verdict is a line of its own ("Level: 3", "**3**", "3/4") or a small JSON object. What the referee
repeats between ``<<<`` and ``>>>`` is dropped first, and a number inside a sentence never counts, so
a claim that says "score: 4" and is quoted in the reply scores nothing.

Where the backend brings probabilities of the answers, those are read instead: the expected level is
``sum(p * level) / sum(p)``. A yes/no question has the answers "yes" (the best level) and "no" (level 0), so on five
levels its expected level is ``4 * P(yes) / (P(yes) + P(no))``, and its level is that, rounded.

The levels are numbers, but for a scale of eleven letters (:mod:`referee_calib.referee.prompting.allowed_answers`).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import mul
from typing import Any, Literal

from referee_calib.records import Status
from referee_calib.referee.prompting.allowed_answers import LEVELS, are_yes_no
from referee_calib.referee.question import Reply
from referee_calib.referee.reply.thoughts import without_thoughts

_ECHO = re.compile(r"<<<.*?(?:>>>|\Z)", re.DOTALL)
_ECHO_END = re.compile(r"\A.*>>>", re.DOTALL)  # of an echo whose beginning was lost
_BEFORE = r"(?:(?:final\s+)?(?:level|score|rating|verdict|answer{more})\W*(?:is\b)?\W*)?"
_NUMBER = r"(?P<digit>\d+(?:[.,]\d+)?)(?:\s*(?:/|out of)\s*(?P<top>\d+))?"
_REFUSAL = re.compile(
    r"\b(?:I['’]?m sorry|I apologi[sz]e"
    r"|I (?:cannot|can['’]t|can not|am unable|won['’]t|will not|refuse|must decline)"
    r"|(?:can ?not|unable to) (?:judge|assess|determine|help|assist|comply|rate|score))\b",
    re.IGNORECASE,
)
_YES_NO = re.compile(r"\W*(?:(?:final\s+)?(?:verdict|answer)\W*(?:is\b)?\W*)?(?P<word>yes|no)\W*", re.IGNORECASE)
_FIVE = len(LEVELS) - 1  # the best level of the default rubric
PROMISING = ("exact", "choice", "truncated")  # rungs on which a reply brings probabilities
_LONGEST_VERDICT = 80
_KEYS = ("level", "score", "rating", "verdict", "answer")


@dataclass(frozen=True, slots=True)
class ParsedLevel:
    """What a reply says: a level with its expected value, or a status with the reason.

    Attributes
    ----------
    status : {"ok", "unparsed", "refused", "error", "unsupported"}
    level : int or None
    expected : float or None
    distribution : tuple of float or None
        Shares of the levels, summing to 1; None where the answers are not levels (yes and no).
    reason : str
    mass : float or None
        Probability of all answers together; None where it is not known. On the rung "truncated" the answers
        that were not among the most probable tokens are missing from it.
    rung : {"", "exact", "choice", "truncated", "parsed"}
        How the level was read.
    """

    status: Status
    level: int | None = None
    expected: float | None = None
    distribution: tuple[float, ...] | None = None
    reason: str = ""
    mass: float | None = None
    rung: str = ""


@dataclass(frozen=True, slots=True)
class Parser:
    """Reads replies.

    Attributes
    ----------
    min_mass : float
        Least total probability of the answers for which a distribution counts as a verdict; below it the
        model wanted to say something else. Not applied on the rung "choice", which hides the mass.
    version : str
        Changes when the same reply would be read differently.
    reads : {"distribution", "text"}
        "text" is the variant that takes the level from the words of the reply even where probabilities
        came with it.
    """

    min_mass: float = 0.5
    version: str = "2"
    reads: Literal["distribution", "text"] = "distribution"

    def settings(self, *, words: bool = True) -> dict[str, Any]:
        """Return what belongs into a fingerprint; the variant only where it is chosen.

        Replies of a backend that reads no `words` are written here and hold no thoughts: version 1 read them the same.
        """
        variant = {} if self.reads == "distribution" else {"reads": self.reads}
        return {"min_mass": self.min_mass, "version": self.version if words else "1", **variant}

    def read(
        self, reply: Reply, answers: Sequence[str] = LEVELS, *, top: int = _FIVE, before: Sequence[str] = ()
    ) -> ParsedLevel:
        """Read one reply.

        Parameters
        ----------
        reply : Reply
        answers : sequence of str
            That were allowed: what the entries of the reply's distribution stand for, the levels worst first.
        top : int
            The best level of the scale: what yes is worth.
        before : sequence of str
            Further words that may stand before the answer, as "level" and "answer" do.

        Returns
        -------
        ParsedLevel
            With a level exactly when its status is "ok". Never raises on what a model wrote.
        """
        if reply.status != "ok":
            return ParsedLevel(reply.status, reason=reply.reason or "the backend gave no reason", rung=reply.rung)
        if self.reads == "text":
            return replace(read_text(reply.text, answers, top=top, before=before), rung="parsed")
        if reply.distribution is not None:
            return self._from_distribution(reply.distribution, answers, reply.rung, top)
        if reply.rung in PROMISING:
            return _without_distribution(reply, top)
        verdict = replace(read_text(reply.text, answers, top=top, before=before), rung=reply.rung)
        if verdict.status == "ok" and reply.expected is not None:
            return _with_expected(verdict, reply.expected, top)
        return verdict

    def _from_distribution(self, given: tuple[float, ...], answers: Sequence[str], rung: str, top: int) -> ParsedLevel:
        usable = len(given) == len(answers) and math.isfinite(sum(given)) and min(given) >= 0
        mass = sum(given) if usable else 0.0
        if not usable or mass > 1 + 1e-6:
            why = f"{given!r:.120} are not the probabilities of {', '.join(answers)}"
            return ParsedLevel("error", reason=why, rung=rung)
        known = None if rung == "choice" else min(mass, 1.0)
        if mass == 0 or (known is not None and known < self.min_mass):
            among = " among the most probable tokens" if rung == "truncated" else ""
            why = f"the answers {', '.join(answers)} hold only {mass:.3f} of the probability{among}"
            return ParsedLevel("unparsed", reason=why, mass=known, rung=rung)
        shares = tuple(p / mass for p in given)
        expected = min(sum(map(mul, _worths(answers, top), shares)), float(top))
        if are_yes_no(tuple(answers)):
            return ParsedLevel("ok", int(expected + 0.5), expected, mass=known, rung=rung)
        return ParsedLevel("ok", shares.index(max(shares)), expected, shares, mass=known, rung=rung)


def _worths(answers: Sequence[str], top: int) -> list[int]:
    """Return the level that each answer stands for."""
    if are_yes_no(tuple(answers)):
        return [top if answer == "yes" else 0 for answer in answers]
    return list(range(len(answers)))


def read_text(
    text: str, answers: Sequence[str] = LEVELS, *, top: int = _FIVE, before: Sequence[str] = ()
) -> ParsedLevel:
    """Read the verdict from a reply in words: a level, or yes or no, which are worth the best level and 0."""
    if not are_yes_no(tuple(answers)):
        return read_level(text, answers, before)
    said = _own_words(text)
    words = [found.group("word").lower() for line in said.splitlines() if (found := _yes_no(line))]
    if not words:
        return _without_verdict(said) if said else ParsedLevel("unparsed", reason="the reply is empty")
    if len(set(words)) > 1 and not _yes_no(said.splitlines()[-1]):
        return ParsedLevel("unparsed", reason="the reply says both yes and no and does not end in one")
    level = top if words[-1] == "yes" else 0
    return ParsedLevel("ok", level, float(level))


def _yes_no(line: str) -> re.Match[str] | None:
    return _YES_NO.fullmatch(line.strip()) if len(line) <= _LONGEST_VERDICT else None


def _own_words(text: str) -> str:
    """Drop what the reply thought aloud and what it repeats of the claim."""
    return _ECHO_END.sub(" ", _ECHO.sub(" ", without_thoughts(text))).strip()


def read_level(text: str, answers: Sequence[str] = LEVELS, before: Sequence[str] = ()) -> ParsedLevel:
    """Read the level from a reply in words; "refused" when it declines to judge, else "unparsed" with the reason."""
    said = _own_words(text)
    if not said:
        return ParsedLevel("unparsed", reason="the reply is empty")
    reading = _LevelReading(tuple(answers), tuple(before))
    as_json = reading.of_json(said)
    lines = [reading.of_line(line) for line in said.splitlines()]
    found = [as_json] if as_json is not None else [n for n in lines if n is not None]
    if not found:
        return _without_verdict(said)
    last = lines[-1] if as_json is None else as_json
    if len(set(found)) > 1 and last is None:
        listed = ", ".join(f"{n:g}" for n in found[:5])
        return ParsedLevel("unparsed", reason=f"the reply holds several verdicts ({listed}) and does not end in one")
    return reading.on_scale(found[-1])


@dataclass(frozen=True, slots=True)
class _LevelReading:
    """Reads single verdicts: numbers, or letters where the levels go by letters."""

    answers: tuple[str, ...]
    before: tuple[str, ...]

    @property
    def by_letters(self) -> bool:
        return not self.answers[0].isdigit()

    def of_line(self, line: str) -> float | None:
        line = line.strip()
        found = (
            _verdict_pattern(self.before, self.by_letters).fullmatch(line) if len(line) <= _LONGEST_VERDICT else None
        )
        if found is None:
            return None
        if self.by_letters:
            return self._of_letter(found.group("letter"))
        if found.group("top") not in (None, self.answers[-1]):
            return None
        if line[: found.start("digit")].endswith("-"):  # "Level: -1" is no level, and not level 1
            return None
        return float(found.group("digit").replace(",", "."))

    def of_json(self, said: str) -> float | None:
        """Read ``{"level": 3}``, bare or in a code fence; anything else is not JSON to this parser."""
        body = re.sub(r"\A```(?:json)?|```\Z", "", said).strip()
        if not (body.startswith("{") and body.endswith("}")) or len(body) > 10_000:
            return None
        try:
            data: Any = json.loads(body)
        except (ValueError, RecursionError):
            return None
        keys = (*_KEYS, *self.before)
        values = [value for key, value in data.items() if key in keys] if isinstance(data, dict) else []
        if len(values) != 1:
            return None
        (value,) = values
        if self.by_letters:
            return self._of_letter(value) if isinstance(value, str) else None
        number = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e6
        return float(value) if number else None

    def _of_letter(self, letter: str) -> float | None:
        return float(self.answers.index(letter)) if letter in self.answers else None

    def on_scale(self, number: float) -> ParsedLevel:
        top = len(self.answers) - 1
        if number != int(number) or not 0 <= number <= top:
            return ParsedLevel("unparsed", reason=f"{number:g} is not a level from 0 to {top}")
        return ParsedLevel("ok", int(number), float(number))


@lru_cache(maxsize=16)
def _verdict_pattern(before: tuple[str, ...], by_letters: bool) -> re.Pattern[str]:
    words = _BEFORE.format(more="".join(f"|{re.escape(word)}" for word in before))
    if by_letters:  # capitals, whatever the case of the words before them
        return re.compile(rf"\W*(?i:{words})(?P<letter>[A-Z])\W*")
    return re.compile(rf"\W*{words}{_NUMBER}\W*", re.IGNORECASE)


def _without_verdict(said: str) -> ParsedLevel:
    shown = " ".join(said.split())[:120]
    if _REFUSAL.search(said):
        return ParsedLevel("refused", reason=f"the reply declines: {shown}")
    return ParsedLevel("unparsed", reason=f"no line of the reply is a verdict: {shown}")


def _without_distribution(reply: Reply, top: int) -> ParsedLevel:
    """Read a stored score of yes and no again, which holds what its probabilities came to; else nothing can be read."""
    if reply.expected is None:
        why = f"the reply of rung {reply.rung!r} came without probabilities"
        return ParsedLevel("error", reason=why, rung=reply.rung)
    verdict = _with_expected(ParsedLevel("ok", rung=reply.rung), reply.expected, top)
    return replace(verdict, level=int(reply.expected + 0.5)) if verdict.status == "ok" else verdict


def _with_expected(verdict: ParsedLevel, expected: float, top: int) -> ParsedLevel:
    if not (math.isfinite(expected) and 0 <= expected <= top):
        return ParsedLevel("error", reason=f"the expected level {expected!r} is not on the scale from 0 to {top}")
    return replace(verdict, expected=float(expected))
