"""The semantic evidence reward: a referee judges every claim, no annotated box is needed.

The path from a trainer's call to the number: `RolloutReward.__call__` parses, `SemanticEvidenceReward.judge` asks the
referee, :func:`referee_calib.reward.claim_score.claim_score` is the formula of one claim, and
:func:`referee_calib.reward.aggregation.pay_together` that of a reply.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast, get_args

from referee_calib.cached_attribute import cached_attribute
from referee_calib.errors import InputError, VideoError
from referee_calib.records import DIMENSIONS, Claim, Clock, Dimension, RefereeScore
from referee_calib.reward import certificate_loading
from referee_calib.reward.aggregation import Near, pay_together
from referee_calib.reward.claim_reward import ClaimReward
from referee_calib.reward.claim_score import score_claim, unasked_reward
from referee_calib.reward.combination import Combination, combination
from referee_calib.reward.fingerprint import part
from referee_calib.reward.judging.asked_scores import AskedOf, Attempts, asked_scores
from referee_calib.reward.judging.scoring_referee import ScoringReferee, is_made, made_referee
from referee_calib.reward.penalties import ClaimContext, Looseness, TemporalPenalty, check_penalty
from referee_calib.reward.recalibrator import (
    LevelRecalibrator,
    MismatchPolicy,
    RecalibratorFiles,
    check_referee,
    check_scales,
    read_recalibrators,
)
from referee_calib.reward.rollout_reward import RolloutReward
from referee_calib.reward.video_durations import VideoDurations
from referee_calib.rubric import Rubric, load

if TYPE_CHECKING:
    from referee_calib.referee import RefereeSpec

logger = logging.getLogger(__name__)


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
    patience : float
        Seconds to wait for the referee's next score; then what is missing failed.
    samples : int
        How often every question is asked, for a referee that draws its answers: the level is the mean over the samples
        that have one. A report on repeated scores says what more would buy.
    near : Near
        When two claims are shots at one target (see :mod:`referee_calib.reward.aggregation`).
    recalibrator : path, or mapping from dimension to path, or None
        Files of ``referee-calib recalibrate``, read once, when the reward is made: the level that people mean takes
        the place of the referee's expected level. A dimension without one keeps the referee's.
    recalibrator_check : {"raise", "warn"}
        What to do when a recalibrator was fitted on another referee's levels.
    clock : {"first-frame", "file"}
        What 0 s of the claims is, for a referee given by name; any other brings its own.
    cache : path, "none" or None
        Where replies that were paid for are kept, of a referee given by name or specification; by default in the
        user's cache folder, or where the environment variable REFEREE_CALIB_CACHE says.
    media, unit, failure, empty, cap, unread, columns, name, time_limit, log
        See :class:`referee_calib.reward.rollout_reward.RolloutReward`.

    Examples
    --------
    >>> reward = SemanticEvidenceReward(media="media", unit="pixels:448x252")
    >>> reward.__name__
    'SemanticEvidenceReward'
    """

    referee: str | RefereeSpec | ScoringReferee = "pixels"
    referees: Path | str | None = field(default=None, kw_only=True)
    combine: str | Combination = field(default="product", kw_only=True)
    penalty: TemporalPenalty | None = field(default_factory=Looseness, kw_only=True)
    penalty_weight: float = field(default=0.5, kw_only=True)
    retries: int = field(default=1, kw_only=True)
    patience: float = field(default=1200.0, kw_only=True)
    samples: int = field(default=1, kw_only=True)
    near: Near = field(default_factory=Near, kw_only=True)
    recalibrator: RecalibratorFiles | None = field(default=None, kw_only=True, hash=False)
    recalibrator_check: MismatchPolicy = field(default="raise", kw_only=True)
    clock: Clock = field(default="first-frame", kw_only=True)
    cache: Path | str | None = field(default=None, kw_only=True)

    reads_videos: ClassVar[bool] = True

    def __post_init__(self) -> None:
        super().__post_init__()
        combination(self.combine)
        for name, fits, why in (
            ("penalty_weight", lambda value: 0 <= value <= 1, "it lies between 0 and 1"),
            ("patience", lambda value: value > 0, "it is a number of seconds above 0"),
            ("retries", lambda value: isinstance(value, int) and value >= 0, "it is a number of further attempts"),
            ("samples", lambda value: isinstance(value, int) and value >= 1, "every question is asked at least once"),
        ):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not fits(value):
                raise InputError(f"{name}={value!r:.40}", why)
        if self.recalibrator_check not in get_args(MismatchPolicy):
            known = ", ".join(get_args(MismatchPolicy))
            raise InputError(f"recalibrator_check={self.recalibrator_check!r:.40}", f"it is one of {known}")
        if self._recalibrators and is_made(self.referee):
            self._check_recalibrators(self._judge)

    @classmethod
    def from_certificate(
        cls,
        path: Path | str,
        *,
        on_difference: Literal["refuse", "warn"] = "refuse",
        signers: Path | str | None = None,
        **given: Any,
    ) -> SemanticEvidenceReward:
        """Load exactly the reward that ``referee-calib certify`` certified.

        Parameters
        ----------
        path : path
            The certificate.
        on_difference : {"refuse", "warn"}
            What to do when rubric, prompt, backend, model, decoding, frame policy, combination, penalty or anything
            else that changes what is paid is not as it was validated.
        signers : path, optional
            Who may have signed it: an ``allowed_signers`` file of ssh-keygen, or a public key of ssh-keygen or
            minisign. With it, a certificate that none of them signed is refused.
        **given
            Parameters of this class: `media`, `unit`, `columns` and `name` change nothing that is paid; any other one
            that differs is a difference. `referee` (a name, looked up in `referees`, a specification or a referee) is
            needed where the certificate does not say how to make it. A model's server is found by
            REFEREE_CALIB_BASE_URL.

        Raises
        ------
        InputError
            When the file is no whole certificate, none of `signers` signed it, or under "refuse", naming each
            difference.

        Warns
        -----
        CertificateWarning
            When it is unsigned, or signed and `signers` is not given; the ratings behind it were simulated; its verdict
            is not "pass"; Python or a library has another version; or under "warn", for each difference.
        """
        return certificate_loading.load(path, cls, on_difference=on_difference, signers=signers, **given)

    @cached_attribute
    def _judge(self) -> ScoringReferee:
        made = made_referee(self.referee, self.referees, self.clock, self.cache)
        check_penalty(self.penalty, getattr(made, "rubric", None) or load())
        if made is not self.referee:
            self._check_recalibrators(made)
        return made

    @property
    def rubric(self) -> Rubric:
        """The words that the referee is asked with; the default ones for a referee that does not say."""
        return getattr(self._judge, "rubric", None) or load()

    @cached_attribute
    def _recalibrators(self) -> dict[str, LevelRecalibrator]:
        """Read once and pickled: what is paid does not change with the file."""
        return {} if self.recalibrator is None else read_recalibrators(self.recalibrator)

    def _check_recalibrators(self, judge: ScoringReferee) -> None:
        check_scales(self._recalibrators, getattr(judge, "rubric", None) or load())
        wrong = check_referee(self._recalibrators, judge.fingerprint) if self._recalibrators else ""
        if wrong and self.recalibrator_check == "raise":
            do = 'Fit one for this referee with referee-calib recalibrate, or pass recalibrator_check="warn".'
            raise InputError(wrong, "a recalibrator only fits the referee it was fitted on", do)
        if wrong:
            logger.warning("%s", wrong)

    def __getstate__(self) -> dict[str, Any]:
        """Leave a referee made from its name behind: the other process makes its own."""
        return {key: value for key, value in super().__getstate__().items() if key != "_judge"}

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
            **({"samples": self.samples} if self.samples > 1 else {}),
            "near": part(self.near),
        }

    def aggregate(self, claims: Sequence[Claim], values: Sequence[float], unjudged: int) -> float:
        """Pay the distinct claims of one reply together; see :mod:`referee_calib.reward.aggregation`."""
        return pay_together(claims, values, self.near, unjudged)

    @property
    def deterministic(self) -> bool:
        """Whether the same claim is always paid the same, because the referee computes its answers."""
        return bool(getattr(getattr(self._judge, "backend", None), "deterministic", False))

    def judge_until(
        self, deadline: float | None, claims: Sequence[Claim], known: Sequence[ClaimContext]
    ) -> list[ClaimReward]:
        """Judge claims of a training step; what has no verdict at `deadline` (monotonic clock) failed."""
        return self.judge(claims, self.media, known, deadline=deadline)

    def judge(
        self,
        claims: Sequence[Claim],
        media: Path | str,
        known: Sequence[ClaimContext] | None = None,
        *,
        sample: int = 0,
        deadline: float | None = None,
    ) -> list[ClaimReward]:
        """Judge every claim on its own, in order; `claims`, `media` and `known` as for :class:`RolloutReward`.

        Parameters
        ----------
        sample : int
            Number of the repeat: another one is asked anew, even of a referee whose replies are cached.
        deadline : float, optional
            Time of the monotonic clock after which nothing is waited for.

        Returns
        -------
        list of ClaimReward
            A claim whose time lies outside its video points at nothing and is worth 0. One that the referee could
            not judge has the value None and the referee's status and reason.
        """
        contexts, worthless = self._looked_at(claims, folder := Path(media), known)
        inside = {claim.id: claim for claim, found in zip(claims, worthless, strict=True) if found is None}
        asked = None if self.rubric.dimensions == DIMENSIONS else self.rubric.dimensions  # None: whatever applies
        scores = self._ask(list(inside.values()), folder, asked, sample, deadline)
        probes = {claim.id: list(self.penalty.probes(claim)) if self.penalty else [] for claim in inside.values()}
        further = [probe for its in probes.values() for probe in its]
        sights = self._ask(further, folder, ("relevance",), sample, deadline)
        return [
            found
            or score_claim(
                claim,
                cast(ClaimContext, context),
                {name: scores[claim.id, name] for name in self.rubric.applies(claim)},
                [sights[probe.id, "relevance"] for probe in probes[claim.id]],
                rubric=self.rubric,
                combine=combination(self.combine),
                penalty=self.penalty,
                penalty_weight=self.penalty_weight,
            )
            for claim, context, found in zip(claims, contexts, worthless, strict=True)
        ]

    def _looked_at(
        self, claims: Sequence[Claim], media: Path, known: Sequence[ClaimContext] | None
    ) -> tuple[list[ClaimContext | VideoError], list[ClaimReward | None]]:
        """Return what is known of each claim, and what those earn that nobody is asked about."""
        durations = VideoDurations(media, getattr(self._judge, "clock", self.clock))
        given = known or [ClaimContext()] * len(claims)
        contexts = [durations.complete(claim, one) for claim, one in zip(claims, given, strict=True)]
        return contexts, [unasked_reward(claim, one, self.rubric) for claim, one in zip(claims, contexts, strict=True)]

    def _ask(
        self,
        claims: Sequence[Claim],
        media: Path,
        dimensions: Sequence[Dimension] | None,
        sample: int,
        deadline: float | None,
    ) -> dict[AskedOf, RefereeScore]:
        patience = None if self.deterministic else self.patience  # what is computed here comes to an end
        attempts = Attempts(self.samples, self.retries, sample, patience, deadline)
        return asked_scores(self._judge, claims, media, dimensions, attempts, self._recalibrators)
