"""Puts a plan before rewards: arrays to those that judge arrays, claims to all others; every answer is kept at once."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from referee_calib.claim_strata import strata
from referee_calib.errors import InputError
from referee_calib.perturbation.harness.perturbation_plan import PerturbationPlan
from referee_calib.perturbation.harness.reward_cache import CachedReward, RewardCache, reward_cache_key
from referee_calib.perturbation.harness.reward_table import Floats, On, RewardTable
from referee_calib.records import Claim
from referee_calib.reward import GeometricReward

REPEATS = 3
CHUNK = 256  # claims judged between two writes; a video is never cut in two
TRUTH = -1  # the cell of the true claims
Slot = tuple[Floats, Floats]  # what one reward pays: values (K, n) and truth (m, n)


class ClaimJudge(Protocol):
    """What is needed of a reward."""

    def judge(self, claims: Sequence[Claim], media: Path) -> Sequence[Any]:
        """Return, in order, a number per claim, an object with a number as `value`, or None where it failed."""


@dataclass(frozen=True, slots=True)
class RewardQuery:
    """One perturbed claim in one place of a table; `cell` is -1 for true claims, `sample` counts repeats."""

    on: On
    cell: int
    place: int
    sample: int
    claim: Claim

    @property
    def key(self) -> str:
        """Name of what is asked."""
        return reward_cache_key(self.claim, self.sample)


@dataclass(frozen=True)
class QueryRunner:
    """Asks rewards about plans."""

    media: Path  # folder of the videos, renderings included
    folder: Path | None = None  # where answers are kept
    repeats: int = REPEATS  # how often true claims are judged by a reward that may answer differently each time
    progress: Callable[[int], None] = lambda count: None  # told how many claims were judged
    # by reward, how many claims failed for which reason
    failures: dict[str, Counter[str]] = field(default_factory=dict)

    def tables(
        self, plans: Mapping[On, PerturbationPlan], rewards: Mapping[On, Mapping[str, ClaimJudge]]
    ) -> dict[On, RewardTable]:
        """Ask all rewards for everything, each about both kinds of evidence in one pass over the videos."""
        found: dict[On, dict[str, Slot]] = {on: {} for on in plans}
        for name, reward in {name: one for its in rewards.values() for name, one in its.items()}.items():
            mine = [on for on in plans if name in rewards[on]]
            if hasattr(reward, "paid"):
                slots = {on: self._by_array(plans[on], reward) for on in mine}
            else:
                slots = self._by_claim({on: plans[on] for on in mine}, name, reward)
            for on, slot in slots.items():
                found[on][name] = slot
        return {on: self._table(plan, rewards[on], found[on]) for on, plan in plans.items()}

    def _table(
        self, plan: PerturbationPlan, rewards: Mapping[str, ClaimJudge], paid: Mapping[str, Slot]
    ) -> RewardTable:
        return RewardTable(
            on=plan.on,
            rewards=tuple(rewards),
            cells=tuple(plan.cells),
            claims=tuple(claim.id for claim in plan.claims),
            videos=tuple(claim.video for claim in plan.claims),
            truth=np.stack([paid[name][1] for name in rewards]),
            values=np.stack([paid[name][0] for name in rewards]),
            asked=plan.asked,
            overlap=overlap_with_truth(plan, self.media),
            groups=plan.members,
            small=plan.small,
            units=plan.units,
            strata=strata(plan.claims),
            exact=frozenset(name for name, reward in rewards.items() if is_exact(reward)),
        )

    def _by_array(self, plan: PerturbationPlan, reward: Any) -> Slot:
        values, truth = pay_by_array(plan, reward, self.media)
        return values, np.repeat(truth[None], max(1, self.repeats), axis=0)

    def _by_claim(self, plans: Mapping[On, PerturbationPlan], name: str, reward: ClaimJudge) -> dict[On, Slot]:
        """Ask about claims: first everything once, in one pass over the videos, then the repeats."""
        most = max(1, self.repeats)
        slots = {
            on: (np.full(plan.asked.shape, np.nan), np.full((most, len(plan.claims)), np.nan))
            for on, plan in plans.items()
        }
        repeats = 1 if is_exact(reward) else most
        restyled: list[tuple[On, Any, int]] = []
        first: list[RewardQuery] = []
        for on, plan in plans.items():
            plain, others = _judges(plan, reward)
            first += [RewardQuery(on, TRUTH, j, 0, claim) for j, claim in enumerate(plan.claims)]
            first += _questions(plan, plain)
            restyled += [(on, judge, cell) for judge, cell in others]
        again = [
            RewardQuery(on, TRUTH, j, s, claim)
            for s in range(1, repeats)
            for on, plan in plans.items()
            for j, claim in enumerate(plan.claims)
        ]
        for question, answer in (*self._asked(name, reward, first), *self._asked(name, reward, again)):
            values, truth = slots[question.on]
            if question.cell == TRUTH:
                truth[question.sample, question.place] = answer.number
            else:
                values[question.cell, question.place] = answer.number
        for _, truth in slots.values():
            truth[repeats:] = truth[0]
        for on, judge, cell in restyled:
            values, truth = slots[on]
            if judge is None:  # it is shown nothing of what changes
                values[cell] = np.where(plans[on].asked[cell], truth[0], np.nan)
                continue
            for question, answer in self._asked(name, judge, _questions(plans[on], [cell])):
                values[cell, question.place] = answer.number
        return slots

    def _asked(
        self, name: str, reward: ClaimJudge, questions: Iterable[RewardQuery]
    ) -> Iterator[tuple[RewardQuery, CachedReward]]:
        """Yield every question with its answer: what is kept, and then what the reward says now."""
        kept = RewardCache(self.folder, str(getattr(reward, "fingerprint", "")))
        by_key: dict[str, list[RewardQuery]] = {}
        for question in questions:
            by_key.setdefault(question.key, []).append(question)
        todo = [its[0] for k, its in by_key.items() if kept.get(k) is None]
        for chunk in _chunks(todo):
            said = judge_claims(name, reward, [question.claim for question in chunk], self.media, chunk[0].sample)
            kept.add((question.key, CachedReward.of(one)) for question, one in zip(chunk, said, strict=True))
            self.progress(len(chunk))
        lost = self.failures.setdefault(name, Counter())
        for k, its in by_key.items():
            answer = kept.found[k]
            if answer.value is None:
                lost[f"{answer.status}: {answer.reason}"] += len(its)
            yield from ((question, answer) for question in its)


def pay_by_array(plan: PerturbationPlan, reward: Any, media: Path) -> tuple[Floats, Floats]:
    """Return what a geometric reward pays: every cell, shape (K, n), and the truth, shape (n,)."""
    start = plan.truth(media)
    values = np.full(plan.asked.shape, np.nan)
    for cell in range(len(plan.cells)):
        batch, places = plan.batch(cell, start, media)
        if len(places):
            values[cell, places] = reward.paid(batch)
    values[~plan.asked] = np.nan
    return values, np.asarray(reward.paid(start))


def overlap_with_truth(plan: PerturbationPlan, media: Path) -> Floats:
    """Return the IoU, or tIoU, of every perturbed claim with its truth, shape (K, n)."""
    return pay_by_array(plan, GeometricReward("iou" if plan.on == "boxes" else "tiou"), media)[0]


def judge_claims(name: str, reward: ClaimJudge, claims: Sequence[Claim], media: Path, sample: int) -> list[Any]:
    """Have claims judged, and check that each got its value; a reward that repeats is told the number of the repeat."""
    repeat = {"sample": sample} if "sample" in inspect.signature(reward.judge).parameters else {}
    said = list(reward.judge(claims, media, **repeat)) if claims else []
    if len(said) != len(claims):
        raise InputError(f"reward {name}: {len(said)} values for {len(claims)} claims", "each claim needs one")
    return said


def is_exact(reward: Any) -> bool:
    """Tell whether a reward answers the same each time: geometric ones do, others say so themselves."""
    return bool(getattr(reward, "deterministic", hasattr(reward, "paid")))


def _judges(plan: PerturbationPlan, reward: ClaimJudge) -> tuple[list[int], list[tuple[Any, int]]]:
    """Return the cells that the reward judges as it is, and those it judges with another style of drawing."""
    plain: list[int] = []
    restyled: list[tuple[Any, int]] = []
    for cell in range(len(plan.cells)):
        judge = plan.steps[cell].shown(reward) if cell < len(plan.steps) else reward
        if judge is reward:
            plain.append(cell)
        else:
            restyled.append((judge, cell))
    return plain, restyled


def _questions(plan: PerturbationPlan, cells: Sequence[int]) -> Iterator[RewardQuery]:
    for cell in cells:
        for place, claim in plan.claims_of(cell):
            yield RewardQuery(plan.on, cell, place, 0, claim)


def _chunks(questions: Sequence[RewardQuery]) -> Iterator[list[RewardQuery]]:
    """Cut into pieces of one repeat and whole videos, so that each video is decoded once per repeat."""
    by_video: dict[tuple[int, str], list[RewardQuery]] = {}
    for question in questions:
        by_video.setdefault((question.sample, question.claim.video), []).append(question)
    piece: list[RewardQuery] = []
    for its in by_video.values():
        if piece and (len(piece) + len(its) > CHUNK or piece[0].sample != its[0].sample):
            yield piece
            piece = []
        piece = piece + its
    if piece:
        yield piece
