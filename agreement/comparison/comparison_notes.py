"""What a reader has to know beside a comparison: what did not enter, what was pooled, what looks copied."""

from __future__ import annotations

import numpy as np

from agreement.array_inputs import unused_weights_note
from agreement.arrays import Codes
from agreement.comparison.comparison_result import IdenticalRaters
from agreement.comparison.identical_raters import identical_notes
from agreement.comparison.like_with_like import comparable
from agreement.comparison.rater_pair_estimates import ComparisonPlan
from agreement.cross_tables import sparse_pairs
from agreement.ratings import Ratings
from agreement.result_notes import Note, NoteCode, few_clusters_note, pooled_pairs_note
from agreement.significance.raters_as_sample import few_raters_note


def comparison_notes(
    people: Ratings,
    codes: Codes,
    averaging: str,
    n_clusters: int | None,
    plan: ComparisonPlan,
    identical: tuple[IdenticalRaters, ...],
) -> tuple[str, ...]:
    """Return the notes of a comparison of codes (units, people + 1), the referee last."""
    notes: list[str] = []
    if not people.declared:
        notes.append(
            f"the scale was read off the data, {people.scale}: weighted kappa and AC depend on levels that nobody used "
            "as well, so pass scale="
        )
    if plan.interval is not None and plan.n_resamples == 0 and not plan.like_these:
        notes.append("no p-values: n_resamples=0 leaves no swaps of the referee with people")
    if plan.like_these:
        notes += few_raters_note(int((codes[comparable(codes), :-1] >= 0).any(axis=0).sum()))
    notes += _what_did_not_enter(codes)
    if averaging == "pooled":
        n_pairs, enough = max(sparse_pairs(codes[comparable(codes), :-1]), sparse_pairs(codes[:, :-1]))
        notes += pooled_pairs_note(enough, n_pairs, where="on both sides")
    scored = codes[codes[:, -1] >= 0, -1]
    if len(scored) and np.ptp(scored) == 0:
        level = people.scale[int(scored[0])]
        constant = f"the referee gave {level!r} to all {len(scored)} units that it scored"
        notes.append(Note(constant, NoteCode.REFEREE_CONSTANT))
    return (*notes, *identical_notes(identical), *few_clusters_note(n_clusters), *unused_weights_note(people))


def _what_did_not_enter(codes: Codes) -> list[str]:
    scored, rated = codes[:, -1] >= 0, np.count_nonzero(codes[:, :-1] >= 0, axis=1)
    failed = int((~scored & (rated > 0)).sum())
    unrated = int((scored & (rated == 0)).sum())
    single = int((scored & (rated == 1)).sum())
    notes: list[str] = []
    if failed:
        notes.append(f"{failed} rated units have no level of the referee and enter neither side")
    if unrated:
        notes.append(f"{unrated} units that the referee scored have no rating")
    if single:
        alone = (
            f"{single} units with one rating are in neither side and not in the difference, because people with people "
            "is not known there; leniency and the figures of all units have them"
        )
        notes.append(Note(alone, NoteCode.SINGLE_RATED))
    return notes
