"""Asks rewards about true evidence that is moved away step by step.

Every curve starts from what is true: the claim's reference boxes, or its reference span, in place of what
the model wrote, so that all rewards begin at their best. Each reward is asked once for everything, so
that every video is decoded once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, Protocol

from referee_calib.errors import InputError, VideoError
from referee_calib.perturbation.families.perturbation import Perturbation, dice
from referee_calib.perturbation.harness.reward_table import Row
from referee_calib.perturbation.metrics.confidence_bands import mean_bands
from referee_calib.records import Claim


class Judges(Protocol):
    """What the harness needs of a reward."""

    def judge(self, claims: Sequence[Claim], media: Path) -> Sequence[Any]:
        """Return, in order, a number per claim, an object with a number as `value`, or None where it failed."""


@dataclass(frozen=True, slots=True)
class Line:
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
    mean: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
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
    lines : tuple of Line
        One per reward.
    rows : tuple of Row
        Every single value, tidy.
    n_claims, n_videos : int
        True claims that were perturbed.
    n_not_applicable : tuple of int
        Per magnitude, the claims to which the perturbation did not apply (no room in frame or video).
    wrong_not_applicable : dict of str to int
        The same for each kind of wrong evidence.
    left_out : dict of str to int
        Claims that gave no true claim, by reason.
    notes : tuple of str
    """

    family: str
    deltas: tuple[float, ...]
    lines: tuple[Line, ...]
    rows: tuple[Row, ...]
    n_claims: int
    n_videos: int
    n_not_applicable: tuple[int, ...]
    wrong_not_applicable: dict[str, int]
    left_out: dict[str, int]
    notes: tuple[str, ...] = ()


def true_claims(
    claims: Iterable[Claim], on: Literal["boxes", "span"], names: Mapping[str, str] | None = None
) -> tuple[list[Claim], dict[str, int]]:
    """Replace what the model wrote by what is true, and keep each piece of true evidence once.

    Parameters
    ----------
    claims : iterable of Claim
    on : {"boxes", "span"}
        A claim about boxes loses its span and the reverse, so that a reward is asked about one thing.
    names : mapping of rollout id to phrase, optional
        What the question asks about, where known; otherwise the claim's own phrase stands.

    Returns
    -------
    claims : list of Claim
        In order.
    left_out : dict of str to int
        How many gave no true claim, by reason.
    """
    found: dict[tuple[object, ...], Claim] = {}
    left_out: Counter[str] = Counter()
    for claim in claims:
        true = _true(claim, on, (names or {}).get(claim.rollout, claim.object))
        if isinstance(true, str):
            left_out[true] += 1
            continue
        key = (true.video, true.question, true.object, true.boxes, true.span)
        if key in found:
            left_out["the same true evidence as another claim"] += 1
        found.setdefault(key, true)
    return list(found.values()), dict(left_out)


def response_curve(
    rewards: Mapping[str, Judges] | Sequence[Judges],
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
        Magnitudes; 0 is added when it is not among them.
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

    Returns
    -------
    ResponseCurve
    """
    judges = _named(rewards)
    sizes = tuple(sorted({0.0, *map(float, deltas)}))
    starts, left_out = true_claims(claims, perturbation.on, names)
    lengths = _durations(starts, Path(media))
    steps = [*(replace(perturbation, delta=size) for size in sizes), *wrong]
    asked = [
        (i, c, p)
        for i, step in enumerate(steps)
        for c in starts
        if (p := step(c, dice(seed, step, c), duration=lengths.get(c.video)))
    ]
    missing = [len(starts) - sum(i == k for i, _, _ in asked) for k in range(len(steps))]
    rows = tuple(
        row for name, judge in judges.items() for row in _ask(name, judge, steps, len(sizes), asked, Path(media))
    )
    kinds = [kind.key for kind in wrong]
    lines = [_line(name, rows, sizes, kinds, seed, n_resamples, confidence) for name in judges]
    return ResponseCurve(
        family=perturbation.key,
        deltas=sizes,
        lines=tuple(lines),
        rows=rows,
        n_claims=len(starts),
        n_videos=len({claim.video for claim in starts}),
        n_not_applicable=tuple(missing[: len(sizes)]),
        wrong_not_applicable=dict(zip(kinds, missing[len(sizes) :], strict=True)),
        left_out=left_out,
        notes=_notes(starts, missing[: len(sizes)]),
    )


def _true(claim: Claim, on: str, name: str) -> Claim | str:
    if on == "boxes":
        if claim.reference_boxes is None:
            return "no reference boxes"
        if not claim.reference_boxes:
            return "what is asked about is not in view at the claim's times"
        return replace(claim, object=name, boxes=claim.reference_boxes, span=None, id="")
    if claim.reference_span is None:
        return "no reference span"
    return replace(claim, object=name, boxes=(), span=claim.reference_span, id="")


def _named(rewards: Mapping[str, Judges] | Sequence[Judges]) -> dict[str, Judges]:
    pairs = list(rewards.items()) if isinstance(rewards, Mapping) else [(str(r.__name__), r) for r in rewards]  # type: ignore[attr-defined]
    named = dict(pairs)
    if not pairs or len(named) < len(pairs):
        raise InputError(f"{len(pairs)} rewards", "each needs a name of its own", "Give them as {name: reward}.")
    return named


def _durations(claims: Sequence[Claim], media: Path) -> dict[str, float]:
    """Lengths of the videos that can be read; the rewards themselves report the others."""
    from referee_calib.reward.video_durations import VideoDurations

    lengths = VideoDurations(media)
    found = {video: lengths.of(video) for video in dict.fromkeys(claim.video for claim in claims)}
    return {video: length for video, length in found.items() if not isinstance(length, VideoError)}


def _ask(
    name: str,
    judge: Judges,
    steps: Sequence[Perturbation],
    n_sizes: int,
    asked: Sequence[tuple[int, Claim, Claim]],
    media: Path,
) -> list[Row]:
    answers = judge.judge([perturbed for _, _, perturbed in asked], media)
    if len(answers) != len(asked):
        raise InputError(f"reward {name}: {len(answers)} values for {len(asked)} claims", "each claim needs one")
    return [
        Row(name, steps[i].key, steps[i].delta if i < n_sizes else None, claim.id, claim.video, _value(answer))
        for (i, claim, _), answer in zip(asked, answers, strict=True)
    ]


def _value(answer: Any) -> float | None:
    value = getattr(answer, "value", answer)
    return None if value is None else float(value)


def _line(
    name: str,
    rows: Sequence[Row],
    sizes: Sequence[float],
    kinds: Sequence[str],
    seed: int,
    n_resamples: int,
    confidence: float,
) -> Line:
    own = [row for row in rows if row.reward == name]
    cells = [[row for row in own if row.delta == size] for size in sizes]
    paid = [[(row.video, row.value) for row in cell if row.value is not None] for cell in cells]
    mean, low, high = mean_bands(paid, seed=seed, n_resamples=n_resamples, confidence=confidence)
    wrong = {kind: _mean([r.value for r in own if r.delta is None and r.family == kind]) for kind in kinds}
    n = tuple(len(cell) for cell in paid)
    failed = tuple(len(cell) - k for cell, k in zip(cells, n, strict=True))
    return Line(name, mean, low, high, n, failed, wrong)


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _notes(starts: Sequence[Claim], missing: Sequence[int]) -> tuple[str, ...]:
    videos = len({claim.video for claim in starts})
    notes = []
    if not starts:
        notes.append("No claim has a known truth, so there is nothing to perturb.")
    elif videos < 2:
        notes.append("Bands need two or more videos.")
    if any(missing):
        notes.append(
            f"A step does not apply to up to {max(missing)} of {len(starts)} claims (no room, or nothing left of it); "
            "the mean there is over the others."
        )
    return tuple(notes)
