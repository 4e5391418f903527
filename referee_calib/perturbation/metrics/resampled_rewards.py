"""One reward on one table, in every resample of its videos: what it pays for truth, perturbed and wrong evidence.

A figure is normalised, ``Rn = (R - R_wrong) / (R_ref - R_wrong)``, with R_ref the mean for true evidence and R_wrong
the mean for the *anchor*: evidence of the same size elsewhere, which every reward can tell, whether it reads words or
not. So 1 is the truth and 0 the wrong place; wrong words then show as what they are to a reward that cannot read.

A perturbation does not apply to every claim. What it costs is therefore the mean, over the claims to which it applies,
of the claim's own truth minus its perturbed self; a mean that is shown is the truth's mean minus that cost. So a
curve does not bend because large objects have no room to move.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from referee_calib.perturbation.harness.reward_table import RewardTable
from referee_calib.perturbation.metrics import curve_metrics, rank_stability
from referee_calib.perturbation.metrics.video_bootstrap import VideoBootstrap

Floats = NDArray[np.float64]
ANCHORS = ("background", "wrong_span")
SAME = 1e-9  # rewards nearer than this are tied
MIDDLE = 0.5  # of the way from wrong to true: from here on a claim counts as accepted


@dataclass(frozen=True)
class ResampledReward:
    """What one reward paid."""

    table: RewardTable
    draws: VideoBootstrap  # of the table's videos; one object for all rewards that are compared
    reward: str

    @cached_property
    def place(self) -> int:
        """The reward's place in the table."""
        return self.table.index(self.reward)

    @cached_property
    def first(self) -> Floats:
        """What is paid for each true claim when first asked, shape (n,)."""
        return np.asarray(self.table.truth[self.place, 0])

    @cached_property
    def truth(self) -> Floats:
        """Mean for true evidence, shape (draws,)."""
        with np.errstate(invalid="ignore"):
            return self.draws.mean(mean_of_known(self.table.truth[self.place], axis=0))

    @cached_property
    def retest_sd(self) -> float | None:
        """Standard deviation τ of repeats of one question, pooled over claims; None when nothing was repeated."""
        if self.reward in self.table.exact:
            return 0.0
        return pooled_sd(self.table.truth[self.place])

    @cached_property
    def errors(self) -> dict[str, int]:
        """Cell of each kind of wrong evidence that some claim has."""
        cells = self.table.of_kind("wrong")
        return {self.table.cells[k].family: k for k in cells if self.known(k).any()}

    def known(self, cell: int) -> NDArray[np.bool_]:
        """Tell which claims have a value in a cell."""
        return np.asarray(~np.isnan(self.table.values[self.place, cell]))

    def values(self, cells: list[int]) -> Floats:
        """Return values of some cells, shape (cells, n)."""
        return np.asarray(self.table.values[self.place][cells])

    def mean(self, values: Floats) -> Floats:
        """Mean of perturbed values, shape (..., n), as the truth's mean plus the mean change; shape (draws, ...)."""
        change = self.draws.mean(values - self.first)
        return np.asarray(self.truth.reshape(-1, *[1] * (change.ndim - 1)) + change)

    @cached_property
    def wrong(self) -> dict[str, Floats]:
        """Mean for each kind of wrong evidence, shape (draws,)."""
        cells = list(self.errors.values())
        drawn = self.mean(self.values(cells)) if cells else np.empty((len(self.draws.weights), 0))
        return {name: drawn[:, i] for i, name in enumerate(self.errors)}

    @cached_property
    def anchor(self) -> str:
        """The kind of wrong evidence that is 0 on the normalised scale; "" where there is none."""
        return next((name for name in ANCHORS if name in self.wrong), "")

    @cached_property
    def gap(self) -> Floats:
        """How much more the truth is paid than the anchor, shape (draws,); NaN without an anchor."""
        return self.truth - self.wrong[self.anchor] if self.anchor else np.full(len(self.truth), np.nan)

    @cached_property
    def refused(self) -> str:
        """Why nothing is normalised; empty where it is."""
        if np.isnan(self.truth[0]):
            return "the reward has no value for true evidence"
        if not self.anchor:
            return "no claim has wrong evidence in another place to compare with"
        gap, noise = float(self.gap[0]), self.retest_sd or 0.0
        if gap <= SAME:
            return f"it pays {self.truth[0]:.2f} for the truth and {self.truth[0] - gap:.2f} for the wrong place"
        if gap < 2 * noise:
            return f"truth and wrong place differ by {gap:.3f}, less than twice the retest noise of {noise:.3f}"
        return ""

    def normal(self, drawn: Floats) -> Floats:
        """Normalise draws of a mean, shape (draws, …); NaN where that is refused or a draw has no gap."""
        if self.refused:
            return np.full(drawn.shape, np.nan)
        shape = (-1, *[1] * (drawn.ndim - 1))
        gap = np.where(self.gap > SAME, self.gap, np.nan).reshape(shape)
        return np.asarray((drawn - self.wrong[self.anchor].reshape(shape)) / gap)

    def curve(self, family: str) -> tuple[Floats, Floats]:
        """Return a family's magnitudes from 0 on, shape (k,), and its mean in every draw, shape (draws, k)."""
        cells = self.table.of_family(family)
        x = np.array([0.0, *(self.table.cells[k].delta or 0.0 for k in cells)])
        return x, np.column_stack([self.truth, self.mean(self.values(cells))])

    def relative(self, drawn: Floats, *, raw: bool = False) -> Floats:
        """Normalise; where that is refused, or `raw`, 1 minus what is lost of the truth's own mean."""
        if not (raw or self.refused):
            return self.normal(drawn)
        return np.asarray(1 + drawn - self.truth.reshape(-1, *[1] * (drawn.ndim - 1)))

    def mean_loss(self, *, raw: bool = False) -> Floats:
        """Mean over the graded families of the area under the sensitivity curve over small changes, shape (draws,)."""
        found = []
        for family in self.table.families("graded"):
            x, drawn = self.curve(family)
            until = min(self.table.small[family], float(x[-1]))
            found.append(curve_metrics.ausc(x, self.relative(drawn, raw=raw), until))
        return np.asarray(np.mean(found, axis=0)) if found else np.full(len(self.truth), np.nan)

    @cached_property
    def small_loss(self) -> Floats:
        """What small perturbations cost, shape (draws,)."""
        return self.mean_loss()

    @cached_property
    def drop(self) -> Floats:
        """How far wrong evidence of each kind falls, their mean, shape (draws,)."""
        if not self.wrong:
            return np.full(len(self.truth), np.nan)
        return np.asarray(np.mean([1 - self.relative(drawn) for drawn in self.wrong.values()], axis=0))

    @cached_property
    def small(self) -> list[int]:
        """Cells of small changes, where the reward should stay."""
        limit = self.table.small
        return [
            k
            for k, cell in enumerate(self.table.cells)
            if cell.kind == "same" or (cell.kind == "graded" and (cell.delta or 0.0) <= limit.get(cell.family, 0.0))
        ]

    @cached_property
    def cut(self) -> float | None:
        """Reward from which a claim counts as accepted, halfway between wrong place and truth; None if refused."""
        return None if self.refused else float(self.truth[0] - MIDDLE * self.gap[0])

    def falsely_accepted(self, error: str) -> Floats:
        """Tell which claims' wrong evidence is accepted, 1 or 0, NaN where it was not judged; shape (n,).

        Without a cut, where it is paid no less than the same claim's truth.
        """
        paid = self.values([self.errors[error]])[0]
        above = paid >= (self.first - SAME if self.cut is None else self.cut)
        return np.where(np.isnan(paid) | np.isnan(self.first), np.nan, above.astype(float))

    def ahead(self, *errors: str) -> Floats:
        """Share of pairs (small change, wrong evidence) of each claim in which the small change earns more; (n,).

        Ties count half, so that a constant reward has 0.5.
        """
        small = self.values(self.small)[:, None]
        wrong = self.values([self.errors[name] for name in errors])[None]
        ahead = np.where(np.abs(small - wrong) <= SAME, 0.5, (small > wrong).astype(float))
        return mean_of_known(np.where(np.isnan(small - wrong), np.nan, ahead).reshape(-1, len(self.first)), axis=0)

    @cached_property
    def tied_groups(self) -> Floats:
        """Tell which claims' groups of candidates are tied throughout, 1 or 0; (n,)."""
        return rank_stability.zero_variance(rank_stability.candidates(self.table, self.reward, self.table.groups))

    def flipped(self) -> tuple[Floats, Floats]:
        """Share of each claim's small changes, and of its repeats, that change whether it is accepted; (n,) each."""
        none = np.full(len(self.first), np.nan)
        if self.cut is None:
            return none, none
        before = self.first >= self.cut
        return self._changed(self.values(self.small), before), self._changed(self.table.truth[self.place, 1:], before)

    def _changed(self, values: Floats, before: NDArray[np.bool_]) -> Floats:
        assert self.cut is not None  # noqa: S101 - both callers have one
        changed = ((values >= self.cut) != before).astype(float)
        return mean_of_known(np.where(np.isnan(values) | np.isnan(self.first), np.nan, changed), axis=0)


def pooled_sd(repeats: Floats) -> float | None:
    """Pool the standard deviation of repeats (m, n) within claims; None when nothing was repeated."""
    whole = repeats[:, ~np.isnan(repeats).any(axis=0)]
    if len(repeats) < 2 or not whole.size:
        return None
    return float(np.sqrt(whole.var(axis=0, ddof=1).mean()))


def mean_of_known(values: Floats, axis: int) -> Floats:
    """Mean of what is known; NaN where nothing is."""
    known = ~np.isnan(values)
    counts = known.sum(axis=axis)
    sums = np.where(known, values, 0.0).sum(axis=axis)
    return np.asarray(np.where(counts > 0, sums / np.maximum(counts, 1), np.nan))
