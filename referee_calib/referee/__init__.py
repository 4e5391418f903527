"""Referees: who judges a claim, and how it is asked.

A referee has three parts that do not know each other. **Frames and prompt** (:mod:`.frames`,
:mod:`.prompt`) decide what is shown and asked; a **backend** (:mod:`.base`) carries the question and
brings back a raw reply; the **parser** (:mod:`.parse`) reads it. :class:`Referee` (:mod:`.scoring`)
runs them over claims, decodes every video once, and names the whole by its fingerprint.

Importing this package loads no image library; the backend does, when it is made.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from referee_calib.errors import InputError
from referee_calib.media import media_file
from referee_calib.referee.base import Backend, Question, Reply
from referee_calib.referee.frames import Clip, FramePolicy, View
from referee_calib.referee.parse import Parser, Verdict
from referee_calib.referee.prompt import Prompt
from referee_calib.referee.scoring import Referee
from referee_calib.referee.scripted import ScriptedBackend
from referee_calib.rubric import Rubric, load

__all__ = [
    "Backend",
    "Clip",
    "FramePolicy",
    "Parser",
    "Prompt",
    "Question",
    "Referee",
    "Reply",
    "ScriptedBackend",
    "Verdict",
    "View",
    "media_file",
    "named",
    "table",
]


def _pixels(argument: str, rubric: Rubric) -> Referee:
    from referee_calib.referee.pixels import FRAMES, PixelsBackend

    if argument:
        raise InputError(f"referee pixels:{argument}", "pixels takes no argument", "Name it: pixels")
    return Referee("pixels", PixelsBackend(), rubric, FRAMES)


def _scripted(argument: str, rubric: Rubric) -> Referee:
    if not argument:
        raise InputError("referee scripted", "it needs the file with the replies", "Name it: scripted:replies.jsonl")
    return Referee("scripted", ScriptedBackend.from_file(Path(argument)), rubric)


_NAMED: dict[str, tuple[Callable[[str, Rubric], Referee], str]] = {
    "pixels": (_pixels, "looks at pixels; judges things of one colour and one shape, needs no model"),
    "scripted": (_scripted, "scripted:FILE replays stored replies, JSON lines; looks at nothing"),
}


def table() -> dict[str, str]:
    """Return every name that :func:`named` knows, with one line about it."""
    return {name: about for name, (_, about) in _NAMED.items()}


def named(name: str, *, rubric: Rubric | None = None) -> Referee:
    """Make a referee by its name.

    Parameters
    ----------
    name : str
        A key of :func:`table`, with an argument after a colon where it takes one.
    rubric : Rubric, optional
        The study's rubric; the package's own by default.

    Returns
    -------
    Referee

    Raises
    ------
    InputError
        For an unknown name; it lists the known ones.
    """
    kind, _, argument = name.partition(":")
    if kind not in _NAMED:
        known = "; ".join(f"{known}: {about}" for known, about in table().items())
        raise InputError(f"referee {name!r:.80}", "there is no referee of that name", f"Known are {known}.")
    return _NAMED[kind][0](argument, rubric or load())
