"""One run of ``assign``: release a batch, and with named raters deal it out at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection

from referee_calib.errors import StudyError
from referee_calib.records import Claim
from referee_calib.study.assignment.batch_draw import BatchDraw, draw_batch
from referee_calib.study.assignment.claim_kinds import kinds_of
from referee_calib.study.assignment.fixed_lists import RaterList, draw_lists
from referee_calib.study.assignment.hand_out import FIXED, ON_DEMAND, STOP
from referee_calib.study.settings import AssignmentSettings
from referee_calib.study.store import audit_rows, claim_rows, rating_rows
from referee_calib.study.store.assignment import assignment_rows, release_rows, standing_rows
from referee_calib.study.store.review import exclusion_rows
from referee_calib.study.study import Study


@dataclass(frozen=True, slots=True)
class AssignmentRun:
    """What a run of ``assign`` did, or would do.

    Attributes
    ----------
    kind : {"on demand", "fixed"}
    seed : int
        Of the first run; it draws for all.
    batch : BatchDraw
        The claims that are released now.
    released : int
        How many claims are released with them.
    lists : tuple of RaterList
        What each rater is given at once, where raters were named.
    settings : AssignmentSettings
    """

    kind: str
    seed: int
    batch: BatchDraw
    released: int
    lists: tuple[RaterList, ...]
    settings: AssignmentSettings


def assign(
    study: Study,
    settings: AssignmentSettings,
    *,
    seed: int | None = None,
    raters: Sequence[str] = (),
    referee: str = "",
    actor: str = "command line",
    dry_run: bool = False,
) -> AssignmentRun:
    """Release a batch of claims to raters.

    Parameters
    ----------
    settings : AssignmentSettings
        Written to ``study.toml``.
    seed : int, optional
        Of the first run, 0 by default; later runs keep it.
    raters : sequence of str
        Deal all that is wanted to these raters now, in balanced blocks. Without names, claims are handed out on demand.
    referee : str
        Beginning of a fingerprint, for strata by referee level.
    actor : str
        For the audit trail.
    dry_run : bool
        Only say what would be done.

    Raises
    ------
    StudyError
        When a rater is unknown, there are fewer of them than ratings wanted for a claim, or seed or strata are not
        those of the first run.
    """
    with study.transaction(), study.writing() as connection:
        first = release_rows.first_run(connection)
        seed = _same_seed(seed, first)
        _check_strata(settings, first)
        names = _check_raters(connection, raters, settings.overlap)
        claims = rateable_claims(connection, study.rubric.dimensions)
        kinds = kinds_of(study, claims, settings.strata, referee)
        batch = draw_batch(claims, kinds, release_rows.strata(connection), settings.batch, seed)
        rateable = {one.id for one in claims}
        asked = study.rubric.dimensions
        run = _run(connection, batch, settings, seed, names, rateable, asked)
        if not dry_run:
            _write(connection, run, names, actor, rateable, asked)
            study.set_config(assignment=settings)
    return run


def stop(study: Study, *, actor: str, reason: str) -> int:
    """End the handing out: what is open goes back, and nobody gets more until the next run. Returns how many went back.

    Whoever is at a claim can still save it.
    """
    with study.writing() as connection:
        last = assignment_rows.latest_run(connection)
        if last is None:
            raise StudyError(f"study {study.folder}", "nothing is assigned in it", "Start with: referee-calib assign")
        open_ones = [one for one in assignment_rows.every(connection) if one.state == "open"]
        release_rows.add_run(connection, STOP, last.seed, {**release_rows.detail(last), "reason": reason})
        assignment_rows.end(connection, open_ones, "expired")
        audit_rows.add(connection, actor, "stop assignment", f"{len(open_ones)} claims", {"reason": reason})
    return len(open_ones)


def rateable_claims(connection: Connection, asked: Collection[str]) -> list[Claim]:
    """Return the claims that people rate on what the rubric asks about: perturbed ones too, but no excluded ones."""
    excluded = exclusion_rows.excluded_names(connection).claims
    kept = [claim for claim in claim_rows.rateable(connection, asked) if claim not in excluded]
    return claim_rows.get(connection, kept, only_sampled=False)


def _run(
    connection: Connection,
    batch: BatchDraw,
    settings: AssignmentSettings,
    seed: int,
    names: Sequence[str],
    rateable: Collection[str],
    asked: Collection[str],
) -> AssignmentRun:
    released = release_rows.count(connection) + len(batch.claims)
    if not names:
        return AssignmentRun(ON_DEMAND, seed, batch, released, (), settings)
    needs = release_rows.needs(connection, settings.overlap, rateable)
    needs += _fresh_needs(connection, batch, settings.overlap, asked)
    lists = draw_lists(needs, names, seed)
    return AssignmentRun(FIXED, seed, batch, released, lists, settings)


def _fresh_needs(
    connection: Connection, batch: BatchDraw, wanted: int, asked: Collection[str]
) -> list[release_rows.Need]:
    """Return what the claims of a batch need besides what people rated before it."""
    crews: dict[str, list[str]] = {}
    barred: dict[str, list[str]] = {}
    for rater, claim, occasion in sorted(rating_rows.judged_by_people(connection, [one.claim for one in batch.claims])):
        state = rating_rows.finished_claims(connection, rater, claim, asked=asked).get(claim)
        if state and not occasion:
            counts = state == "done" and standing_rows.takes_part(connection, rater)
            (crews if counts else barred).setdefault(claim, []).append(rater)
    return [
        release_rows.Need(
            one.claim, one.video, tuple(crews.get(one.claim, ())), tuple(barred.get(one.claim, ())), wanted
        )
        for one in batch.claims
    ]


def _write(
    connection: Connection,
    run: AssignmentRun,
    names: Sequence[str],
    actor: str,
    rateable: Collection[str],
    asked: Collection[str],
) -> None:
    strata = {one.stratum: [one.claims, one.before, one.now] for one in run.batch.strata}
    detail: dict[str, Any] = {**asdict(run.settings), "released": run.released, "shares": strata, "raters": list(names)}
    number = release_rows.add_run(connection, run.kind, run.seed, detail)
    release_rows.want(connection, run.settings.overlap, rateable)
    rows = [(one.claim, one.video, one.stratum, one.draw) for one in run.batch.claims]
    release_rows.release(connection, number, rows, run.settings.overlap)
    judged = rating_rows.judged_by_people(connection, [one.claim for one in run.batch.claims])
    assignment_rows.settle(connection, judged, asked)
    for one in run.lists:
        for place, claim in enumerate(one.claims, start=assignment_rows.last_place(connection, one.rater) + 1):
            assignment_rows.give(connection, one.rater, claim, place, until=None)
    summary = {"kind": run.kind, "seed": run.seed, "released": len(rows), "strata": strata, "raters": list(names)}
    audit_rows.add(connection, actor, "assign", f"{len(rows)} claims", {**summary, "overlap": run.settings.overlap})


def _same_seed(seed: int | None, first: release_rows.FirstRun | None) -> int:
    if first is None:
        return seed or 0
    if seed not in (None, first.seed):
        why = f"the first run drew with seed {first.seed}, and chances rest on that"
        raise StudyError(f"--seed {seed}", why, "Leave --seed out.")
    return first.seed


def _check_strata(settings: AssignmentSettings, first: release_rows.FirstRun | None) -> None:
    if first is not None and tuple(first.strata) != settings.strata:
        before = ", ".join(first.strata) or "none"
        do = f'Draw by the same: --strata "{",".join(first.strata)}"' if first.strata else "Leave --strata out."
        raise StudyError(f"strata {', '.join(settings.strata) or 'none'}", f"the first run drew by {before}", do)


def _check_raters(connection: Connection, raters: Sequence[str], overlap: int) -> list[str]:
    names = list(dict.fromkeys(one.strip() for one in raters if one.strip()))
    unknown = [one for one in names if one not in rating_rows.origins(connection)]
    if unknown:
        raise StudyError(
            f"rater {unknown[0]!r:.80}",
            "the study has no such rater",
            "Invite them first: referee-calib annotate STUDY --add-rater NAME",
        )
    out = [one for one in names if not standing_rows.takes_part(connection, one)]
    if out:
        raise StudyError(f"rater {out[0]!r:.80}", "they take no part any more", "Leave them out, or let them in again.")
    if raters and len(names) < overlap:
        raise StudyError(
            f"{len(names)} raters",
            f"{overlap} ratings are wanted for each claim",
            "Name more raters, or lower --overlap.",
        )
    return names
