"""The semantic evidence reward: a referee judges every claim, no annotated box is needed.

Per claim `combine(relevance, placement) · (1 - λ · penalty)`, everything 0 to 1. Placement is the referee's
localization for a claim with boxes and its timing for a claim with a span; a claim with both is as well placed as the
worse of the two. This is this project's own, documented choice.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, get_args

from referee_calib.errors import InputError, VideoError
from referee_calib.records import TOP_LEVEL, Claim, Dimension, RefereeScore
from referee_calib.reward.aggregation import Near, pay_together
from referee_calib.reward.combination import Combination, combination
from referee_calib.reward.evidence_reward import ClaimReward, RolloutReward
from referee_calib.reward.fingerprint import part
from referee_calib.reward.penalties import Known, Looseness, TemporalPenalty
from referee_calib.reward.recalibrator import Check, Paths, Recalibrator, check_referee, read_recalibrators
from referee_calib.reward.video_durations import Durations, outside_of

if TYPE_CHECKING:
    from referee_calib.referee import RefereeSpec

logger = logging.getLogger(__name__)
_RETRIED = ("error", "unparsed")


class Judge(Protocol):
    """What the reward needs of a referee (see :class:`referee_calib.referee.Referee`)."""

    @property
    def fingerprint(self) -> str:
        """Name everything that can change a score."""

    def score(
        self, claims: Iterable[Claim], media: Path, *, dimensions: Sequence[Dimension] | None = None, sample: int = 0
    ) -> Iterator[RefereeScore]:
        """Judge claims on every dimension that applies."""


@dataclass(frozen=True)
class SemanticEvidenceReward(RolloutReward):
    """Pays what a referee makes of a reply's evidence.

    Attributes
    ----------
    referee : str, RefereeSpec or Referee
        Name of a referee (see :func:`referee_calib.referee.load_referee`), as in ``"openai:MODEL"``, or a spec,
        made when it is first needed; or a referee. The address of a server comes from the specification, or from the
        environment variable REFEREE_CALIB_BASE_URL.
    referees : path or None
        A study, or a ``referees.toml``, in which the name is looked up.
    combine : str or Combination
        ``product`` (default), ``mean``, ``min``, ``weighted``, or one of :mod:`referee_calib.reward.combination`.
    penalty : TemporalPenalty or None
        One of :mod:`referee_calib.reward.penalties`; the looseness of a span by default.
    penalty_weight : float
        λ, 0 to 1: the share of a claim's score that the full penalty costs.
    retries : int
        How often a question whose reply did not come or could not be read is asked again.
    near : Near
        When two claims are shots at one target (see :mod:`referee_calib.reward.aggregation`).
    recalibrator : path, or mapping from dimension to path, or None
        Files of ``referee-calib recalibrate``, read once, when the reward is made: the level that people mean takes
        the place of the referee's expected level. A dimension without one keeps the referee's.
    recalibrator_check : {"raise", "warn"}
        What to do when a recalibrator was fitted on another referee's levels.
    media, unit, failure, empty, cap, columns, name
        See :class:`referee_calib.reward.evidence_reward.RolloutReward`.

    Examples
    --------
    >>> reward = SemanticEvidenceReward(media="media", unit="pixels:448x252")
    >>> reward.__name__
    'SemanticEvidenceReward'
    """

    referee: str | RefereeSpec | Judge = "pixels"
    referees: Path | str | None = field(default=None, kw_only=True)
    combine: str | Combination = field(default="product", kw_only=True)
    penalty: TemporalPenalty | None = field(default_factory=Looseness, kw_only=True)
    penalty_weight: float = field(default=0.5, kw_only=True)
    retries: int = field(default=1, kw_only=True)
    near: Near = field(default_factory=Near, kw_only=True)
    recalibrator: Paths | None = field(default=None, kw_only=True, hash=False)
    recalibrator_check: Check = field(default="raise", kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        combination(self.combine)
        if not 0 <= self.penalty_weight <= 1:
            raise InputError(f"penalty_weight={self.penalty_weight}", "it lies between 0 and 1")
        if self.retries < 0:
            raise InputError(f"retries={self.retries}", "it is a number of further attempts")
        if self.recalibrator_check not in get_args(Check):
            raise InputError(
                f"recalibrator_check={self.recalibrator_check!r:.40}", f"it is one of {', '.join(get_args(Check))}"
            )
        if self._recalibrators and not self._unmade:
            self._check_recalibrators(self._judge)

    @classmethod
    def from_certificate(
        cls, path: Path | str, *, on_difference: Literal["refuse", "warn"] = "refuse", **given: Any
    ) -> SemanticEvidenceReward:
        """Load exactly the reward that ``referee-calib certify`` certified.

        Parameters
        ----------
        path : path
            The certificate.
        on_difference : {"refuse", "warn"}
            What to do when rubric, prompt, backend, model, decoding, frame policy, combination, penalty or anything
            else that changes what is paid is not as it was validated.
        **given
            Parameters of this class: `media`, `unit`, `columns` and `name` change nothing that is paid; any other one
            that differs is a difference. `referee` (a name, looked up in `referees`, a specification or a referee) is
            needed where the certificate does not say how to make it. A model's server is found by
            REFEREE_CALIB_BASE_URL.

        Raises
        ------
        InputError
            When the file is no whole certificate, or under "refuse", naming each difference.

        Warns
        -----
        CertificateWarning
            When the ratings behind it were simulated, its verdict is not "pass", or under "warn", for each difference.
        """
        from referee_calib.reward.certificate import load

        return load(path, on_difference=on_difference, **given)

    @property
    def _unmade(self) -> bool:
        """Whether the referee is still to be made: from a name, or a specification."""
        return isinstance(self.referee, str) or not hasattr(self.referee, "score")

    @cached_property
    def _judge(self) -> Judge:
        from referee_calib.referee import RefereeSpec, load_referee, make_referee

        if isinstance(self.referee, str):
            made = load_referee(self.referee, folder=None if self.referees is None else Path(self.referees))
        elif isinstance(self.referee, RefereeSpec):
            made = make_referee(self.referee)
        else:
            return self.referee
        self._check_recalibrators(made)
        return made

    @cached_property
    def _recalibrators(self) -> dict[str, Recalibrator]:
        """Read once and pickled: what is paid does not change with the file."""
        return {} if self.recalibrator is None else read_recalibrators(self.recalibrator)

    def _check_recalibrators(self, judge: Judge) -> None:
        wrong = check_referee(self._recalibrators, judge.fingerprint) if self._recalibrators else ""
        if wrong and self.recalibrator_check == "raise":
            raise InputError(
                wrong,
                "a recalibrator only fits the referee it was fitted on",
                'Fit one for this referee with referee-calib recalibrate, or pass recalibrator_check="warn".',
            )
        if wrong:
            logger.warning("%s", wrong)

    def __getstate__(self) -> dict[str, Any]:
        """Leave a referee made from its name behind: the other process makes its own."""
        return {key: value for key, value in self.__dict__.items() if key != "_judge"}

    def settings(self) -> dict[str, Any]:
        """Return what the fingerprint is made of, as JSON types; a recalibrator enters with its whole content."""
        recalibrated = {name: one.digest for name, one in sorted(self._recalibrators.items())}
        return {
            **super().settings(),
            **({"recalibrator": recalibrated} if recalibrated else {}),
            "referee": self._judge.fingerprint,
            "combine": part(combination(self.combine)),
            "penalty": part(self.penalty),
            "penalty_weight": self.penalty_weight if self.penalty else None,
            "retries": self.retries,
            "near": part(self.near),
        }

    def _pay(self, claims: Sequence[Claim], values: Sequence[float], unjudged: int) -> float:
        return pay_together(claims, values, self.near, unjudged)

    @property
    def deterministic(self) -> bool:
        """Whether the same claim is always paid the same, because the referee computes its answers."""
        return bool(getattr(getattr(self._judge, "backend", None), "deterministic", False))

    def judge(
        self, claims: Sequence[Claim], media: Path | str, known: Sequence[Known] | None = None, *, sample: int = 0
    ) -> list[ClaimReward]:
        """Judge every claim on its own, in order.

        Parameters
        ----------
        claims : sequence of Claim
        media : path
            Folder of the videos.
        known : sequence of Known, optional
            What is known beside each claim; a missing duration is asked of the video.
        sample : int
            Number of the repeat: another one is asked anew, even of a referee whose replies are kept.

        Returns
        -------
        list of ClaimReward
            A claim whose time lies outside its video points at nothing and is worth 0. One that the referee could
            not judge has the value None and the referee's status and reason.
        """
        folder = Path(media)
        lengths = Durations(folder)
        given = known or [Known()] * len(claims)
        facts = [lengths.complete(claim, fact) for claim, fact in zip(claims, given, strict=True)]
        timed = [(claim, fact) for claim, fact in zip(claims, facts, strict=True) if isinstance(fact, Known)]
        inside = {claim.id: claim for claim, fact in timed if not outside_of(claim, fact)}
        scores = self._ask(list(inside.values()), folder, None, sample)
        probes = {claim.id: list(self.penalty.probes(claim)) if self.penalty else [] for claim in inside.values()}
        sights = self._ask([probe for its in probes.values() for probe in its], folder, ("relevance",), sample)
        return [
            self._reward(claim, fact, scores, [sights[probe.id, "relevance"] for probe in probes.get(claim.id, ())])
            for claim, fact in zip(claims, facts, strict=True)
        ]

    def _ask(
        self, claims: Sequence[Claim], media: Path, dimensions: Sequence[Dimension] | None, sample: int
    ) -> dict[tuple[str, Dimension], RefereeScore]:
        """Ask once for everything, and again for what failed."""
        found: dict[tuple[str, Dimension], RefereeScore] = {}
        unsettled = {claim.id: claim for claim in claims}
        first = sample * (1 + self.retries)
        for attempt in range(1 + self.retries):
            if not unsettled:
                break
            for score in self._judge.score(unsettled.values(), media, dimensions=dimensions, sample=first + attempt):
                key = score.claim, score.dimension
                if key not in found or found[key].status in _RETRIED:
                    found[key] = self._recalibrated(score)
            again = {claim for (claim, _), score in found.items() if score.status in _RETRIED}
            unsettled = {name: claim for name, claim in unsettled.items() if name in again}
        return found

    def _recalibrated(self, score: RefereeScore) -> RefereeScore:
        to_level = self._recalibrators.get(score.dimension)
        if to_level is None or score.expected is None:
            return score
        return replace(score, expected=to_level(score.expected))

    def _reward(
        self,
        claim: Claim,
        known: Known | VideoError,
        scores: Mapping[tuple[str, Dimension], RefereeScore],
        sights: Sequence[RefereeScore],
    ) -> ClaimReward:
        if isinstance(known, VideoError):
            return ClaimReward(claim=claim, value=None, status="error", reason=str(known))
        if outside := outside_of(claim, known):
            return ClaimReward(claim=claim, value=0.0, reason=outside)
        its = {name: scores[claim.id, name] for name in claim.dimensions}
        shares = {name: _share(score) for name, score in its.items()}
        failed = next((score for score in (*its.values(), *sights) if score.status != "ok"), None)
        judged = ClaimReward(
            claim=claim,
            value=None,
            relevance=shares["relevance"],
            localization=shares.get("localization"),
            timing=shares.get("timing"),
        )
        if failed is not None:
            return replace(judged, status=failed.status, reason=f"{failed.dimension}: {failed.reason}")
        penalty = self._penalty(claim, known, sights)
        placement = min(share for name, share in shares.items() if name != "relevance" and share is not None)
        combined = combination(self.combine)(shares["relevance"] or 0.0, placement)
        value = min(1.0, max(0.0, combined * (1 - self.penalty_weight * (penalty or 0.0))))
        return replace(judged, value=value, penalty=penalty)

    def _penalty(self, claim: Claim, known: Known, sights: Sequence[RefereeScore]) -> float | None:
        if self.penalty is None:
            return None
        levels = tuple(score.expected for score in sights if score.expected is not None)
        return self.penalty(claim, replace(known, sights=levels))


def _share(score: RefereeScore) -> float | None:
    return None if score.expected is None else score.expected / TOP_LEVEL
