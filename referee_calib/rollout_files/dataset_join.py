"""Joining replies with the data set that they were made from: trainers write down neither the video nor the question.

Rows belong together by a field that is stated, or by the one under which most of the first replies find exactly one
row: the text of the prompt, or a number that both carry. A prompt may hold a chat template around the question; then
the longest question of the data set that stands in it counts. A reward log is such a data set, too: its rows are found
by the reply itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from referee_calib.errors import FieldError, InputError
from referee_calib.rollout_files.file_rows import file_rows
from referee_calib.rollout_files.layouts import question_text, reward_log_lines

Row = Mapping[str, Any]
TEXTS = ("prompt", "messages", "question", "problem", "query", "input")
REPLY = "completion"
NUMBERS = ("id", "index", "idx", "uid", "original_index", "question_id", "qid", "sample_id", "doc_id")
TRIED = 200  # replies on which a key is tried

_TOKENS = re.compile(r"<\|[^|<>]*\|>|<(?:video|image|audio)>|\[(?:video|image)\]", re.IGNORECASE)


class DatasetJoin:
    """The rows of a data set, found by a field of a reply.

    Parameters
    ----------
    path : Path
        The data set: JSON, JSON lines, CSV or Parquet; or a reward log, a file of it or its folder.
    stated : str or None
        ``"FIELD"`` or ``"FIELD=FIELD_OF_THE_DATA_SET"``; None to find it.

    Raises
    ------
    InputError
        When the data set cannot be read.
    """

    def __init__(self, path: Path, stated: str | None = None) -> None:
        self.path = path
        self._rows: list[Row] = []
        for file in sorted(path.glob("*.jsonl")) if path.is_dir() else [path]:
            self._rows += _rows_of(file)
        self._stated = stated
        self.key: tuple[str, str] | None = None
        self._index: dict[str, list[Row]] = {}
        self._within: dict[str, Row | None] = {}  # by prompt: the row whose question stands in it

    def settle(self, replies: Sequence[Row]) -> None:
        """Find the field by which these first replies of a file belong to rows; a stated one is taken as it is."""
        pairs = [_pair(self._stated)] if self._stated else list(self._candidates(replies))
        best = -1
        for pair in pairs:
            index = self._indexed(pair[1])
            found = sum(_settled(index.get(_value(row.get(pair[0])), ()), pair[0]) for row in replies)
            if not found:
                found = sum(self._contained(index, _value(row.get(pair[0]))) is not None for row in replies)
            if found > best:
                best, self.key, self._index = found, pair, index
        self._within = {}

    def row_of(self, reply: Row, place: str) -> Row:
        """Return the row of the data set that a reply belongs to.

        Raises
        ------
        FieldError
            When there is none, or several of different videos.
        """
        if self.key is None:
            raise FieldError("join", f"{place}: fields {', '.join(reply)}", self._no_key(), _STATE)
        mine, theirs = self.key
        value = _value(reply.get(mine))
        rows = self._index.get(value, [])
        if len(rows) == 1 or (rows and mine == REPLY and _same_thing(rows)):
            return rows[0]
        if rows:
            why = f"{len(rows)} rows of {self.path.name} have this {theirs}, so that none of them is its own"
            raise FieldError("join", f"{place}: {mine} {value!r:.60}", why, _STATE)
        if value not in self._within:
            self._within[value] = self._contained(self._index, value)
        within = self._within[value]
        if within is None:
            why = f"no row of {self.path.name} has this {theirs}"
            raise FieldError("join", f"{place}: {mine} {value!r:.60}", why, _STATE)
        return within

    def _no_key(self) -> str:
        there = ", ".join(self._rows[0]) if self._rows else "none"
        return f"nothing in it is a key of {self.path.name}, whose fields are {there}"

    def _candidates(self, replies: Sequence[Row]) -> Iterator[tuple[str, str]]:
        mine = {name for row in replies for name in row}
        theirs = {name for row in self._rows[:TRIED] for name in row}
        if REPLY in mine and REPLY in theirs:
            yield REPLY, REPLY
        yield from ((left, right) for left in TEXTS if left in mine for right in TEXTS if right in theirs)
        yield from ((name, name) for name in NUMBERS if name in mine and name in theirs)

    def _indexed(self, name: str) -> dict[str, list[Row]]:
        index: dict[str, list[Row]] = {}
        for row in self._rows:
            if value := _value(row.get(name)):
                index.setdefault(value, []).append(row)
        return index

    def _contained(self, index: Mapping[str, Sequence[Row]], prompt: str) -> Row | None:
        inside = [text for text in index if len(text) > 3 and text in prompt]
        longest = max(inside, key=len, default=None)
        return index[longest][0] if longest is not None and len(index[longest]) == 1 else None


_STATE = "State what belongs together: --join FIELD, or --join FIELD=FIELD_OF_THE_DATA_SET"


def _rows_of(path: Path) -> list[Row]:
    rows = list(file_rows(path))
    if rows and rows[-1].error is not None and reward_log_lines.LAYOUT.recognises(rows[0].fields):
        rows.pop()  # a trainer that was killed leaves half a line
    for row in rows:
        if row.error is not None:
            raise row.error
    logged = bool(rows) and reward_log_lines.LAYOUT.recognises(rows[0].fields)
    return [reward_log_lines.as_facts(row.fields) if logged else row.fields for row in rows]


def _settled(rows: Sequence[Row], key: str) -> bool:
    return len(rows) == 1 or (bool(rows) and key == REPLY and _same_thing(rows))


def _same_thing(rows: Sequence[Row]) -> bool:
    """Tell whether these are the same reply to the same question, several times."""
    return len({(str(row.get("video")), str(row.get("question"))) for row in rows}) == 1


def _pair(stated: str) -> tuple[str, str]:
    left, _, right = stated.partition("=")
    if not left.strip():
        raise InputError(f"--join {stated}", "it names no field", _STATE)
    return left.strip(), (right or left).strip()


def _value(value: Any) -> str:
    """Return a key as text: a prompt without the tokens of chat templates and with single blanks."""
    if value is None:
        return ""
    text = question_text(value)
    return " ".join(_TOKENS.sub(" ", str(value) if text is None else text).split())
