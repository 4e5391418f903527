"""Reading the files that ``import`` takes: what kind each is, its records, and what could not be used.

Nothing here touches a study. Every refusal names the file and the line.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from referee_calib.claims import Rollout, claims_of
from referee_calib.errors import InputError
from referee_calib.inspect_scores import judgements_of_record
from referee_calib.io import json_lines
from referee_calib.records import Claim, Mark, Rating, RefereeScore

Kind = Literal["rollouts", "claims", "ratings", "scores", "marks", "inspect"]
KINDS: tuple[Kind, ...] = get_args(Kind)

# A field that only this kind of row has; the first that is found decides.
_MARKS: dict[str, Kind] = {
    "completion": "rollouts",
    "referee": "scores",
    "rater": "ratings",
    "boxes": "claims",
    "span": "claims",
    "value": "inspect",
}


@dataclass
class ImportedFile:
    """What one file holds."""

    path: Path
    kind: Kind
    digest: str  # SHA-256 of the file
    # claims, ratings, scores, marks: (place, record); place is the file and line, for messages
    claims: list[tuple[str, Claim]] = field(default_factory=list)
    ratings: list[tuple[str, Rating]] = field(default_factory=list)
    scores: list[tuple[str, RefereeScore]] = field(default_factory=list)
    marks: list[tuple[str, Mark]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)  # where each reply stands, by its name
    without_claim: int = 0  # replies that gave no claim at all
    # pieces of model text that became no claim, by reason
    parse_failures: Counter[str] = field(default_factory=Counter)


def read_import_file(path: Path, kind: Kind | None = None) -> ImportedFile:
    """Read one file of JSON lines; what its rows are is seen from the first one by default.

    Raises InputError when the file or a line cannot be used, or a rollout comes twice in it.
    """
    rows = list(json_lines.read(path))
    if not rows:
        raise InputError(f"{path} is empty", "there is nothing to import")
    contents = ImportedFile(path, kind or kind_of(path, rows[0][1]), _digest(path))
    for number, row in rows:
        place = f"{path.name} line {number}"
        try:
            _add(contents, row, place)
        except InputError as error:
            if error.seen.startswith(place):
                raise
            raise type(error)(f"{place}: {error.seen}", error.why, error.do) from error
    return contents


def kind_of(path: Path, row: Mapping[str, Any]) -> Kind:
    """Say what a file's rows are from the fields of its first one; of a mark they are those of a rater and a claim."""
    if "rater" in row and "dimension" not in row and ("boxes" in row or "span" in row):
        return "marks"
    for mark, kind in _MARKS.items():
        if mark in row:
            return kind
    raise InputError(
        f"{path}: rows with the fields {', '.join(sorted(row)) or '(none)'}",
        "this is no known kind of file",
        f"Name it: --kind {'|'.join(KINDS)}",
    )


def _add(contents: ImportedFile, row: dict[str, Any], place: str) -> None:
    match contents.kind:
        case "rollouts":
            _add_rollout(contents, Rollout.from_json(row, place), place)
        case "claims":
            contents.claims.append((place, Claim.from_json(row)))
        case "ratings":
            contents.ratings.append((place, Rating.from_json(row)))
        case "scores":
            contents.scores.append((place, RefereeScore.from_json(row)))
        case "inspect":
            found = judgements_of_record(row, contents.path.stem)
            contents.ratings += [(place, one) for one in found.ratings]
            contents.scores += [(place, one) for one in found.scores]
        case "marks":
            contents.marks.append((place, Mark.from_json(row)))


def _add_rollout(contents: ImportedFile, rollout: Rollout, place: str) -> None:
    if rollout.rollout in contents.names:
        raise InputError(
            f"{place}: rollout {rollout.rollout!r:.60}", f"{contents.names[rollout.rollout]} has that name"
        )
    contents.names[rollout.rollout] = place
    parsed = claims_of(rollout)
    contents.without_claim += not parsed.claims
    contents.parse_failures.update(piece.reason for piece in parsed.failures)
    contents.claims += [(f"{place}, rollout {rollout.rollout}", claim) for claim in parsed.claims]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
