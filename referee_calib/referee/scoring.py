"""The referee: frames, prompt, backend and parser under one fingerprint, and the pass over the claims."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import Any

from referee_calib.errors import InputError, VideoError
from referee_calib.media import media_file
from referee_calib.records import DIMENSIONS, Claim, Dimension, RefereeScore
from referee_calib.referee.base import Backend, Question, Reply
from referee_calib.referee.frames import Clip, FramePolicy, open_clip
from referee_calib.referee.parse import Parser
from referee_calib.referee.prompt import Prompt
from referee_calib.rubric import Rubric, load


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
    """

    name: str
    backend: Backend
    rubric: Rubric = field(default_factory=load)
    frames: FramePolicy = field(default_factory=FramePolicy)
    prompt: Prompt = field(default_factory=Prompt)
    parser: Parser = field(default_factory=Parser)

    @cached_property
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
            "parser": self.parser.settings(),
        }

    def describe(self) -> dict[str, Any]:
        """Return everything a reader needs to know what gave these scores, as JSON types."""
        described = {"name": self.name, "fingerprint": self.fingerprint, **self.settings()}
        return described | {"backend": self.backend.describe()}

    def score(
        self,
        claims: Iterable[Claim],
        media: Path,
        *,
        dimensions: Sequence[Dimension] | None = None,
        sample: int = 0,
    ) -> Iterator[RefereeScore]:
        """Judge claims, video by video; each video is decoded once for all its claims and dimensions.

        Parameters
        ----------
        claims : iterable of Claim
        media : Path
            The folder that the claims' video paths are relative to.
        dimensions : sequence of {"relevance", "localization", "timing"}, optional
            Asked of every claim to which they apply (localization needs a box, timing a span); all by
            default.
        sample : int
            Number of the repeat, stored with the scores.

        Returns
        -------
        iterator of RefereeScore
            Grouped by video in order of first appearance, then in the claims' order. A video that gives
            no frames, and a claim outside its video, make scores of status "error" with the reason.

        Raises
        ------
        InputError
            At once, when the media folder is not there, a dimension is unknown, or a video's path leads
            out of the folder.
        """
        root = Path(media)
        if not root.is_dir():
            raise InputError(
                f"media folder {root}", "there is no such folder", "Name the folder that holds the videos."
            )
        unknown = sorted(set(dimensions or ()) - set(DIMENSIONS))
        if unknown:
            raise InputError(f"dimension {unknown[0]!r}", f"a dimension is one of {', '.join(DIMENSIONS)}")
        by_video: dict[str, list[Claim]] = {}
        for claim in claims:
            by_video.setdefault(claim.video, []).append(claim)
        paths = {video: media_file(root, video) for video in by_video}
        return (
            score
            for video, its in by_video.items()
            for score in self._score_video(paths[video], video, _questions(its, dimensions), sample)
        )

    def _score_video(
        self, path: Path, video: str, questions: list[tuple[Claim, Dimension]], sample: int
    ) -> Iterator[RefereeScore]:
        try:
            clip = open_clip(path, video, questions, self.frames)
        except VideoError as error:
            for claim, dimension in questions:
                yield self._failed(claim, dimension, sample, error)
            return
        for claim, dimension in questions:
            yield self._score_one(claim, dimension, clip, sample)

    def _score_one(self, claim: Claim, dimension: Dimension, clip: Clip, sample: int) -> RefereeScore:
        try:
            views = self.frames.views(claim, dimension, clip)
        except VideoError as error:
            return self._failed(claim, dimension, sample, error)
        question = Question(claim, dimension, views, clip, self.rubric, self.prompt, sample)
        started = perf_counter()
        reply = self.backend.answer(question)
        took = perf_counter() - started if reply.seconds is None else reply.seconds
        return self.read(reply, claim.id, dimension, sample=sample, seconds=took)

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

        Returns
        -------
        RefereeScore
        """
        verdict = self.parser.read(reply, self.prompt.answers)
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

    def _failed(self, claim: Claim, dimension: Dimension, sample: int, error: VideoError) -> RefereeScore:
        return self.read(Reply(status="error", reason=str(error)), claim.id, dimension, sample=sample)


def _questions(claims: list[Claim], dimensions: Sequence[Dimension] | None) -> list[tuple[Claim, Dimension]]:
    asked = DIMENSIONS if dimensions is None else dimensions
    return [(claim, name) for claim in claims for name in claim.dimensions if name in asked]
