"""The embedded referee, remembered, and copies of it with one planted fault each."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import NormalDist

from clip_world import CORNER, ClipQuestion

from referee_calib.io import media_file
from referee_calib.records import Claim, Dimension, RefereeScore
from referee_calib.referee import Referee
from referee_calib.referee.backends.pixels.phrase_words import phrases_in
from referee_calib.referee.frame_policy.policy import open_clip
from referee_calib.referee.frame_policy.rendered_views import Clip
from referee_calib.referee.question import Ask

TOP_LEVEL = 4  # of the package's own rubric, 0 to 4
Fault = Callable[[Claim, RefereeScore], float]  # the level given in place of the right one


class RememberedReferee:
    """A referee that keeps the frames at the replies' times, and asks once what is the same to it.

    Every claim here is on a coarse grid: a claim's time is one of its question's, so that each clip is decoded once.
    """

    def __init__(self, referee: Referee, questions: Sequence[ClipQuestion]) -> None:
        self._referee = referee
        self._times = {one.asked.scene.video: one.times for one in questions}
        self._clips: dict[str, Clip] = {}
        self._known: dict[tuple[str, Dimension], RefereeScore] = {}

    @property
    def fingerprint(self) -> str:
        """That of the referee: remembering changes no score."""
        return self._referee.fingerprint

    def score(
        self, claims: Iterable[Claim], media: Path, *, dimensions: Sequence[Dimension] | None = None, sample: int = 0
    ) -> Iterator[RefereeScore]:
        """Judge claims, new ones by the referee."""
        for claim in claims:
            for name in dimensions or claim.dimensions:
                key = _same_sight(claim, name)
                if key not in self._known:
                    self._known[key] = self._asked(Ask(claim, name, 0), media)
                yield replace(self._known[key], claim=claim.id)

    def _asked(self, ask: Ask, media: Path) -> RefereeScore:
        question = self._referee.question(ask, self._clip(ask.claim, media))
        return self._referee.read_for(ask, self._referee.backend.answer(question))

    def _clip(self, claim: Claim, media: Path) -> Clip:
        if claim.video not in self._clips:
            somewhere = (0.25, 0.25, 0.75, 0.75)
            asks = [
                (replace(claim, boxes=((time, *somewhere),), id=""), name)
                for time in self._times[claim.video]
                for name in claim.dimensions
            ]
            path = media_file(media, claim.video)
            self._clips[claim.video] = open_clip(path, claim.video, asks, self._referee.frames, self._referee.clock)
        return self._clips[claim.video]


@dataclass(frozen=True)
class FaultyReferee:
    """Asks another referee and gives something else in place of its level."""

    name: str
    referee: RememberedReferee
    fault: Fault | None = None
    asks: Callable[[Claim], Claim] = field(default=lambda claim: claim)  # what is asked in place of the claim

    @property
    def fingerprint(self) -> str:
        """Name referee and fault."""
        return f"{self.name}-{self.referee.fingerprint}"

    def score(
        self, claims: Iterable[Claim], media: Path, *, dimensions: Sequence[Dimension] | None = None, sample: int = 0
    ) -> Iterator[RefereeScore]:
        """Judge claims, with the fault."""
        asked = [(claim, self.asks(claim)) for claim in claims]
        found = {}
        for score in self.referee.score([other for _, other in asked], media, dimensions=dimensions, sample=sample):
            found[score.claim, score.dimension] = score
        for claim, other in asked:
            for name in dimensions or claim.dimensions:
                yield self._spoiled(claim, found[other.id, name])

    def _spoiled(self, claim: Claim, score: RefereeScore) -> RefereeScore:
        spoiled = replace(score, claim=claim.id, referee=self.fingerprint)
        if self.fault is None or score.expected is None:
            return spoiled
        level = min(max(self.fault(claim, score), 0.0), float(TOP_LEVEL))
        return replace(spoiled, expected=level, level=round(level))


class ChanceReferee:
    """Draws levels without looking; the same ones for the same claim."""

    fingerprint = "chance"

    def score(
        self, claims: Iterable[Claim], media: Path, *, dimensions: Sequence[Dimension] | None = None, sample: int = 0
    ) -> Iterator[RefereeScore]:
        """Draw levels for claims."""
        for claim in claims:
            for name in dimensions or claim.dimensions:
                yield self._drawn(claim, name)

    def _drawn(self, claim: Claim, dimension: Dimension) -> RefereeScore:
        expected = TOP_LEVEL * _chance(claim, dimension)
        return RefereeScore(
            claim=claim.id,
            referee=self.fingerprint,
            dimension=dimension,
            level=round(expected),
            expected=expected,
            distribution=None,
            status="ok",
            reason="",
            raw="",
        )


def noisy(spread: float) -> Fault:
    """Add an error of this standard deviation, in levels; the same for the same claim, as at temperature 0."""
    return lambda claim, score: (
        float(score.expected or 0.0) + spread * NormalDist().inv_cdf(_chance(claim, score.dimension))
    )


def lenient(levels: float) -> Fault:
    """Add so many levels to everything."""
    return lambda claim, score: float(score.expected or 0.0) + levels


def plateau(claim: Claim, score: RefereeScore) -> float:
    """Give full marks to everything from level 1 on."""
    return float(TOP_LEVEL) if float(score.expected or 0.0) >= 1 else 0.0


def pays_corner(claim: Claim, score: RefereeScore) -> float:
    """Give full marks to a box in the corner, whatever is asked."""
    in_corner = all(box[3] <= CORNER[2] and box[4] <= CORNER[3] for box in claim.boxes)
    return float(TOP_LEVEL) if in_corner else float(score.expected or 0.0)


def nameless(claim: Claim) -> Claim:
    """Return a claim that names what is asked about, whatever it named: a referee that does not read the name."""
    asked, *_ = phrases_in(claim.question)
    return replace(claim, object=f"{asked.colour} {asked.shape}", id="")


def _same_sight(claim: Claim, dimension: Dimension) -> tuple[str, Dimension]:
    """Name what the embedded referee looks at: not the answer, nor the text around the claim."""
    question = claim.question if dimension == "relevance" else ""
    return f"{claim.video}|{question}|{claim.object}|{claim.boxes}", dimension


def _chance(claim: Claim, dimension: Dimension) -> float:
    """Draw a number between 0 and 1 that depends on the claim and the dimension alone."""
    drawn = hashlib.sha256("|".join(_same_sight(claim, dimension)).encode()).digest()
    return (int.from_bytes(drawn[:6], "big") + 0.5) / 2**48
