"""The steps that brought a study's database to its present shape, oldest first.

A step never changes once a release has it: a table that changes gets a step of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import sqlalchemy as sa

from referee_calib.errors import StudyError
from referee_calib.study.store import schema
from referee_calib.study.store.assignment.assignment_tables import create_assignment
from referee_calib.study.store.audit_tables import create_audit
from referee_calib.study.store.lookup.perturbed_tables import create_perturbed
from referee_calib.study.store.lookup.query_indexes import create_query_indexes
from referee_calib.study.store.onboarding.onboarding_tables import create_onboarding
from referee_calib.study.store.people.people_tables import create_people
from referee_calib.study.store.portable import make_append_only
from referee_calib.study.store.review.review_tables import create_review
from referee_calib.study.store.run_audit.run_audit_tables import create_run_audit
from referee_calib.study.store.schema import migration


def _m01_tables(connection: sa.Connection) -> None:
    # when one of these changes, freeze a copy of it here, and change it in a step of its own
    first = (schema.migration, schema.claim, schema.sampled, schema.rater, schema.rating, schema.referee)
    schema.metadata.create_all(connection, tables=[*first, schema.score, schema.intake])
    make_append_only(connection, schema.rating)


def _m02_marks(connection: sa.Connection) -> None:
    schema.mark.create(connection)
    make_append_only(connection, schema.mark)


MIGRATIONS: list[Callable[[sa.Connection], None]] = [
    _m01_tables,
    _m02_marks,
    create_audit,
    create_people,
    create_assignment,
    create_onboarding,
    create_perturbed,
    create_query_indexes,
    create_review,
    create_run_audit,
]


def version(connection: sa.Connection) -> int:
    """Return the number of the last migration a database went through, 0 for an empty one."""
    if not sa.inspect(connection).has_table("migration"):
        return 0
    last: int | None = connection.execute(sa.select(sa.func.max(migration.c.number))).scalar_one()
    return last or 0


def check_version(connection: sa.Connection, place: str) -> int:
    """Return the database's version."""
    found = version(connection)
    if found > len(MIGRATIONS):
        raise StudyError(
            f"{place} has database version {found}, this version reads up to {len(MIGRATIONS)}",
            "it was made by a newer referee-calib",
            "Type: pip install --upgrade referee-calib",
        )
    return found


def migrate(connection: sa.Connection) -> None:
    """Bring a database to the present version, within the caller's transaction."""
    for number, step in enumerate(MIGRATIONS[version(connection) :], start=version(connection) + 1):
        step(connection)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        connection.execute(migration.insert().values(number=number, name=step.__name__.lstrip("_"), time=now))
