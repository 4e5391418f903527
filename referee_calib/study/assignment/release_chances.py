"""The chance that each claim had to be released so far, where strata were drawn unequally."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from referee_calib.study.assignment.claim_kinds import SET_APART
from referee_calib.study.store.assignment import assignment_rows, release_rows
from referee_calib.study.study import Study


@dataclass(frozen=True, slots=True)
class ReleaseChances:
    """Released claims whose chance is known.

    Attributes
    ----------
    chance : dict of str to float
        Per claim, the share of its stratum that was released.
    evenly : frozenset of str
        Those that would have been released had the places of every stratum reached only as far as where they reached
        least: every claim had the same chance to be among them.
    """

    chance: dict[str, float]
    evenly: frozenset[str]


def assigned_chances(study: Study) -> ReleaseChances | None:
    """Return the chances; None where claims are not assigned by stratum, and all had the same.

    Claims of a batch that is not complete wait: within it strata are done at the same pace, but not across batches.
    Only the first batch is taken as far as it is.
    """
    with study.reading() as connection:
        run = release_rows.first_run(connection)
        if run is None or not run.strata:
            return None
        sizes = release_rows.stratum_sizes(connection)
        rows = [one for one in release_rows.released(connection) if one.stratum not in SET_APART]
        begun = {one.claim for one in assignment_rows.every(connection)}
    return _chances(_counted(rows, begun), sizes)


def rated_as_assigned(study: Study, rated: Iterable[str]) -> bool:
    """Tell whether these claims were rated because the assignment asked for it, which chose them by chance."""
    with study.reading() as connection:
        asked = {one.claim for one in release_rows.released(connection)}
        unasked = any(not one.place for one in assignment_rows.every(connection) if one.state != "withdrawn")
    return bool(asked) and not unasked and asked.issuperset(rated)


def _counted(rows: Sequence[release_rows.ReleasedRow], begun: set[str]) -> list[release_rows.ReleasedRow]:
    """Return the claims of the complete batches that come first, or of the first one."""
    batches: dict[int, list[release_rows.ReleasedRow]] = defaultdict(list)
    for row in rows:
        batches[row.run].append(row)
    counted: list[release_rows.ReleasedRow] = []
    for number, (_, batch) in enumerate(sorted(batches.items())):
        if number and any(one.queue is not None or one.claim not in begun for one in batch):
            break
        counted += batch
    return counted


def _chances(rows: Sequence[release_rows.ReleasedRow], sizes: dict[str, int]) -> ReleaseChances:
    strata: dict[str, list[release_rows.ReleasedRow]] = defaultdict(list)
    for row in rows:
        strata[row.stratum].append(row)
    share = {stratum: min(1.0, len(its) / sizes.get(stratum, len(its))) for stratum, its in strata.items()}
    reach = {stratum: 1.0 if share[stratum] == 1 else max(one.draw for one in its) for stratum, its in strata.items()}
    none_is_missing = set(sizes) - SET_APART <= set(strata)  # else no claim of that stratum could be among them
    shortest = min(reach.values(), default=1.0) if none_is_missing else -1.0
    evenly = frozenset(one.claim for one in rows if one.draw <= shortest)
    return ReleaseChances({one.claim: share[one.stratum] for one in rows}, evenly)
