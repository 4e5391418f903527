"""Which questions are answered already: the keys of a referee's questions, and its way to the cache."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from referee_calib.records import Claim, Dimension
from referee_calib.referee.backend_protocol import Question, Reply
from referee_calib.referee.cache.reply_cache import ReplyCache

if TYPE_CHECKING:
    from referee_calib.referee.scoring import Referee

_EDGE = 1 << 16  # bytes of a video's beginning and end that tell it from another one
_RENDERING = ("io/media_paths.py", "records/*.py", "video/*.py", "referee/**/*.py")
_RENDERERS = ("av", "numpy", "opencv-python-headless")


class Ask(NamedTuple):
    """One thing to be asked: a claim, on a dimension, and which repeat of it."""

    claim: Claim
    dimension: Dimension
    sample: int = 0


class Kept:
    """What a referee's cache holds.

    Parameters
    ----------
    referee : Referee
        Without a cache, or with a backend whose replies cost nothing, nothing is held.
    again : bool
        Take a kept reply only when it can be read; one without a verdict is asked for anew.
    """

    def __init__(self, referee: Referee, *, again: bool = False) -> None:
        self._referee = referee
        self._again = again
        self._cache: ReplyCache | None = referee.cache if getattr(referee.backend, "cacheable", False) else None
        settings = referee.settings()
        self._backend = _digest(settings["backend"])
        # how a reply is read is no part of what is asked
        self._asking = _digest({key: value for key, value in settings.items() if key != "parser"}, rendering())

    @property
    def used(self) -> bool:
        """Whether anything can be held at all."""
        return self._cache is not None

    def key(self, question: Question) -> str:
        """Return the digest of the backend's settings and of everything it is shown and told."""
        return hashlib.sha256(f"{self._backend} {question.digest}".encode()).hexdigest()

    def shortcut(self, ask: Ask, video: str) -> str:
        """Return a name for the question that needs no decoding.

        It covers the video file, the claim, the settings, and the program that renders and words the question, so it
        never leads to the reply to another question; a changed program only makes it unknown.
        """
        claim = ask.claim
        named = f"{self._asking} {video} {claim.id} {claim.text!r} {ask.dimension} {ask.sample}"
        return hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()

    def known(self, path: Path, asks: Sequence[Ask]) -> list[Reply | None]:
        """Return, in order, the replies that are found without decoding the video; None where there is none."""
        video = video_digest(path) if self._cache is not None else ""
        if self._cache is None or not video:
            return [None] * len(asks)
        names = [self.shortcut(ask, video) for ask in asks]
        found = {name: reply for name, reply in self._cache.get_many(names).items() if self._good(reply)}
        return [found.get(name) for name in names]

    def get(self, key: str) -> Reply | None:
        """Return the reply kept under a key."""
        reply = self._cache.get(key) if self._cache is not None else None
        return reply if reply is not None and self._good(reply) else None

    def put(self, key: str, reply: Reply, asks: Iterable[Ask], path: Path) -> None:
        """Keep a fresh reply under its key and under the shortcuts of all who asked for it."""
        asked = list(asks)
        if self._cache is None or reply.status != "ok" or not asked:
            return
        first = asked[0]
        meta = {"claim": first.claim.id, "dimension": first.dimension, "sample": first.sample}
        self._cache.put(key, reply, {**meta, "referee": self._referee.name})
        self.link(key, asked, path)

    def link(self, key: str, asks: Iterable[Ask], path: Path) -> None:
        """Remember under which key the replies to these are kept."""
        video = video_digest(path)
        if self._cache is not None and video:
            self._cache.link((self.shortcut(ask, video), key) for ask in asks)

    def _good(self, reply: Reply) -> bool:
        referee = self._referee
        return not self._again or referee.parser.read(reply, referee.prompt.answers).status == "ok"


def _digest(*parts: Any) -> str:
    packed = json.dumps(parts, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(packed.encode("utf-8", "surrogatepass")).hexdigest()


def video_digest(path: Path) -> str:
    """Tell a video file from others by size, time of change, and the bytes at its two ends; "" without a file."""
    try:
        at = path.stat()
        return _edges(str(path), at.st_size, at.st_mtime_ns)
    except OSError:
        return ""


@lru_cache(maxsize=4096)
def _edges(path: str, size: int, changed: int) -> str:
    with Path(path).open("rb") as file:
        head = file.read(_EDGE)
        file.seek(max(0, size - _EDGE))
        return hashlib.sha256(b"%d %d " % (size, changed) + head + file.read(_EDGE)).hexdigest()


@cache
def rendering() -> Mapping[str, str]:
    """Name the program that makes a question's pictures and words: digest of its source, versions of its libraries."""
    root = Path(__file__).parents[2]
    files = sorted(file for pattern in _RENDERING for file in root.glob(pattern))
    source = hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()
    return {"source": source, **{name: _version(name) for name in _RENDERERS}}


def _version(package: str) -> str:
    from importlib import metadata

    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:  # OpenCV goes by several names
        return ""
