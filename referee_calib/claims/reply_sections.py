"""A reply in two parts, with the tags of its evidence: what it thinks, and what it answers."""

from __future__ import annotations

import re
from typing import NamedTuple

from referee_calib.claims.text.tags import clean, final_answer, tags_of

_SECTION_TAG = re.compile(r"<\s{0,3}/?\s{0,3}(?:think|answer)\s{0,3}>", re.IGNORECASE)


class ReplySections(NamedTuple):
    """The parts of a reply; either may be empty."""

    thought: str
    answer: str


def reply_sections(text: str) -> ReplySections:
    """Split a reply at its final answer: the last ``<answer>``, or what follows the thinking, or all of it.

    The opening ``<think>`` may be missing, as where the prompt ends with it.
    """
    text = clean(text)
    answer = final_answer(text, tags_of(text))
    return ReplySections(
        *(_SECTION_TAG.sub("", part).strip() for part in (text[: answer.start], text[answer.start : answer.end]))
    )
