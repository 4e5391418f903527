"""Whether ``assign`` may stop: the interval of people's agreement, and what a narrower one takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from referee_calib.cli import common

if TYPE_CHECKING:
    from referee_calib.analysis import AgreementWidth
    from referee_calib.study import Study
    from referee_calib.study.settings import AssignmentSettings

NAMES = {"kappa": "quadratic kappa", "alpha": "ordinal alpha", "ac2": "quadratic AC2"}


@dataclass(frozen=True, slots=True)
class WidthCheck:
    """The widths on every dimension beside the wanted one."""

    widths: tuple[AgreementWidth, ...]
    statistic: str
    wanted: float
    overlap: int

    @classmethod
    def of(cls, study: Study, settings: AssignmentSettings) -> Self:
        """Measure a study."""
        from referee_calib.analysis import agreement_widths

        found = agreement_widths(study, settings.statistic, settings.until_width)
        return cls(tuple(found), settings.statistic, settings.until_width, settings.overlap)

    @property
    def reached(self) -> bool:
        """True when every dimension is as narrow as wanted."""
        return bool(self.widths) and all(one.reached for one in self.widths)

    @property
    def more_claims(self) -> int | None:
        """The most that a dimension takes; None while one has no interval."""
        more = [one.more_claims for one in self.widths]
        return None if None in more else max((n for n in more if n is not None), default=0)

    def stop(self, study: Study, *, dry_run: bool) -> bool:
        """End the handing out."""
        from referee_calib.study.assignment import STOP, coverage, stop

        if dry_run or coverage(study).kind in ("", STOP):
            return False
        stop(study, actor="command line", reason=f"{NAMES[self.statistic]} is within {self.wanted:g} on all dimensions")
        return True

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        dimensions = [
            {"dimension": one.dimension, "width": one.width, "more_claims": one.more_claims, **one.estimate.to_json()}
            for one in self.widths
        ]
        return {"statistic": self.statistic, "wanted": self.wanted, "reached": self.reached, "dimensions": dimensions}

    def text(self) -> str:
        """Return it in words."""
        lines = [f"Width of the 95 % interval of {NAMES[self.statistic]} among people, wanted {self.wanted:g}:"]
        for one in self.widths:
            if one.width is None:
                lines.append(f"  {one.dimension:<14} none yet: {one.estimate.reason}")
                continue
            more = "reached" if one.reached else f"about {common.counted(one.more_claims or 0, 'more claim')}"
            lines.append(
                f"  {one.dimension:<14} {one.width:.3f} on {common.counted(one.estimate.n_units, 'claim')}: {more}"
            )
        return "\n".join([*lines, self._outlook()])

    def _outlook(self) -> str:
        if self.reached:
            return "The width is reached on every dimension: nothing more is handed out."
        if self.more_claims is None:
            return "How many more ratings it takes can be told once every dimension has an interval."
        claims, ratings = common.counted(self.more_claims, "claim"), self.more_claims * self.overlap
        return f"About {claims} more, {ratings} looks at {self.overlap} raters each, if they come from as many videos."
