"""Reading the file of known claims: one JSON object per line, everything checked at the door.

::

    {"claim": "c1f…", "role": "example", "levels": {"relevance": 4, "timing": 2}, "feedback": "It begins too early."}
    {"claim": "c2a…", "role": "practice", "levels": {"localization": [3, 4]}, "tolerance": 1, "feedback": "…"}
    {"claim": "c3b…", "role": "gold", "levels": {"relevance": 0}, "counts": true}
    {"of": "c4c…", "role": "attention", "level": 1}

An attention check is a copy of the claim `of` whose question tells which level to give on every scale.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from referee_calib.errors import InputError
from referee_calib.io import json_lines
from referee_calib.records import Claim
from referee_calib.rubric import Rubric
from referee_calib.study.onboarding.known_claim import EXPLAINED, ROLES, KnownClaim

ATTENTION = "attention"  # role, and source of the claims that are made for it
INSTRUCTION = "Attention check: whatever the video shows, choose level {level} on every scale."
MAX_WORDS = 1000
_FIELDS = {"claim", "of", "role", "levels", "level", "tolerance", "feedback", "question", "counts"}


def read_known_claims(path: Path, claims: Mapping[str, Claim], rubric: Rubric) -> tuple[list[KnownClaim], list[Claim]]:
    """Return the known claims of a file, and the claims of attention checks, which are made from others.

    Parameters
    ----------
    path : Path
        The file.
    claims : mapping of str to Claim
        Every claim of the study by its id.
    rubric : Rubric
        Whose levels the right ones are.

    Raises
    ------
    InputError
        Naming the line and what is wrong with it.
    """
    known: list[KnownClaim] = []
    made: list[Claim] = []
    lines: dict[str, int] = {}
    for number, row in json_lines.read(path):
        place = f"{path} line {number}"
        _check_fields(row, place)
        claim = _claim_of(row, claims, place)
        if claim.id in lines:
            raise InputError(
                f"{place}: claim {claim.id}", f"line {lines[claim.id]} names it too, and a claim has one role"
            )
        lines[claim.id] = number
        known.append(_known(row, claim, rubric, place))
        if row["role"] == ATTENTION and claim.id not in claims:
            made.append(claim)
    return known, made


def known_claim_of(row: Mapping[str, Any], claims: Mapping[str, Claim], rubric: Rubric, place: str) -> KnownClaim:
    """Return the known claim of a row as :meth:`KnownClaim.to_json` writes it, a retired one among them."""
    name = row.get("claim")
    if row.get("role") == "retired" and isinstance(name, str) and name in claims:
        return KnownClaim(claim=name, role="retired", levels={})
    _check_fields(row, place)
    return _known(row, _claim_of(row, claims, place), rubric, place)


def _check_fields(row: Mapping[str, Any], place: str) -> None:
    unknown = sorted(set(row) - _FIELDS)
    if unknown:
        raise InputError(f"{place}: {', '.join(unknown)}", f"a known claim has only {', '.join(sorted(_FIELDS))}")
    if row.get("role") not in ROLES:
        raise InputError(f"{place}: role {row.get('role')!r:.40}", f"it is one of {', '.join(ROLES)}")
    for name in ("feedback", "question"):
        value = row.get(name, "")
        if not isinstance(value, str) or len(value) > MAX_WORDS:
            raise InputError(f"{place}: {name}", f"it must be text of at most {MAX_WORDS} characters")
    if row["role"] in EXPLAINED and not row.get("feedback", "").strip():
        raise InputError(f"{place}: no feedback", f"one of role {row['role']} needs a sentence that says why")
    if row.get("counts", False) not in (True, False) or (row.get("counts") and row["role"] != "gold"):
        raise InputError(f"{place}: counts", "only the ratings of a gold claim may count: true or false")


def _claim_of(row: Mapping[str, Any], claims: Mapping[str, Claim], place: str) -> Claim:
    made = "of" in row
    if made == ("claim" in row) or (made and row["role"] != ATTENTION):
        raise InputError(place, 'it names one "claim"; or, an attention check, the claim that it is made "of"')
    wanted = row["of"] if made else row["claim"]
    if not isinstance(wanted, str) or wanted not in claims:
        raise InputError(f"{place}: claim {wanted!r:.40}", "the study has no such claim", "Import it first.")
    if claims[wanted].perturbed or claims[wanted].audited:
        why = "it was perturbed for people, or drawn from a run, and has a role already"
        raise InputError(f"{place}: claim {wanted}", why)
    return attention_claim(claims[wanted], row) if made else claims[wanted]


def attention_claim(claim: Claim, row: Mapping[str, Any]) -> Claim:
    """Return the copy of a claim whose question tells which level to give; no policy wrote it."""
    question = row.get("question") or INSTRUCTION.format(level=row.get("level"))
    return replace(
        claim,
        question=question,
        answer="",
        rollout=f"{ATTENTION}-{claim.id}-{row.get('level')}",
        index=0,
        source=ATTENTION,
        step=None,
        group="",
        text="",
        reference_boxes=None,
        reference_span=None,
        id="",
    )


def _known(row: Mapping[str, Any], claim: Claim, rubric: Rubric, place: str) -> KnownClaim:
    tops: dict[str, int] = {name: rubric[name].top for name in rubric.applies(claim)}
    levels = _levels(row, tops, place)
    tolerance = row.get("tolerance", 0)
    if type(tolerance) is not int or tolerance < 0:
        raise InputError(f"{place}: tolerance {tolerance!r:.40}", "it must be a whole number of levels, 0 or more")
    one = KnownClaim(
        claim=claim.id,
        role=row["role"],
        levels=levels,
        tolerance=tolerance,
        feedback=" ".join(row.get("feedback", "").split()),
        counts=bool(row.get("counts", False)),
    )
    for name in levels:
        if all(one.is_right(name, level) for level in range(tops[name] + 1)) and one.role != "example":
            raise InputError(f"{place}: tolerance {tolerance}", f"every level of {name} would be right then")
    return one


def _levels(row: Mapping[str, Any], tops: Mapping[str, int], place: str) -> dict[str, tuple[int, ...]]:
    if "level" in row:
        if row["role"] != ATTENTION or "levels" in row:
            raise InputError(
                f"{place}: level", 'one level for all scales is for attention checks; others have "levels"'
            )
        given: Any = dict.fromkeys(tops, row["level"])
    else:
        given = row.get("levels")
    if not isinstance(given, Mapping) or not given:
        raise InputError(f"{place}: levels", 'it needs the right levels, such as {"relevance": 4, "timing": [2, 3]}')
    return {name: _right_levels(name, value, tops, place) for name, value in given.items()}


def _right_levels(name: str, value: Any, tops: Mapping[str, int], place: str) -> tuple[int, ...]:
    if name not in tops:
        raise InputError(f"{place}: levels of {name!r:.40}", f"this claim is judged on {' and '.join(tops)} only")
    levels = value if isinstance(value, list) else [value]
    if not levels or not all(type(one) is int and 0 <= one <= tops[name] for one in levels):
        raise InputError(f"{place}: {name} {value!r:.40}", f"its levels are whole numbers from 0 to {tops[name]}")
    return tuple(sorted(set(levels)))
