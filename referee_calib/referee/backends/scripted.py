"""A referee whose replies are written beforehand: for tests, and for reading stored replies again."""

from __future__ import annotations

import hashlib
import sys
import threading
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from referee_calib.errors import InputError
from referee_calib.io import json_lines
from referee_calib.records import STATUSES
from referee_calib.referee.prompting.allowed_answers import LEVELS, YES_NO, are_yes_no
from referee_calib.referee.question import Question, Reply
from referee_calib.referee.reply.level_parser import PROMISING

Key = tuple[str, str, int]


class ScriptedBackend:
    """Answers from a queue, or from a table of stored replies.

    Parameters
    ----------
    replies : iterable of str or Reply
        Given out one after the other, whatever is asked. When they are used up, the reply is an error
        that says so.
    stored : mapping of (claim id, dimension, sample) to Reply, optional
        Looked up first. A question that is neither stored nor covered by the queue is an error.

    Attributes
    ----------
    asked : list of (claim id, dimension, sample)
        Every question so far, in order.
    """

    reads_words = True
    cacheable = False
    deterministic = False

    def __init__(self, replies: Iterable[str | Reply] = (), stored: Mapping[Key, Reply] | None = None) -> None:
        self._queue = tuple(reply if isinstance(reply, Reply) else Reply(text=reply) for reply in replies)
        self._stored = dict(stored or {})
        self._given = 0
        self._lock = threading.Lock()
        self.asked: list[Key] = []

    @classmethod
    def from_file(cls, path: Path) -> ScriptedBackend:
        """Read a replay file: JSON lines with ``text`` (or ``raw``) and the fields of a reply.

        Parameters
        ----------
        path : Path
            Lines with ``claim``, ``dimension`` and ``sample`` answer that question; lines without them
            join the queue. An exported score is such a line, so a run can be read again.

        Raises
        ------
        InputError
            Naming file and line of what cannot be read.
        """
        queue: list[str | Reply] = []
        stored: dict[Key, Reply] = {}
        for number, row in json_lines.read(path):
            place = f"{path} line {number}"
            reply = _reply(row, place)
            if "claim" not in row:
                queue.append(reply)
                continue
            sample = row.get("sample", 0)
            if type(sample) is not int:  # nor a bool
                raise InputError(place, f"sample {sample!r:.40} is not a whole number")
            key = (str(row["claim"]), str(row.get("dimension", "")), sample)
            if key in stored:
                raise InputError(place, f"a second reply for claim {key[0]}, {key[1]}, sample {key[2]}")
            stored[key] = reply
        return cls(queue, stored)

    def settings(self) -> dict[str, Any]:
        """Return the digest of the script: other replies are another referee."""
        untimed = {key: _untimed(reply) for key, reply in self._stored.items()}
        script = [repr(tuple(map(_untimed, self._queue))), repr(sorted(untimed.items()))]
        return {"backend": "scripted", "script": hashlib.sha256("\0".join(script).encode()).hexdigest()[:16]}

    def describe(self) -> dict[str, Any]:
        """Return the settings and how many replies there are."""
        what = "Replies written beforehand; it looks at nothing."
        return {**self.settings(), "what": what, "queued": len(self._queue), "stored": len(self._stored)}

    def answer(self, question: Question) -> Reply:
        """Return the stored reply for this question, or the next one of the queue."""
        key = (question.claim.id, question.dimension, question.sample)
        with self._lock:
            self.asked.append(key)
            if key in self._stored:
                return _fitting(self._stored[key], question)
            if self._given < len(self._queue):
                self._given += 1
                return _fitting(self._queue[self._given - 1], question)
        return Reply(status="error", reason=self._exhausted(key))

    def _exhausted(self, key: Key) -> str:
        if self._stored and not self._queue:
            return f"the replay file holds no reply for claim {key[0]}, {key[1]}, sample {key[2]}"
        return f"the script's {len(self._queue)} replies are used up and this is question {len(self.asked)}"

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if key != "_lock"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _lock=threading.Lock())


def _fitting(reply: Reply, question: Question) -> Reply:
    """Return a reply, or an error where its probabilities are of other answers than those of the question."""
    if reply.distribution is None or len(reply.distribution) == len(question.answers):
        return reply
    given, answers = len(reply.distribution), ", ".join(question.answers)
    fitting = _prompt_of(given, question)
    do = f"; name the prompt that it was asked with: --set prompt={fitting}" if fitting else ""
    reason = f"the stored reply holds {given} probabilities, and the prompt has the answers {answers}{do}"
    return replace(reply, status="error", distribution=None, reason=reason)


def _prompt_of(given: int, question: Question) -> str:
    """Return the shipped prompt that allows so many answers; empty where none does."""
    levels = len(question.rubric[question.dimension].levels)
    if not are_yes_no(question.prompt.answers):
        return "yes-no-1" if given == len(YES_NO) else ""
    return "level-1" if given == levels == len(LEVELS) else "levels-1" if given == levels else ""


def _reply(row: dict[str, Any], place: str) -> Reply:
    text = row.get("text", row.get("raw"))
    if not isinstance(text, str):
        raise InputError(place, 'it needs the reply as "text" (or "raw")')
    status = row.get("status", "ok")
    if status not in STATUSES:
        raise InputError(f"{place}: status {status!r:.40}", f"a status is one of {', '.join(STATUSES)}")
    told = row.get("rung") in PROMISING and row.get("distribution") is None  # a score, without what it was read from
    if status in ("unparsed", "refused") and text and not told:
        status = "ok"  # what an earlier parser made of the text is not part of the reply
    numbers = {name: row.get(name) for name in ("mass", "seconds", "tokens")}
    wrong = [name for name, value in numbers.items() if value is not None and not _is_number(value)]
    if wrong:
        raise InputError(f"{place}: {wrong[0]} {numbers[wrong[0]]!r:.40}", "it must be a finite number")
    return Reply(
        text=text,
        expected=_expected(row, place),
        distribution=_distribution(row, place),
        status=status,
        reason=str(row.get("reason", "")) if status != "ok" else "",
        seconds=numbers["seconds"],
        tokens=None if numbers["tokens"] is None else int(numbers["tokens"]),
        rung=str(row.get("rung", "")),
    )


def _distribution(row: dict[str, Any], place: str) -> tuple[float, ...] | None:
    """Return the probabilities of the answers; those of a score are scaled back to its mass."""
    given = row.get("distribution")
    if given is None:
        return None
    if not (isinstance(given, list) and all(map(_is_number, given))):
        raise InputError(f"{place}: distribution {given!r:.60}", "it must be a list of finite numbers")
    mass = 1.0 if row.get("mass") is None else float(row["mass"])
    return tuple(p * mass for p in given)


def _untimed(reply: Reply) -> Reply:
    return replace(reply, seconds=None, tokens=None)


def _expected(row: dict[str, Any], place: str) -> float | None:
    expected = row.get("expected")
    if expected is not None and not _is_number(expected):
        raise InputError(f"{place}: expected level {expected!r:.40}", "it must be a finite number")
    # A score without a finer value repeats its level here; that copy came from a parser, not from the reply.
    copied = expected == row.get("level") and row.get("rung") not in PROMISING
    return None if expected is None or copied else float(expected)


def _is_number(value: object) -> bool:
    """Say whether it is a number that a float can hold: JSON's 1e400 is read as infinity, and 10**400 as it stands."""
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return False
    return abs(value) <= sys.float_info.max
