"""What a referee asks of its backend, and what a pass over the questions asks of the referee.

A backend is transport only. It gets a question with pictures and words and returns a raw reply; what
is shown, what is asked and how the reply is read are shared by all backends, so that two of them
cannot disagree because one parsed differently.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol, runtime_checkable

from referee_calib.errors import VideoError
from referee_calib.records import Clock, RefereeScore
from referee_calib.referee.cache.cached_replies import CachedReplies
from referee_calib.referee.frame_policy.policy import FramePolicy
from referee_calib.referee.frame_policy.rendered_views import Clip
from referee_calib.referee.question import Ask, Question, Reply

BACKEND_MEMBERS = ("reads_words", "cacheable", "deterministic", "settings", "describe", "answer")
STREAMING_MEMBERS = ("takes_pauses",)  # where there is a method `answers`


@runtime_checkable
class Backend(Protocol):
    """Transport: takes a question to whoever answers it."""

    @property
    def reads_words(self) -> bool:
        """Whether prompt and drawing style can change its replies; they are in the fingerprint only then."""

    @property
    def cacheable(self) -> bool:
        """Whether a reply may be stored and given out again: True where a reply costs money or a model's time."""

    @property
    def deterministic(self) -> bool:
        """Whether the same question always gets the same reply, because it is computed from the pixels."""

    def settings(self) -> dict[str, Any]:
        """Return everything of its own that can change a reply (model, revision, decoding), as JSON types."""

    def describe(self) -> dict[str, Any]:
        """Return the settings, and in words what it is and what it can judge."""

    def answer(self, question: Question) -> Reply:
        """Answer one question. Failures are replies with a status and a reason, not exceptions."""


@runtime_checkable
class StreamingBackend(Backend, Protocol):
    """A backend that answers many questions at once: an endpoint with many in flight, an engine in batches."""

    @property
    def takes_pauses(self) -> bool:
        """Whether `answers` is given None while no question is ready, so that it can give out what came meanwhile."""

    def answers(self, questions: Iterable[Any]) -> Iterator[tuple[Question, Reply]]:
        """Answer questions in the order in which replies come.

        `questions` is read lazily, only so far ahead as is needed to keep the backend busy, because every
        question holds decoded frames.
        """


class ServerCapabilities(Protocol):
    """What a server was found to give."""

    def to_json(self) -> dict[str, Any]:
        """Return JSON types."""


@runtime_checkable
class ServedBackend(Backend, Protocol):
    """A backend that finds out, once, what its server can do."""

    def capabilities(self) -> ServerCapabilities:
        """Return what the server can do; a small question is asked when it is not known yet."""


@runtime_checkable
class AnswerAware(Backend, Protocol):
    """A backend that wants to know before its first question which answers will be allowed."""

    def expect_answers(self, answers: Sequence[tuple[str, ...]]) -> None:
        """Take the answers that questions will allow, one tuple for each scale."""


@runtime_checkable
class Closable(Protocol):
    """Holds connections, an engine, or a file."""

    def close(self) -> None:
        """Let go of them; the next use opens them anew."""


class AskingReferee(Protocol):
    """What a pass over the questions needs of a referee."""

    @property
    def backend(self) -> Backend:
        """Who answers."""

    @property
    def frames(self) -> FramePolicy:
        """What is shown."""

    @property
    def clock(self) -> Clock:
        """What 0 s of the claims is."""

    def cached_replies(self, *, again: bool = False) -> CachedReplies:
        """Return the way to the replies that are kept."""

    def question(self, ask: Ask, clip: Clip) -> Question:
        """Make the question of one ask; a VideoError says which frame is missing."""

    def read_for(self, ask: Ask, reply: Reply) -> RefereeScore:
        """Turn the reply to one ask into its score."""

    def failed(self, ask: Ask, error: VideoError) -> RefereeScore:
        """Return the score of an ask whose video gave no frame."""
