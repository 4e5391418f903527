"""Raters' steps through the onboarding in the database. Steps are only ever added."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from referee_calib.study.store.onboarding.onboarding_tables import onboarding_event


class OnboardingEvent(NamedTuple):
    """One step of a rater."""

    rater: str
    time: str
    kind: str
    subject: str


def add(connection: Connection, rater: str, kind: str, subject: str) -> None:
    """Append a step."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    connection.execute(onboarding_event.insert().values(rater=rater, time=now, kind=kind, subject=subject))


def get(connection: Connection, rater: str = "") -> list[OnboardingEvent]:
    """Return the steps of all raters, or of one, oldest first."""
    table = onboarding_event.c
    query = select(table.rater, table.time, table.kind, table.subject).order_by(table.seq)
    if rater:
        query = query.where(table.rater == rater)
    return [OnboardingEvent(*row) for row in connection.execute(query)]
