"""What a reply earns when its referee failed: never a silent 0."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from referee_calib.errors import InputError, RefereeFailure

Policy = Literal["abstain", "raise", "group-mean"] | float

POLICIES = ("abstain", "raise", "group-mean")


def check_policy(policy: Policy) -> None:
    """Refuse what is no policy."""
    constant = isinstance(policy, (int, float)) and not isinstance(policy, bool) and math.isfinite(policy)
    if policy not in POLICIES and not constant:
        raise InputError(f"failure={policy!r:.40}", f"a failure policy is {', '.join(POLICIES)} or a number")


def apply_policy(
    values: Sequence[float | None], reasons: Sequence[str], policy: Policy, groups: Sequence[str] | None
) -> list[float | None]:
    """Replace the values of failed replies, which are None.

    ``abstain`` leaves None (TRL leaves such a reply out when this is its only reward), ``raise`` raises RefereeFailure,
    ``group-mean`` gives the mean of the group's other replies (None when all failed), a number is paid as it is.
    """
    failed = [i for i, value in enumerate(values) if value is None]
    if not failed or policy == "abstain":
        return list(values)
    if policy == "raise":
        raise RefereeFailure(
            f"completion {failed[0]}", reasons[failed[0]], 'Choose failure="abstain" to go on without.'
        )
    if isinstance(policy, str):
        return [_group_mean(values, groups or [], i) if value is None else value for i, value in enumerate(values)]
    return [float(policy) if value is None else value for value in values]


def _group_mean(values: Sequence[float | None], groups: Sequence[str], index: int) -> float | None:
    others = [v for v, group in zip(values, groups, strict=True) if group == groups[index] and v is not None]
    return sum(others) / len(others) if others else None
