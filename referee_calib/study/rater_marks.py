"""What one rater drew."""

from __future__ import annotations

from referee_calib.records import Mark
from referee_calib.study.store import mark_rows
from referee_calib.study.study import Study


def mark_of(study: Study, rater: str, claim: str) -> Mark | None:
    """Return what a rater drew last on a claim, None when nothing."""
    with study.reading() as connection:
        return mark_rows.of_claim(connection, rater, claim)
