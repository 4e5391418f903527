"""Practice: the answers of each attempt, what is right in them, and whether the pass mark is reached.

Every practice claim is answered once in each attempt, so the n-th answer to a claim belongs to attempt n; nothing else
has to be kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from referee_calib.errors import RatingError
from referee_calib.records import Rating
from referee_calib.study.onboarding.known_claim import KnownClaim
from referee_calib.study.onboarding.known_claims import known_claims
from referee_calib.study.store import rating_rows
from referee_calib.study.store.onboarding import known_claim_rows
from referee_calib.study.store.onboarding.onboarding_event_rows import OnboardingEvent
from referee_calib.study.store.onboarding.onboarding_event_rows import get as get_events
from referee_calib.study.study import Study

GRANT = "attempt"  # kind of the event by which a coordinator grants another attempt


@dataclass(frozen=True, slots=True)
class PracticeAnswer:
    """One answer to a practice claim: the level given on each dimension, None for a skip, and its act."""

    claim: str
    act: str
    given: dict[str, int | None]


@dataclass(frozen=True, slots=True)
class PracticeAttempt:
    """One pass through all practice claims.

    Attributes
    ----------
    number : int
        From 1 on.
    answers : tuple of PracticeAnswer
        In the order in which they were given.
    n_right, n_judged : int
        Answers on single dimensions: how many were right, of how many.
    complete : bool
        Whether every practice claim is answered.
    passed : bool
        Whether it is complete and reaches the pass mark.
    """

    number: int
    answers: tuple[PracticeAnswer, ...]
    n_right: int
    n_judged: int
    complete: bool
    passed: bool


@dataclass(frozen=True, slots=True)
class PracticeResult:
    """A rater's practice.

    Attributes
    ----------
    rater : str
        Who.
    attempts : tuple of PracticeAttempt
        Those begun, oldest first.
    allowed : int
        How many there may be, with those that a coordinator granted.
    passed, failed : bool
        Whether one attempt reached the pass mark; whether all that are allowed were used up without.
    """

    rater: str
    attempts: tuple[PracticeAttempt, ...]
    allowed: int
    passed: bool
    failed: bool


def practice_results(study: Study) -> list[PracticeResult]:
    """Return the practice of every rater who has begun it; none in a study without practice claims."""
    claims = known_claims(study, "practice")
    with study.reading() as connection:
        answers, events = known_claim_rows.answers(connection, "practice"), get_events(connection)
    by_rater: dict[str, list[Rating]] = defaultdict(list)
    for one in answers:
        by_rater[one.rater].append(one)
    return [_result(study, name, claims, its, events) for name, its in by_rater.items()]


def practice_of(study: Study, rater: str, events: Sequence[OnboardingEvent]) -> PracticeResult:
    """Return one rater's practice; `events` are this rater's, or everybody's."""
    claims = known_claims(study, "practice")
    with study.reading() as connection:
        answers = known_claim_rows.answers(connection, "practice", rater) if claims else []
    return _result(study, rater, claims, answers, events)


def add_practice_answer(study: Study, ratings: Sequence[Rating]) -> int:
    """Append the ratings of one act on a practice claim and return how many were new.

    Raises
    ------
    RatingError
        When the claim is answered in this attempt already: what was told afterwards must not help.
    """
    rater, claim = ratings[0].rater, ratings[0].claim
    claims = known_claims(study, "practice")
    with study.writing() as connection:
        before = known_claim_rows.answers(connection, "practice", rater)
        attempts = _attempts(claims, before, 1.0)
        acts = {one.act for attempt in attempts for one in attempt.answers}
        open_ = not attempts or attempts[-1].complete or claim not in {one.claim for one in attempts[-1].answers}
        if not open_ and ratings[0].nonce not in acts:
            raise RatingError(f"practice claim {claim} by {rater}", "it is answered in this attempt already")
        return rating_rows.add(connection, ratings)


def _result(
    study: Study, rater: str, claims: Sequence[KnownClaim], ratings: Sequence[Rating], events: Iterable[OnboardingEvent]
) -> PracticeResult:
    settings = study.config.onboarding
    granted = sum(one.kind == GRANT and one.rater == rater for one in events)
    attempts = _attempts(claims, ratings, settings.pass_mark)
    passed = any(one.passed for one in attempts)
    allowed = settings.attempts + granted
    used = sum(one.complete for one in attempts)
    return PracticeResult(rater, attempts, allowed, passed, bool(claims) and not passed and used >= allowed)


def _attempts(claims: Sequence[KnownClaim], ratings: Sequence[Rating], pass_mark: float) -> tuple[PracticeAttempt, ...]:
    known = {one.claim: one for one in claims}
    by_attempt: dict[int, list[PracticeAnswer]] = defaultdict(list)
    times: dict[str, int] = defaultdict(int)
    for answer in _answers(ratings):
        times[answer.claim] += 1
        by_attempt[times[answer.claim]].append(answer)
    return tuple(_attempt(number, by_attempt[number], known, pass_mark) for number in sorted(by_attempt))


def _attempt(
    number: int, answers: Sequence[PracticeAnswer], known: dict[str, KnownClaim], pass_mark: float
) -> PracticeAttempt:
    judged = [
        known[one.claim].is_right(name, one.given.get(name)) for one in answers for name in known[one.claim].levels
    ]
    complete = {one.claim for one in answers} == set(known)
    n_right, n_judged = sum(judged), len(judged)
    passed = complete and n_right >= pass_mark * n_judged - 1e-9  # 0.7 of 10 is 7
    return PracticeAttempt(number, tuple(answers), n_right, n_judged, complete, passed)


def _answers(ratings: Sequence[Rating]) -> list[PracticeAnswer]:
    """Put the ratings of one act together; acts without a nonce are told apart by their time."""
    acts: dict[tuple[str, str], dict[str, int | None]] = {}
    for one in ratings:
        acts.setdefault((one.claim, one.nonce or one.time), {})[one.dimension] = one.level
    return [PracticeAnswer(claim, act, given) for (claim, act), given in acts.items()]
