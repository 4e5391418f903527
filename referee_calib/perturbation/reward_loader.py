"""Rewards by the names that ``--rewards`` takes, or from anybody's code: each the object that training imports."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from referee_calib.errors import InputError
from referee_calib.perturbation.harness.reward_table import On

Role = Literal["referee", "overlap", "shipped", "blind", "other"]
RefereeMakers = Sequence[tuple[str, Callable[[], Any]]]
BOTH: tuple[On, ...] = ("boxes", "span")
_OVERLAP: dict[str, tuple[str, str, tuple[On, ...]]] = {
    "iou": ("IoU", "iou", ("boxes",)),
    "giou": ("GIoU", "giou", ("boxes",)),
    "diou": ("DIoU", "diou", ("boxes",)),
    "ciou": ("CIoU", "ciou", ("boxes",)),
    "tiou": ("tIoU", "tiou", ("span",)),
    "time-r1": ("Time-R1", "time_r1", ("span",)),
}
NAMES = ("semantic", *_OVERLAP, "open-o3-shipped", "open-o3-meant", "constant", "whole-frame", "support")


@dataclass(frozen=True)
class NamedReward:
    """A reward as it stands in figures and tables."""

    name: str
    label: str  # for people
    reward: Any  # what is asked
    role: Role = "other"
    on: tuple[On, ...] = BOTH  # evidence that it can judge

    @property
    def fingerprint(self) -> str:
        """Name of everything that can change what it pays; empty where the reward has none."""
        return str(getattr(self.reward, "fingerprint", ""))

    @property
    def referee(self) -> Any | None:
        """The referee behind a semantic reward; None for all others."""
        return getattr(self.reward, "_judge", None)

    @property
    def reads_frames(self) -> bool:
        """Whether it may look at a video: rewards that compute with arrays open none."""
        return not hasattr(self.reward, "paid")

    @property
    def deterministic(self) -> bool:
        """Whether it answers the same each time: geometric rewards do, others say so themselves."""
        return bool(getattr(self.reward, "deterministic", not self.reads_frames))

    def to_json(self) -> dict[str, Any]:
        """Return what a summary says about it."""
        return {
            "name": self.name,
            "label": self.label,
            "role": self.role,
            "on": list(self.on),
            "fingerprint": self.fingerprint,
            "referee": str(getattr(self.referee, "fingerprint", "")),
        }


def load_rewards(names: Iterable[str], media: Path, referees: RefereeMakers = ()) -> list[NamedReward]:
    """Make rewards by names of :data:`NAMES`, or ``module:attribute``.

    `referees` make, by label, the referees of the semantic reward, only called when it is asked for; of several, each
    gives one.

    Raises
    ------
    InputError
        For a name that is neither, or an object that is no reward.
    """
    asked = list(dict.fromkeys(names))
    unknown = [name for name in asked if name not in NAMES and ":" not in name]
    if unknown or not asked:
        raise InputError(f"reward {(unknown or [''])[0]!r:.60}", f"rewards are {', '.join(NAMES)}, or module:attribute")
    return [reward for name in asked for reward in _make(name, media, referees)]


def import_object(path: str) -> Any:
    """Import ``module:attribute``, also from the folder one stands in; an InputError when there is none."""
    module, _, attribute = path.partition(":")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        found: Any = importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or not module.startswith(error.name):
            raise  # the module is there and misses another one: that is its own trouble
        raise InputError(f"reward {path!r:.120}", f"there is no module {module!r}; I looked in {here} too") from error
    for part in attribute.split("."):
        if not hasattr(found, part):
            raise InputError(f"reward {path!r:.120}", f"{module} has no {attribute!r}")
        found = getattr(found, part)
    return found


def as_reward(found: Any) -> Any:
    """Return an object as it is, or an instance of a class without parameters; an InputError if it is no reward."""
    if isinstance(found, type):
        try:
            found = found()
        except TypeError as error:
            why = f"the class cannot be made without parameters ({error})"
            raise InputError(f"reward {found.__qualname__}", why, "Name an instance of it instead.") from error
    if hasattr(found, "judge") or callable(found):
        return found
    raise InputError(
        f"reward {found!r:.80}",
        f"a reward has judge(claims, media), or is called with completions; names are {', '.join(NAMES)}",
    )


def _make(name: str, media: Path, referees: RefereeMakers) -> list[NamedReward]:
    from referee_calib.reward import (
        ConstantReward,
        GeometricReward,
        OpenO3Reward,
        SemanticEvidenceReward,
        WholeFrameReward,
    )

    if ":" in name:
        return [NamedReward(name, name, as_reward(import_object(name)))]
    if name == "semantic":
        rewards = [(label, SemanticEvidenceReward(make(), media=media)) for label, make in referees]
        if len(rewards) == 1:
            return [NamedReward(name, "Referee", rewards[0][1], "referee")]
        return [NamedReward(f"{name}:{label}", f"Referee {label}", one, "referee") for label, one in rewards]
    if name == "support":
        several = len(referees) > 1
        return [
            NamedReward(named, f"Crop suffices, {label}", _support(make(), media), on=("boxes",))
            for label, make in referees
            for named in [f"{name}:{label}" if several else name]
        ]
    if name in _OVERLAP:
        label, kind, on = _OVERLAP[name]
        return [NamedReward(name, label, GeometricReward(kind, media=media), "overlap", on)]  # type: ignore[arg-type]
    if name.startswith("open-o3"):
        shipped = name.endswith("shipped")
        label = "Open-o3 as shipped" if shipped else "Open-o3 as meant"
        return [NamedReward(name, label, OpenO3Reward("signed" if shipped else "absolute"), "shipped", ("boxes",))]
    if name == "constant":
        return [NamedReward(name, "Constant", ConstantReward(), "blind")]
    return [NamedReward(name, "Whole frame", WholeFrameReward(media=media), "blind")]


def _support(made: Any, media: Path) -> Any:
    """Return the reward of crops by a referee that is made anew for it: crops alone, yes or no."""
    from referee_calib.referee import make_referee
    from referee_calib.reward import SupportReward, support_referee

    spec = getattr(made, "spec", None)
    asked = made if spec is None else make_referee(support_referee(spec), made.rubric, cache=made.cache)
    return SupportReward(asked, media=media)
