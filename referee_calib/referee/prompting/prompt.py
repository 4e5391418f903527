"""The words a referee is asked with: the rubric's sentences around untrusted model text.

The question and the claimed phrase were written by a model that is paid by the answer, so both are
sanitized (:mod:`.sanitize`) and put between ``<<<`` and ``>>>``, which no sanitized text can contain. Placeholders are
replaced in one pass, so braces in that text replace nothing. The policy's reasoning and answer never enter:
plausible words beat pixels. The words themselves lie in files (:mod:`.prompt_file`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from referee_calib.errors import InputError
from referee_calib.records import Claim, Dimension
from referee_calib.referee.prompting import prompt_file
from referee_calib.referee.prompting.allowed_answers import (
    ANY_LEVELS,
    LEVELS,
    YES_NO,
    answers_on,
    are_allowed,
    are_yes_no,
)
from referee_calib.referee.prompting.prompt_file import CLOSE, MAX_CHARACTERS, OPEN
from referee_calib.referee.prompting.prompt_words import WORDS, Caption, fill
from referee_calib.referee.prompting.sanitize import sanitize
from referee_calib.rubric import Rubric, Scale

__all__ = ["ANY_LEVELS", "DEFAULT", "LEVELS", "YES_NO", "Prompt", "PromptText", "default_prompt", "fill", "load_prompt"]

DEFAULT = "level-1"
ANY_SCALE = "levels-1"  # for scales of other than five levels
_MOST_TIMES = 8  # of boxes that are listed one by one: a claim may hold thousands


@cache
def _default() -> prompt_file.Template:
    return prompt_file.read(prompt_file.SHIPPED / f"{DEFAULT}.txt")


@dataclass(frozen=True, slots=True)
class PromptText:
    """One question in words: what stands before the pictures, beside them, and after them."""

    head: str
    captions: tuple[str, ...]
    tail: str

    def __str__(self) -> str:
        return "\n".join([self.head, *self.captions, "", self.tail])


@dataclass(frozen=True, slots=True)
class Prompt:
    """The template of a referee's question; without arguments the shipped ``level-1``.

    Attributes
    ----------
    head : str
        Constant text before the pictures, shared by all questions, so that servers can reuse its prefix.
    tail : str
        Text after them, with the placeholders that :mod:`.prompt_file` lists.
    max_characters : int
        Longest model text that enters; the rest is cut and the cut is marked.
    answers : tuple of str
        The words that count as answers: the five digits, ``("yes", "no")``, or ``("levels",)`` for whatever levels the
        rubric has; see :meth:`answers_on`.
    stated : str
        The version that the wording gives itself.
    verdict : tuple of str
        Further words that may stand before the answer in a reply.
    words : tuple of (key, text)
        Other words than those of :mod:`.prompt_words`.
    """

    head: str = field(default_factory=lambda: _default().head)
    tail: str = field(default_factory=lambda: _default().tail)
    max_characters: int = MAX_CHARACTERS
    answers: tuple[str, ...] = LEVELS
    stated: str = DEFAULT
    verdict: tuple[str, ...] = ()
    words: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if not are_allowed(self.answers):
            raise InputError(f"answers {self.answers!r:.80}", f"they are {ANY_LEVELS}, {LEVELS} or {YES_NO}")
        object.__setattr__(self, "verdict", tuple(self.verdict))
        object.__setattr__(self, "words", tuple((str(key), str(text)) for key, text in self.words))  # pairs, from JSON

    @classmethod
    def from_file(cls, path: Path) -> Prompt:
        """Read a prompt file; an InputError names file and line of what cannot be used."""
        found = prompt_file.read(path)
        texts = (found.head, found.tail, found.max_characters, found.answers, found.stated)
        return cls(*texts, found.verdict, found.words)

    @property
    def version(self) -> str:
        """The stated version, and a digest of every word and limit: ``"level-1-3f9c2a17"``."""
        later = [*self.verdict, *(f"{key}: {text}" for key, text in self.words)]
        packed = "\0".join([self.head, self.tail, str(self.max_characters), *self.answers, *later])
        return f"{self.stated}-{hashlib.sha256(packed.encode()).hexdigest()[:8]}"

    def answers_on(self, scale: Scale) -> tuple[str, ...]:
        """Return the answers that are allowed on a scale."""
        return answers_on(self.answers, len(scale.levels))

    def check_rubric(self, rubric: Rubric) -> None:
        """Raise InputError when the prompt names other levels than a scale of the rubric has."""
        for scale in rubric.scales:
            if self.answers == LEVELS and len(scale.levels) != len(LEVELS):
                raise InputError(
                    f"prompt {self.stated} with rubric {rubric.version}",
                    f"it asks for a level from {LEVELS[0]} to {LEVELS[-1]}, and {scale.dimension} has 0 to {scale.top}",
                    f"Take the prompt {ANY_SCALE}; in a prompt file of your own write answers: levels, and {{answers}} "
                    "where it lists them.",
                )

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON types, those that came later only where they say something."""
        later = {"verdict": list(self.verdict), "words": [list(pair) for pair in self.words]}
        fixed = {"head": self.head, "tail": self.tail, "max_characters": self.max_characters}
        return {**fixed, "answers": list(self.answers), "stated": self.stated, **{k: v for k, v in later.items() if v}}

    @property
    def _words(self) -> dict[str, str]:
        return {**WORDS, **dict(self.words)}

    def ask(self, claim: Claim, dimension: Dimension, rubric: Rubric, captions: Sequence[str | Caption]) -> PromptText:
        """Put one question into words.

        Parameters
        ----------
        claim : Claim
            Only its question, its object and its times enter.
        dimension : {"relevance", "localization", "timing"}
        rubric : Rubric
            Gives the question, the help and the level sentences.
        captions : sequence of Caption or str
            One line per picture, in order.
        """
        scale, words = rubric[dimension], self._words
        levels = _levels(scale, self.answers)
        values = {
            "question": self._fenced(claim.question) if claim.question else words["no_question"],
            "claim": self._fenced(claim.object) if claim.object else words["no_object"],
            "place": _place(claim, words),
            "title": scale.title,
            "scale_question": scale.question,
            "help": scale.help,
            "levels": "\n".join(levels),
            "levels_downward": "\n".join(reversed(levels)),
            "answers": ", ".join(self.answers_on(scale)),
        }
        numbered = tuple(
            fill(words["picture"], {"number": str(i), "caption": _caption(one, words)})
            for i, one in enumerate(captions, start=1)
        )
        return PromptText(self.head, numbered, fill(self.tail, values))

    def _fenced(self, text: str) -> str:
        return f"{OPEN}{sanitize(text, self.max_characters)}{CLOSE}"


def load_prompt(name: str, folder: Path | None = None) -> Prompt:
    """Return a prompt by the name of its file.

    Parameters
    ----------
    name : str
        ``"level-1"`` (a digit), ``"yes-no-1"`` (yes or no), or that of a file of the study.
    folder : Path, optional
        The study's folder; its ``prompts/NAME.txt`` goes before a shipped file of that name.

    Raises
    ------
    InputError
        For an unknown name, and for a file that cannot be used, with its line.
    """
    return Prompt.from_file(prompt_file.path_of(name, folder))


def default_prompt(rubric: Rubric, folder: Path | None = None) -> Prompt:
    """Return the prompt of a referee for which none is named.

    It is the study's ``prompts/LANGUAGE.txt`` for the language of the rubric ("de-AT", else "de"), where there is one;
    else ``level-1`` for a rubric of five levels throughout, and ``levels-1`` for any other.
    """
    tag = rubric.language
    while folder is not None and tag:
        if (path := folder / prompt_file.FOLDER / f"{tag}.txt").is_file():
            return Prompt.from_file(path)
        tag = tag.rpartition("-")[0]
    five = all(len(scale.levels) == len(LEVELS) for scale in rubric.scales)
    return Prompt() if five else load_prompt(ANY_SCALE)


def _caption(one: str | Caption, words: Mapping[str, str]) -> str:
    return one if isinstance(one, str) else fill(words[one.kind], one.values)


def _place(claim: Claim, words: Mapping[str, str]) -> str:
    times = [_seconds(box[0]) for box in claim.boxes]
    said = []
    if len(times) > _MOST_TIMES:
        values = {"count": str(len(times)), "first": times[0], "last": times[-1]}
        said.append(fill(words["many_boxes"], values))
    elif times:
        said.append(fill(words["box"], {"times": ", ".join(times)}))
    if claim.span:
        said.append(fill(words["span"], {"start": _seconds(claim.span[0]), "end": _seconds(claim.span[1])}))
    return " ".join(said)


def _seconds(time: float) -> str:
    """Write a time; a claimed one can be anything, so a huge one is written in few digits."""
    return f"{time:.2f}" if time < 1e6 else f"{time:.2e}"


def _levels(scale: Scale, answers: Sequence[str]) -> list[str]:
    """One line per answer, worst first. Yes is the best sentence of the scale and no the worst.

    The middle sentences stand in no yes/no question: the probability of yes is then a place between the two
    ends, which is what the expected level takes it for.
    """
    if are_yes_no(tuple(answers)):
        return [f"no = {scale.levels[0]}", f"yes = {scale.levels[-1]}"]
    named = answers_on(tuple(answers), len(scale.levels))
    return [f"{answer} = {sentence}" for answer, sentence in zip(named, scale.levels, strict=True)]
