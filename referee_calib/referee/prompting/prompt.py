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

from referee_calib.errors import InputError
from referee_calib.records import Claim, Dimension
from referee_calib.referee.prompting import prompt_file
from referee_calib.referee.prompting.prompt_file import CLOSE, LEVELS, MAX_CHARACTERS, OPEN, PLACEHOLDER, YES_NO
from referee_calib.referee.prompting.sanitize import sanitize
from referee_calib.rubric import Rubric, Scale

__all__ = ["DEFAULT", "LEVELS", "YES_NO", "Prompt", "PromptText", "fill", "load_prompt"]

DEFAULT = "level-1"
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
        The words that count as answers: the five digits, or ``("yes", "no")``.
    stated : str
        The version that the wording gives itself.
    """

    head: str = field(default_factory=lambda: _default().head)
    tail: str = field(default_factory=lambda: _default().tail)
    max_characters: int = MAX_CHARACTERS
    answers: tuple[str, ...] = LEVELS
    stated: str = DEFAULT

    def __post_init__(self) -> None:
        if not prompt_file.allowed(self.answers):
            raise InputError(f"answers {self.answers!r:.80}", f"they are {LEVELS} or {YES_NO}")

    @classmethod
    def from_file(cls, path: Path) -> Prompt:
        """Read a prompt file; an InputError names file and line of what cannot be used."""
        found = prompt_file.read(path)
        return cls(found.head, found.tail, found.max_characters, found.answers, found.stated)

    @property
    def version(self) -> str:
        """The stated version, and a digest of every word and limit: ``"level-1-3f9c2a17"``."""
        packed = "\0".join([self.head, self.tail, str(self.max_characters), *self.answers])
        return f"{self.stated}-{hashlib.sha256(packed.encode()).hexdigest()[:8]}"

    def ask(self, claim: Claim, dimension: Dimension, rubric: Rubric, captions: Sequence[str]) -> PromptText:
        """Put one question into words.

        Parameters
        ----------
        claim : Claim
            Only its question, its object and its times enter.
        dimension : {"relevance", "localization", "timing"}
        rubric : Rubric
            Gives the question, the help and the level sentences.
        captions : sequence of str
            One line per picture, in order.
        """
        scale = rubric[dimension]
        levels = _levels(scale, self.answers)
        values = {
            "question": self._fenced(claim.question) if claim.question else "(none is given)",
            "claim": self._fenced(claim.object) if claim.object else "(no object, only a span of time)",
            "place": _place(claim),
            "title": scale.title,
            "scale_question": scale.question,
            "help": scale.help,
            "levels": "\n".join(levels),
            "levels_downward": "\n".join(reversed(levels)),
        }
        numbered = tuple(f"Picture {i}: {caption}" for i, caption in enumerate(captions, start=1))
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


def fill(template: str, values: Mapping[str, str]) -> str:
    """Replace ``{name}`` placeholders in one pass: braces in values are not looked at, an unknown name stays."""
    return PLACEHOLDER.sub(lambda found: values.get(found.group(1), found.group(0)), template)


def _place(claim: Claim) -> str:
    times = [_seconds(box[0]) for box in claim.boxes]
    listed = f"{', '.join(times)} s"
    if len(times) > _MOST_TIMES:
        listed = f"{len(times)} times, the first at {times[0]} s, the last at {times[-1]} s"
    boxes = f"The box is claimed at {listed}." if times else ""
    span = f"The span is claimed from {_seconds(claim.span[0])} s to {_seconds(claim.span[1])} s." if claim.span else ""
    return " ".join(part for part in (boxes, span) if part)


def _seconds(time: float) -> str:
    """Write a time; a claimed one can be anything, so a huge one is written in few digits."""
    return f"{time:.2f}" if time < 1e6 else f"{time:.2e}"


def _levels(scale: Scale, answers: Sequence[str]) -> list[str]:
    """One line per answer, worst first. Yes is the best sentence of the scale and no the worst.

    The middle sentences stand in no yes/no question: the probability of yes is then a place between the two
    ends, which is what the expected level takes it for.
    """
    if tuple(answers) == LEVELS:
        return [f"{level} = {scale.levels[int(level)]}" for level in answers]
    return [f"no = {scale.levels[0]}", f"yes = {scale.levels[-1]}"]
