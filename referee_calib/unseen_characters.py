"""Characters that nobody sees and that change what is read: direction marks, zero-width characters, tags, controls.

The rating page knows the same ones in ``annotate_app/frontend/unseen_characters.js``.
"""

from __future__ import annotations

import re

_UNSEEN = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_JOINERS = "\u200c\u200d"


def shown(text: str) -> str:
    """Return text in which unseen characters stand by their numbers and are out of force; UTF-8 can hold it.

    Joiners stay between letters beyond ASCII: some scripts are misspelt without them, and pictures are made with them.

    >>> shown("\u202eabc")
    '⟨U+202E⟩abc'
    """
    return _UNSEEN.sub(_name_of, text)


def _name_of(found: re.Match[str]) -> str:
    around = found.string[max(0, found.start() - 1) : found.start()], found.string[found.end() : found.end() + 1]
    needed = found.group() in _JOINERS and all(one and not one.isascii() for one in around)
    return found.group() if needed else f"⟨U+{ord(found.group()):04X}⟩"
