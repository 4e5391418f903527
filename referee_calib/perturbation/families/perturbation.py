"""What every perturbation is: a small value that is called on a claim.

``perturbation(claim, rng, duration=…, fps=…)`` gives the perturbed claim, or None where the perturbation does
not apply, which is counted and is no result. Parameters and magnitude are fields; what is random comes from
`rng`, which :func:`dice` makes from a seed, the family and the claim, never from the magnitude: a claim moves
in the same direction at every magnitude.
"""

from __future__ import annotations

import math
import random
from abc import ABC, abstractmethod
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, ClassVar, Literal, get_args, get_origin, get_type_hints

from referee_calib.errors import InputError
from referee_calib.records import Claim

Expects = Literal["same", "lower", "not higher"]
Known = float | None  # a number that may not be known
Dice = random.Random
Unit = Literal["share", "1 - IoU", "frames", "seconds", ""]
AGREEMENT = 0.88  # IoU of two raters' boxes, until a study has measured its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Perturbation(ABC):
    """What all have in common.

    Attributes
    ----------
    delta : float
        Magnitude in `unit`, 0 for none; without a unit, it plays no part.
    on : {"boxes", "span"}
        Which part of a claim it needs.
    unit : {"share", "1 - IoU", "frames", "seconds", ""}
        Of the magnitude: shares of the object's width and height or of the span's length, overlap lost, ….
    wrong : bool
        Whether what it gives is wrong evidence.
    """

    delta: float = 0.0
    on: ClassVar[Literal["boxes", "span"]] = "boxes"
    unit: ClassVar[Unit] = "share"
    wrong: ClassVar[bool] = False

    def __post_init__(self) -> None:
        number = isinstance(self.delta, (int, float)) and not isinstance(self.delta, bool)
        if not (number and math.isfinite(self.delta) and self.delta >= 0):
            raise InputError(f"delta={self.delta!r:.40}", "a magnitude is a finite number from 0")
        check_choices(self)

    @property
    @abstractmethod
    def key(self) -> str:
        """Name of the family, without the magnitude: "shift_x"."""

    @property
    def expects(self) -> Expects:
        """What a good reward does, against the unperturbed claim.

        "lower" for wrong evidence; "same" up to where two people's own boxes differ (:meth:`small`), and for
        changes that mean nothing; "not higher" beyond.
        """
        if self.wrong:
            return "lower"
        return "same" if self.delta <= self.small() else "not higher"

    def small(self, agreement: float = AGREEMENT) -> float:
        """Return the magnitude up to which this is a small change.

        Parameters
        ----------
        agreement : float
            IoU of two raters' boxes, above 0.

        Returns
        -------
        float
            The largest magnitude at which the overlap with the unperturbed claim is at least `agreement`,
            whatever direction is drawn; infinite for changes that mean nothing, 0 for wrong evidence.
        """
        return 0.0 if self.wrong else math.inf

    @abstractmethod
    def __call__(self, claim: Claim, rng: Dice, *, duration: Known = None, fps: Known = None) -> Claim | None:
        """Perturb a claim.

        Parameters
        ----------
        claim : Claim
        rng : random.Random
            Fresh for this claim; see :func:`dice`.
        duration : float, optional
            Of its video in seconds, where known: times beyond it do not apply.
        fps : float, optional
            Frames per second of its video; only what counts in frames needs it.

        Returns
        -------
        Claim or None
            With its own id; None when the perturbation does not apply.
        """

    def shown(self, reward: Any) -> Any | None:
        """Return the reward that is to judge what this gives: the same one, unless the drawing is perturbed."""
        return reward

    def to_json(self) -> dict[str, Any]:
        """Return `{"family": key, …}` with every field; :func:`referee_calib.perturbation.from_json` reads it."""
        return {"family": self.key, **to_plain(self)}


def claim_random(seed: int, perturbation: Perturbation, claim: Claim) -> random.Random:
    """Return the random numbers of one claim: from seed, family and claim id only."""
    return random.Random(f"{seed}:{perturbation.key}:{claim.id}")  # noqa: S311 - reproducible, not secret


def field_values(value: Any) -> dict[str, Any]:
    """Return the fields of a dataclass by name."""
    return {f.name: getattr(value, f.name) for f in fields(value)}


def to_plain(value: Any) -> dict[str, Any]:
    """Return the fields of a dataclass by name, in JSON types."""
    return {name: plain(its) for name, its in field_values(value).items()}


def plain(value: Any) -> Any:
    """Return a field's value in JSON types."""
    if hasattr(value, "to_json"):
        return value.to_json()
    return [plain(v) for v in value] if isinstance(value, tuple) else value


def check_choices(value: Any) -> None:
    """Refuse a field that is not among the words of its ``Literal`` type."""
    kind: Any = type(value)
    for name, allowed in _choices(kind).items():
        if getattr(value, name) not in allowed:
            raise InputError(f"{name}={getattr(value, name)!r:.40}", f"it is one of {', '.join(allowed)}")


@cache
def _choices(kind: type) -> dict[str, tuple[str, ...]]:
    hints = get_type_hints(kind)
    return {name: get_args(hint) for name, hint in hints.items() if get_origin(hint) is Literal}
