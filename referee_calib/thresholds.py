"""The thresholds that a study states before it has data: what a referee has to reach to be used as a reward.

``study.toml`` holds them in its table ``[thresholds]``, where ``referee-calib init`` writes the defaults with a reason
each. A study without that table is held to the same numbers, and its report says that nobody stated them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, asdict, dataclass, field, fields
from typing import Any

from referee_calib.errors import StudyError

TABLE = "thresholds"
RENAMED = {"robust_separation": "robust_auc", "robust_miss": "robust_false_acceptance"}  # as older studies state them

REASONS: dict[str, str] = {
    "ceiling_alpha": "least ordinal alpha of people with people; below it they are no yardstick (Krippendorff 2004)",
    "loss": "most that quadratic kappa with the referee may fall short of people with people",
    "alt_test_epsilon": "alternative annotator test: what the referee may fall behind a skilled person",
    "alt_test_winning_rate": "alternative annotator test: share of people it has to stand up to, at least half",
    "miscalibration_share": "most of what a score can explain that may be lost because a score is not a level",
    "leniency": "most that its mean may lie above or below people's, in levels: a quarter of a step",
    "failure_rate": "most of the claims that it may leave without a score; training has no reward for those",
    "confident_acceptance": "most videos with a claim that all rate low and it rates high; training finds those first",
    "confident_rejection": "most videos with a claim that all rate high and it rates low; those cost signal only",
    "slice_loss": "most that it may fall short of people on any kind of claim, on the scale of the study's kappa",
    "slice_leniency": "most that its mean may lie off people's on any kind of claim, in levels: half a step",
    "equivalence": "two referees are called the same only when their kappas are shown to differ by less",
    "videos": "fewest videos: intervals over fewer are too narrow, so nothing passes below",
    "robust_drop": "perturbed evidence: most that wrong evidence may fall less far than under overlap",
    "robust_auc": "least discrimination (AUC) of small perturbations from wrong evidence; 0.5 is blind",
    "robust_false_acceptance": "largest false acceptance rate of wrong evidence, for every kind",
    "robust_noise": "least gap between truth and wrong evidence, in standard deviations of its own repeats",
    "robust_zero_variance": "most groups of eight that may be tied throughout; training learns nothing there",
    "probe_gain": "most that an exploit may gain over an honest claim off by 0.3 sizes; 1 is truth less elsewhere",
    "probe_ruin": "most that a reply may lose by one more true claim, in the same units",
    "improvement_share": "least share of a person's gain by best of 4 that its gain is; below half, most of it is lost",
    "suite_kept": "least of the truth's pay that a perturbation as between two people keeps; their overlap is 0.88",
    "suite_drop": "least of the truth's pay that wrong evidence of any kind loses",
    "suite_partial": "least that half of the thing, or the thing with half its neighbour, loses; overlap loses half",
    "suite_retest": "largest standard deviation of repeats of one reply; 1 is truth less elsewhere",
    "suite_symmetry": "most by which too late and too early may be paid differently",
}


def _number_in(span: str, default: float) -> Any:
    """Declare a threshold and what it can be at all; "[" and "]" say that the end is part of the range."""
    return field(default=default, metadata={"span": span})


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """What a referee has to reach on every dimension; `REASONS` says what each number is.

    Alpha is Krippendorff's, ordinal; the alternative annotator test is that of Calderon, Reichart and Dror (2025);
    the miscalibration share is ``MSC / (UNC - noise floor)``, each corrected for fitting to noise. What the two
    ``confident_`` ones count is said in :func:`agreement.opposite_levels`, the two ``slice_`` ones are held to
    :func:`agreement.group_losses`, and `equivalence` is the margin of ``report --compare``. The ``robust_``
    thresholds hold the reward to what :mod:`referee_calib.perturbation.sensitivity_verdict` finds, the ``probe_`` ones
    to :mod:`referee_calib.exploits.exploit_gain`, and :mod:`referee_calib.robustness` to the ``suite_`` ones beside
    them. `stated` names those that ``study.toml`` states; the others are this package's defaults.
    """

    ceiling_alpha: float = _number_in("[0, 1)", 0.667)
    loss: float = _number_in("[0, 1)", 0.10)
    alt_test_epsilon: float = _number_in("[0, 1)", 0.15)
    alt_test_winning_rate: float = _number_in("(0, 1]", 0.5)
    miscalibration_share: float = _number_in("(0, 1]", 0.10)
    leniency: float = _number_in("(0, 4)", 0.25)
    failure_rate: float = _number_in("(0, 1)", 0.05)
    confident_acceptance: float = _number_in("(0, 1)", 0.05)
    confident_rejection: float = _number_in("(0, 1)", 0.10)
    slice_loss: float = _number_in("(0, 1)", 0.20)
    slice_leniency: float = _number_in("(0, 4)", 0.5)
    equivalence: float = _number_in("(0, 1)", 0.05)
    videos: int = _number_in("[2, 1000000]", 30)
    robust_drop: float = _number_in("[0, 1)", 0.10)
    robust_auc: float = _number_in("[0.5, 1)", 0.90)
    robust_false_acceptance: float = _number_in("(0, 1)", 0.10)
    robust_noise: float = _number_in("[0, 100]", 2.0)
    robust_zero_variance: float = _number_in("(0, 1)", 0.20)
    probe_gain: float = _number_in("[0, 0.5)", 0.0)
    probe_ruin: float = _number_in("[0, 1)", 0.10)
    improvement_share: float = _number_in("(0, 1)", 0.5)
    suite_kept: float = _number_in("(0, 1)", 0.80)
    suite_drop: float = _number_in("(0, 1)", 0.50)
    suite_partial: float = _number_in("(0, 1)", 0.25)
    suite_retest: float = _number_in("(0, 1)", 0.25)
    suite_symmetry: float = _number_in("(0, 1)", 0.20)
    stated: tuple[str, ...] = field(default=tuple(REASONS), compare=False)

    def to_json(self) -> dict[str, float | int]:
        """Return the numbers by name."""
        return {name: value for name, value in asdict(self).items() if name != "stated"}

    def toml(self) -> str:
        """Write the table as it stands in ``study.toml``; only what is stated, and "" when nothing is."""
        lines = [f"{name} = {getattr(self, name)!r}  # {REASONS[name]}\n" for name in REASONS if name in self.stated]
        head = "# what a referee has to reach, stated before people rate; `report --check` holds it to them"
        return f"\n[{TABLE}]\n{head}\n{''.join(lines)}" if lines else ""


def read(table: Any, place: str) -> Thresholds:
    """Read and check the table ``[thresholds]``; what it does not state keeps its default.

    Raises StudyError, in which `place` names the file, for an unknown name or a number that no referee could reach or
    miss. The table is as TOML gives it, None when the file has none.
    """
    if table is None:
        return Thresholds(stated=())
    place = f"{place}: [{TABLE}]"
    if not isinstance(table, Mapping):
        raise StudyError(place, "it is not a table", "Write it as a table of numbers.")
    table = {RENAMED.get(name, name): value for name, value in table.items()}
    unknown = sorted(set(table) - set(REASONS))
    if unknown:
        raise StudyError(f"{place} {', '.join(unknown)}", f"a threshold is one of {', '.join(REASONS)}")
    declared = {one.name: one for one in fields(Thresholds)}
    given = {name: _number(f"{place} {name}", declared[name], value) for name, value in table.items()}
    return Thresholds(**given, stated=tuple(name for name in REASONS if name in given))


def _number(place: str, declared: Field[Any], value: Any) -> Any:
    whole, span = declared.type == "int", declared.metadata["span"]
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        raise StudyError(f"{place} = {value!r:.80}", f"it must be a {'whole ' if whole else ''}number")
    if not _within(value, span):
        raise StudyError(f"{place} = {value!r:.80}", f"it lies in {span}; {REASONS[declared.name]}")
    return value if whole else float(value)


def _within(value: float, span: str) -> bool:
    low, high = (float(end) for end in span[1:-1].split(","))
    above = value >= low if span[0] == "[" else value > low
    return above and (value <= high if span[-1] == "]" else value < high)
