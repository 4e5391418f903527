"""The referee: frames, prompt, backend and parser under one fingerprint, and the pass over the claims."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from referee_calib.cached_attribute import cached_attribute
from referee_calib.errors import InputError, VideoError
from referee_calib.io import media_file
from referee_calib.records import Claim, Clock, Dimension, RefereeScore
from referee_calib.referee.backend_protocol import (
    BACKEND_MEMBERS,
    STREAMING_MEMBERS,
    Backend,
    Closable,
    StreamingBackend,
)
from referee_calib.referee.cache.cached_replies import CachedReplies
from referee_calib.referee.frame_policy.policy import FramePolicy
from referee_calib.referee.frame_policy.rendered_views import Clip
from referee_calib.referee.prompting.prompt import Prompt
from referee_calib.referee.question import Ask, Question, Reply, asks_about
from referee_calib.referee.question_stream import by_video, one_by_one, stream
from referee_calib.referee.reply.level_parser import ParsedLevel, Parser
from referee_calib.rubric import Rubric, load

if TYPE_CHECKING:
    from referee_calib.referee.cache.reply_cache import ReplyCache
    from referee_calib.referee.referee_spec import RefereeSpec


@dataclass(frozen=True)
class Referee:
    """Judges claims on the rubric's dimensions.

    Attributes
    ----------
    name : str
        For people; it is not in the fingerprint.
    backend : Backend
        Who answers.
    rubric : Rubric
        The words and levels.
    frames : FramePolicy
        What is shown.
    prompt : Prompt
        How it is asked.
    parser : Parser
        How replies are read.
    cache : ReplyCache, optional
        Where replies that cost something are kept; it changes no score.
    spec : RefereeSpec, optional
        What it was made from, where it was made from a specification; so that it can be made again.
    clock : {"file", "first-frame"}
        What 0 s of the claims is. Like the unit of boxes it belongs to the claims: it is not in the fingerprint.
    """

    name: str
    backend: Backend
    rubric: Rubric = field(default_factory=load)
    frames: FramePolicy = field(default_factory=FramePolicy)
    prompt: Prompt = field(default_factory=Prompt)
    parser: Parser = field(default_factory=Parser)
    cache: ReplyCache | None = field(default=None, compare=False, repr=False)
    spec: RefereeSpec | None = field(default=None, compare=False, repr=False)
    clock: Clock = "file"

    def __post_init__(self) -> None:
        needed = BACKEND_MEMBERS + STREAMING_MEMBERS * hasattr(self.backend, "answers")
        missing = [name for name in needed if not hasattr(self.backend, name)]
        if missing:
            why = f"it has no {', '.join(missing)}"
            raise InputError(f"backend {type(self.backend).__name__}", why, "See referee_calib.referee.Backend.")
        if self.backend.reads_words:
            self.prompt.check_rubric(self.rubric)

    @cached_attribute
    def fingerprint(self) -> str:
        """Name everything that can change a score, and nothing else: 16 hexadecimal digits."""
        packed = json.dumps(self.settings(), sort_keys=True, ensure_ascii=False, allow_nan=False)
        return hashlib.sha256(packed.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    def settings(self) -> dict[str, Any]:
        """Return what the fingerprint is made of, as JSON types."""
        words = self.backend.reads_words
        return {
            "backend": self.backend.settings(),
            "rubric": self.rubric.version,  # a level means what its sentence says, whoever gives it
            "frames": self.frames.settings(drawn=words),
            "prompt": self.prompt.version if words else None,
            "parser": self.parser.settings(words=words),
        }

    def describe(self) -> dict[str, Any]:
        """Return everything a reader needs to know what gave these scores, as JSON types."""
        described = {"name": self.name, "fingerprint": self.fingerprint, **self.settings()}
        backend = {key: value for key, value in self.backend.describe().items() if key != "urls"}  # nobody's business
        spec = {} if self.spec is None else {"spec": self.spec.pinned(self.backend.settings()).to_json()}
        clock = {} if self.clock == "file" else {"clock": self.clock}
        return described | {"backend": backend} | spec | clock

    def score(
        self,
        claims: Iterable[Claim],
        media: Path,
        *,
        dimensions: Sequence[Dimension] | None = None,
        sample: int = 0,
        samples: int = 1,
    ) -> Iterator[RefereeScore]:
        """Judge claims; each video is decoded once for all its claims and dimensions.

        Parameters
        ----------
        claims : iterable of Claim
        media : Path
            The folder that the claims' video paths are relative to.
        dimensions : sequence of {"relevance", "localization", "timing"}, optional
            Asked of every claim to which they apply (localization needs a box, timing a span); all of the rubric by
            default.
        sample : int
            Number of the repeat, stored with the scores.
        samples : int
            Repeats of every question, numbered from `sample`.

        Returns
        -------
        iterator of RefereeScore
            In no order that may be relied on: a backend that answers many questions at once gives scores as
            replies come. A video that gives no frames, and a claim outside its video, make scores of status
            "error" with the reason.

        Raises
        ------
        InputError
            At once, when the media folder is not there, a dimension is not one of the rubric, or a video's path leads
            out of the folder.
        """
        asked = self.rubric.dimensions if dimensions is None else dimensions
        for name in asked:
            if name not in self.rubric:
                judged = ", ".join(self.rubric.dimensions)
                raise InputError(f"dimension {name!r}", f"the rubric {self.rubric.version} judges {judged}")
        return self.stream(asks_about(claims, asked, range(sample, sample + samples)), media)

    def stream(
        self, asks: Iterable[Ask], media: Path, *, again: bool = False, stop: Event | None = None
    ) -> Generator[RefereeScore, None, None]:
        """Judge what is asked, all videos in one stream.

        Parameters
        ----------
        asks : iterable of Ask
            Claim, dimension and number of the repeat.
        media : Path
        again : bool
            Ask anew where the cache holds a reply without a verdict.
        stop : threading.Event, optional
            Once set, nothing more is asked; what is in flight still comes.

        Returns
        -------
        iterator of RefereeScore
            As of :meth:`score`.

        Raises
        ------
        InputError
            At once, when the media folder is not there, a video's path leads out of it, or the backend cannot say
            what it is.
        """
        root = Path(media)
        if not root.is_dir():
            raise InputError(
                f"media folder {root}", "there is no such folder", "Name the folder that holds the videos."
            )
        videos = {media_file(root, video): its for video, its in by_video(asks).items()}
        self.settings()
        score = stream if isinstance(self.backend, StreamingBackend) else one_by_one
        return score(self, videos, again=again, stop=stop)

    def cached_replies(self, *, again: bool = False) -> CachedReplies:
        """Return the way to the replies that are kept; nothing is, where replies cost nothing.

        Parameters
        ----------
        again : bool
            Count a kept reply without a verdict as missing, so that it is asked for anew.
        """

        def readable(reply: Reply, dimension: Dimension) -> bool:
            return self._parsed(reply, dimension).status == "ok"

        cache = self.cache if self.backend.cacheable else None
        return CachedReplies(cache, self.name, self.settings(), readable if again else None)

    def close(self) -> None:
        """Let go of what backend and cache hold: connections, an engine, a file; the next question opens them anew."""
        for part in (self.backend, self.cache):
            if isinstance(part, Closable):
                part.close()

    def question(self, ask: Ask, clip: Clip) -> Question:
        """Make the question of one ask.

        Raises
        ------
        VideoError
            When the clip lacks a frame that it needs.
        """
        views = self.frames.views(ask.claim, ask.dimension, clip)
        return Question(ask.claim, ask.dimension, views, clip, self.rubric, self.prompt, ask.sample)

    def read_for(self, ask: Ask, reply: Reply) -> RefereeScore:
        """Turn the reply to one ask into its score."""
        return self.read(reply, ask.claim.id, ask.dimension, sample=ask.sample, seconds=reply.seconds)

    def failed(self, ask: Ask, error: VideoError) -> RefereeScore:
        """Return the score of an ask whose video gave no frame."""
        return self.read_for(ask, Reply(status="error", reason=str(error)))

    def _parsed(self, reply: Reply, dimension: Dimension) -> ParsedLevel:
        scale = self.rubric[dimension]
        return self.parser.read(reply, self.prompt.answers_on(scale), top=scale.top, before=self.prompt.verdict)

    def read(
        self, reply: Reply, claim: str, dimension: Dimension, *, sample: int = 0, seconds: float | None = None
    ) -> RefereeScore:
        """Turn a reply, fresh or stored, into a score.

        Parameters
        ----------
        reply : Reply
        claim : str
            Id of the claim it is about.
        dimension : {"relevance", "localization", "timing"}
        sample : int
        seconds : float, optional
        """
        verdict = self._parsed(reply, dimension)
        return RefereeScore(
            claim=claim,
            referee=self.fingerprint,
            dimension=dimension,
            level=verdict.level,
            expected=verdict.expected,
            distribution=verdict.distribution,
            status=verdict.status,
            reason=verdict.reason,
            raw=reply.text,
            sample=sample,
            seconds=seconds,
            tokens=reply.tokens,
            mass=verdict.mass,
            rung=verdict.rung,
        )
