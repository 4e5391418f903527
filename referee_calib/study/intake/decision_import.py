"""Importing what an export says beside its records: people's decisions, known claims and the assignment.

A line of ``decisions.jsonl`` names its kind in "decision", one of ``assignment.jsonl`` its table in "assignment_table".
Decisions are appended to those that are there. Known claims and an assignment come only into a study that has none, or
the same: two of them cannot be merged.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection

from referee_calib.actor import acting
from referee_calib.errors import InputError, StudyError
from referee_calib.study import audit
from referee_calib.study.onboarding import known_claim_of, take_over_known_claims
from referee_calib.study.review.adjudication import check_adjudicated
from referee_calib.study.store import claim_rows, rating_rows
from referee_calib.study.store.copies import decision_rows, record_rows
from referee_calib.study.study import Study

KNOWN, TABLE = "known claim", "assignment_table"
Placed = tuple[str, dict[str, Any]]  # a row, and the file and line where it stands


def checked_decision(row: Mapping[str, Any], place: str) -> dict[str, Any]:
    """Return a line of decisions when its fields are right; InputError otherwise."""
    name, rest = _split(row, "decision", [*decision_rows.DECISIONS, KNOWN], place)
    if name != KNOWN:
        rest = record_rows.checked(decision_rows.DECISIONS[name], rest, place, numbered=False)
    return {"decision": name, **rest}


def checked_assignment(row: Mapping[str, Any], place: str) -> dict[str, Any]:
    """Return a line of an assignment when its fields are right; InputError otherwise."""
    name, rest = _split(row, TABLE, list(decision_rows.ASSIGNMENT), place)
    rest = record_rows.checked(decision_rows.ASSIGNMENT[name], rest, place, numbered=True)
    if name == "run":
        _check_rules(rest["detail"], place)
    return {TABLE: name, **rest}


def raters_of(rows: Sequence[Placed]) -> dict[str, str]:
    """Return the raters whom decisions or an assignment name, with where each is named first."""
    found: dict[str, str] = {}
    for place, row in rows:
        theirs = [row.get("rater"), row.get("other"), row.get("subject") if row.get("kind") == "rater" else None]
        for name in theirs:
            if isinstance(name, str):
                found.setdefault(name, place)
    return found


def add_known_claims(study: Study, rows: Sequence[Placed]) -> int:
    """Make the known claims of a file those of the study, before any of its ratings; return how many were new."""
    mine = [(place, _without(row, "decision")) for place, row in rows if row.get("decision") == KNOWN]
    if not mine:
        return 0
    claims = {one.id: one for one in study.claims(perturbed=True)}
    return take_over_known_claims(study, [known_claim_of(row, claims, study.rubric, place) for place, row in mine])


def add_decisions(study: Study, rows: Sequence[Placed], source: str) -> int:
    """Append the decisions that are not there yet, and return how many those were."""
    mine = [(place, row) for place, row in rows if row["decision"] != KNOWN]
    with study.writing() as connection:
        _check_subjects(connection, mine)
        _check_levels(connection, study, mine)
        by_name = {
            name: [_without(row, "decision") for _, row in mine if row["decision"] == name]
            for name in decision_rows.DECISIONS
        }
        new = decision_rows.add_decisions(connection, by_name)
    if new:
        audit.record(study, acting(), "import decisions", source, new=new)
    return new


def add_assignment(study: Study, rows: Sequence[Placed], source: str) -> int:
    """Take over the assignment of another study into one that has none; return how many rows were new."""
    by_name: decision_rows.Rows = {name: [] for name in decision_rows.ASSIGNMENT}
    for _, row in rows:
        by_name[row[TABLE]].append(_without(row, TABLE))
    with study.writing() as connection:
        there = decision_rows.assignment(connection)
        if there == by_name:
            return 0
        if any(there.values()):
            why = "the study has an assignment of its own, and two cannot be merged"
            raise StudyError(f"{source}: an assignment", why, "Leave this file out to keep that of the study.")
        _check_subjects(connection, rows)
        _check_numbers(by_name, source)
        decision_rows.put_assignment(connection, by_name, study.rubric.dimensions)
    audit.record(study, acting(), "import assignment", source, rows=len(rows))
    return len(rows)


def _split(row: Mapping[str, Any], key: str, known: Sequence[str], place: str) -> tuple[str, dict[str, Any]]:
    name = row.get(key)
    if not isinstance(name, str) or name not in known:
        raise InputError(f"{place}: {key} {name!r:.60}", f"it is one of {', '.join(known)}")
    return name, _without(row, key)


def _without(row: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != key}


def _check_rules(detail: str, place: str) -> None:
    rules: object = None
    with suppress(ValueError):
        rules = json.loads(detail)
    if not isinstance(rules, dict) or not {"strata", "shares", "overlap"} <= rules.keys():
        raise InputError(f"{place}: detail {detail!r:.60}", "it does not say the rules of a run")


def _check_subjects(connection: Connection, rows: Sequence[Placed]) -> None:
    named = {place: _claim_of(row) for place, row in rows}
    claims, raters = claim_rows.dimensions(connection, set(named.values())), rating_rows.origins(connection)
    for place, claim in named.items():
        if claim and claim not in claims:
            raise InputError(f"{place}: claim {claim!r:.60}", "the study has no such claim", "Import its claims, too.")
    for rater, place in raters_of(rows).items():
        if rater not in raters:
            do = "Register them without a personal code: --add-raters"
            raise InputError(f"{place}: rater {rater!r:.80}", "the study has no such rater", do)


def _claim_of(row: Mapping[str, Any]) -> str:
    return str(row.get("claim") or (row["subject"] if row.get("kind") == "claim" else ""))


def _check_levels(connection: Connection, study: Study, rows: Sequence[Placed]) -> None:
    levels = [row for _, row in rows if row["decision"] == "adjudication"]
    dimensions = claim_rows.dimensions(connection, {row["claim"] for row in levels})
    for row in levels:
        check_adjudicated(study.rubric, row["claim"], {row["dimension"]: row["level"]}, dimensions)
    for place, row in rows:
        if row["decision"] == "exclusion" and row["kind"] not in ("rater", "claim"):
            raise InputError(f"{place}: kind {row['kind']!r:.40}", "only a rater or a claim is excluded")


def _check_numbers(rows: decision_rows.Rows, source: str) -> None:
    """Refuse rows that refer to a run or an assignment that the file lacks, or that come twice."""
    numbers = {name: [row["seq"] for row in rows[name]] for name in ("run", "given", "event", "standing")}
    keys: dict[str, Sequence[object]] = {
        **numbers,
        "released": [row["claim"] for row in rows["released"]],
        "pair": [(row["rater"], row["other"]) for row in rows["pair"]],
        "given to": [(row["rater"], row["claim"], row["occasion"]) for row in rows["given"]],
    }
    twice = [name for name, its in keys.items() if len(set(its)) != len(its)]
    lost = [*_lost(rows["released"], "run", numbers["run"]), *_lost(rows["event"], "assignment", numbers["given"])]
    if twice or lost:
        what = f"rows of {twice[0]!r} that come twice" if twice else f"a row that refers to {lost[0]}"
        raise InputError(f"{source}: {what}", "it is not the whole assignment of one study", "Export it again.")


def _lost(rows: Sequence[Mapping[str, Any]], field: str, there: Collection[int]) -> list[str]:
    known = set(there)
    return [f"{field} {row[field]}" for row in rows if row[field] not in known]
