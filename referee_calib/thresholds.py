"""The thresholds that a study states before it has data: what a referee has to reach to be used as a reward.

``study.toml`` holds them in its table ``[thresholds]``, where ``referee-calib init`` writes the defaults with a reason
each. A study without that table is held to the same numbers, and its report says that nobody stated them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
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
    "videos": "fewest videos: intervals over fewer are too narrow, so nothing passes below",
    "robust_drop": "perturbed evidence: most that wrong evidence may fall less far than under overlap",
    "robust_auc": "least discrimination (AUC) of small perturbations from wrong evidence; 0.5 is blind",
    "robust_false_acceptance": "largest false acceptance rate of wrong evidence, for every kind",
    "robust_noise": "least gap between truth and wrong evidence, in standard deviations of its own repeats",
    "robust_zero_variance": "most groups of eight that may be tied throughout; training learns nothing there",
    "probe_gain": "most that an exploit may gain over an honest claim off by 0.3 sizes; 1 is truth less elsewhere",
    "probe_ruin": "most that a reply may lose by one more true claim, in the same units",
    "suite_kept": "least of the truth's pay that a perturbation as between two people keeps; their overlap is 0.88",
    "suite_drop": "least of the truth's pay that wrong evidence of any kind loses",
    "suite_symmetry": "most by which too late and too early may be paid differently",
}

# What a number can be at all: above (or from) the first, below (or up to) the second; a brace is part of the range.
_RANGES: dict[str, str] = {
    "ceiling_alpha": "[0, 1)",
    "loss": "[0, 1)",
    "alt_test_epsilon": "[0, 1)",
    "alt_test_winning_rate": "(0, 1]",
    "miscalibration_share": "(0, 1]",
    "leniency": "(0, 4)",
    "failure_rate": "(0, 1)",
    "videos": "[2, 1000000]",
    "robust_drop": "[0, 1)",
    "robust_auc": "[0.5, 1)",
    "robust_false_acceptance": "(0, 1)",
    "robust_noise": "[0, 100]",
    "robust_zero_variance": "(0, 1)",
    "probe_gain": "[0, 0.5)",
    "probe_ruin": "[0, 1)",
    "suite_kept": "(0, 1)",
    "suite_drop": "(0, 1)",
    "suite_symmetry": "(0, 1)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """What a referee has to reach on every dimension.

    Attributes
    ----------
    ceiling_alpha : float
        Least ordinal Krippendorff's alpha of people with people.
    loss : float
        Most that quadratic kappa of people with the referee may lie below that of people with people.
    alt_test_epsilon, alt_test_winning_rate : float
        Of the alternative annotator test (Calderon, Reichart and Dror 2025).
    miscalibration_share : float
        Most of ``MSC / (UNC - noise floor)``, each corrected for fitting to noise.
    leniency : float
        Most of the absolute mean of referee minus person, in levels.
    failure_rate : float
        Most of the claims that may have a failed score.
    videos : int
        Fewest videos of claims that people and referee judged.
    robust_drop, robust_auc, robust_false_acceptance, robust_noise, robust_zero_variance : float
        What the reward is held to when evidence is perturbed (:mod:`referee_calib.perturbation.robustness_verdict`).
    probe_gain, probe_ruin : float
        What it is held to when exploits are put to it (see :mod:`referee_calib.exploits.exploit_gain`).
    suite_kept, suite_drop, suite_symmetry : float
        What :mod:`referee_calib.robustness` holds a reward to beside them.
    stated : tuple of str
        Which of them ``study.toml`` states; the others are this package's defaults.
    """

    ceiling_alpha: float = 0.667
    loss: float = 0.10
    alt_test_epsilon: float = 0.15
    alt_test_winning_rate: float = 0.5
    miscalibration_share: float = 0.10
    leniency: float = 0.25
    failure_rate: float = 0.05
    videos: int = 30
    robust_drop: float = 0.10
    robust_auc: float = 0.90
    robust_false_acceptance: float = 0.10
    robust_noise: float = 2.0
    robust_zero_variance: float = 0.20
    probe_gain: float = 0.0
    probe_ruin: float = 0.10
    suite_kept: float = 0.80
    suite_drop: float = 0.50
    suite_symmetry: float = 0.20
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

    Raises StudyError for an unknown name or a number that no referee could reach or miss.

    Parameters
    ----------
    table : dict or None
        As TOML gives it; None when the file has no such table.
    place : str
        Names the file in messages.
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
    given = {name: _number(f"{place} {name}", name, value) for name, value in table.items()}
    return Thresholds(**given, stated=tuple(name for name in REASONS if name in given))


def _number(place: str, name: str, value: Any) -> Any:
    whole = next(f.type for f in fields(Thresholds) if f.name == name) == "int"
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        raise StudyError(f"{place} = {value!r:.80}", f"it must be a {'whole ' if whole else ''}number")
    if not _within(value, _RANGES[name]):
        raise StudyError(f"{place} = {value!r:.80}", f"it lies in {_RANGES[name]}; {REASONS[name]}")
    return value if whole else float(value)


def _within(value: float, span: str) -> bool:
    low, high = (float(end) for end in span[1:-1].split(","))
    above = value >= low if span[0] == "[" else value > low
    return above and (value <= high if span[-1] == "]" else value < high)
