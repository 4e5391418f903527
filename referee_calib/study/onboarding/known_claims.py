"""The known claims of a study: taken from their file, and read for the app and the figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from referee_calib.errors import StudyError
from referee_calib.records import Claim
from referee_calib.study import audit
from referee_calib.study.onboarding.known_claim import KnownClaim, Role
from referee_calib.study.onboarding.known_claims_file import ATTENTION, read_known_claims
from referee_calib.study.store.onboarding import known_claim_rows
from referee_calib.study.study import Study

ONBOARDING_FOLDER = "onboarding"


def known_claims_path(study: Study) -> Path:
    """Return where the file of known claims lies unless another one is named."""
    return study.folder / ONBOARDING_FOLDER / study.config.onboarding.known_claims


def import_known_claims(study: Study, path: Path, *, actor: str, force: bool = False) -> list[KnownClaim]:
    """Make the claims of a file the known claims of the study, in place of those before.

    Raises
    ------
    InputError
        When a line of the file is wrong.
    StudyError
        When people have rated a claim whose ratings would leave or enter the figures by it, unless `force`.
    """
    claims = {one.id: one for one in study.claims(perturbed=True)}
    known, made = read_known_claims(path, claims, study.rubric)
    with study.transaction():
        if not force:
            _refuse_change_of_rated(study, known)
        study.add_claims(_not_there(made, claims))
        with study.writing() as connection:
            known_claim_rows.replace_all(connection, [_row(one) for one in (*known, *_retired(known, claims))])
        counts = Counter(one.role for one in known)
        content = [one.to_json() for one in known]
        audit.record(study, actor, "set known claims", path.name, counts=dict(counts), known_claims=content)
    return known


def take_over_known_claims(study: Study, known: Sequence[KnownClaim]) -> int:
    """Make the known claims of another study those of this one, and return how many are new.

    Raises StudyError when this one has others, or people have rated one of them here as a claim like any other.
    """
    there = every_known_claim(study)
    if there == list(known):
        return 0
    if there:
        why = "this study has known claims of its own, and two files of them cannot be merged"
        raise StudyError(f"{len(known)} known claims of another study", why, "Leave that file out.")
    _refuse_change_of_rated(study, known)
    with study.writing() as connection:
        known_claim_rows.replace_all(connection, [_row(one) for one in known])
    return len(known)


def every_known_claim(study: Study) -> list[KnownClaim]:
    """Return the known claims with those that are retired, in their order."""
    with study.reading() as connection:
        return [KnownClaim.from_json(row) for row in known_claim_rows.every(connection)]


def known_claims(study: Study, role: Role | None = None) -> list[KnownClaim]:
    """Return the known claims, or those of one role, in the order of their file."""
    with study.reading() as connection:
        return [KnownClaim.from_json(row) for row in known_claim_rows.get(connection, role or "")]


def known_claim(study: Study, claim: str) -> KnownClaim | None:
    """Return what is known of one claim, None for one that is there to be measured."""
    with study.reading() as connection:
        row = known_claim_rows.one(connection, claim)
    return None if row is None else KnownClaim.from_json(row)


def _row(one: KnownClaim) -> dict[str, object]:
    return {"claim": one.claim, "role": one.role, "counts": one.counts, "record": one.to_json()}


def _retired(known: Sequence[KnownClaim], claims: dict[str, Claim]) -> list[KnownClaim]:
    """Return earlier attention checks that the file no longer has: no policy wrote them, so they never count."""
    listed = {one.claim for one in known}
    left = [one.id for one in claims.values() if one.source == ATTENTION and one.id not in listed]
    return [KnownClaim(claim=one, role="retired", levels={}) for one in left]


def _not_there(made: Sequence[Claim], claims: dict[str, Claim]) -> list[Claim]:
    return [one for one in made if one.id not in claims]


def _refuse_change_of_rated(study: Study, known: Sequence[KnownClaim]) -> None:
    with study.reading() as connection:
        before = known_claim_rows.uncounted_ids(connection)
        rated = known_claim_rows.rated_by_people(connection)
    after = {one.claim for one in known if not one.counts}
    changed = sorted((before ^ after) & rated)
    if changed:
        raise StudyError(
            f"claim {changed[0]} ({len(changed)} in all)",
            "people have rated it, and its ratings would leave the figures or enter them by this",
            "Choose claims that nobody has rated, or add --force",
        )
