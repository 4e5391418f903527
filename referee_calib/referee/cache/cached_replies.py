"""A referee's way to its cache: which of its questions are answered already, and where a fresh reply goes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from referee_calib.io import video_digest
from referee_calib.records import Dimension
from referee_calib.referee.cache.question_keys import digest_of, rendering_digest, shortcut_of
from referee_calib.referee.cache.reply_cache import ReplyCache
from referee_calib.referee.question import Ask, Question, Reply


class CachedReplies:
    """The replies to one referee's questions, as far as its cache holds them; without a cache nothing is kept.

    The referee's name is written beside each reply for people who look into the file. A kept reply that is not
    `accepted` counts as missing; by default every one is taken.
    """

    def __init__(
        self,
        cache: ReplyCache | None,
        referee: str,
        settings: Mapping[str, Any],
        accepted: Callable[[Reply, Dimension], bool] | None = None,
    ) -> None:
        self._cache, self._referee, self._accepted = cache, referee, accepted
        self._backend = digest_of(settings["backend"])
        # how a reply is read is no part of what is asked
        asked = {key: value for key, value in settings.items() if key != "parser"}
        self._asked = digest_of(asked, rendering_digest())

    @property
    def used(self) -> bool:
        """Whether anything can be held at all."""
        return self._cache is not None

    def key(self, question: Question) -> str:
        """Return the digest of the backend's settings and of everything it is shown and told."""
        return hashlib.sha256(f"{self._backend} {question.digest}".encode()).hexdigest()

    def known(self, path: Path, asks: Sequence[Ask]) -> list[Reply | None]:
        """Return, in order, the replies that are found without decoding the video; None where there is none."""
        video = video_digest(path) if self._cache is not None else ""
        if self._cache is None or not video:
            return [None] * len(asks)
        names = [shortcut_of(self._asked, ask, video) for ask in asks]
        found = self._cache.get_many(names)
        return [self._good(found.get(name), ask.dimension) for name, ask in zip(names, asks, strict=True)]

    def get(self, key: str, dimension: Dimension) -> Reply | None:
        """Return the reply kept under a key, to a question about that dimension."""
        return self._good(self._cache.get(key) if self._cache is not None else None, dimension)

    def put(self, key: str, reply: Reply, asks: Sequence[Ask], path: Path) -> None:
        """Keep a fresh reply under its key and under the shortcuts of all who asked for it."""
        if self._cache is None or reply.status != "ok" or not asks:
            return
        first = asks[0]
        about = {"claim": first.claim.id, "dimension": first.dimension, "sample": first.sample}
        self._cache.put(key, reply, {**about, "referee": self._referee})
        self.link(key, asks, path)

    def link(self, key: str, asks: Iterable[Ask], path: Path) -> None:
        """Remember under which key the replies to these are kept."""
        video = video_digest(path)
        if self._cache is not None and video:
            self._cache.link((shortcut_of(self._asked, ask, video), key) for ask in asks)

    def _good(self, reply: Reply | None, dimension: Dimension) -> Reply | None:
        fine = reply is not None and (self._accepted is None or self._accepted(reply, dimension))
        return reply if fine else None
