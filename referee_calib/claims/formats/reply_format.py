"""What a notation of replies is: a name, how it is recognised, and how it is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from referee_calib.claims.text.reply_context import ReplyContext


@dataclass(frozen=True, slots=True)
class ReplyFormat:
    """One notation.

    Attributes
    ----------
    name : str
        As in ``--format``.
    sign : str
        Text without which a reply cannot show this notation; most replies lack it, so that no more is looked at.
    present : callable
        Tells whether a reply with that sign shows this notation, where none is stated.
    read : callable
        Adds claims, failures and remarks to the context.
    """

    name: str
    sign: str
    present: Callable[[ReplyContext], bool]
    read: Callable[[ReplyContext], None]


def only_when_stated(context: ReplyContext) -> bool:
    """Recognise nothing: the text alone does not tell this notation from another."""
    return False
