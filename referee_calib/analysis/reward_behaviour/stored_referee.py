"""A referee that repeats the scores a study holds, so that rewards can be worked out without asking anybody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from referee_calib.records import Claim, Dimension, RefereeScore
from referee_calib.rubric import Rubric, load


class StoredReferee:
    """Repeats stored scores, the first sample of each, under the fingerprint of the referee that gave them."""

    def __init__(self, fingerprint: str, scores: Iterable[RefereeScore], rubric: Rubric | None = None) -> None:
        self.fingerprint, self.rubric = fingerprint, rubric or load()
        self._scores = {(one.claim, one.dimension): one for one in scores if one.sample == 0}

    def score(
        self, claims: Iterable[Claim], media: Path, *, dimensions: Sequence[Dimension] | None = None, sample: int = 0
    ) -> Iterator[RefereeScore]:
        """Repeat what was scored; what was not is unsupported."""
        for claim in claims:
            for name in self.rubric.applies(claim):
                if dimensions is None or name in dimensions:
                    yield self._scores.get((claim.id, name)) or RefereeScore(
                        claim=claim.id,
                        referee=self.fingerprint,
                        dimension=name,
                        status="unsupported",
                        reason="the study holds no score",
                    )
