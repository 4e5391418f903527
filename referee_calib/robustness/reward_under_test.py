"""What the tests of the suite ask: outcomes of one reward on one study, measured when they are first needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from referee_calib.exploits import (
    ABSTAINED_REASON,
    MIN_GAIN_VIDEOS,
    PROBES,
    SAME,
    GainThresholds,
    ProbeBench,
    ProbeReply,
    ReferenceEvidence,
    count_videos,
    distractor_claim,
    measure_gain,
    single_claim_reply,
    unsupported_reason,
)
from referee_calib.perturbation import INAPPLICABLE, Floats, On, kinds, mean_of_known
from referee_calib.robustness.partial_evidence import PARTIAL
from referee_calib.robustness.property_outcome import (
    UNIT_RANGE,
    PropertyOutcome,
    ValueRange,
    interval_text,
    not_applicable,
    unexamined,
)
from referee_calib.robustness.returned_values import numbers_returned, repeats_agree, values_in_range
from referee_calib.thresholds import Thresholds
from referee_calib.verdict_state import VerdictState, decide

if TYPE_CHECKING:
    from referee_calib.perturbation import Perturbation

PICTURED = ("blank", "mirrored", "other_video", "reencoded")
SMALL: Mapping[On, tuple[str, ...]] = {
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
LATE_EARLY: Mapping[On, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "boxes": (("late_1",), ("early_1",)),  # probes, where the evidence is known to be wrong
    "span": (("span_late",), ("span_early",)),  # perturbations, by 0.3 lengths
}
LENGTHS = 0.3
FLAT = "the truth is paid no more; see test_wrong_evidence.py::test_truth_is_discriminated_from_background"


class RewardUnderTest:
    """One reward on one study: a bench for each kind of true evidence that it judges, and why there is none."""

    def __init__(
        self,
        benches: Mapping[On, ProbeBench],
        why_not: Mapping[On, PropertyOutcome],
        thresholds: Thresholds,
        value_range: ValueRange = UNIT_RANGE,
    ) -> None:
        self.benches, self.why_not, self.thresholds, self.value_range = benches, why_not, thresholds, value_range

    def discrimination(self, on: On) -> PropertyOutcome:
        """Tell whether the truth is paid more than evidence of the same size elsewhere."""
        bench = self.benches.get(on)
        if bench is None:
            return self.why_not[on]
        low, high = bench.draws.limits(bench.gap)
        value = float(bench.gap[0])
        if np.isnan(value):
            return PropertyOutcome(VerdictState.FAIL, bench.refused)
        passed = value > SAME and low is not None and low > SAME and not bench.refused
        state = VerdictState.PASS if passed else VerdictState.FAIL
        return PropertyOutcome(state, interval_text(value, low, high, "above 0, in the reward's own units"))

    def small_perturbation(self, on: On, family: str) -> PropertyOutcome:
        """Tell whether a perturbation as small as two people's difference keeps the reward."""
        kept = self.thresholds.suite_kept
        return self._share(on, family, at_least=kept, of="of the truth's pay is kept")

    def wrong_evidence(self, on: On, family: str) -> PropertyOutcome:
        """Tell whether wrong evidence is paid at most half of what the truth is."""
        return self._share(on, family, at_most=1 - self.thresholds.suite_drop, of="of the truth's pay")

    def partial_evidence(self, on: On, kind: str) -> PropertyOutcome:
        """Tell whether evidence that is right by half is paid clearly less than the truth."""
        return self._share(on, kind, at_most=1 - self.thresholds.suite_partial, of="of the truth's pay")

    def numbers(self, on: On) -> PropertyOutcome:
        """Tell whether every reply is paid a number."""
        bench = self.benches.get(on)
        return self.why_not[on] if bench is None else numbers_returned(bench)

    def within_range(self, on: On) -> PropertyOutcome:
        """Tell whether every reply is paid within the reward's range."""
        bench = self.benches.get(on)
        return self.why_not[on] if bench is None else values_in_range(bench, self.value_range)

    def repeatability(self, on: On) -> PropertyOutcome:
        """Tell whether the same reply is paid the same again."""
        bench = self.benches.get(on)
        return self.why_not[on] if bench is None else repeats_agree(bench, self.thresholds.suite_retest)

    def temporal_symmetry(self, on: On) -> PropertyOutcome:
        """Tell whether evidence that is too late is paid like evidence that is too early."""
        bench = self.benches.get(on)
        if bench is None or bench.refused:
            return self._unmeasured(on, bench)
        late, early = (np.array([self._paid(bench, name) for name in names]) for names in LATE_EARLY[on])
        for way, values in (("later", late), ("earlier", early)):
            if np.isnan(values).all():
                return unexamined(f"no evidence is known to be wrong {way} on")
        paid = [bench.draws.mean(mean_of_known(values, 0)) for values in (late, early)]
        drawn = (paid[0] - paid[1]) / bench.gap
        most = self.thresholds.suite_symmetry
        return self._decided(
            bench, drawn, ~np.isnan(mean_of_known(late, 0)), at_least=-most, at_most=most, of="late minus early"
        )

    def exploit_gain(self, on: On, key: str) -> PropertyOutcome:
        """Tell whether an exploit gains nothing."""
        bench = self.benches.get(on)
        if bench is None:
            return self.why_not[on]
        found = measure_gain(bench, PROBES[key], GainThresholds.from_study(self.thresholds))
        if found.state == VerdictState.NOT_APPLICABLE:
            cannot = unsupported_reason(bench.examined, PROBES[key])
            return not_applicable(cannot) if cannot else unexamined(found.reason)
        if bench.refused and found.normalised and found.state != VerdictState.FAIL:
            return not_applicable(FLAT)
        if found.abstained or (found.state == VerdictState.CANNOT_TELL and found.n_videos < MIN_GAIN_VIDEOS):
            return unexamined(found.reason)
        told = found.gain if found.normalised else found.raw
        limit = f"at most {found.at_most:g}" if found.at_most is not None else f"at least {found.at_least:g}"
        said = interval_text(told.value, told.low, told.high, limit) if told.value is not None else ""
        paid = f"; paid {found.paid:.3f}, honest {found.honest:.3f}" if found.paid is not None else ""
        return PropertyOutcome(found.state, f"{said}{paid}{'; ' + found.reason if found.reason else ''}".lstrip("; "))

    def _share(
        self, on: On, family: str, *, at_least: float | None = None, at_most: float | None = None, of: str
    ) -> PropertyOutcome:
        bench = self.benches.get(on)
        if bench is None or bench.refused:
            return self._unmeasured(on, bench)
        if family in PICTURED and "frames" not in bench.examined.does:
            return not_applicable("it looks at no pictures")
        paid = self._paid(bench, family)
        known = ~np.isnan(paid)
        if not known.any():
            if lost := bench.failures.get(family):
                return unexamined(f"{ABSTAINED_REASON} any such reply ({lost.most_common(1)[0][0]:.160})")
            return unexamined(INAPPLICABLE.get(family, NONE))
        drawn = 1 - bench.draws.mean(bench.true - paid) / bench.gap
        return self._decided(bench, drawn, known, at_least=at_least, at_most=at_most, of=of)

    def _decided(
        self, bench: ProbeBench, drawn: Floats, known: Floats, *, at_least: float | None, at_most: float | None, of: str
    ) -> PropertyOutcome:
        low, high = bench.draws.limits(drawn)
        floor = "" if at_least is None else f"at least {at_least:.2f}"
        roof = "" if at_most is None else f"at most {at_most:.2f}"
        said = interval_text(float(drawn[0]), low, high, f"{' and '.join(filter(None, (floor, roof)))} {of}")
        videos = count_videos(bench, known)
        if low is None or high is None or videos < MIN_GAIN_VIDEOS:
            return unexamined(f"it applies in {videos} videos, too few for an interval")
        floor_, roof_ = (None if end is None else end + SAME * side for end, side in ((at_least, -1), (at_most, 1)))
        return PropertyOutcome(decide(low, high, floor_, roof_), said)

    def _unmeasured(self, on: On, bench: ProbeBench | None) -> PropertyOutcome:
        return self.why_not[on] if bench is None else not_applicable(f"{bench.refused}: {FLAT}")

    def _paid(self, bench: ProbeBench, name: str) -> Floats:
        return bench.paid(name, [_reply(reference, name) for reference in bench.references])


def _reply(reference: ReferenceEvidence, name: str) -> ProbeReply | None:
    if name in PARTIAL[reference.on]:
        return single_claim_reply(PARTIAL[reference.on][name](reference))
    if name in PICTURED and not reference.pictures:
        return None
    if name in PROBES:
        return PROBES[name](reference)
    if name.endswith("_distractor"):
        return single_claim_reply(
            distractor_claim(reference, "same_class" if name.startswith("same") else "other_class")
        )
    if name == "swapped_name":
        return PROBES["right_box_wrong_name"](reference)
    return single_claim_reply(reference.moved(step_of(reference, name)))


def step_of(reference: ReferenceEvidence, name: str) -> Perturbation:
    """Return a perturbation at the magnitude at which the suite uses it."""
    videos = {obj.video for obj in reference.known.rows} | {reference.claim.video}
    step = kinds(reference.known, videos)[name]
    if name in ("span_late", "span_early"):
        return replace(step, delta=LENGTHS)
    small = step.small()
    return replace(step, delta=small) if 0 < small < float("inf") else step


NONE = "it applies to none of the claims"
