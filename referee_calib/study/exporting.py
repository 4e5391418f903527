"""Exporting a study as JSON lines that ``import`` reads back without loss."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from referee_calib.errors import StudyError
from referee_calib.io import cannot_write, json_lines, write_bytes
from referee_calib.study.audit import trail
from referee_calib.study.export_manifest import DRAW, FORMAT
from referee_calib.study.export_manifest import NAME as MANIFEST
from referee_calib.study.intake.decision_import import KNOWN, TABLE
from referee_calib.study.onboarding import every_known_claim
from referee_calib.study.review.exclusions import claims_with_excluded
from referee_calib.study.rubric_copy import NAME as RUBRIC
from referee_calib.study.store.copies import decision_rows
from referee_calib.study.study import Study

RECORDS = ("claims.jsonl", "ratings.jsonl", "scores.jsonl", "marks.jsonl", "audit.jsonl")
FILES = (*RECORDS, "decisions.jsonl", "assignment.jsonl")
LEFT_OUT = (
    "videos",
    "settings and pages of the study's folder",
    "personal codes, links and sign-ins",
    "the books of what was imported",
)


def export(study: Study, folder: Path, *, force: bool = False) -> dict[str, Any]:
    """Write claims, ratings and marks with their history, scores, audit trail, decisions, assignment and own rubric.

    The manifest (name, clock, rubric version, raters, referees, sampled claims, counts, what is left out) is returned,
    and written last: where it is, the export is whole. Raises StudyError when files are there already and not to be
    replaced by `force`, or the folder is read-only or full; of a new export nothing is left then.
    """
    there = [name for name in (*FILES, RUBRIC, MANIFEST) if (folder / name).exists()]
    if there and not force:
        raise StudyError(
            f"{folder} holds {', '.join(there)} already", "an export overwrites nothing", "Add --force to replace it."
        )
    manifest, records = _collect(study)
    made: list[Path] = []
    try:
        _prepare_folder(folder)
        for name, its in records.items():
            made += [] if (folder / name).exists() else [folder / name]
            json_lines.write(folder / name, its)
        if study.config.rubric:
            made += [] if (folder / RUBRIC).exists() else [folder / RUBRIC]
            write_bytes(folder / RUBRIC, (study.folder / study.config.rubric).read_bytes())
        write_bytes(folder / MANIFEST, json.dumps(manifest, indent=2, allow_nan=False).encode() + b"\n")
    except BaseException:  # an interrupt too: half an export is none
        for path in made:
            path.unlink(missing_ok=True)
        raise
    return manifest


def _collect(study: Study) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    # claims last: they are only ever added, so every rating, score, mark and decision before has its claim
    decided = _decided(study)
    ratings = study.ratings(history=True, perturbed=True, held=True, occasion=None)
    scores = study.scores(perturbed=True)
    marks = study.marks(history=True, perturbed=True, held=True)
    raters, referees = study.raters(), study.referees()
    sampled = [one.id for one in claims_with_excluded(study, sampled=True)] if study.n_sampled() else []
    claims = study.claims(perturbed=True)
    records = [[one.to_json() for one in its] for its in (claims, ratings, scores, marks)]
    records += [[asdict(one) for one in trail(study)], *decided]
    manifest = {
        "format": FORMAT,
        "name": study.config.name,
        "clock": study.config.clock,
        "rubric": study.rubric.version,
        "counts": {name.removesuffix(".jsonl"): len(its) for name, its in zip(FILES, records, strict=True)},
        "left_out": list(LEFT_OUT),
        "raters": [asdict(one) for one in raters],
        "referees": referees,
        "sampled": sampled,
        "draw": {name: getattr(study.config, name) for name in DRAW},
    }
    return manifest, dict(zip(FILES, records, strict=True))


def _decided(study: Study) -> list[list[dict[str, Any]]]:
    """Return the lines of decisions, known claims first, and those of the assignment."""
    with study.reading() as connection:
        decisions, assignment = decision_rows.decisions(connection), decision_rows.assignment(connection)
        known = [one.to_json() for one in every_known_claim(study)]
    lines = [{"decision": KNOWN, **row} for row in known]
    lines += [{"decision": name, **row} for name, rows in decisions.items() for row in rows]
    return [lines, [{TABLE: name, **row} for name, rows in assignment.items() for row in rows]]


def _prepare_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MANIFEST).unlink(missing_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from error
