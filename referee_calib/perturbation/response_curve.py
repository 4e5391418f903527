"""Response curves: how rewards answer to one perturbation of true evidence, at rising magnitudes.

Every curve starts from what is true: the claim's reference boxes, or its reference span, in place of what the model
wrote, so that all rewards begin at their best. It is the same engine as ``referee-calib perturb``
(:mod:`.harness`), for one family.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from referee_calib.errors import InputError
from referee_calib.io import media_file
from referee_calib.perturbation.families.perturbation import AGREEMENT, Perturbation
from referee_calib.perturbation.harness.perturbation_plan import PerturbationPlan
from referee_calib.perturbation.harness.reference_claims import true_claims
from referee_calib.perturbation.harness.reward_queries import ClaimJudge, QueryRunner
from referee_calib.perturbation.harness.reward_table import Kind, RewardRow, RewardTable
from referee_calib.perturbation.harness.video_facts import read_video_facts
from referee_calib.perturbation.metrics.video_bootstrap import VideoBootstrap
from referee_calib.records import Claim, Clock

Known = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class RewardCurve:
    """One reward's curve; sequences have one entry per magnitude.

    Attributes
    ----------
    reward : str
    mean, low, high : tuple of float or None
        Mean over claims and its band, by resampling videos; None where there is nothing to average.
    n, n_failed : tuple of int
        Claims that have a value, and claims for which the reward failed.
    wrong : dict of str to float or None
        Mean value of each kind of wrong evidence.
    """

    reward: str
    mean: Known
    low: Known
    high: Known
    n: tuple[int, ...]
    n_failed: tuple[int, ...]
    wrong: dict[str, float | None]


@dataclass(frozen=True, slots=True)
class ResponseCurve:
    """Result of :func:`response_curve`.

    Attributes
    ----------
    family : str
        Key of the perturbation.
    deltas : tuple of float
        Magnitudes, 0 (the truth itself) first.
    lines : tuple of RewardCurve
        One per reward.
    rows : tuple of RewardRow
        Every single value, tidy.
    n_claims, n_videos : int
        True claims that were perturbed.
    n_not_applicable : tuple of int
        Per magnitude, the claims to which the perturbation did not apply (no room in frame or video).
    wrong_not_applicable : dict of str to int
        The same for each kind of wrong evidence.
    excluded : dict of str to int
        Claims that gave no true claim, by reason.
    notes : tuple of str
    """

    family: str
    deltas: tuple[float, ...]
    lines: tuple[RewardCurve, ...]
    rows: tuple[RewardRow, ...]
    n_claims: int
    n_videos: int
    n_not_applicable: tuple[int, ...]
    wrong_not_applicable: dict[str, int]
    excluded: dict[str, int]
    notes: tuple[str, ...] = ()


def response_curve(
    rewards: Mapping[str, ClaimJudge] | Sequence[ClaimJudge],
    claims: Iterable[Claim],
    perturbation: Perturbation,
    deltas: Sequence[float],
    media: Path,
    *,
    wrong: Sequence[Perturbation] = (),
    names: Mapping[str, str] | None = None,
    seed: int = 0,
    n_resamples: int = 1000,
    confidence: float = 0.95,
    clock: Clock = "file",
) -> ResponseCurve:
    """Measure how rewards answer to a perturbation of true evidence.

    Parameters
    ----------
    rewards : mapping of str to reward, or sequence of rewards with a ``__name__``
    claims : iterable of Claim
        Those with a known truth take part (see :func:`true_claims`).
    perturbation : Perturbation
        The family; its own magnitude is replaced.
    deltas : sequence of float
        Magnitudes; 0 stands for the truth itself and is always there.
    media : Path
        Folder of the videos.
    wrong : sequence of Perturbation
        Kinds of wrong evidence to ask about beside; they anchor a normalised curve.
    names : mapping of rollout id to phrase, optional
        What is true to be named (see :func:`true_claims`).
    seed : int
        Of directions, places and resamples.
    n_resamples : int
        Bootstrap resamples of videos.
    confidence : float
        Of the bands, between 0 and 1.
    clock : {"file", "first-frame"}
        What 0 s of the claims is.

    Raises
    ------
    InputError
        When rewards have no names of their own, a reward does not give one value per claim, or the family is also one
        of the kinds of wrong evidence.
    """
    judges = _by_name(rewards)
    families: dict[str, tuple[Kind, Perturbation]] = {kind.key: ("wrong", kind) for kind in wrong}
    if perturbation.key in families:
        raise InputError(f"family {perturbation.key}", "it cannot be moved by degrees and be the wrong evidence too")
    families[perturbation.key] = ("graded", perturbation)
    true, excluded = true_claims(claims, perturbation.on, names)
    facts = read_video_facts(true, lambda video: media_file(media, video), clock)
    plan = PerturbationPlan(
        perturbation.on, true, families, facts, deltas=deltas, seed=seed, agreement=AGREEMENT, groups=False
    )
    table = QueryRunner(media, repeats=1).tables({plan.on: plan}, {plan.on: judges})[plan.on]
    bootstrap = VideoBootstrap(table.videos, n_resamples=n_resamples, seed=seed, confidence=confidence)
    cells = table.of_family(perturbation.key)
    missing = (0, *(len(true) - int(table.asked[k].sum()) for k in cells))
    return ResponseCurve(
        family=perturbation.key,
        deltas=(0.0, *(table.cells[k].delta or 0.0 for k in cells)),
        lines=tuple(_line(table, bootstrap, name, cells) for name in judges),
        rows=tuple(table.rows()),
        n_claims=len(true),
        n_videos=bootstrap.n_videos,
        n_not_applicable=missing,
        wrong_not_applicable={
            table.cells[k].family: len(true) - int(table.asked[k].sum()) for k in table.of_kind("wrong")
        },
        excluded=excluded,
        notes=_notes(len(true), bootstrap.n_videos, max(missing)),
    )


def _by_name(rewards: Mapping[str, ClaimJudge] | Sequence[ClaimJudge]) -> dict[str, ClaimJudge]:
    pairs = list(rewards.items()) if isinstance(rewards, Mapping) else [(str(r.__name__), r) for r in rewards]  # type: ignore[attr-defined]
    named = dict(pairs)
    if not pairs or len(named) < len(pairs):
        raise InputError(f"{len(pairs)} rewards", "each needs a name of its own", "Give them as {name: reward}.")
    return named


def _line(table: RewardTable, bootstrap: VideoBootstrap, name: str, cells: Sequence[int]) -> RewardCurve:
    r = table.index(name)
    values = np.vstack([table.truth[r, :1], table.values[r][cells]])
    asked = np.vstack([np.ones((1, values.shape[1]), dtype=bool), table.asked[cells]])
    mean, low, high = bootstrap.band(bootstrap.mean(values))
    known = ~np.isnan(values)
    wrong = {
        table.cells[k].family: bootstrap.band(bootstrap.mean(table.values[r][[k]]))[0][0]
        for k in table.of_kind("wrong")
    }
    n, failed = known.sum(axis=1).tolist(), (asked & ~known).sum(axis=1).tolist()
    return RewardCurve(name, mean, low, high, tuple(n), tuple(failed), wrong)


def _notes(claims: int, videos: int, missing: int) -> tuple[str, ...]:
    notes = []
    if not claims:
        notes.append("No claim has a known truth, so there is nothing to perturb.")
    elif videos < 2:
        notes.append("Bands need two or more videos.")
    if missing:
        notes.append(
            f"A step does not apply to up to {missing} of {claims} claims (no room, or nothing left of it); "
            "the mean there is over the others."
        )
    return tuple(notes)
