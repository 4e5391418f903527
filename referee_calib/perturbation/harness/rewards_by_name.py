"""Rewards by the names that ``--rewards`` takes, each the object that training imports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from referee_calib.errors import InputError
from referee_calib.perturbation.harness.reward_table import On

Role = Literal["referee", "overlap", "shipped", "blind", "other"]
BOTH: tuple[On, ...] = ("boxes", "span")


@dataclass(frozen=True, slots=True)
class Named:
    """A reward as it stands in figures and tables.

    Attributes
    ----------
    name : str
    label : str
        For people.
    reward : object
        What is asked.
    role : {"referee", "overlap", "shipped", "blind", "other"}
    on : tuple of {"boxes", "span"}
        What it can judge.
    """

    name: str
    label: str
    reward: Any
    role: Role = "other"
    on: tuple[On, ...] = BOTH


_OVERLAP: dict[str, tuple[str, str, tuple[On, ...]]] = {
    "iou": ("IoU", "iou", ("boxes",)),
    "giou": ("GIoU", "giou", ("boxes",)),
    "diou": ("DIoU", "diou", ("boxes",)),
    "ciou": ("CIoU", "ciou", ("boxes",)),
    "tiou": ("tIoU", "tiou", ("span",)),
    "time-r1": ("Time-R1", "time_r1", ("span",)),
}
NAMES = (
    "semantic", *_OVERLAP, "open-o3-shipped", "open-o3-meant", "constant", "whole-frame",
)  # fmt: skip


def rewards(names: Iterable[str], media: Path, referees: Sequence[tuple[str, Callable[[], Any]]] = ()) -> list[Named]:
    """Make rewards.

    Parameters
    ----------
    names : iterable of str
        Of :data:`NAMES`.
    media : Path
        Folder of the videos.
    referees : sequence of (label, callable)
        Make the referees of the semantic reward, only called when it is asked for; with several, each gives one.

    Raises
    ------
    InputError
        For an unknown name.
    """
    asked = list(dict.fromkeys(names))
    unknown = [name for name in asked if name not in NAMES]
    if unknown or not asked:
        raise InputError(f"reward {(unknown or [''])[0]!r:.60}", f"rewards are {', '.join(NAMES)}")
    return [made for name in asked for made in _make(name, media, referees)]


def _make(name: str, media: Path, referees: Sequence[tuple[str, Callable[[], Any]]]) -> list[Named]:
    from referee_calib.reward import ConstantReward, GeometricReward, OpenO3Reward, WholeFrameReward

    if name == "semantic":
        return _semantic(media, referees)
    if name in _OVERLAP:
        label, kind, on = _OVERLAP[name]
        return [Named(name, label, GeometricReward(kind, media=media), "overlap", on)]  # type: ignore[arg-type]
    if name.startswith("open-o3"):
        shipped = name.endswith("shipped")
        label = "Open-o3 as shipped" if shipped else "Open-o3 as meant"
        return [Named(name, label, OpenO3Reward("signed" if shipped else "absolute"), "shipped", ("boxes",))]
    if name == "constant":
        return [Named(name, "Constant", ConstantReward(), "blind")]
    return [Named(name, "Whole frame", WholeFrameReward(media=media), "blind")]


def _semantic(media: Path, referees: Sequence[tuple[str, Callable[[], Any]]]) -> list[Named]:
    from referee_calib.reward import SemanticEvidenceReward

    many = len(referees) > 1
    return [
        Named(
            f"semantic:{label}" if many else "semantic",
            f"Referee {label}" if many else "Referee",
            SemanticEvidenceReward(make(), media=media),
            "referee",
        )
        for label, make in referees
    ]
