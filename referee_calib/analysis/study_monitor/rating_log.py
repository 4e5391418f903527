"""Everything that the figures of a running study rest on, read once for one state of its records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from referee_calib.records import Claim, Rating

if TYPE_CHECKING:
    from referee_calib.rubric import Rubric
    from referee_calib.study import Adjudication, Exclusion, Rater, Study

REPEAT = "repeat"


@dataclass(frozen=True, eq=False)
class RatingLog:
    """The records of one moment.

    Attributes
    ----------
    state : tuple of int
        Changes whenever a record is added.
    read : datetime
        When they were read.
    claims : tuple of Claim
        Those that people rate, excluded and perturbed ones among them.
    history : tuple of Rating
        Every rating ever given on one of these, in order of arrival.
    set_apart : frozenset of str
        The perturbed claims, which people rate and no figure counts.
    held : frozenset of (str, str)
        Ratings held back for their quality, as (rater, claim), with "" for all of a rater.
    """

    state: tuple[int, ...]
    read: datetime
    rubric: Rubric
    raters: tuple[Rater, ...]
    claims: tuple[Claim, ...]
    history: tuple[Rating, ...]
    set_apart: frozenset[str] = frozenset()
    held: frozenset[tuple[str, str]] = frozenset()
    adjudications: tuple[Adjudication, ...] = ()
    excluded_raters: Mapping[str, Exclusion] = field(default_factory=dict)
    excluded_claims: Mapping[str, Exclusion] = field(default_factory=dict)

    @cached_property
    def by_id(self) -> dict[str, Claim]:
        """The claims people rate, by id."""
        return {claim.id: claim for claim in self.claims}

    @cached_property
    def latest(self) -> tuple[Rating, ...]:
        """The latest rating of each claim, rater and dimension that counts as the rater's own first look."""
        kept = {(one.claim, one.rater, one.dimension): one for one in self.history if one.occasion != REPEAT}
        return tuple(kept.values())

    @cached_property
    def repeats(self) -> tuple[Rating, ...]:
        """The latest second look of each claim, rater and dimension."""
        kept = {(one.claim, one.rater, one.dimension): one for one in self.history if one.occasion == REPEAT}
        return tuple(kept.values())

    @cached_property
    def counted_claims(self) -> tuple[Claim, ...]:
        """The claims that figures count: neither excluded nor set apart."""
        return tuple(one for one in self.claims if one.id not in self.set_apart and one.id not in self.excluded_claims)

    @cached_property
    def counted(self) -> tuple[Rating, ...]:
        """The latest ratings that figures count."""
        ids = {claim.id for claim in self.counted_claims}
        return tuple(one for one in self.latest if one.claim in ids and self._counts(one))

    def _counts(self, one: Rating) -> bool:
        held = (one.rater, one.claim) in self.held or (one.rater, "") in self.held
        return not held and one.rater not in self.excluded_raters

    def dimensions_of(self, claim: Claim) -> tuple[str, ...]:
        """Return the dimensions on which people judge a claim."""
        return tuple(scale.dimension for scale in self.rubric.scales if scale.dimension in claim.dimensions)


def read_log(study: Study) -> RatingLog:
    """Read a study's records; the state is read first, so that what comes meanwhile is read again."""
    from referee_calib.study import adjudications, claims_with_excluded, exclusions, quality, record_state

    state, read = record_state(study), datetime.now(UTC)
    decided, counted = exclusions(study), {claim.id for claim in claims_with_excluded(study)}
    whole = study.claims(sampled=True, perturbed=True)
    claims = [one for one in whole if one.perturbed or one.audited or one.id in counted]
    ids = {claim.id for claim in claims}
    history = study.ratings(history=True, perturbed=True, held=True, occasion=None)
    return RatingLog(
        state=state,
        read=read,
        rubric=study.rubric,
        raters=tuple(study.raters()),
        claims=tuple(claims),
        history=tuple(one for one in history if one.claim in ids),
        set_apart=frozenset(ids - counted),
        held=frozenset((one.rater, one.claim) for one in quality.holds(study)),
        adjudications=tuple(adjudications(study)),
        excluded_raters={one.subject: one for one in decided if one.kind == "rater"},
        excluded_claims={one.subject: one for one in decided if one.kind == "claim"},
    )


def moment(time: str) -> datetime | None:
    """Return a rating's time in UTC, None where it has none that can be read.

    >>> moment("2026-01-05T09:00:11Z").hour
    9
    """
    try:
        found = datetime.fromisoformat(time)
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
