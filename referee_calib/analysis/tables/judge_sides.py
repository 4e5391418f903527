"""Which judges of a table can stand side by side, and on what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from referee_calib.analysis.tables.table_judgements import TableJudgements


@dataclass(frozen=True, slots=True)
class JudgeSides:
    """Judges with the dimensions that all of them scored, and whom or what this leaves out, in sentences."""

    judges: tuple[str, ...]
    dimensions: tuple[str, ...]
    notes: tuple[str, ...]


def judge_sides(tables: TableJudgements, judge: str, judges: Sequence[str]) -> JudgeSides:
    """Put judges beside `judge` as long as there is a dimension on which all of them scored a unit that was rated."""
    rated = {(rating.claim, rating.dimension) for rating in tables.ratings if rating.level is not None}
    scored = {
        name: {
            one.dimension
            for one in tables.scores[name]
            if one.level is not None and (one.claim, one.dimension) in rated
        }
        for name in dict.fromkeys([judge, *judges])
    }
    sides, shared = [judge], scored[judge]
    notes: list[str] = []
    for name, its in scored.items():
        if name == judge:
            continue
        if shared & its:
            sides.append(name)
            shared = shared & its
        else:
            notes.append(f"{name} stands beside nobody: it scored nothing that {', '.join(sides)} scored too.")
    left = [name for name in tables.scales if name in scored[judge] - shared]
    if len(sides) > 1 and left:
        notes.append(f"Judges stand side by side only on what all of them scored, which leaves out {', '.join(left)}.")
    return JudgeSides(tuple(sides), tuple(name for name in tables.scales if name in shared), tuple(notes))
