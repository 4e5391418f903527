"""The sections of the page in their order: a template each, and when a report has it.

A new section is a template and one line here; it then stands on the page and in the contents.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Section:
    """One section.

    Attributes
    ----------
    id : str
        Of its ``<section>``, which the contents link to.
    label : str
        In the contents; "" keeps it out of them.
    shown : callable
        Tells from the content of ``report.json`` whether the report has it.
    """

    id: str
    label: str
    shown: Callable[[Json], bool] = lambda report: True

    @property
    def template(self) -> str:
        """Name of its template."""
        return f"{self.id}.html.j2"


SECTIONS = (
    Section("verdict", "Verdict", lambda r: bool(r["verdict"])),
    Section("agreement", "Agreement"),
    Section("leniency", "Leniency and levels"),
    Section("slices", "Kinds of claims", lambda r: any(item["slices"] for item in r["dimensions"])),
    Section("ablation", "Referees side by side", lambda r: bool(r["ablation"])),
    Section("calibration", "Calibration"),
    Section("recalibration", "Recalibration", lambda r: bool(r["recalibration"])),
    Section("mean", "Mean score", lambda r: bool(r["mean_score"]["dimensions"])),
    Section("perturbation", "Perturbation", lambda r: bool(r["responses"])),
    Section("robustness", "Slips and wrong evidence", lambda r: bool(r["robustness"]["summary"])),
    Section("probes", "Tricks", lambda r: bool(r["probes"]["summary"])),
    Section("reward", "Reward", lambda r: bool(r["rewards"]["rollouts"])),
    Section("claims", "Where they differ", lambda r: bool(r["disagreements"])),
    Section("lost", "What was left out"),
    Section("rubric", "Rubric"),
    Section("methods", "Methods"),
    Section("limits", "Limits"),
    Section("paper", "For a paper"),
    Section("provenance", ""),
)


def sections(report: Json) -> list[Section]:
    """Return the sections that a report has."""
    return [section for section in SECTIONS if section.shown(report)]
