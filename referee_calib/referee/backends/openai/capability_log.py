"""What is said once in a process about an endpoint: the rung, why better ones failed, what is sent otherwise."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from referee_calib.referee.backends.openai.capabilities import Capabilities

logger = logging.getLogger("referee_calib.referee")
_SAID: set[tuple[str, tuple[str, ...], str]] = set()


def log_once(model: str, urls: Sequence[str], found: Capabilities) -> None:
    """Log what was found, as a warning where something is less than it could be, so that a trainer's log has it too."""
    said = "; ".join([f"levels of {model} are read on the rung {found.rung}", *found.remarks()])
    key = (model, tuple(urls), said)
    if key not in _SAID:
        _SAID.add(key)
        logger.log(logging.WARNING if found.remarks() else logging.INFO, "%s", said)
