"""What ``assign`` prints: what is given, and how far the work is."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from referee_calib.cli import common

if TYPE_CHECKING:
    from referee_calib.study import Study
    from referee_calib.study.assignment import AssignmentCoverage, AssignmentRun

MOST = 20  # rows of a table of claims


def run_json(run: AssignmentRun) -> dict[str, Any]:
    """Return what a run gives, as JSON has it."""
    return {
        "kind": run.kind,
        "seed": run.seed,
        "overlap": run.settings.overlap,
        "released_now": [one.claim for one in run.batch.claims],
        "released": run.released,
        "strata": [asdict(one) for one in run.batch.strata],
        "lists": {one.rater: list(one.claims) for one in run.lists},
    }


def run_text(study: Study, run: AssignmentRun, *, dry_run: bool) -> str:
    """Return what a run gives, in words and tables."""
    every = sum(one.claims for one in run.batch.strata)
    verb = "would be released" if dry_run else "are released"
    blocks = [f"{len(run.batch.claims)} of {every} claims {verb} (seed {run.seed}), {run.released} so far."]
    if len(run.batch.strata) > 1:
        strata = [(one.stratum or "all", one.claims, one.before, one.now) for one in run.batch.strata]
        blocks.append(_table(("stratum", "claims", "before", "now"), strata))
    if run.lists:
        rows = [(one.rater, len(one.claims)) for one in run.lists]
        blocks += [_table(("rater", "claims"), rows), _pair_text(run)]
    else:
        wanted = common.counted(run.settings.overlap, "rating")
        blocks.append(f"They are handed out on demand until each has {wanted}, to whoever signs in.")
    if dry_run:
        blocks.append("Nothing was changed.")
    else:
        verb, names = ("annotate", "") if study.raters() else ("invite", " NAME…")
        blocks.append(f"Next: referee-calib {verb} {study.folder}{names}")
    return "\n\n".join(blocks)


def coverage_json(found: AssignmentCoverage) -> dict[str, Any]:
    """Return how far the work is, as JSON has it."""
    return {
        "kind": found.kind,
        "claims": [{**asdict(one), "missing": one.missing} for one in found.claims],
        "raters": [asdict(one) for one in found.raters],
        "pairs": [[a, b, count] for (a, b), count in found.pairs.items()],
        "by_ratings": found.by_ratings(),
        "waiting": found.waiting,
    }


def coverage_text(found: AssignmentCoverage) -> str:
    """Return how far the work is, in words and tables."""
    how = found.kind or "everybody is asked about every claim"
    blocks = [f"Assignment: {how}. {common.counted(len(found.claims), 'claim')}, {found.waiting} not released yet."]
    blocks.append(_table(("ratings", "claims"), list(found.by_ratings().items())))
    heads = ("rater", "open", "overdue", "done", "skipped", "went back", "second looks", "last given")
    rows = [
        (
            one.rater if one.takes_part else f"{one.rater} (out)",
            one.open, one.overdue, one.done, one.skipped, one.expired, one.repeats_done, one.last[:16],
        )
        for one in found.raters
    ]  # fmt: skip
    blocks.append(_table(heads, rows) if rows else "No rater yet.")
    if len(found.pairs) > 1:
        least, most = min(found.pairs.values()), max(found.pairs.values())
        blocks.append(f"Two raters share {least} to {most} claims ({common.counted(len(found.pairs), 'pair')} met).")
    begun = [one for one in found.claims if one.missing and (one.open or one.done or one.skipped)]
    if begun:
        claims = [(one.claim, one.wanted, ", ".join(one.done), ", ".join(one.open)) for one in begun[:MOST]]
        blocks.append("Begun and not complete:\n" + _table(("claim", "wanted", "rated by", "now at"), claims))
        if len(begun) > MOST:
            blocks.append(f"… and {len(begun) - MOST} more; --json has all.")
    return "\n\n".join(blocks)


def write_lists(path: Path, run: AssignmentRun) -> None:
    """Write the lists of a fixed assignment as CSV: rater, place, claim."""
    from referee_calib.io import write_bytes

    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("rater", "place", "claim"))
    writer.writerows((one.rater, place, claim) for one in run.lists for place, claim in enumerate(one.claims, start=1))
    write_bytes(path, text.getvalue().encode())


def _pair_text(run: AssignmentRun) -> str:
    from itertools import combinations

    lists = [set(one.claims) for one in run.lists]
    shared = [len(a & b) for a, b in combinations(lists, 2)]
    return f"Two raters share {min(shared)} to {max(shared)} of these claims." if shared else ""


def _table(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    cells = [heads, *[["" if cell is None else str(cell) for cell in row] for row in rows]]
    widths = [max(len(row[k]) for row in cells) for k in range(len(heads))]
    left = [not all(isinstance(row[k], int) for row in rows) for k in range(len(heads))]
    columns = list(zip(widths, left, strict=True))
    aligned = [[c.ljust(n) if text else c.rjust(n) for c, (n, text) in zip(row, columns, strict=True)] for row in cells]
    return "\n".join("  ".join(row).rstrip() for row in aligned)
