"""Digests of what a report is made from, so that two reports can be told to rest on the same rows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from referee_calib.io import json_lines
from referee_calib.records import Claim, Mark, Rating, RefereeScore

PASSING = frozenset({"seconds", "nonce", "time"})  # differ from run to run and change none of a referee's figures


@dataclass(frozen=True, slots=True)
class InputDigest:
    """One table that went in: how many rows, and the SHA-256 of their JSON lines."""

    name: str
    rows: int
    sha256: str


def digest_inputs(
    claims: Sequence[Claim],
    ratings: Sequence[Rating],
    scores: Sequence[RefereeScore],
    marks: Sequence[Mark] = (),
) -> tuple[InputDigest, ...]:
    """Digest the tables that a report on one referee uses, marks where there are some; not how long calls took."""
    drawn = (_input("marks", marks),) if marks else ()
    return (_input("claims", claims), _input("ratings", ratings), _input("scores", scores), *drawn)


def digest_compared_scores(scores: Mapping[str, Sequence[RefereeScore]]) -> tuple[InputDigest, ...]:
    """Digest the scores of referees, by label, that are put side by side, with the seconds that are compared."""
    return tuple(_input(f"scores and costs of {label}", its, leave_out=frozenset()) for label, its in scores.items())


def _input(
    name: str, records: Sequence[Claim | Mark | Rating | RefereeScore], leave_out: frozenset[str] = PASSING
) -> InputDigest:
    """Digest a table so that the same rows give the same digest, in whatever order they were stored."""
    rows = ({key: value for key, value in one.to_json().items() if key not in leave_out} for one in records)
    lines = sorted(map(json_lines.line, rows))
    return InputDigest(name, len(lines), hashlib.sha256(b"".join(lines)).hexdigest())
