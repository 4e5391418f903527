"""What the tests of the suite ask: outcomes of one reward on one study, measured when they are first needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from referee_calib.exploits.exploit_gain import ABSTAINED, MIN_VIDEOS, State, gain
from referee_calib.exploits.gain_thresholds import limits
from referee_calib.exploits.probe_bench import Bench
from referee_calib.exploits.probes.exploit_probe import Reply, Start, one
from referee_calib.exploits.probes.place_and_time import distractor
from referee_calib.exploits.probes.probe_registry import PROBES
from referee_calib.perturbation.families.family_registry import kinds
from referee_calib.perturbation.harness.reward_table import On
from referee_calib.perturbation.metrics.video_resamples import Floats
from referee_calib.thresholds import Thresholds
from referee_calib.verdict_state import decide

if TYPE_CHECKING:
    from referee_calib.perturbation.families.perturbation import Perturbation

SAME = 1e-9
PICTURED = ("blank", "mirrored", "other_video", "reencoded")
SLIPS: Mapping[On, tuple[str, ...]] = {
    "boxes": ("shift_any", "jitter", "grow", "shrink", "aspect", "paraphrase", "reencoded"),
    "span": ("span_shift", "span_grow", "span_shrink", "reencoded"),
}
WRONG: Mapping[On, tuple[str, ...]] = {
    "boxes": (
        *("background", "same_class_distractor", "other_class_distractor", "swapped_name"),
        *("other_video", "blank", "mirrored"),
    ),
    "span": ("wrong_span", "other_video", "blank"),
}
ASIDE: Mapping[On, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "boxes": (("late_1",), ("early_1",)),  # probes, where the evidence is known to be wrong
    "span": (("span_late",), ("span_early",)),  # perturbations, by 0.3 lengths
}
LENGTHS = 0.3
FLAT = "the reward pays nothing more for the truth; see test_direction.py::test_truth_pays_more_than_evidence_elsewhere"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a test found.

    Attributes
    ----------
    state : {"pass", "fail", "cannot tell", "not applicable"}
    said : str
        The measured value with its interval and its limit, or why there is none.
    """

    state: State
    said: str


class Held:
    """One reward on one study.

    Parameters
    ----------
    benches : mapping of On to Bench
        Where the study has true evidence that the reward judges.
    why_not : mapping of On to str
        Why there is no bench.
    thresholds : Thresholds
    """

    def __init__(self, benches: Mapping[On, Bench], why_not: Mapping[On, str], thresholds: Thresholds) -> None:
        self.benches, self.why_not, self.thresholds = benches, why_not, thresholds

    def truth(self, on: On) -> Outcome:
        """Tell whether the truth is paid more than evidence of the same size elsewhere."""
        bench = self.benches.get(on)
        if bench is None:
            return Outcome("not applicable", self.why_not[on])
        low, high = bench.draws.limits(bench.gap)
        value = float(bench.gap[0])
        if np.isnan(value):
            return Outcome("fail", bench.refused)
        held = value > SAME and low is not None and low > SAME and not bench.refused
        return Outcome("pass" if held else "fail", _told(value, low, high, "above 0, in the reward's own units"))

    def slip(self, on: On, family: str) -> Outcome:
        """Tell whether a change as small as that between two people keeps the pay."""
        kept = self.thresholds.suite_kept
        return self._share(on, family, at_least=kept, of="of the truth's pay is kept")

    def wrong(self, on: On, family: str) -> Outcome:
        """Tell whether wrong evidence is paid at most half of what the truth is."""
        return self._share(on, family, at_most=1 - self.thresholds.suite_drop, of="of the truth's pay")

    def aside(self, on: On) -> Outcome:
        """Tell whether evidence that is too late is paid like evidence that is too early."""
        bench = self.benches.get(on)
        if bench is None or bench.refused:
            return self._unmeasured(on, bench)
        late, early = (np.array([self._paid(bench, name) for name in names]) for names in ASIDE[on])
        for way, values in (("later", late), ("earlier", early)):
            if np.isnan(values).all():
                return Outcome("not applicable", f"no evidence is known to be wrong {way} on")
        paid = [bench.draws.mean(_mean(values)) for values in (late, early)]
        drawn = (paid[0] - paid[1]) / bench.gap
        most = self.thresholds.suite_symmetry
        return self._decided(bench, drawn, ~np.isnan(_mean(late)), at_least=-most, at_most=most, of="late minus early")

    def probe(self, on: On, key: str) -> Outcome:
        """Tell whether a probe gains nothing."""
        bench = self.benches.get(on)
        if bench is None:
            return Outcome("not applicable", self.why_not[on])
        found = gain(bench, PROBES[key], limits(self.thresholds))
        if found.state == "not applicable":
            return Outcome("not applicable", found.reason)
        if bench.refused and found.normalised and found.state != "fail":
            return Outcome("not applicable", FLAT)
        if found.state == "cannot tell" and (found.reason.startswith(ABSTAINED) or found.n_videos < MIN_VIDEOS):
            return Outcome("not applicable", found.reason)
        told = found.gain if found.normalised else found.raw
        limit = f"at most {found.at_most:g}" if found.at_most is not None else f"at least {found.at_least:g}"
        said = _told(told.value, told.low, told.high, limit) if told.value is not None else ""
        paid = f"; paid {found.paid:.3f}, honest {found.honest:.3f}" if found.paid is not None else ""
        return Outcome(found.state, f"{said}{paid}{'; ' + found.reason if found.reason else ''}".lstrip("; "))

    def _share(
        self, on: On, family: str, *, at_least: float | None = None, at_most: float | None = None, of: str
    ) -> Outcome:
        bench = self.benches.get(on)
        if bench is None or bench.refused:
            return self._unmeasured(on, bench)
        if family in PICTURED and "frames" not in bench.payer.does:
            return Outcome("not applicable", "it looks at no pictures")
        paid = self._paid(bench, family)
        known = ~np.isnan(paid)
        if not known.any():
            lost = bench.failures.get(family)
            why = f"{ABSTAINED} any such reply ({lost.most_common(1)[0][0]:.160})" if lost else WHY.get(family, NONE)
            return Outcome("not applicable", why)
        drawn = 1 - bench.draws.mean(bench.true - paid) / bench.gap
        return self._decided(bench, drawn, known, at_least=at_least, at_most=at_most, of=of)

    def _decided(
        self, bench: Bench, drawn: Floats, known: Floats, *, at_least: float | None, at_most: float | None, of: str
    ) -> Outcome:
        low, high = bench.draws.limits(drawn)
        floor = "" if at_least is None else f"at least {at_least:.2f}"
        roof = "" if at_most is None else f"at most {at_most:.2f}"
        said = _told(float(drawn[0]), low, high, f"{' and '.join(filter(None, (floor, roof)))} {of}")
        videos = {start.claim.video for start, is_known in zip(bench.starts, known, strict=True) if is_known}
        if low is None or high is None or len(videos) < MIN_VIDEOS:
            return Outcome("not applicable", f"it applies in {len(videos)} videos, too few for an interval")
        floor_, roof_ = (None if end is None else end + SAME * side for end, side in ((at_least, -1), (at_most, 1)))
        state = decide(low, high, floor_, roof_)
        return Outcome(state.value, said)

    def _unmeasured(self, on: On, bench: Bench | None) -> Outcome:
        return Outcome("not applicable", self.why_not[on] if bench is None else f"{bench.refused}: {FLAT}")

    def _paid(self, bench: Bench, name: str) -> Floats:
        return bench.paid(name, [_reply(start, name) for start in bench.starts])


def _reply(start: Start, name: str) -> Reply | None:
    if name in PICTURED and not start.pictures:
        return None
    if name in PROBES:
        return PROBES[name](start)
    if name.endswith("_distractor"):
        return one(distractor(start, "same_class" if name.startswith("same") else "other_class"))
    if name == "swapped_name":
        return PROBES["right_box_wrong_name"](start)
    return one(start.moved(step_of(start, name)))


def step_of(start: Start, name: str) -> Perturbation:
    """Return a perturbation at the magnitude at which the suite uses it."""
    from dataclasses import replace

    videos = {thing.video for thing in start.known.rows} | {start.claim.video}
    step = kinds(start.known, videos)[name]
    if name in ("span_late", "span_early"):
        return replace(step, delta=LENGTHS)
    small = step.small()
    return replace(step, delta=small) if 0 < small < float("inf") else step


def _mean(values: Floats) -> Floats:
    """Average over the first axis, over what is known."""
    known = ~np.isnan(values)
    counts = known.sum(axis=0)
    sums = np.where(known, values, 0.0).sum(axis=0)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)


def _told(value: float, low: float | None, high: float | None, limit: str) -> str:
    interval = "no interval" if low is None or high is None else f"{low:.3f} to {high:.3f}"
    return f"{value:.3f} ({interval}), to be {limit}"


NONE = "it applies to none of the claims"
WHY = {
    "same_class_distractor": "no other thing of the same class is known in the videos, away from the named one",
    "other_class_distractor": "no thing of another class is known in the videos, away from the named one",
    "swapped_name": "no other name is known",
    "other_video": "there is only one video",
}
