"""What every probe is: a small value that turns true evidence into a reply that tries to be paid for nothing.

``probe(start)`` gives the reply, or None where the probe does not apply. What is random comes from the start's seed,
the probe's name and the claim, so that a probe can be written down and made again.
"""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any, ClassVar, Literal

from referee_calib.perturb.base import Perturbation, dice, plain
from referee_calib.perturb.boxes import Shift
from referee_calib.perturb.known import Things
from referee_calib.perturb.spans import SpanShift, WrongSpan
from referee_calib.perturb.table import On
from referee_calib.perturb.telling import Telling
from referee_calib.perturb.wrong import Background
from referee_calib.records import Claim

Group = Literal["place", "time", "words", "many", "format", "pictures", "replies"]
Need = Literal["text", "together", "frames"]
MEDIOCRE = 0.3  # sizes, or lengths, by which the honest claim is off that every probe is compared with


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model might reply.

    Attributes
    ----------
    claims : tuple of Claim
        What it says; with a text, the claim that the text is about, for those who want to see it.
    text : str
        The reply itself, where claims cannot say it; then the claims are not shown to a reward.
    """

    claims: tuple[Claim, ...]
    text: str = ""


@dataclass(frozen=True)
class Start:
    """True evidence, with everything a probe may need.

    Attributes
    ----------
    claim : Claim
        True.
    on : {"boxes", "span"}
    place : int
        Its number among all starts, so that texts are dealt in turn.
    duration, fps : float
        Of its video.
    others : tuple of Claim
        Further true claims of the same reply: same video, same question.
    known : Things
    telling : Telling
    seed : int
    truth : bool
        Whether the claim is known to be true. Where it is not, the claim itself is what a probe starts from.
    pictures : bool
        Whether changed pictures of its video are to be shown; they have to be rendered.
    """

    claim: Claim
    on: On
    place: int = 0
    duration: float | None = None
    fps: float | None = None
    others: tuple[Claim, ...] = ()
    known: Things = field(default=Things(), repr=False)
    telling: Telling = field(default=Telling(Things()), repr=False)
    seed: int = 0
    truth: bool = True
    pictures: bool = True

    def rng(self, key: str) -> random.Random:
        """Return the random numbers of one probe on this claim."""
        return random.Random(f"{self.seed}:{key}:{self.claim.id}")  # noqa: S311 - reproducible, not secret

    def moved(self, step: Perturbation) -> Claim | None:
        """Return the true claim after a perturbation."""
        return step(self.claim, dice(self.seed, step, self.claim), duration=self.duration, fps=self.fps)

    @cached_property
    def annotated(self) -> Claim:
        """The true claim with everything that is annotated of its thing, as a data set holds it."""
        if self.on == "span" or self.claim.reference_boxes is None:
            return self.claim
        boxes = {box[0]: box for one in (*self.others, self.claim) for box in one.reference_boxes or ()}
        return replace(self.claim, reference_boxes=tuple(boxes[time] for time in sorted(boxes)))

    @cached_property
    def honest(self) -> Claim | None:
        """What an honest, mediocre model says: the right name, a place off by 0.3 sizes."""
        if not self.truth:
            return self.claim
        step = Shift(delta=MEDIOCRE, keep=0.5) if self.on == "boxes" else SpanShift(delta=MEDIOCRE)
        return self.moved(step)

    @cached_property
    def wrong(self) -> Claim | None:
        """The anchor of zero: evidence of the same size where nothing known is."""
        if not self.truth:
            return self.claim
        return self.moved(Background(known=self.known) if self.on == "boxes" else WrongSpan())


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe(ABC):
    """What all have in common.

    Attributes
    ----------
    on : tuple of {"boxes", "span"}
        Evidence that it applies to.
    needs : frozenset of {"text", "together", "frames"}
        What a reward must do for it to say anything: read text, pay whole replies, look at frames.
    group : str
        Under which heading it stands.
    truthless : bool
        Whether it also says something about claims of which nobody knows whether they are true.
    """

    truthless: ClassVar[bool] = False
    on: ClassVar[tuple[On, ...]] = ("boxes",)
    needs: ClassVar[frozenset[Need]] = frozenset()
    group: ClassVar[Group] = "place"

    @property
    @abstractmethod
    def key(self) -> str:
        """Unique name."""

    @property
    @abstractmethod
    def title(self) -> str:
        """The same for people, beginning in lower case."""

    @abstractmethod
    def __call__(self, start: Start) -> Reply | None:
        """Return the reply, or None where it does not apply."""

    def against(self, start: Start) -> Reply | None:
        """Return the reply that must not be paid less: the honest, mediocre claim."""
        return None if start.honest is None else Reply((start.honest,))

    def to_json(self) -> dict[str, Any]:
        """Return `{"probe": key, …}` with every field; :func:`referee_calib.probes.from_json` reads it."""
        return {"probe": self.key, **{f.name: plain(getattr(self, f.name)) for f in fields(self)}}


def renamed(claim: Claim, phrase: str) -> Claim:
    """Return the claim under another name."""
    return replace(claim, object=phrase, id="")


def one(claim: Claim | None) -> Reply | None:
    """Return a reply of one claim."""
    return None if claim is None else Reply((claim,))
