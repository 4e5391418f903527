"""What is said once about a batch that cannot teach anything: no readable claim in it, or no video."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from referee_calib.claims import ParsedReply

logger = logging.getLogger("referee_calib.reward.rollout_reward")
_NAMED = 3  # reasons and videos that are named


class BatchWarnings:
    """Looks at batches, and says of each trouble once that a whole batch is in it."""

    def __init__(self, name: str) -> None:
        self._name, self._said = name, set[str]()

    def look(self, replies: Sequence[ParsedReply], videos: Sequence[str], media: Path, empty: float) -> None:
        """Warn when no reply holds a readable claim, or no video is there; with the counts."""
        if replies and not any(reply.claims for reply in replies):
            self._say(
                "claims", f"{_no_claims(replies)}; each earns {empty:g}. Is the reply's format the one asked for?"
            )
        named = sorted(set(videos))
        if named and not any((media / video).exists() for video in named):
            some = ", ".join(named[:_NAMED]) + (", …" if len(named) > _NAMED else "")
            self._say("videos", f"none of the {len(named)} videos of a batch is in the folder {media}: {some}")

    def _say(self, kind: str, words: str) -> None:
        if kind not in self._said:
            self._said.add(kind)
            logger.warning("%s: %s", self._name, words)


def _no_claims(replies: Sequence[ParsedReply]) -> str:
    reasons = Counter(piece.reason for reply in replies for piece in reply.failures)
    listed = ", ".join(f"{reason} {count}" for reason, count in reasons.most_common(_NAMED))
    return f"none of the {len(replies)} replies of a batch holds a readable claim ({listed})"
