"""What a reward returns at all: one number for each reply, within its range, and the same one when asked again."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from referee_calib.exploits import PROBES, SAME, ProbeBench, ProbeReply, unsupported_reason
from referee_calib.perturbation import NO_NUMBER, Floats
from referee_calib.robustness.property_outcome import PropertyOutcome, ValueRange, interval_text, unexamined
from referee_calib.verdict_state import VerdictState, decide

REPLIES = ("no_evidence", "whole_frame", "whole_video", "duplicates_10", "shotgun_10", "truth_first")


def numbers_returned(bench: ProbeBench) -> PropertyOutcome:
    """Tell whether true, wrong, missing, repeated and many claims are each paid a number."""
    asked = [(int(np.isfinite(values).sum()), count) for _, values, count in _values(bench)]
    for name in ("true", "wrong", *REPLIES):
        wrong = [why.partition(": ")[2] for why in bench.failures.get(name, ()) if NO_NUMBER in why]
        if wrong:
            return PropertyOutcome(
                VerdictState.FAIL, f"{wrong[0]} for the reply {name!r}; a trainer takes numbers alone"
            )
    paid = sum(numbers for numbers, _ in asked)
    if not paid:
        return unexamined("it gave no value for any reply")
    said = f"a number for {paid} of {sum(count for _, count in asked)} replies, None for the others"
    return PropertyOutcome(VerdictState.PASS, said)


def values_in_range(bench: ProbeBench, value_range: ValueRange) -> PropertyOutcome:
    """Tell whether nothing is paid below or above what the reward can mean."""
    low, high = value_range
    seen = [(float(value), name) for name, values, _ in _values(bench) for value in values[np.isfinite(values)]]
    if not seen:
        return unexamined("it gave no value for any reply")
    (least, least_name), (most, most_name) = min(seen), max(seen)
    said = f"{least:.3f} ({least_name}) to {most:.3f} ({most_name}), to lie within {low:g} to {high:g}"
    inside = low - SAME <= least and most <= high + SAME
    return PropertyOutcome(VerdictState.PASS if inside else VerdictState.FAIL, said)


def repeats_agree(bench: ProbeBench, at_most: float) -> PropertyOutcome:
    """Tell whether the same reply is paid the same when it is asked about again, in units of truth less elsewhere."""
    gap = float(bench.gap[0])
    if not np.isfinite(gap) or gap <= SAME:
        return unexamined(bench.refused or "it does not pay the truth more than evidence elsewhere")
    if bench.examined.deterministic:
        return PropertyOutcome(VerdictState.PASS, "it says that it answers the same each time")
    variances: Floats = np.var(bench.repeated, axis=0, ddof=1)
    if np.isnan(variances).all():
        return unexamined("it gave no value for the same reply twice")
    drawn = np.sqrt(bench.draws.mean(variances)) / gap
    low, high = bench.draws.limits(drawn)
    said = interval_text(float(drawn[0]), low, high, f"at most {at_most:.2f} of truth less elsewhere")
    if low is None or high is None:
        low = high = float(drawn[0])
    return PropertyOutcome(decide(low, high, None, at_most), said)


def _values(bench: ProbeBench) -> Iterator[tuple[str, Floats, int]]:
    """Yield what is paid for replies of many kinds: name, values, and how many there were."""
    yield "truth", bench.true, len(bench.references)
    yield "elsewhere", bench.wrong, sum(one.wrong is not None for one in bench.references)
    for name in REPLIES:
        probe = PROBES[name]
        if unsupported_reason(bench.examined, probe):
            continue
        replies: list[ProbeReply | None] = [
            probe(one) if one.on in probe.on and (one.truth or probe.truthless) else None for one in bench.references
        ]
        if any(replies):
            count = sum(reply is not None for reply in replies)
            yield name, bench.paid(name, replies, as_text=bool(probe.needs & {"text", "together"})), count
