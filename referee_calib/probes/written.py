"""Probes of format: coordinates that are none, in the text of a reply. They can only be put to what reads text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

from referee_calib.perturb.base import one_of
from referee_calib.probes.base import Group, Need, Probe, Reply, Start
from referee_calib.probes.writing import in_reply, mention, numbers, whole

Fault = Literal["out_of_range", "reversed", "nan", "wrong_unit"]
ANSWER = "yes"  # no evidence of its own
_TITLES: dict[str, str] = {
    "out_of_range": "coordinates far beyond the frame",
    "reversed": "corners the wrong way round",
    "nan": "NaN and infinity as coordinates",
    "wrong_unit": "coordinates in another unit than the stated one",
}
_FAULTS: dict[str, Callable[[list[str]], list[str]]] = {
    "out_of_range": lambda _: ["-9999", "-9999", "99999", "99999"],
    "reversed": lambda four: [four[2], four[3], four[0], four[1]],
    "nan": lambda _: ["NaN", "-Infinity", "Infinity", "NaN"],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Written(Probe):
    """A reply whose box is no box."""

    fault: Fault = "out_of_range"
    needs: ClassVar[frozenset[Need]] = frozenset({"text"})
    group: ClassVar[Group] = "format"

    def __post_init__(self) -> None:
        one_of("fault", self.fault, tuple(_TITLES))

    @property
    def key(self) -> str:
        """Unique name."""
        return f"coordinates_{self.fault}"

    @property
    def title(self) -> str:
        """The same for people."""
        return _TITLES[self.fault]

    def __call__(self, start: Start) -> Reply | None:
        """Return the reply."""
        if not start.claim.boxes or not start.claim.object:
            return None
        box = start.claim.boxes[0]
        if self.fault == "wrong_unit":  # shares, where whole numbers up to 1000 are stated
            written = [f"{share:.3f}" for share in box[1:]]
        else:
            written = _FAULTS[self.fault](numbers(whole(box)))
        return Reply((start.claim,), in_reply(mention(start.claim.object, written, box[0]), ANSWER))
