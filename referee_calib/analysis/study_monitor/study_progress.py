"""Progress: who has rated what, how many claims a day, and when all will be done at this rate."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from referee_calib.analysis.study_monitor.rating_log import RatingLog, moment

RECENT_DAYS = 7


@dataclass(frozen=True, slots=True)
class ClaimProgress:
    """How far one claim is rated.

    Attributes
    ----------
    done : int
        Raters who judged it, or said why not, on every dimension.
    begun : int
        Raters who did so on some dimensions only.
    skipped : int
        Of those who are done, the ones who gave no level at all.
    wanted : int
        Raters asked for.
    excluded : str
        Why a coordinator excluded it; "" otherwise.
    """

    claim: str
    video: str
    words: str
    done: int
    begun: int
    skipped: int
    wanted: int
    excluded: str = ""


@dataclass(frozen=True, slots=True)
class RaterProgress:
    """How far one rater is.

    Attributes
    ----------
    done, wanted : int
        Claims judged on every dimension, and claims to judge.
    skipped : int
        Claims done without any level.
    median_seconds : float or None
        Active time per claim, None where no rating has one.
    recent : float
        Claims a day over the last week, or since the first rating where that is shorter.
    first, last : datetime or None
        Of the ratings.
    excluded : str
        Why a coordinator excluded this rater; "" otherwise.
    """

    rater: str
    done: int
    wanted: int
    skipped: int
    median_seconds: float | None
    recent: float
    first: datetime | None
    last: datetime | None
    excluded: str = ""


@dataclass(frozen=True, slots=True)
class Forecast:
    """When all will be done.

    Attributes
    ----------
    done, wanted : int
        Claims judged by a rater, summed over raters, and how many of these are asked for.
    per_day : float
        Over the last week.
    end : datetime or None
    reason : str
        Why there is no end.
    """

    done: int
    wanted: int
    per_day: float
    end: datetime | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StudyProgress:
    """Progress of a whole study.

    Attributes
    ----------
    by_day : dict of date to dict of str to int
        Claims done by each rater on each day (UTC).
    """

    claims: tuple[ClaimProgress, ...]
    raters: tuple[RaterProgress, ...]
    by_day: Mapping[date, Mapping[str, int]]
    forecast: Forecast


@dataclass(frozen=True, slots=True)
class _DoneClaim:
    """One claim that one rater is done with."""

    claim: str
    rater: str
    time: datetime | None  # of the act that completed it
    seconds: float | None
    skipped: bool


def study_progress(
    log: RatingLog, *, now: datetime, wanted: Mapping[str, int] | None = None, asked: Mapping[str, int] | None = None
) -> StudyProgress:
    """Measure progress.

    Parameters
    ----------
    log : RatingLog
    now : datetime
        In UTC.
    wanted : mapping of str to int, optional
        Ratings wanted for each claim, 0 for those that are not in it; by default one of every rater who can sign in or
        has rated.
    asked : mapping of str to int, optional
        How many claims each rater is to judge; by default all.
    """
    done, begun = _done(log)
    people = _people(log)
    each = sum(name not in log.excluded_raters for name in people)
    target = {claim.id: each for claim in log.claims} if wanted is None else wanted
    claims = tuple(_coverage(log, done, begun, target))
    raters = tuple(_of_rater(log, name, done, (asked or {}).get(name, len(log.claims)), now) for name in people)
    return StudyProgress(claims, raters, _by_day(done), _forecast(claims, done, log, now))


def _people(log: RatingLog) -> list[str]:
    rated = {one.rater for one in log.latest}
    return [one.name for one in log.raters if one.has_code or one.name in rated]


def _done(log: RatingLog) -> tuple[list[_DoneClaim], Counter[str]]:
    given = defaultdict(list)
    for one in log.latest:
        given[one.claim, one.rater].append(one)
    done: list[_DoneClaim] = []
    begun: Counter[str] = Counter()
    for (claim, rater), ratings in given.items():
        if {one.dimension for one in ratings} < set(log.dimensions_of(log.by_id[claim])):
            begun[claim] += 1
            continue
        times = [time for one in ratings if (time := moment(one.time))]
        seconds = [one.seconds for one in ratings if one.seconds is not None]
        skipped = all(one.level is None for one in ratings)
        done.append(_DoneClaim(claim, rater, max(times, default=None), max(seconds, default=None), skipped))
    return done, begun


def _coverage(
    log: RatingLog, done: Iterable[_DoneClaim], begun: Mapping[str, int], wanted: Mapping[str, int]
) -> Iterable[ClaimProgress]:
    its = [one for one in done if one.rater not in log.excluded_raters]
    full, skipped = Counter(one.claim for one in its), Counter(one.claim for one in its if one.skipped)
    for claim in log.claims:
        why = log.excluded_claims[claim.id].reason if claim.id in log.excluded_claims else ""
        words = claim.object or claim.question
        yield ClaimProgress(
            claim.id,
            claim.video,
            words,
            full[claim.id],
            begun[claim.id],
            skipped[claim.id],
            wanted.get(claim.id, 0),
            why,
        )


def _of_rater(log: RatingLog, name: str, done: Iterable[_DoneClaim], wanted: int, now: datetime) -> RaterProgress:
    mine = [one for one in done if one.rater == name]
    times = [time for one in log.history if one.rater == name and (time := moment(one.time))]
    seconds = [one.seconds for one in mine if one.seconds is not None]
    why = log.excluded_raters[name].reason if name in log.excluded_raters else ""
    return RaterProgress(
        rater=name,
        done=len(mine),
        wanted=wanted,
        skipped=sum(one.skipped for one in mine),
        median_seconds=median(seconds) if seconds else None,
        recent=_per_day([one.time for one in mine if one.time], now),
        first=min(times, default=None),
        last=max(times, default=None),
        excluded=why,
    )


def _per_day(times: list[datetime], now: datetime) -> float:
    if not times:
        return 0.0
    start = max(min(times), now - timedelta(days=RECENT_DAYS))
    days = max((now - start).total_seconds() / 86_400, 1.0)  # an hour's work is not multiplied by 24
    return sum(time >= start for time in times) / days


def _by_day(done: Iterable[_DoneClaim]) -> dict[date, dict[str, int]]:
    counts: dict[date, Counter[str]] = defaultdict(Counter)
    for one in done:
        if one.time:
            counts[one.time.date()][one.rater] += 1
    return {day: dict(counts[day]) for day in sorted(counts)}


def _forecast(claims: Iterable[ClaimProgress], done: Iterable[_DoneClaim], log: RatingLog, now: datetime) -> Forecast:
    open_claims = [one for one in claims if not one.excluded]
    wanted = sum(one.wanted for one in open_claims)
    reached = sum(min(one.done, one.wanted) for one in open_claims)
    times = [one.time for one in done if one.time and one.rater not in log.excluded_raters]
    rate = _per_day(times, now)
    if reached >= wanted:
        return Forecast(reached, wanted, rate, None, "everything that is wanted is done" if wanted else "nothing to do")
    if not rate:
        return Forecast(reached, wanted, rate, None, f"nobody rated in the last {RECENT_DAYS} days")
    return Forecast(reached, wanted, rate, now + timedelta(days=(wanted - reached) / rate))
