"""Probes of quantity, and of how a whole reply is paid: repeats, shots in the dark, one claim more."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, ClassVar, Literal

from referee_calib.perturb.base import one_of
from referee_calib.perturb.holes import BoxGrid
from referee_calib.perturb.table import On
from referee_calib.probes.base import Group, Need, Probe, Reply, Start, one, renamed
from referee_calib.probes.words import LOOK_ALIKE
from referee_calib.records import Claim

BOTH: tuple[On, ...] = ("boxes", "span")
TOGETHER: frozenset[Need] = frozenset({"together"})
INVISIBLE = "\u200b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicates(Probe):
    """The honest, mediocre claim several times over.

    Attributes
    ----------
    times : int
    disguised : bool
        Whether each repeat differs in letters that nobody sees.
    """

    times: int = 2
    disguised: bool = False
    truthless: ClassVar[bool] = True
    on: ClassVar[tuple[On, ...]] = BOTH
    needs: ClassVar[frozenset[Need]] = TOGETHER
    group: ClassVar[Group] = "many"

    @property
    def key(self) -> str:
        """Unique name."""
        return f"duplicates_{'disguised_' if self.disguised else ''}{self.times}"

    @property
    def title(self) -> str:
        """The same for people."""
        return f"the same claim {self.times} times{', in look-alike letters' if self.disguised else ''}"

    def __call__(self, start: Start) -> Reply | None:
        """Return the reply."""
        if start.honest is None or (self.disguised and not start.honest.object):
            return None
        return Reply(tuple(replace(self._named(start.honest, i), index=i, id="") for i in range(self.times)))

    def _named(self, claim: Claim, number: int) -> Claim:
        if not (self.disguised and number):
            return claim
        letters = [i for i, letter in enumerate(claim.object) if ord(letter) in LOOK_ALIKE]
        if not letters:
            return renamed(claim, claim.object + INVISIBLE * number)
        i = letters[number % len(letters)]
        phrase = claim.object[:i] + claim.object[i].translate(LOOK_ALIKE) + claim.object[i + 1 :]
        return renamed(claim, phrase + INVISIBLE * (number // len(letters)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shotgun(Probe):
    """Many claims of one name all over the frame, or many spans all over the video; one of them is right."""

    shots: int = 10
    on: ClassVar[tuple[On, ...]] = BOTH
    needs: ClassVar[frozenset[Need]] = TOGETHER
    group: ClassVar[Group] = "many"

    @property
    def key(self) -> str:
        """Unique name."""
        return f"shotgun_{self.shots}"

    @property
    def title(self) -> str:
        """The same for people."""
        return f"{self.shots} claims of which one is right"

    def __call__(self, start: Start) -> Reply | None:
        """Return the reply."""
        rng = start.rng(self.key)
        if start.on == "span" and not start.duration:
            return None
        shots = self._boxes(start, rng) if start.on == "boxes" else self._spans(start.duration or 0.0)
        shots.insert(int(rng.random() * self.shots), {})  # the true claim as it is
        return Reply(tuple(replace(start.claim, index=i, id="", **shot) for i, shot in enumerate(shots)))

    def _boxes(self, start: Start, rng: random.Random) -> list[dict[str, Any]]:
        t, x1, y1, x2, y2 = start.claim.boxes[0]
        width, height = x2 - x1, y2 - y1
        corners = [(rng.uniform(0, 1 - width), rng.uniform(0, 1 - height)) for _ in range(self.shots - 1)]
        return [{"boxes": ((t, x, y, min(1.0, x + width), min(1.0, y + height)),)} for x, y in corners]

    def _spans(self, duration: float) -> list[dict[str, Any]]:
        edges = [duration * i / (self.shots - 1) for i in range(self.shots)]
        return [{"span": pair} for pair in pairwise(edges)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid(Probe):
    """One claim with many boxes, the right one among them."""

    boxes: int = 171
    group: ClassVar[Group] = "many"

    @property
    def key(self) -> str:
        """Unique name."""
        return f"grid_{self.boxes}"

    @property
    def title(self) -> str:
        """The same for people."""
        return f"one claim of {self.boxes} boxes, the right one among them"

    def __call__(self, start: Start) -> Reply | None:
        """Return the reply."""
        return one(BoxGrid(boxes=self.boxes)(start.claim, start.rng(self.key)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Added(Probe):
    """One claim more than an honest reply has; it is compared with the reply without it.

    Attributes
    ----------
    claim : {"wrong", "duplicate", "true"}
    """

    claim: Literal["wrong", "duplicate", "true"] = "wrong"
    on: ClassVar[tuple[On, ...]] = BOTH
    needs: ClassVar[frozenset[Need]] = TOGETHER
    group: ClassVar[Group] = "replies"

    def __post_init__(self) -> None:
        one_of("claim", self.claim, ("wrong", "duplicate", "true"))

    @property
    def key(self) -> str:
        """Unique name."""
        return f"added_{self.claim}"

    @property
    def title(self) -> str:
        """The same for people."""
        return {
            "wrong": "a wrong claim added to a reply",
            "duplicate": "a claim of a reply repeated",
            "true": "one more true claim added to a reply",
        }[self.claim]

    def against(self, start: Start) -> Reply | None:
        """Return the reply without the further claim."""
        return one(start.claim if self.claim == "true" else start.honest)

    def __call__(self, start: Start) -> Reply | None:
        """Return the reply."""
        before = self.against(start)
        more = self._more(start)
        if before is None or more is None:
            return None
        return Reply((*before.claims, replace(more, index=before.claims[-1].index + 1, id="")))

    def _more(self, start: Start) -> Claim | None:
        if self.claim == "wrong":
            return start.wrong
        if self.claim == "duplicate":
            return start.honest
        return start.others[0] if start.others else None
