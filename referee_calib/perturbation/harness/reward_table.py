"""What every reward paid for every perturbed claim, as arrays: the one object that all measures read.

A table holds claims about one kind of evidence, boxes or spans. Its cells are the perturbations at one magnitude;
NaN stands for "does not apply" (where it was not asked) and for "the reward failed" (where it was), and never leaves
this package: every published number is a number, or None with a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Kind = Literal["graded", "time", "same", "wrong", "exploit", "jitter"]
On = Literal["boxes", "span"]
GROUP = 8  # candidates of one prompt that training compares


@dataclass(frozen=True, slots=True)
class Cell:
    """One perturbation at one magnitude."""

    family: str
    delta: float | None  # magnitude; None for wrong evidence and for the jitter of a group
    # moved away from the truth by degrees in place or span, or by frames; changed without touching what is true; wrong
    # on purpose; an exploit of a published reward; a candidate of a group after a small jitter
    kind: Kind


@dataclass(frozen=True, slots=True)
class RewardRow:
    """What one reward paid for one claim at one magnitude, in tidy form.

    Attributes
    ----------
    reward : str
    family : str
        Key of the perturbation; "truth" for true evidence as it is.
    delta : float or None
        None for wrong evidence.
    claim : str
        Id of the true claim that was perturbed.
    video : str
    value : float or None
        None when the reward failed.
    status : str
        "ok", or "failed".
    size, span : str
        The stratum: "small", "medium" or "large" object; "short", "medium" or "long" span; "" where it has none.
    overlap : float or None
        IoU, or tIoU, of the perturbed evidence with the truth.
    perturbed : str
        Id of the claim that was judged.
    """

    reward: str
    family: str
    delta: float | None
    claim: str
    video: str
    value: float | None
    status: str = "ok"
    size: str = ""
    span: str = ""
    overlap: float | None = None
    perturbed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardTable:
    """Everything that was asked about one kind of evidence; K cells, n claims, R rewards."""

    on: On
    rewards: tuple[str, ...]
    cells: tuple[Cell, ...]
    # ids of the true claims and their videos, n each
    claims: tuple[str, ...]
    videos: tuple[str, ...]
    # shape (R, m, n); what is paid for the true evidence, m times; with one repeat nothing is known of retest noise
    truth: Floats
    values: Floats
    asked: NDArray[np.bool_]  # shape (K, n); where the perturbation applies
    overlap: Floats  # shape (K, n); IoU or tIoU of the perturbed evidence with the truth
    # shape (n, 8); cells of each claim's group of candidates, -1 where there is no group; after their jitter they are
    # the cells of kind "jitter", in order
    groups: NDArray[np.int64]
    # magnitude of each graded family up to which it is a small change
    small: Mapping[str, float] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)  # unit of each family's magnitude
    # labels of the claims by slicing: "size", "span"
    strata: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # shape (K, n); what people's mean rating pays for the same perturbed claims, where they rated them
    people: Floats | None = None
    people_truth: Floats | None = None
    # rewards that are functions of their input: nothing was repeated, and their retest noise is 0
    exact: frozenset[str] = frozenset()
    ids: tuple[tuple[str, ...], ...] = ()  # ids of the perturbed claims, K by n, "" where it was not asked

    def index(self, reward: str) -> int:
        """Return the place of a reward."""
        return self.rewards.index(reward)

    def families(self, *kinds: Kind) -> tuple[str, ...]:
        """Return the families of these kinds, in order."""
        return tuple(dict.fromkeys(cell.family for cell in self.cells if cell.kind in kinds))

    def of_family(self, family: str) -> list[int]:
        """Return the cells of a family by rising magnitude."""
        found = [i for i, cell in enumerate(self.cells) if cell.family == family and cell.kind != "jitter"]
        return sorted(found, key=lambda i: self.cells[i].delta or 0.0)

    def of_kind(self, kind: Kind) -> list[int]:
        """Return the cells of a kind."""
        return [i for i, cell in enumerate(self.cells) if cell.kind == kind]

    def only(self, keep: Sequence[bool] | NDArray[np.bool_]) -> RewardTable:
        """Return the table of some claims."""
        mask = np.asarray(keep, dtype=bool)
        places = [int(i) for i in np.flatnonzero(mask)]
        return replace(
            self,
            claims=tuple(self.claims[i] for i in places),
            videos=tuple(self.videos[i] for i in places),
            truth=self.truth[..., mask],
            values=self.values[..., mask],
            asked=self.asked[:, mask],
            overlap=self.overlap[:, mask],
            groups=self.groups[mask],
            strata={name: tuple(labels[i] for i in places) for name, labels in self.strata.items()},
            people=None if self.people is None else self.people[:, mask],
            people_truth=None if self.people_truth is None else self.people_truth[mask],
            ids=tuple(tuple(row[i] for i in places) for row in self.ids),
        )

    def rows(self) -> Iterator[RewardRow]:
        """Yield every value that was asked for, one by one."""
        blank = ("",) * len(self.claims)
        size, span = self.strata.get("size", blank), self.strata.get("span", blank)
        for r, reward in enumerate(self.rewards):
            for j, claim in enumerate(self.claims):
                about: dict[str, Any] = {"video": self.videos[j], "size": size[j], "span": span[j]}
                for value in self.truth[r, : 1 if reward in self.exact else None, j]:
                    yield RewardRow(reward, "truth", 0.0, claim, **_paid(value), overlap=1.0, perturbed=claim, **about)
                for k in np.flatnonzero(self.asked[:, j]):
                    cell, met = self.cells[k], self.overlap[k, j]
                    over = None if np.isnan(met) else float(met)
                    name = self.ids[k][j] if self.ids else ""
                    family = cell.family if cell.kind != "jitter" else f"jitter:{cell.family}"
                    paid = _paid(self.values[r, k, j])
                    yield RewardRow(reward, family, cell.delta, claim, **paid, overlap=over, perturbed=name, **about)


def _paid(value: float) -> dict[str, Any]:
    return {"value": None, "status": "failed"} if np.isnan(value) else {"value": float(value), "status": "ok"}


def values_of(tables: Iterable[RewardTable]) -> Iterator[tuple[Any, ...]]:
    """Yield every value of some tables, as rows of :data:`COLUMNS`."""
    return (tuple(getattr(row, name) for name in COLUMNS) for table in tables for row in table.rows())


COLUMNS = tuple(f.name for f in fields(RewardRow))
