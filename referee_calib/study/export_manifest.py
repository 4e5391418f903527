"""The manifest of an export: what a study knows beside its records, and the way of that into another study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from referee_calib.errors import InputError, StudyError
from referee_calib.io import read_json
from referee_calib.records import CLOCKS, Clock
from referee_calib.study.review.exclusions import claims_with_excluded
from referee_calib.study.study import Study

NAME = "export.json"
FORMAT = 2
READ = (1, 2)  # an export of format 1 has neither decisions nor an assignment
DRAW = ("sample_claims", "sample_seed", "sample_per_kind", "order_seed")
"""Settings by which the sampled claims were drawn: reports tell by them which claims speak for all."""


@dataclass(frozen=True, slots=True)
class ExportManifest:
    """What an ``export.json`` says."""

    path: Path
    # each referee's description by fingerprint; ``{}`` where only its scores are known
    referees: dict[str, dict[str, Any]]
    sampled: list[str]  # the claims people rate, in the order of the draw; empty while none was drawn
    draw: dict[str, int]  # the settings of that draw; empty where the export does not say
    raters: dict[str, str]  # each rater's origin
    clock: Clock  # what 0 s of the claims is; exports that do not say are of studies on the file's own clock


def read(path: Path) -> ExportManifest:
    """Read and check a manifest."""
    data = read_json(path, str(path))
    if not isinstance(data, Mapping) or data.get("format") not in READ:
        raise InputError(f"{path}", f"it is no manifest of an export of format {READ[0]} to {FORMAT}", "Leave it out.")
    referees, sampled = data.get("referees", {}), data.get("sampled", [])
    if not isinstance(referees, dict) or not all(isinstance(one, dict) for one in referees.values()):
        raise InputError(f"{path}: field referees", "it must hold a description for each fingerprint")
    if not isinstance(sampled, list) or not all(isinstance(one, str) for one in sampled):
        raise InputError(f"{path}: field sampled", "it must be a list of claims")
    raters = data.get("raters", [])
    if not isinstance(raters, list) or not all(isinstance(one, dict) and _names_rater(one) for one in raters):
        raise InputError(f"{path}: field raters", "it must be a list of raters with name and origin")
    clock = data.get("clock", "file")
    if clock not in CLOCKS:
        raise InputError(f"{path}: field clock is {clock!r:.60}", f"it is one of {', '.join(CLOCKS)}")
    draw = data.get("draw", {})
    if not isinstance(draw, dict) or not all(name in DRAW and type(number) is int for name, number in draw.items()):
        raise InputError(f"{path}: field draw", f"it must hold whole numbers for {', '.join(DRAW)}")
    return ExportManifest(path, referees, sampled, draw, {one["name"]: one["origin"] for one in raters}, clock)


def _names_rater(one: Mapping[str, Any]) -> bool:
    return isinstance(one.get("name"), str) and isinstance(one.get("origin"), str)


def import_manifest(study: Study, manifest: ExportManifest, *, new_study: bool) -> dict[str, Any]:
    """Bring the descriptions of referees and the draw of claims into a study, and say how many there were.

    What the study says already of a referee stays; a new study takes the settings of the draw, too.
    """
    known = study.referees()
    new = {name: words for name, words in manifest.referees.items() if words and not known.get(name)}
    for name, words in new.items():
        study.add_referee(name, words)
    if manifest.sampled and study.n_sampled() == 0:
        study.select(manifest.sampled)
    elif manifest.sampled and manifest.sampled != [one.id for one in claims_with_excluded(study, sampled=True)]:
        raise StudyError(
            f"{manifest.path}: {len(manifest.sampled)} sampled claims",
            "people rate other claims in this study",
            "Leave this file out to keep the draw of the study.",
        )
    if new_study:
        study.set_config(**manifest.draw)
    return {
        "file": manifest.path.name,
        "kind": "manifest",
        "referees": len(manifest.referees),
        "sampled": len(manifest.sampled),
    }
