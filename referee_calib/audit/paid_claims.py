"""The claims of a window, and what the reward paid for each: read from the reward log, parsed as in training."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from referee_calib.claims import Rollout, claims_of
from referee_calib.errors import InputError, RefereeCalibError
from referee_calib.records import AUDITED, Claim
from referee_calib.reward import READING, distinct_claims, read_log
from referee_calib.rubric import Rubric

_OF_ROLLOUT = ("rollout", "video", "question", "completion", "box_unit", "group", "answer", "step", "source")
_NEEDED = {"rollout": str, "time": str, "fingerprint": str, "claims": list}  # beside what a reply is read again from
_TRUTH = ("reference_object", "reference_boxes", "reference_span", "key_times")


@dataclass(frozen=True, slots=True)
class PaidClaim:
    """One claim of a run.

    Attributes
    ----------
    claim : Claim
        As people are to see it, with the source "audit".
    paid : float
        What the reward gave for it, 0 to 1.
    source : str
        Where its rollout came from.
    """

    claim: Claim
    paid: float
    source: str


@dataclass(frozen=True, slots=True)
class LoggedWindow:
    """What the reward log holds of a window.

    Attributes
    ----------
    claims : tuple of PaidClaim
        Those that were paid and that people can be asked about, in the order of the log.
    first_step, last_step : int or None
        None where the log has no steps.
    until : str
        Time of its last line.
    read : mapping of str to int
        How many lines of each file of the log are behind this window; the next one begins there.
    fingerprint, referee : str
        Of the reward, and of the referee that it asks; "" where it asks none, or the log does not say.
    replies : int
        Lines of the log.
    left_out : mapping of str to int
        Claims and replies that are in no stratum, by reason.
    """

    claims: tuple[PaidClaim, ...]
    first_step: int | None
    last_step: int | None
    until: str
    read: Mapping[str, int]
    fingerprint: str
    referee: str
    replies: int
    left_out: Mapping[str, int] = field(default_factory=dict)


def read_window(log: Path, *, after: Mapping[str, int], steps: int | None, rubric: Rubric) -> LoggedWindow:
    """Read the replies that were paid since the last window.

    Parameters
    ----------
    log : Path
        Folder of the reward log.
    after : mapping of str to int
        How many lines of each file earlier windows go up to: places and no times, for the clocks of several machines
        differ.
    steps : int, optional
        Only the last so many training steps; all since the last window by default.
    rubric : Rubric
        Which claims people can be asked about.

    Raises
    ------
    InputError
        When there is nothing new, or several rewards paid: an audit is about one.
    """
    new = new_rows(log, after)
    if not new:
        since = "since the last window" if after else "yet"
        raise InputError(f"reward log {log}", f"nothing was paid {since}", "Sample when the run has gone on.")
    read = dict(after)
    for row in new:
        name, number = _place(row)
        read[name] = max(read.get(name, 0), number + 1)
    left: Counter[str] = Counter()
    rows = new if steps is None else _last_steps(new, steps, log, left)
    rewards = sorted({str(row["fingerprint"]) for row in rows})
    if len(rewards) > 1:
        why = "an audit follows one frozen reward, and each pays by rules of its own"
        raise InputError(f"reward log {log}: rewards {', '.join(rewards)}", why, "Give each run a log of its own.")
    claims = [one for row in rows for one in _claims_of(row, rubric, left)]
    seen = [row["step"] for row in rows if row.get("step") is not None]
    until = max(str(row["time"]) for row in rows)
    first, last = (min(seen), max(seen)) if seen else (None, None)
    return LoggedWindow(
        claims=_once(claims, left), first_step=first, last_step=last, until=until, read=read, fingerprint=rewards[0],
        referee=str(rows[0].get("referee", "")), replies=len(rows), left_out=dict(left),
    )  # fmt: skip


def new_rows(log: Path, after: Mapping[str, int]) -> list[Mapping[str, Any]]:
    """Return the lines of a log behind what earlier windows go up to; InputError for a line that lacks what it has."""
    rows: list[Mapping[str, Any]] = []
    for row in read_log(log):
        _check_line(row, log)
        name, number = _place(row)
        if number >= after.get(name, 0):
            rows.append(row)
    return rows


def _check_line(row: Mapping[str, Any], log: Path) -> None:
    wrong = [name for name, kind in _NEEDED.items() if not isinstance(row.get(name), kind)]
    if row.get("step") is not None and type(row["step"]) is not int:
        wrong.append("step")
    if not wrong and not all(isinstance(one, Mapping) and _is_pay(one.get("value")) for one in row["claims"]):
        wrong.append("value of a claim")
    if wrong or not row["rollout"].rpartition(":")[2].isdecimal():
        raise InputError(
            f"reward log {log}, line {row.get('rollout')!r:.80}",
            f"it lacks, or has otherwise than the reward wrote it: {', '.join(wrong) or 'rollout'}",
            "Name the folder that log= names, as the reward wrote it.",
        )


def _is_pay(value: object) -> bool:
    """Tell whether a claim can have earned this: a number, or None where the referee could not judge it."""
    return value is None or (isinstance(value, (int, float)) and math.isfinite(value))


def _place(row: Mapping[str, Any]) -> tuple[str, int]:
    name, _, number = str(row["rollout"]).rpartition(":")
    return name, int(number)


def _last_steps(
    rows: Sequence[Mapping[str, Any]], steps: int, log: Path, left: Counter[str]
) -> list[Mapping[str, Any]]:
    known = [row["step"] for row in rows if row.get("step") is not None]
    if not known:
        why = "its lines have no training steps"
        raise InputError(f"reward log {log}", why, "Leave --window out: all that was paid since the last window.")
    if len(known) < len(rows):
        left["replies without a training step"] += len(rows) - len(known)
    return [row for row in rows if row.get("step") is not None and row["step"] > max(known) - steps]


def _claims_of(row: Mapping[str, Any], rubric: Rubric, left: Counter[str]) -> Iterable[PaidClaim]:
    """Give the claims of a reply with their pay: those that the log tells, found again in the text."""
    logged = row["claims"]
    if not logged:
        left["replies without a paid claim"] += 1
        return
    try:
        fields = {name: row[name] for name in (*_OF_ROLLOUT, *_TRUTH) if row.get(name) is not None}
        parsed = claims_of(Rollout.from_json(fields, str(row["rollout"])), options=READING)
    except RefereeCalibError:
        left["claims of replies that cannot be read again"] += len(logged)
        return
    found = _as_paid(distinct_claims(parsed.claims), len(logged), rubric)
    if len(found) != len(logged):
        left["claims that are not found again in their reply"] += len(logged)
        return
    for claim, one in zip(found, logged, strict=True):
        if one["value"] is None:
            left["claims that the referee could not judge"] += 1
        elif not rubric.applies(claim):
            left["claims that the rubric does not ask about"] += 1
        else:
            yield PaidClaim(replace(claim, source=AUDITED, id=""), float(one["value"]), claim.source)


def _as_paid(claims: list[Claim], count: int, rubric: Rubric) -> list[Claim]:
    """Return the claims that the reward judged, which leaves out those it does not apply to, and those beyond a cap."""
    if len(claims) <= count:
        return claims
    asked = [one for one in claims if rubric.applies(one)]
    return (asked if len(asked) >= count else claims)[:count]


def _once(claims: Iterable[PaidClaim], left: Counter[str]) -> tuple[PaidClaim, ...]:
    first: dict[str, PaidClaim] = {}
    for one in claims:
        if first.setdefault(one.claim.id, one) is not one:
            left["claims that are logged twice"] += 1
    return tuple(first.values())
