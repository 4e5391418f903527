"""What is asked: which families at which magnitudes, about which true claims, and the perturbed claims themselves.

Changes of boxes and spans are made for all claims at once as arrays, which is what geometric rewards read; the claims
that a referee needs are made when they are first asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from referee_calib.errors import InputError
from referee_calib.perturbation.families import vectorized
from referee_calib.perturbation.families.ambiguous_negatives import AmbiguityCheck
from referee_calib.perturbation.families.boxes import Jitter
from referee_calib.perturbation.families.edge_moves import EdgeMove
from referee_calib.perturbation.families.family_registry import MAGNITUDES, kinds
from referee_calib.perturbation.families.open_o3_exploits import BoxGrid, FarTooLate
from referee_calib.perturbation.families.perturbation import Perturbation, claim_random
from referee_calib.perturbation.families.reference_objects import ReferenceObjects
from referee_calib.perturbation.families.spans import SpanBoundary
from referee_calib.perturbation.harness.reward_table import GROUP, Cell, Floats, Kind, On
from referee_calib.perturbation.harness.video_facts import VideoFacts
from referee_calib.perturbation.metrics import rank_stability
from referee_calib.records import Claim
from referee_calib.reward import Batch, ClaimContext

GRADED: dict[On, tuple[str, ...]] = {
    "boxes": ("shift_x", "shift_y", "shift_diagonal", "edge_any", "jitter", "grow", "shrink", "aspect"),
    "span": ("span_early", "span_late", "span_start", "span_end", "span_grow", "span_shrink"),
}
OTHERS: dict[On, tuple[str, ...]] = {
    "boxes": (
        *("frames_early", "frames_late", "paraphrase", "overlay_colour", "overlay_width", "reencoded"),
        *("background", "same_class_distractor", "other_class_distractor", "swapped_name", "wrong_time"),
        *("other_video", "blank", "mirrored"),
    ),
    "span": ("wrong_span", "other_video", "blank"),
}
EXPLOITS = ("far_too_late", "box_grid")
JITTER: dict[On, EdgeMove] = {"boxes": Jitter(delta=0.05), "span": SpanBoundary(delta=0.05)}
ONE_SIDED = ("edge_", "span_start", "span_end", "span_boundary")  # inwards, these end at a whole size
TRIES = 12  # other names that are drawn until one is known to be wrong


def families(
    on: On, names: Iterable[str] | None, known: ReferenceObjects, videos: Iterable[str]
) -> dict[str, tuple[Kind, Perturbation]]:
    """Return the families to ask about, with their kinds; all of GRADED, OTHERS and EXPLOITS without `names`.

    Raises
    ------
    InputError
        For an unknown name.
    """
    there: dict[str, Perturbation] = {**kinds(known, videos), "far_too_late": FarTooLate(), "box_grid": BoxGrid()}
    usual = (*GRADED[on], *OTHERS[on], *(EXPLOITS if on == "boxes" else ()))
    asked = usual if names is None else tuple(dict.fromkeys(names))
    unknown = sorted(set(asked) - set(there))
    if unknown:
        raise InputError(f"family {unknown[0]!r:.60}", f"families are {', '.join(sorted(there))}")
    either = {"other_video", "blank", "reencoded", "paraphrase"}
    mine = [name for name in asked if there[name].on == on or (name in either and name in usual)]
    return {name: (_kind(name, there[name]), there[name]) for name in mine}


def _kind(name: str, step: Perturbation) -> Kind:
    if name in EXPLOITS:
        return "exploit"
    if step.wrong:
        return "wrong"
    if step.unit == "frames":
        return "time"
    return "graded" if np.isfinite(step.small()) else "same"


class PerturbationPlan:
    """Every perturbed claim of one kind of evidence.

    `claims` are true, `chosen` is from :func:`families`. What is made wrong counts only where `known` tells that it is
    wrong; None takes wrong evidence as it is made. `deltas` are magnitudes of families that are measured in sizes or
    lengths, `agreement` is the IoU of two raters' boxes, where small changes end; `groups` draws each claim's group of
    candidates, too.
    """

    def __init__(
        self,
        on: On,
        claims: Sequence[Claim],
        chosen: Mapping[str, tuple[Kind, Perturbation]],
        facts: VideoFacts | None = None,
        known: ReferenceObjects | None = None,
        *,
        deltas: Sequence[float] | None = None,
        seed: int = 0,
        agreement: float,
        groups: bool = True,
    ) -> None:
        self.on, self.claims, self.seed = on, list(claims), seed
        self.facts, self._ambiguity = facts or VideoFacts(), None if known is None else AmbiguityCheck(known)
        self._chosen = chosen
        self.small = self.small_at(agreement)
        self.units = {name: step.unit for name, (_, step) in chosen.items()}
        self.steps: list[Perturbation] = []
        self.cells: list[Cell] = []
        for kind, step in chosen.values():
            self._add(kind, step, deltas)
        self._claims: dict[tuple[int, int], Claim | None] = {}
        self._ways: dict[str, Floats] = {}
        self._array = self._table()
        asked = [self._asked(k) for k in range(len(self.steps))]
        self.asked = np.array(asked, dtype=bool).reshape(len(self.steps), len(self.claims))
        self.members = np.full((len(self.claims), GROUP), -1, dtype=np.int64)
        if groups:
            self._add_groups()

    def small_at(self, agreement: float) -> dict[str, float]:
        """Return up to which magnitude each family is a small change, where two people overlap by `agreement`."""
        return {name: step.small(agreement) for name, (_, step) in self._chosen.items()}

    def _add(self, kind: Kind, step: Perturbation, deltas: Sequence[float] | None) -> None:
        graded = kind in ("graded", "time")
        sizes = MAGNITUDES[step.unit] if graded else (step.delta,)
        if deltas is not None and kind == "graded":
            sizes = tuple(deltas)
        if step.key.startswith(ONE_SIDED):  # from here on half of the directions are gone, and the curve would jump
            sizes = tuple(size for size in sizes if size < 1)
        for size in sorted({float(size) for size in sizes if size > 0 or not graded}):
            self.steps.append(replace(step, delta=size))
            self.cells.append(Cell(step.key, size if graded else None, kind))

    def _table(self) -> vectorized.EvidenceArray:
        if self.on == "boxes":
            return vectorized.box_table(self.claims)
        return vectorized.span_table(self.claims, self.facts.durations)

    def moves(self, cell: int) -> bool:
        """Tell whether a cell is a change of boxes or spans that needs no claims."""
        return cell < len(self.steps) and isinstance(self.steps[cell], EdgeMove)

    def rows(self, cell: int) -> tuple[Floats, NDArray[np.bool_]]:
        """Return all boxes, or spans, of a cell of moves, and which claims it applies to; others stay as they are."""
        step = self.steps[cell]
        assert isinstance(step, EdgeMove)  # noqa: S101 - `moves` says so
        if step.key not in self._ways:
            self._ways[step.key] = vectorized.ways(step, self.claims, self.seed, self.facts.durations)
        rows, applies = vectorized.apply(step, self._array, self._ways[step.key])
        return np.where(applies[self._array.owner][:, None], rows, self._array.rows), applies

    def _asked(self, cell: int) -> NDArray[np.bool_]:
        if self.moves(cell):
            return self.rows(cell)[1]
        return np.array([self.claim(cell, j) is not None for j in range(len(self.claims))], dtype=bool)

    def claim(self, cell: int, place: int) -> Claim | None:
        """Return a perturbed claim, None where the perturbation does not apply; each is made once."""
        key = (cell, place)
        if key not in self._claims:
            self._claims[key] = self._make(cell, place)
        return self._claims[key]

    def claims_of(self, cell: int) -> Iterator[tuple[int, Claim]]:
        """Yield the perturbed claims of a cell, each with the place of its true one."""
        for place in np.flatnonzero(self.asked[cell]).tolist():
            claim = self.claim(cell, place)
            if claim is not None:
                yield place, claim

    def _make(self, cell: int, place: int) -> Claim | None:
        if cell >= len(self.steps):
            return self._jittered(cell - len(self.steps), place)
        step, claim = self.steps[cell], self.claims[place]
        tries = TRIES if step.key == "swapped_name" else 1
        for i in range(tries):
            found = self._apply(step, claim, claim_random(self.seed + 1000 * i, step, claim))
            if found is not None and self._counts(step.key, claim, found):
                return found
        return None

    def _counts(self, family: str, true: Claim, wrong: Claim) -> bool:
        """Tell whether evidence that is made to be wrong is known to be."""
        if self._ambiguity is None:
            return True
        if family == "swapped_name":
            return self._ambiguity.is_wrong_name(true, wrong)
        if family.endswith("distractor"):
            return self._ambiguity.is_wrong_place(wrong) and self._ambiguity.is_wrong_object(wrong)
        return self._ambiguity.is_wrong_place(wrong) if family.startswith("wrong_time") else True

    def _apply(self, step: Perturbation, claim: Claim, rng: object) -> Claim | None:
        duration, fps = self.facts.durations.get(claim.video), self.facts.rates.get(claim.video)
        return step(claim, rng, duration=duration, fps=fps)  # type: ignore[arg-type]

    def _add_groups(self) -> None:
        """Draw each claim's group, and add a cell for each member after a small jitter."""
        self.members = rank_stability.draw_groups(self.asked, rank_stability.eligible(self.cells), self.seed)
        if (self.members < 0).all():
            return
        self.cells += [Cell(f"{i}", None, "jitter") for i in range(GROUP)]
        first, places = len(self.steps), range(len(self.claims))
        jittered = [[self.claim(first + i, j) is not None for j in places] for i in range(GROUP)]
        self.asked = np.vstack([self.asked, np.array(jittered, dtype=bool).reshape(GROUP, -1)])

    def _jittered(self, slot: int, place: int) -> Claim | None:
        member = int(self.members[place, slot])
        candidate = self.claim(member, place) if member >= 0 else None
        if candidate is None:
            return None
        return self._apply(JITTER[self.on], candidate, claim_random(self.seed + 1 + slot, JITTER[self.on], candidate))

    def truth(self, media: Path) -> Batch:
        """Return the true claims as a batch for geometric rewards."""
        return Batch(self.claims, media, self._facts(self.claims))

    def batch(self, cell: int, truth: Batch, media: Path) -> tuple[Batch, NDArray[np.int64]]:
        """Return a cell as a batch for geometric rewards, and which claims of the batch stand for which true ones."""
        if self.moves(cell):
            return truth.moved(self.rows(cell)[0]), np.arange(len(self.claims))
        found = dict(self.claims_of(cell))
        return Batch(list(found.values()), media, self._facts([self.claims[j] for j in found])), np.array(
            list(found), int
        )

    def _facts(self, claims: Sequence[Claim]) -> list[ClaimContext]:
        return [ClaimContext(duration=self.facts.durations.get(claim.video)) for claim in claims]
