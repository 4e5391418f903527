"""The claims of a window, and what the reward paid for each: read from the reward log, parsed as in training."""

from __future__ import annotations

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
        Time of its last line; the next window begins behind it.
    fingerprint : str
        Of the reward.
    replies : int
        Lines of the log.
    left_out : mapping of str to int
        Claims and replies that are in no stratum, by reason.
    """

    claims: tuple[PaidClaim, ...]
    first_step: int | None
    last_step: int | None
    until: str
    fingerprint: str
    replies: int
    left_out: Mapping[str, int] = field(default_factory=dict)


def read_window(log: Path, *, after: str, steps: int | None, rubric: Rubric) -> LoggedWindow:
    """Read the replies that were paid since the last window.

    Parameters
    ----------
    log : Path
        Folder of the reward log.
    after : str
        Time up to which earlier windows go, "" for the first one.
    steps : int, optional
        Only the last so many training steps; all since the last window by default.
    rubric : Rubric
        Which claims people can be asked about.

    Raises
    ------
    InputError
        When there is nothing new, or several rewards paid: an audit is about one.
    """
    rows: list[Mapping[str, Any]] = [row for row in read_log(log) if str(row.get("time", "")) > after]
    if not rows:
        since = f"since the last window ({after})" if after else "yet"
        raise InputError(f"reward log {log}", f"nothing was paid {since}", "Sample when the run has gone on.")
    rows = rows if steps is None else _last_steps(rows, steps, log)
    rewards = sorted({str(row["fingerprint"]) for row in rows})
    if len(rewards) > 1:
        why = "an audit follows one frozen reward, and each pays by rules of its own"
        raise InputError(f"reward log {log}: rewards {', '.join(rewards)}", why, "Give each run a log of its own.")
    left: Counter[str] = Counter()
    claims = [one for row in rows for one in _claims_of(row, rubric, left)]
    seen = [row["step"] for row in rows if row.get("step") is not None]
    until = max(str(row["time"]) for row in rows)
    first, last = (min(seen), max(seen)) if seen else (None, None)
    return LoggedWindow(_once(claims, left), first, last, until, rewards[0], len(rows), dict(left))


def _last_steps(rows: Sequence[Mapping[str, Any]], steps: int, log: Path) -> list[Mapping[str, Any]]:
    known = [row["step"] for row in rows if row.get("step") is not None]
    if not known:
        why = "its lines have no training steps"
        raise InputError(f"reward log {log}", why, "Leave --window out: all that was paid since the last window.")
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
