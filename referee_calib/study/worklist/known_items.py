"""Gold claims and attention checks among a rater's items: at seeded places, told apart from the others by nothing."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from referee_calib.study.onboarding import SILENT, mix_known
from referee_calib.study.store import rating_rows
from referee_calib.study.store.onboarding import known_claim_rows
from referee_calib.study.study import Study


def with_known(connection: Connection, study: Study, rater: str, keys: Iterable[str]) -> tuple[str, ...]:
    """Return a rater's keys with those of gold claims and attention checks at their places."""
    roles = known_claim_rows.ids_of_roles(connection)
    waiting = {role: [claim for claim, its in roles.items() if its == role] for role in SILENT}
    return tuple(mix_known(keys, waiting, rater, study.config.order_seed, study.config.onboarding))


def is_silent(connection: Connection, claim: str) -> bool:
    """Tell whether a claim is a gold claim or an attention check, which every rater may meet."""
    found = known_claim_rows.one(connection, claim)
    return found is not None and found["role"] in SILENT


def known_states(connection: Connection, rater: str) -> dict[str, str]:
    """Return which gold claims and attention checks a rater has finished: "done" or "skipped"."""
    roles = known_claim_rows.ids_of_roles(connection)
    silent = [claim for claim, role in roles.items() if role in SILENT]
    found: dict[str, str] = {}
    for claim in silent:
        found |= rating_rows.finished_claims(connection, rater, claim)
    return found
