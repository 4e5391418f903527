"""Releasing single claims beside the batches: those of an audit, which are to be rated soon and by one person each."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from referee_calib.errors import StudyError
from referee_calib.records import Claim
from referee_calib.study.assignment.claim_kinds import AUDITED_KIND
from referee_calib.study.assignment.hand_out import FIXED, STOP
from referee_calib.study.store.assignment import assignment_rows, release_rows, standing_rows
from referee_calib.study.study import Study


def check_open(study: Study) -> None:
    """Raise StudyError where claims are assigned and the handing out has ended."""
    with study.reading() as connection:
        run = assignment_rows.latest_run(connection)
    if run is not None and run.kind == STOP:
        do = f"Go on with: referee-calib assign {study.folder}"
        raise StudyError(
            f"study {study.folder}", "the handing out of claims was stopped, and nobody would get them", do
        )


def release_beside(study: Study, connection: Connection, claims: Sequence[Claim]) -> set[str] | None:
    """Release claims before all that wait, for one rating each, and return their ids.

    Claims that were released before are not released again. Where nothing is assigned there is nothing to do: None.

    Where the work was dealt out to named raters, they get the claims in turn.
    """
    run = assignment_rows.latest_run(connection)
    if run is None:
        return None
    there = release_rows.strata(connection)
    new = [one for one in claims if one.id not in there]
    rows = [(one.id, one.video, AUDITED_KIND, 0.0) for one in new]
    release_rows.release(connection, run.seq, rows, 1, before_others=True)
    raters = release_rows.detail(run)["raters"] if run.kind == FIXED else []
    raters = [name for name in raters if standing_rows.takes_part(connection, name)]
    for k, one in enumerate(new if raters else []):
        rater = raters[k % len(raters)]
        place = assignment_rows.last_place(connection, rater) + 1
        assignment_rows.give(connection, rater, one.id, place, until=None)
    return {one.id for one in new}
