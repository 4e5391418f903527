"""A judge card as JSON: the parts of a certificate that somebody needs who wants to use the judge."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from referee_calib.errors import InputError
from referee_calib.report import GENERAL_LIMITS
from referee_calib.reward import certificate_contradictions, certificate_signature, read_certificate

CARD_SCHEMA = "referee-calib/judge-card/1"
NOT_STATED = "the certificate does not state it: it was written by an older version"
_MODEL = ("backend", "model", "revision", "rung", "decoding")


def judge_card(path: Path, *, signers: Path | None = None) -> dict[str, Any]:
    """Read a certificate and return the card of the judge it is about.

    Parameters
    ----------
    path : Path
        A certificate.
    signers : Path, optional
        Whom the reader trusts to sign; without it a signature is not checked, and the card says so.

    Returns
    -------
    dict
        JSON types under the schema ``referee-calib/judge-card/1``: ``judge``, ``reward``, ``examined_on``, ``verdict``
        with its checks (values in the unit of their threshold, with intervals), ``limits``, ``cautions``, ``load``.

    Raises
    ------
    InputError
        When it is no certificate, was changed, contradicts itself, or nobody of the signers signed it.
    """
    certificate = read_certificate(path)
    if wrong := certificate_contradictions(certificate):
        raise InputError(f"certificate {path}", f"it contradicts itself: {'; '.join(wrong)}", "Certify the study anew.")
    unsigned = certificate_signature.signature_caution(path, signers)
    held: dict[str, Any] = dict(certificate)
    return {
        "schema": CARD_SCHEMA,
        "simulated": held["simulated"],
        "warning": held.get("warning", ""),
        "judge": _judge(held["referee"]),
        "reward": _reward(held),
        "examined_on": _examined_on(held),
        "verdict": held["verdict"],
        "people_curve": held.get("people_curve", []),
        "limits": [*held.get("limits", GENERAL_LIMITS), *held.get("notes", [])],
        "cautions": [unsigned] if unsigned else [],
        "certificate": {"file": path.name, "sha256": held["sha256"], "versions": held.get("versions", {})},
        "load": f'SemanticEvidenceReward.from_certificate("{path.name}", media="videos")',
    }


def _judge(referee: Mapping[str, Any]) -> dict[str, Any]:
    """Say which model it is; what a backend has no name for is None."""
    backend: Mapping[str, Any] = referee["settings"].get("backend", {})
    what = (referee.get("description") or {}).get("backend", {}).get("what")
    named = {key: backend.get(key) for key in _MODEL}
    asked = {key: referee["settings"].get(key) for key in ("prompt", "frames")}
    return {"name": referee["name"], "fingerprint": referee["fingerprint"], "what": what, **named, **asked}


def _reward(held: Mapping[str, Any]) -> dict[str, Any]:
    reward = held["reward"]
    return {
        "name": reward.get("name"),
        "fingerprint": reward["fingerprint"],
        "combination": reward["settings"]["combine"].get("kind"),
        "recalibrated": sorted(held["recalibrators"]),
    }


def _examined_on(held: Mapping[str, Any]) -> dict[str, Any]:
    rows = {one["name"]: one["rows"] for one in held.get("inputs", [])}
    counts = held.get("counts") or {}
    return {
        "study": held.get("study"),
        "rubric": held["rubric"]["version"],
        "dimensions": [scale["title"] for scale in held["rubric"]["scales"]],
        **{name: rows.get(name) for name in ("claims", "ratings", "scores")},
        **{name: counts.get(name) for name in ("videos", "raters")},
        "missing": "" if counts else f"videos, raters: {NOT_STATED}",
    }
