"""From a referee's reply to a level: the verdict, not an echo of the question.

A verdict is a line of its own ("Level: 3", "**3**", "3/4") or a small JSON object. What the referee
repeats between ``<<<`` and ``>>>`` is dropped first, and a number inside a sentence never counts, so
a claim that says "score: 4" and is quoted in the reply scores nothing.

Where the backend brings probabilities of the answers, those are read instead: the expected level is
``sum(p * level) / sum(p)``. A yes/no question has the answers "yes" (level 4) and "no" (level 0), so its
expected level is ``4 * P(yes) / (P(yes) + P(no))``, and its level is that, rounded.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import mul
from typing import Any, Literal

from referee_calib.records import TOP_LEVEL, Status
from referee_calib.referee.prompting.prompt import LEVELS
from referee_calib.referee.question import Reply
from referee_calib.referee.reply.thoughts import without_thoughts

_ECHO = re.compile(r"<<<.*?(?:>>>|\Z)", re.DOTALL)
_ECHO_END = re.compile(r"\A.*>>>", re.DOTALL)  # of an echo whose beginning was lost
_VERDICT = re.compile(
    r"\W*(?:(?:final\s+)?(?:level|score|rating|verdict|answer)\W*(?:is\b)?\W*)?"
    r"(?P<digit>\d+(?:[.,]\d+)?)(?:\s*(?:/|out of)\s*(?P<top>\d+))?\W*",
    re.IGNORECASE,
)
_REFUSAL = re.compile(
    r"\b(?:I['’]?m sorry|I apologi[sz]e"
    r"|I (?:cannot|can['’]t|can not|am unable|won['’]t|will not|refuse|must decline)"
    r"|(?:can ?not|unable to) (?:judge|assess|determine|help|assist|comply|rate|score))\b",
    re.IGNORECASE,
)
_YES_NO = re.compile(r"\W*(?:(?:final\s+)?(?:verdict|answer)\W*(?:is\b)?\W*)?(?P<word>yes|no)\W*", re.IGNORECASE)
_WORTH = {"yes": TOP_LEVEL, "no": 0, **{digit: int(digit) for digit in LEVELS}}
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
        Shares of the five levels, summing to 1; None where the answers are not levels (yes and no).
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

    def read(self, reply: Reply, answers: Sequence[str] = LEVELS) -> ParsedLevel:
        """Read one reply.

        Parameters
        ----------
        reply : Reply
        answers : sequence of str
            Of the prompt that was asked with: what the entries of the reply's distribution stand for.

        Returns
        -------
        ParsedLevel
            With a level exactly when its status is "ok". Never raises on what a model wrote.
        """
        if reply.status != "ok":
            return ParsedLevel(reply.status, reason=reply.reason or "the backend gave no reason", rung=reply.rung)
        if self.reads == "text":
            return replace(read_text(reply.text, answers), rung="parsed")
        if reply.distribution is not None:
            return self._from_distribution(reply.distribution, answers, reply.rung)
        if reply.rung in PROMISING:
            return _without_distribution(reply)
        verdict = replace(read_text(reply.text, answers), rung=reply.rung)
        if verdict.status == "ok" and reply.expected is not None:
            return _with_expected(verdict, reply.expected)
        return verdict

    def _from_distribution(self, given: tuple[float, ...], answers: Sequence[str], rung: str) -> ParsedLevel:
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
        expected = min(sum(map(mul, map(_WORTH.__getitem__, answers), shares)), float(TOP_LEVEL))
        if tuple(answers) != LEVELS:
            return ParsedLevel("ok", int(expected + 0.5), expected, mass=known, rung=rung)
        return ParsedLevel("ok", shares.index(max(shares)), expected, shares, mass=known, rung=rung)


def read_text(text: str, answers: Sequence[str] = LEVELS) -> ParsedLevel:
    """Read the verdict from a reply in words: a level, or yes or no."""
    if tuple(answers) == LEVELS:
        return read_level(text)
    said = _own_words(text)
    words = [found.group("word").lower() for line in said.splitlines() if (found := _yes_no(line))]
    if not words:
        return _without_verdict(said) if said else ParsedLevel("unparsed", reason="the reply is empty")
    if len(set(words)) > 1 and not _yes_no(said.splitlines()[-1]):
        return ParsedLevel("unparsed", reason="the reply says both yes and no and does not end in one")
    level = _WORTH[words[-1]]
    return ParsedLevel("ok", level, float(level))


def _yes_no(line: str) -> re.Match[str] | None:
    return _YES_NO.fullmatch(line.strip()) if len(line) <= _LONGEST_VERDICT else None


def _own_words(text: str) -> str:
    """Drop what the reply thought aloud and what it repeats of the claim."""
    return _ECHO_END.sub(" ", _ECHO.sub(" ", without_thoughts(text))).strip()


def read_level(text: str) -> ParsedLevel:
    """Read the level from a reply in words; "refused" when it declines to judge, else "unparsed" with the reason."""
    said = _own_words(text)
    if not said:
        return ParsedLevel("unparsed", reason="the reply is empty")
    as_json = _json_number(said)
    found = [as_json] if as_json is not None else [n for n in map(_line_number, said.splitlines()) if n is not None]
    if not found:
        return _without_verdict(said)
    last = _line_number(said.splitlines()[-1]) if as_json is None else as_json
    if len(set(found)) > 1 and last is None:
        listed = ", ".join(f"{n:g}" for n in found[:5])
        return ParsedLevel("unparsed", reason=f"the reply holds several verdicts ({listed}) and does not end in one")
    return _on_scale(found[-1])


def _on_scale(number: float) -> ParsedLevel:
    if number != int(number) or not 0 <= number <= TOP_LEVEL:
        return ParsedLevel("unparsed", reason=f"{number:g} is not a level from 0 to {TOP_LEVEL}")
    return ParsedLevel("ok", int(number), float(number))


def _without_verdict(said: str) -> ParsedLevel:
    shown = " ".join(said.split())[:120]
    if _REFUSAL.search(said):
        return ParsedLevel("refused", reason=f"the reply declines: {shown}")
    return ParsedLevel("unparsed", reason=f"no line of the reply is a verdict: {shown}")


def _line_number(line: str) -> float | None:
    line = line.strip()
    found = _VERDICT.fullmatch(line) if len(line) <= _LONGEST_VERDICT else None
    if found is None or found.group("top") not in (None, str(TOP_LEVEL)):
        return None
    if line[: found.start("digit")].endswith("-"):  # "Level: -1" is no level, and not level 1
        return None
    return float(found.group("digit").replace(",", "."))


def _json_number(said: str) -> float | None:
    """Read ``{"level": 3}``, bare or in a code fence; anything else is not JSON to this parser."""
    body = re.sub(r"\A```(?:json)?|```\Z", "", said).strip()
    if not (body.startswith("{") and body.endswith("}")) or len(body) > 10_000:
        return None
    try:
        data: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None
    values = [data[key] for key in _KEYS if isinstance(data, dict) and key in data]
    plain = [float(v) for v in values if isinstance(v, (int, float)) and not isinstance(v, bool) and abs(v) < 1e6]
    return plain[0] if len(plain) == 1 == len(values) else None


def _without_distribution(reply: Reply) -> ParsedLevel:
    """Read a stored score of yes and no again, which holds what its probabilities came to; else nothing can be read."""
    if reply.expected is None:
        why = f"the reply of rung {reply.rung!r} came without probabilities"
        return ParsedLevel("error", reason=why, rung=reply.rung)
    verdict = _with_expected(ParsedLevel("ok", rung=reply.rung), reply.expected)
    return replace(verdict, level=int(reply.expected + 0.5)) if verdict.status == "ok" else verdict


def _with_expected(verdict: ParsedLevel, expected: float) -> ParsedLevel:
    if not (math.isfinite(expected) and 0 <= expected <= TOP_LEVEL):
        return ParsedLevel("error", reason=f"the expected level {expected!r} is not on the scale from 0 to {TOP_LEVEL}")
    return replace(verdict, expected=float(expected))
