"""Certificates: a verdict, and everything the reward it is about is made of.

``referee-calib certify`` writes one: settings, rubric with its words, the referee's settings, recalibrators, versions
and the files of this package. Its SHA-256 shows that a file was changed by accident; it is no signature, which lies
beside the file (:mod:`.authenticity.certificate_signature`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NotRequired, TypedDict, cast

from referee_calib.errors import InputError
from referee_calib.io import json_digest, read_json
from referee_calib.reward.fingerprint import fingerprint
from referee_calib.rubric import digest as rubric_digest
from referee_calib.verdict_state import VerdictState, decide

CERTIFICATE_SCHEMA = "referee-calib/certificate/1"
DO = "Make one with: referee-calib certify STUDY --out CERT.json"

_NUMBER = (int, float)
_WHOLE: dict[str, tuple[type, ...]] = {  # what a certificate has to hold, and of which type
    "simulated": (bool,),
    "verdict.state": (str,),
    "verdict.sentence": (str,),
    "reward.fingerprint": (str,),
    "reward.settings": (dict,),
    "reward.settings.referee": (str,),
    "reward.settings.retries": (int,),
    "reward.settings.combine": (dict,),
    "reward.settings.penalty": (dict, type(None)),
    "reward.settings.penalty_weight": (*_NUMBER, type(None)),
    "reward.settings.near": (dict,),
    "reward.settings.together.failure": (str, *_NUMBER),
    "reward.settings.together.empty": _NUMBER,
    "reward.settings.together.cap": (int,),
    "referee.name": (str,),
    "referee.fingerprint": (str,),
    "referee.settings": (dict,),
    "rubric.version": (str,),
    "rubric.scales": (list,),
    "recalibrators": (dict,),
}

_SCALED = ("robust_noise",)  # held to so many standard deviations, in units of the reward


class CertifiedReward(TypedDict):
    """The reward that was validated: its name, and all that the name is made of."""

    fingerprint: str
    settings: dict[str, Any]


class CertifiedReferee(TypedDict):
    """The referee that was validated."""

    name: str
    fingerprint: str
    settings: dict[str, Any]
    description: dict[str, Any]


class Certificate(TypedDict):
    """What a certificate holds and loading reads; `verdict` and `rubric` are as in ``report.json``."""

    simulated: bool
    verdict: dict[str, Any]
    reward: CertifiedReward
    referee: CertifiedReferee
    rubric: dict[str, Any]
    versions: NotRequired[dict[str, str]]
    files: NotRequired[dict[str, str]]
    recalibrators: dict[str, dict[str, Any]]


def certificate_digest(certificate: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a certificate without its own ``sha256``, as canonical JSON."""
    return json_digest({key: value for key, value in certificate.items() if key != "sha256"})


def read(path: Path | str) -> Certificate:
    """Read a certificate and check that it is whole."""
    found = read_json(path, f"certificate {path}", DO)
    if not isinstance(found, dict) or found.get("schema") != CERTIFICATE_SCHEMA:
        raise InputError(f"certificate {path}", f"its schema is not {CERTIFICATE_SCHEMA!r}", DO)
    try:
        whole = certificate_digest(found) == found.get("sha256")
    except ValueError as error:
        raise InputError(f"certificate {path}", "it holds a number that JSON does not know", DO) from error
    if not whole:
        raise InputError(f"certificate {path}", "it was changed after it was written: its sha256 does not fit", DO)
    if lacking := [said for name, kinds in _WHOLE.items() if (said := _lacks(found, name, kinds))]:
        raise InputError(f"certificate {path}", f"it is not whole: {'; '.join(lacking)}", DO)
    return cast(Certificate, found)


def _lacks(certificate: Mapping[str, Any], name: str, kinds: tuple[type, ...]) -> str:
    value: Any = certificate
    for key in name.split("."):
        if not isinstance(value, Mapping) or key not in value:
            return f"{name} is missing"
        value = value[key]
    fits = isinstance(value, kinds) and (not isinstance(value, bool) or bool in kinds)
    return "" if fits else f"{name} is {json.dumps(value, ensure_ascii=False):.40}"


def contradictions(certificate: Certificate) -> list[str]:
    """Name every fingerprint or version in a certificate that does not fit what the same certificate holds."""
    reward, referee, rubric = certificate["reward"], certificate["referee"], certificate["rubric"]
    stated, digested = rubric["version"], f"{rubric['version'].rpartition('-')[0]}-{_words(rubric['scales'])}"
    pairs = (
        ("reward fingerprint", reward["fingerprint"], "its settings", fingerprint(reward["settings"])),
        ("referee fingerprint", referee["fingerprint"], "the reward's settings", reward["settings"]["referee"]),
        ("rubric version", stated, "its words", digested),
        ("rubric version", stated, "the referee's settings", referee["settings"].get("rubric", stated)),
    )
    found = [f"{name}: the certificate states {a}, {by} give {b}" for name, a, by, b in pairs if a != b]
    return found + _verdict_contradiction(certificate["verdict"])


def _verdict_contradiction(verdict: Mapping[str, Any]) -> list[str]:
    """Say that a verdict is better than the checks beside it, or a check better than what it was held against."""
    states = {str(check.get("state")) for check in verdict.get("checks", [])}
    limits = verdict.get("thresholds", {})
    told = (_check_contradiction(check, limits) for check in verdict.get("checks", []))
    found = list(dict.fromkeys(filter(None, told)))
    worst = next((one for one in (VerdictState.FAIL, VerdictState.CANNOT_TELL) if one in states), None)
    better = {VerdictState.FAIL: ("pass", "cannot tell"), VerdictState.CANNOT_TELL: ("pass",)}
    if worst is None or verdict["state"] not in better[worst]:
        return found
    return [f'verdict: the certificate states "{verdict["state"]}", one of its checks is "{worst}"', *found]


def _check_contradiction(check: Mapping[str, Any], thresholds: Mapping[str, Any]) -> str:
    """Say that a check was held to another threshold than the one stated, or passes against its own interval."""
    keys: tuple[str, ...] = ("threshold", "low", "high", "at_least", "at_most")
    name, low, high, least, most = map(check.get, keys)
    held, stated = [abs(end) for end in (least, most) if end is not None], thresholds.get(str(name))
    if stated is not None and held and name not in _SCALED and abs(stated) not in held:
        return f"threshold {name}: the certificate states {stated:g}, its check was held to {held[0]:g}"
    if check.get("state") != VerdictState.PASS or low is None or high is None:
        return ""
    if decide(low, high, least, most) is not VerdictState.PASS:
        return f"verdict: {name} is stated to pass, its interval [{low:.3g}, {high:.3g}] does not"
    return ""


def _words(scales: list[Mapping[str, Any]]) -> str:
    return rubric_digest(
        {row["dimension"]: {key: row[key] for key in ("title", "question", "help", "levels")} for row in scales}
    )


def cautions(certificate: Certificate) -> list[str]:
    said = []
    if certificate["simulated"]:
        said.append("it rests on SIMULATED ratings and says nothing about people")
    if certificate["verdict"]["state"] != "pass":
        said.append(f'its verdict is "{certificate["verdict"]["state"]}": {certificate["verdict"]["sentence"]}')
    else:  # else the sentence holds them
        said += certificate["verdict"].get("gaps", [])
    return said
