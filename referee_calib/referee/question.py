"""A question to a referee, and the raw reply: what is shown and asked is the same for every backend."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from referee_calib.cached_attribute import cached_attribute
from referee_calib.records import DIMENSIONS, Claim, Dimension, Status
from referee_calib.referee.frame_policy.encoded_picture import Picture
from referee_calib.referee.frame_policy.rendered_views import Clip, View
from referee_calib.referee.prompting.prompt import Prompt, PromptText
from referee_calib.rubric import Rubric

if TYPE_CHECKING:
    import numpy as np


class Ask(NamedTuple):
    """One thing to be asked: a claim, on a dimension, and which repeat of it."""

    claim: Claim
    dimension: Dimension
    sample: int = 0


def asks_about(
    claims: Iterable[Claim], dimensions: Collection[str] = DIMENSIONS, samples: Iterable[int] = (0,)
) -> Iterator[Ask]:
    """Ask of every claim what applies to it: localization needs a box, timing a span.

    Parameters
    ----------
    claims : iterable of Claim
    dimensions : collection of {"relevance", "localization", "timing"}
        Only these.
    samples : iterable of int
        Numbers of the repeats.
    """
    repeats = tuple(samples)
    for claim in claims:
        for dimension in claim.dimensions:
            if dimension in dimensions:
                yield from (Ask(claim, dimension, sample) for sample in repeats)


@dataclass(frozen=True)
class Question:
    """One claim on one dimension, as a backend gets it.

    Attributes
    ----------
    claim : Claim
        A backend that asks a model uses `parts` only; the claim's references are the truth
        and no backend may read them.
    dimension : {"relevance", "localization", "timing"}
    views : tuple of View
        The pictures, in order; each renders itself when its ``image`` is read.
    clip : Clip
        The video the pictures come from, with room for shared work.
    rubric : Rubric
    prompt : Prompt
    sample : int
        Number of the repeat, from 0.
    """

    claim: Claim
    dimension: Dimension
    views: tuple[View, ...]
    clip: Clip
    rubric: Rubric
    prompt: Prompt
    sample: int = 0

    @property
    def answers(self) -> tuple[str, ...]:
        """The answers that are allowed; of levels, worst first."""
        return self.prompt.answers_on(self.rubric[self.dimension])

    @cached_attribute
    def images(self) -> tuple[np.ndarray, ...]:
        """The rendered pictures before they are encoded: uint8, (height, width, 3), RGB."""
        return tuple(view.image for view in self.views)

    @cached_attribute
    def asked(self) -> PromptText:
        """The question in words; ``str(question.asked)`` is the whole text."""
        captions = [view.caption for view in self.views]
        return self.prompt.ask(self.claim, self.dimension, self.rubric, captions)

    @cached_attribute
    def pictures(self) -> tuple[Picture, ...]:
        """The pictures as they are sent, in the order of `views`."""
        return tuple(self.clip.picture(view) for view in self.views)

    @property
    def parts(self) -> tuple[str | Picture, ...]:
        """The content in the one order that every model backend sends: head, caption, picture, …, tail.

        The first part is the system message. Constant words come first and the words of the scale last, so that
        a server computes the shared beginning of a claim's questions once.
        """
        asked = self.asked
        shown = (part for pair in zip(asked.captions, self.pictures, strict=True) for part in pair)
        return (asked.head, *shown, asked.tail)

    @cached_attribute
    def digest(self) -> str:
        """SHA-256 over everything a model can see of this question, the answers it may give, and `sample`.

        Together with the backend's settings it is the key of a cached reply.
        """
        whole = hashlib.sha256()
        for part in (*self.parts, "answers", *self.answers, f"sample {self.sample}"):
            data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part.data
            whole.update(b"%d:" % len(data) + data)  # with its length, so that no two lists of parts look alike
        return whole.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back, unread.

    Attributes
    ----------
    text : str
        The raw reply.
    expected : float or None
        Expected level, for a backend that measures it directly.
    distribution : tuple of float or None
        Probability of each answer the question allows (the tokens "0" to "4", say), not rescaled: their sum is the
        mass, except on the rung "choice".
    status : {"ok", "unparsed", "refused", "error", "unsupported"}
        "ok" means that a reply came; whether it holds a verdict is for the parser to say.
    reason : str
        What happened, when `status` is not "ok".
    seconds : float or None
        Time the call took, when the backend knows it better than a clock around it.
    tokens : int or None
    rung : {"", "exact", "choice", "truncated", "parsed"}
        How `distribution` or the text was got (see :class:`~referee_calib.records.RefereeScore`).
    """

    text: str = ""
    expected: float | None = None
    distribution: tuple[float, ...] | None = None
    status: Status = "ok"
    reason: str = ""
    seconds: float | None = None
    tokens: int | None = None
    rung: str = ""
