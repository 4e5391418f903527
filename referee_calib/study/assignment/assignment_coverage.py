"""How far the assignment is: per claim who rated it or is at it, per rater what they hold and have done."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from referee_calib.study.store import claim_rows, rating_rows
from referee_calib.study.store.assignment import assignment_rows, release_rows, standing_rows
from referee_calib.study.store.assignment.assignment_rows import Given
from referee_calib.study.store.review import exclusion_rows
from referee_calib.study.study import Study


@dataclass(frozen=True, slots=True)
class ClaimCoverage:
    """One claim that people rate.

    Attributes
    ----------
    claim, video, stratum : str
    batch : int
        Number of the run that released it, 0 without an assignment.
    wanted : int or None
        Ratings, None without an assignment.
    open, done, skipped : tuple of str
        Raters who have it before them, gave levels on all dimensions, could not judge one.
    """

    claim: str
    video: str
    stratum: str
    batch: int
    wanted: int | None
    open: tuple[str, ...]
    done: tuple[str, ...]
    skipped: tuple[str, ...]

    @property
    def missing(self) -> int:
        """How many ratings are wanted that nobody gave yet; 0 where none is asked for."""
        return max(0, (self.wanted or 0) - len(self.done))


@dataclass(frozen=True, slots=True)
class RaterCoverage:
    """One rater's share of the work; second looks count apart from the rest."""

    rater: str
    open: int
    done: int
    skipped: int
    expired: int  # went back and was not finished
    withdrawn: int
    repeats_open: int
    repeats_done: int
    overdue: int  # open ones whose lease has run out
    last: str  # when they were given something last; "" for never
    takes_part: bool


@dataclass(frozen=True, slots=True)
class AssignmentCoverage:
    """How far a study is.

    Attributes
    ----------
    kind : {"", "on demand", "fixed", "stop"}
        Of the last run; "" without an assignment: then every rater is asked about every claim.
    claims : tuple of ClaimCoverage
        In the order in which they are begun.
    raters : tuple of RaterCoverage
    pairs : dict of (str, str) to int
        Claims that two raters both gave levels to.
    waiting : int
        Claims that people rate, no batch has released and nobody has excluded.
    """

    kind: str
    claims: tuple[ClaimCoverage, ...]
    raters: tuple[RaterCoverage, ...]
    pairs: dict[tuple[str, str], int]
    waiting: int

    def by_ratings(self) -> dict[int, int]:
        """Return how many claims have 0, 1, 2 … ratings."""
        return dict(sorted(Counter(len(one.done) for one in self.claims).items()))


def coverage(study: Study, now: datetime | None = None) -> AssignmentCoverage:
    """Tell how far the work on a study is; reads only, at a cost that grows with the study."""
    asked = study.rubric.dimensions
    with study.reading() as connection:
        run = assignment_rows.latest_run(connection)
        people = [one.name for one in rating_rows.raters(connection) if not one.simulated]
        if run is None:
            return _of_all(connection, people, asked)
        given = assignment_rows.every(connection)
        moment = assignment_rows.moment(now or datetime.now(UTC))
        claims = _claims(release_rows.released(connection), given)
        names = list(dict.fromkeys([*people, *(one.rater for one in given)]))
        raters = tuple(_rater(connection, name, [one for one in given if one.rater == name], moment) for name in names)
        out = {one.claim for one in claims} | exclusion_rows.excluded_names(connection).claims
        waiting = len(claim_rows.rateable(connection, asked).keys() - out)
        return AssignmentCoverage(run.kind, claims, raters, _pairs(claims), waiting)


def _claims(released: Sequence[release_rows.ReleasedRow], given: Sequence[Given]) -> tuple[ClaimCoverage, ...]:
    states: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for one in given:
        if not one.occasion:
            states[one.claim][one.state].append(one.rater)
    return tuple(
        ClaimCoverage(
            one.claim, one.video, one.stratum, one.run, one.wanted,
            *(tuple(states[one.claim][state]) for state in ("open", "done", "skipped")),
        )
        for one in released
    )  # fmt: skip


def _rater(connection: Connection, rater: str, theirs: Sequence[Given], now: str) -> RaterCoverage:
    first = Counter(one.state for one in theirs if not one.occasion)
    again = Counter(one.state for one in theirs if one.occasion)
    return RaterCoverage(
        rater=rater,
        open=first["open"],
        done=first["done"],
        skipped=first["skipped"],
        expired=first["expired"],
        withdrawn=first["withdrawn"],
        repeats_open=again["open"],
        repeats_done=again["done"] + again["skipped"],
        overdue=sum(one.state == "open" and one.until is not None and one.until < now for one in theirs),
        last=max((one.given for one in theirs), default=""),
        takes_part=standing_rows.takes_part(connection, rater),
    )


def _of_all(connection: Connection, people: Sequence[str], asked: Collection[str]) -> AssignmentCoverage:
    """Cover a study in which every rater is asked about every claim."""
    found = {name: rating_rows.finished_claims(connection, name, asked=asked) for name in people}
    rateable = claim_rows.get(connection, list(claim_rows.rateable(connection, asked)), only_sampled=False)
    claims = tuple(
        ClaimCoverage(
            one.id, one.video, "", 0, None, (),
            *(tuple(name for name in people if found[name].get(one.id) == state) for state in ("done", "skipped")),
        )
        for one in rateable
    )  # fmt: skip
    raters = tuple(_unassigned(name, Counter(found[name].values())) for name in people)
    return AssignmentCoverage("", claims, raters, _pairs(claims), 0)


def _unassigned(rater: str, states: Counter[str]) -> RaterCoverage:
    return RaterCoverage(rater, 0, states["done"], states["skipped"], 0, 0, 0, 0, 0, "", True)


def _pairs(claims: Sequence[ClaimCoverage]) -> dict[tuple[str, str], int]:
    found: Counter[tuple[str, str]] = Counter()
    for one in claims:
        names = sorted(one.done)
        found.update((a, b) for k, a in enumerate(names) for b in names[k + 1 :])
    return dict(sorted(found.items()))
