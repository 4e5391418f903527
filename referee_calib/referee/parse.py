"""From a referee's reply to a level: the verdict, not an echo of the question.

A verdict is a line of its own ("Level: 3", "**3**", "3/4") or a small JSON object. What the referee
repeats between ``<<<`` and ``>>>`` is dropped first, and a number inside a sentence never counts, so
a claim that says "score: 4" and is quoted in the reply scores nothing.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import Any

from referee_calib.records import N_LEVELS, TOP_LEVEL, Status
from referee_calib.referee.base import Reply

_THINKING = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL | re.IGNORECASE)
_ECHO = re.compile(r"<<<.*?(?:>>>|\Z)", re.DOTALL)
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
_LONGEST_VERDICT = 80
_KEYS = ("level", "score", "rating", "verdict", "answer")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reply says: a level with its expected value, or a status with the reason.

    Attributes
    ----------
    status : {"ok", "unparsed", "refused", "error", "unsupported"}
    level : int or None
    expected : float or None
    distribution : tuple of float or None
        Shares of the five levels, summing to 1.
    reason : str
    """

    status: Status
    level: int | None = None
    expected: float | None = None
    distribution: tuple[float, ...] | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Parser:
    """Reads replies.

    Attributes
    ----------
    min_mass : float
        Least total probability of the five level digits for which a distribution counts as a verdict;
        below it the model wanted to say something else.
    version : str
        Changes when the same reply would be read differently.
    """

    min_mass: float = 0.5
    version: str = "1"

    def read(self, reply: Reply) -> Verdict:
        """Read one reply.

        Parameters
        ----------
        reply : Reply

        Returns
        -------
        Verdict
            With a level exactly when its status is "ok". Never raises on what a model wrote.
        """
        if reply.status != "ok":
            return Verdict(reply.status, reason=reply.reason or "the backend gave no reason")
        if reply.distribution is not None:
            return self._from_distribution(reply.distribution)
        verdict = read_level(reply.text)
        if verdict.status == "ok" and reply.expected is not None:
            return _with_expected(verdict, reply.expected)
        return verdict

    def _from_distribution(self, distribution: tuple[float, ...]) -> Verdict:
        usable = len(distribution) == N_LEVELS and all(math.isfinite(p) and p >= 0 for p in distribution)
        mass = sum(distribution) if usable else 0.0
        if not usable or mass > 1 + 1e-6:
            return Verdict("error", reason=f"{distribution!r:.120} are not the probabilities of {N_LEVELS} levels")
        if mass < self.min_mass or mass == 0:
            return Verdict("unparsed", reason=f"the level digits hold only {mass:.3f} of the probability")
        shares = tuple(p / mass for p in distribution)
        expected = min(sum(level * p for level, p in enumerate(shares)), float(TOP_LEVEL))
        return Verdict("ok", max(range(N_LEVELS), key=shares.__getitem__), expected, shares)


def read_level(text: str) -> Verdict:
    """Read the level from a reply in words.

    Parameters
    ----------
    text : str
        The reply.

    Returns
    -------
    Verdict
        "ok" with the level; "refused" when the reply declines to judge; else "unparsed" with the reason.
    """
    said = _ECHO.sub(" ", _THINKING.sub(" ", text)).strip()
    if not said:
        return Verdict("unparsed", reason="the reply is empty")
    as_json = _json_number(said)
    found = [as_json] if as_json is not None else [n for n in map(_line_number, said.splitlines()) if n is not None]
    if not found:
        return _without_verdict(said)
    last = _line_number(said.splitlines()[-1]) if as_json is None else as_json
    if len(set(found)) > 1 and last is None:
        listed = ", ".join(f"{n:g}" for n in found[:5])
        return Verdict("unparsed", reason=f"the reply holds several verdicts ({listed}) and does not end in one")
    return _on_scale(found[-1])


def _on_scale(number: float) -> Verdict:
    if number != int(number) or not 0 <= number <= TOP_LEVEL:
        return Verdict("unparsed", reason=f"{number:g} is not a level from 0 to {TOP_LEVEL}")
    return Verdict("ok", int(number), float(number))


def _without_verdict(said: str) -> Verdict:
    shown = " ".join(said.split())[:120]
    if _REFUSAL.search(said):
        return Verdict("refused", reason=f"the reply declines: {shown}")
    return Verdict("unparsed", reason=f"no line of the reply is a verdict: {shown}")


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


def _with_expected(verdict: Verdict, expected: float) -> Verdict:
    if not (math.isfinite(expected) and 0 <= expected <= TOP_LEVEL):
        return Verdict("error", reason=f"the expected level {expected!r} is not on the scale from 0 to {TOP_LEVEL}")
    return Verdict("ok", verdict.level, float(expected))
