"""Judging answers to "what" by a language model: the question that is put, and the replies as scores."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from referee_calib.benchmark.vstar.evaluators.judge_scores import FIELD, WORDS, read_score, stored_reply
from referee_calib.benchmark.vstar.result_file import Item, ResultFile
from referee_calib.errors import InputError
from referee_calib.referee import ReplyCache, TextModel, ask_in_words

_SYSTEM = """\
You grade answers to questions about videos. You are given a question, the reference answer, and a candidate answer.
Grade only how close the candidate's meaning is to that of the reference; wording and grammar do not count.
0: another meaning, entirely wrong. 1: slightly similar, mostly wrong. 2: very similar, mostly right.
3: the same meaning, entirely right.
Reply with one digit, 0, 1, 2 or 3, and nothing else."""
_USER = "Question: {question}\nReference answer: {reference}\nCandidate answer: {candidate}\nGrade:"
_PLACES = ("question", "reference", "candidate")
_PART = "---"


@dataclass(frozen=True)
class JudgePrompt:
    """What the judge is told: a system message, and a template with {question}, {reference} and {candidate}."""

    system: str = _SYSTEM
    user: str = _USER

    def messages(self, item: Item) -> list[dict[str, str]]:
        """Return the question about an item; its texts are put in as they are, braces included."""
        given = {"question": item["question"], "reference": item.get("answer"), "candidate": item["answer_vqa"]}
        asked = re.sub(r"\{(question|reference|candidate)\}", lambda place: str(given[place[1]]), self.user)
        system = [{"role": "system", "content": self.system}] if self.system else []
        return [*system, {"role": "user", "content": asked}]


def read_judge_prompt(path: Path) -> JudgePrompt:
    """Read a prompt from a file: the system message, a line of three hyphens, and the template.

    An evaluator's own prompt, written so, makes the judge the evaluator's word for word.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"--judge-prompt {path}", str(error)) from error
    system, line, user = text.partition(f"\n{_PART}\n")
    if not line:
        system, user = "", text
    missing = [place for place in _PLACES if f"{{{place}}}" not in user]
    if missing:
        why = f"it has no {' and no '.join(f'{{{place}}}' for place in missing)}"
        raise InputError(f"--judge-prompt {path}", why, f"Write the system message, a line {_PART}, and the template.")
    return JudgePrompt(system.strip("\n"), user.rstrip("\n"))


@dataclass(frozen=True)
class Judged:
    """What a judge said of a run's items: the stored score, the judge's words, or None; and what failed, with why."""

    replies: tuple[Any, ...]
    n_asked: int
    n_failed: int
    failures: tuple[str, ...]


def judge_answers(
    file: ResultFile,
    model: TextModel,
    prompt: JudgePrompt,
    *,
    again: bool = False,
    cache: ReplyCache | None = None,
    advance: Callable[[int], None] = lambda _: None,
) -> Judged:
    """Have every answered item judged that has no score yet, or all of them ``again``; a failure leaves its item so."""
    replies: list[Any] = [stored_reply(item) for item in file.items]
    places = [i for i, item in enumerate(file.items) if item.get("answer_vqa") and (again or replies[i] is None)]
    questions = [prompt.messages(file.items[i]) for i in places]
    answers = ask_in_words(model, questions, cache=cache, advance=advance)
    for place, answer in zip(places, answers, strict=True):
        replies[place] = answer.text if answer.status == "ok" else None
    failed = [answer.reason or "it gave no reason" for answer in answers if answer.status != "ok"]
    return Judged(tuple(replies), len(places), len(failed), tuple(dict.fromkeys(failed)))


def scored_items(file: ResultFile, replies: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the items with the judge's score and its words beside them, for a file to keep; null where it failed."""
    rows: list[dict[str, Any]] = []
    for item, reply in zip(file.items, replies, strict=True):
        row = dict(item)
        if item.get("answer_vqa"):
            row |= {FIELD: read_score(reply)}
            row.pop(WORDS, None)
            row |= {WORDS: reply} if isinstance(reply, str) else {}
        rows.append(row)
    return rows
