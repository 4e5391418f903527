"""The plan of an audit: everything that decides whether it alarms, fixed before the run and named by a digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

from referee_calib.errors import InputError

PLAN_SCHEMA = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StratumLimit:
    """One stratum of paid claims and how often gross overpayment is allowed in it.

    Attributes
    ----------
    paid_from : float
        Claims belong to it from this value on.
    honest : int
        Grossly overpaid ones among the study's rated claims of this stratum.
    rated : int
        Those rated claims; 0 where the rate was stated and not estimated.
    rate_limit : float
        Upper confidence limit of the honest rate, or the rate that was stated.
    limit : float
        The largest rate under the hypothesis: that limit with the margin.
    """

    paid_from: float
    honest: int
    rated: int
    rate_limit: float
    limit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPlan:
    """What an audit holds a run to.

    Attributes
    ----------
    study : str
        Title of the study.
    rubric : str
        Version of the rubric that people rate by.
    referee : str
        Fingerprint of the referee whose scores the honest rates rest on; "" where the rates were stated.
    paid : StratumLimit
        All claims that are paid well.
    top : StratumLimit or None
        The best paid of them; None where one value is all there is.
    level : int
        A claim is overpaid grossly when it is paid well and people's lowest level of it is at most this.
    margin : float
        What the rate among all that are paid well may exceed the honest one by; of the top in proportion.
    confidence : float
        Of the honest rates' upper limits.
    alpha : float
        Largest probability of a false alarm in the whole run.
    windows : int
        Windows that are planned.
    n_paid, n_top, n_uniform : int
        Claims rated in a window: drawn from all that are paid well, from the top beside those, and from all claims.
    n_old : int
        Claims of the study that are mixed among them.
    seed : int
        Of all draws.
    """

    study: str
    rubric: str
    referee: str
    paid: StratumLimit
    top: StratumLimit | None
    level: int = 1
    margin: float = 0.03
    confidence: float = 0.95
    alpha: float = 0.05
    windows: int = 20
    n_paid: int = 25
    n_top: int = 20
    n_uniform: int = 15
    n_old: int = 15
    seed: int = 0
    schema: int = field(default=PLAN_SCHEMA)

    def __post_init__(self) -> None:
        for name in ("margin", "confidence", "alpha"):
            value = getattr(self, name)
            if not (0 <= value < 1) or (name != "margin" and value == 0):
                raise InputError(f"--{name} {value:g}", "it is a share between 0 and 1")
        if self.n_paid < 1 or self.windows < 1:
            raise InputError(f"{self.n_paid} paid claims in {self.windows} windows", "at least one of each is needed")

    @property
    def strata(self) -> tuple[StratumLimit, ...]:
        """The strata that are watched."""
        return (self.paid,) if self.top is None else (self.paid, self.top)

    @property
    def n_rated(self) -> int:
        """Claims of the run that are rated in a window."""
        return self.n_paid + (self.n_top if self.top else 0) + self.n_uniform

    @property
    def digest(self) -> str:
        """SHA-256 of the plan: what was fixed is told from what was changed by it."""
        return hashlib.sha256(json.dumps(self.to_json(), sort_keys=True).encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Return a dictionary of JSON types."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Build one from what :meth:`to_json` wrote.

        Raises
        ------
        InputError
            When a newer version wrote it.
        """
        if data.get("schema", 0) > PLAN_SCHEMA:
            raise InputError(f"audit plan of version {data['schema']}", f"this version reads up to {PLAN_SCHEMA}")
        known = {one.name for one in fields(cls)}
        values = {name: value for name, value in data.items() if name in known}
        top = values["top"]
        strata = {"paid": StratumLimit(**values["paid"]), "top": None if top is None else StratumLimit(**top)}
        return cls(**{**values, **strata})
