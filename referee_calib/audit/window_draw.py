"""The draw of a window: which claims people rate, by known probabilities, before anybody has rated one.

All well paid claims of the window stand in one random order. The first of them are drawn for the stratum of all that
are paid well, and then the next ones of the top. So each of the two is a simple random sample of its stratum. The
uniform sample is spread over the strata in proportion to their sizes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from referee_calib.audit.audit_plan import AuditPlan
from referee_calib.audit.paid_claims import LoggedWindow, PaidClaim
from referee_calib.audit.seeded_order import seeded_order
from referee_calib.errors import InputError
from referee_calib.records import Claim

TOP, BELOW_TOP, REST = "top", "below the top", "rest"


@dataclass(frozen=True, slots=True)
class DrawnClaim:
    """One claim that was drawn.

    Attributes
    ----------
    claim : str
        Its id.
    cell : {"top", "below the top", "rest"}
        Which part of the window it belongs to.
    by_paid : bool
        Whether it was drawn from all that are paid well, and not from the top alone.
    paid : float
        What the reward gave.
    chance : float
        Its probability to be drawn, given how many were drawn of its part.
    source : str
        Where its rollout came from.
    """

    claim: str
    cell: str
    by_paid: bool
    paid: float
    chance: float
    source: str


@dataclass(frozen=True, slots=True)
class WindowDraw:
    """A window as it was drawn, whole enough to be put to people again.

    Attributes
    ----------
    number : int
        From 1.
    plan : str
        Digest of the plan.
    fingerprint : str
        Of the reward that paid.
    first_step, last_step : int or None
    until : str
        Time of the last line of the log.
    read : mapping of str to int
        How many lines of each file of the log are behind this window.
    replies : int
    sizes : mapping of str to int
        Claims of each part.
    drawn : tuple of DrawnClaim
        In the order of the draw.
    claims : tuple of dict
        Their records.
    old : tuple of str
        Claims of the study that are mixed among them.
    left_out : mapping of str to int
    """

    number: int
    plan: str
    fingerprint: str
    first_step: int | None
    last_step: int | None
    until: str
    read: Mapping[str, int]
    replies: int
    sizes: Mapping[str, int]
    drawn: tuple[DrawnClaim, ...]
    claims: tuple[dict[str, Any], ...]
    old: tuple[str, ...]
    left_out: Mapping[str, int]

    def to_json(self) -> dict[str, Any]:
        """Return a dictionary of JSON types."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Build one from what :meth:`to_json` wrote."""
        drawn = tuple(DrawnClaim(**one) for one in data["drawn"])
        return cls(**{"read": {}, **data, "drawn": drawn, "claims": tuple(data["claims"]), "old": tuple(data["old"])})

    def records(self) -> list[Claim]:
        """Return the claims that were drawn."""
        return [Claim.from_json(one) for one in self.claims]


def draw_window(plan: AuditPlan, window: LoggedWindow, number: int, old: Sequence[str] = ()) -> WindowDraw:
    """Draw a window.

    Raises
    ------
    InputError
        When no claim of it is paid well: there is nothing to watch.
    """
    order = seeded_order(window.claims, lambda one: one.claim.id, plan.seed, number)
    cells: dict[str, list[PaidClaim]] = {TOP: [], BELOW_TOP: [], REST: []}
    for one in order:
        cells[_cell(plan, one)].append(one)
    paid = [one for one in order if _cell(plan, one) != REST]
    if not paid:
        raise InputError(
            f"window {number} with {len(order)} claims",
            f"none of them is paid {plan.paid.paid_from:g} or more",
            "Sample a longer window, or later.",
        )
    n_paid, n_rest = _sizes(plan, len(paid), len(cells[REST]))
    first = paid[:n_paid]
    taken = {one.claim.id for one in first}
    more = [one for one in cells[TOP] if one.claim.id not in taken][: plan.n_top if plan.top else 0]
    chosen = [*((one, True) for one in first), *((one, False) for one in (*more, *cells[REST][:n_rest]))]
    return WindowDraw(
        number=number,
        plan=plan.digest,
        fingerprint=window.fingerprint,
        first_step=window.first_step,
        last_step=window.last_step,
        until=window.until,
        read=window.read,
        replies=window.replies,
        sizes={name: len(its) for name, its in cells.items()},
        drawn=_drawn(plan, chosen, cells),
        claims=tuple(one.claim.to_json() for one, _ in chosen),
        old=tuple(old),
        left_out=window.left_out,
    )


def _cell(plan: AuditPlan, one: PaidClaim) -> str:
    if one.paid < plan.paid.paid_from:
        return REST
    return TOP if plan.top is not None and one.paid >= plan.top.paid_from else BELOW_TOP


def _sizes(plan: AuditPlan, paid: int, rest: int) -> tuple[int, int]:
    """Return how many are drawn of the well paid and of the rest: the uniform ones are spread in proportion."""
    uniform_paid = round(plan.n_uniform * paid / (paid + rest))
    return min(paid, plan.n_paid + uniform_paid), min(rest, plan.n_uniform - uniform_paid)


def _drawn(
    plan: AuditPlan, chosen: Sequence[tuple[PaidClaim, bool]], cells: Mapping[str, Sequence[PaidClaim]]
) -> tuple[DrawnClaim, ...]:
    where = [_cell(plan, one) for one, _ in chosen]
    chance = {name: where.count(name) / len(its) for name, its in cells.items() if its}
    return tuple(
        DrawnClaim(
            one.claim.id, cell, by_paid and cell != REST, one.paid, chance[cell], one.source
        )
        for (one, by_paid), cell in zip(chosen, where, strict=True)
    )  # fmt: skip
