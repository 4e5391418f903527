"""Certify a reward: bind a study's verdict to everything the reward is made of."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from referee_calib.errors import InputError
from referee_calib.io import write_bytes
from referee_calib.reward import CERTIFICATE_SCHEMA, certificate_digest
from referee_calib.rubric import Rubric, load

if TYPE_CHECKING:
    from referee_calib.analysis import Analysis
    from referee_calib.referee import Referee
    from referee_calib.report import VerdictJson
    from referee_calib.study import Study

SIMULATED = (
    "SIMULATED RATINGS: {n} of {of} ratings behind this certificate were made by a program. "
    "It says nothing about people."
)
NOTES = (
    "The thresholds were held against the referee's own levels. Combination, penalty and recalibrator decide what is "
    "paid for them; they are bound by the fingerprint and were not rated by people.",
    "The sha256 shows that this file was changed by accident; it is no signature. A signature, if there is one, "
    "lies beside the file.",
)


class CertificateRefused(InputError):
    """The verdict is a failing one, and nobody said to certify despite it."""


def certify(
    study: Study,
    *,
    referee: str | None = None,
    seed: int = 0,
    recalibrator: Path | str | None = None,
    despite_verdict: bool = False,
    say: Callable[[str], None] = lambda step: None,
) -> dict[str, Any]:
    """Analyse a study and return the certificate of its reward.

    Parameters
    ----------
    referee : str, optional
        Beginning of the referee's fingerprint; needed when several have scored the study.
    seed : int
        As of the report whose hash the certificate holds.
    recalibrator : path, optional
        A file of ``referee-calib recalibrate`` that the reward applies.
    despite_verdict : bool
        Certify a reward that misses a threshold; the certificate says so.
    say : callable, optional
        Told each step as it begins.

    Returns
    -------
    dict
        JSON types, without NaN; the schema is ``referee-calib/certificate/1``.

    Raises
    ------
    CertificateRefused
        When a threshold is missed.
    InputError
        When the referee that scored the study cannot be made again, the recalibrator is not for it or was fitted on
        other ratings and scores than the study holds, or the rubric's words were changed in memory.
    """
    from referee_calib.analysis import analyse, recreate_referee
    from referee_calib.report import build

    _refuse_edited_words(study)
    _refuse_stale_recalibrator(study, referee, recalibrator)
    analysis = analyse(study, referee=referee, seed=seed, say=say)
    made = recreate_referee(analysis.description, analysis.referee, study.rubric, study.folder)
    if isinstance(made, str):
        raise InputError(f"study {study.folder}", f"its reward cannot be certified: {made}")
    report = build(analysis, study.rubric)
    verdict = report["verdict"]
    if verdict and verdict["state"] == "fail" and not despite_verdict:
        raise CertificateRefused(
            f"study {study.folder}",
            f"its verdict is fail: {verdict['sentence']}",
            "To certify it all the same, and have the certificate say so: --despite-verdict",
        )
    return _document(analysis, report, study, made, recalibrator, despite_verdict)


def write_certificate(certificate: Mapping[str, Any], path: Path) -> None:
    """Write a certificate in one step; NaN is refused."""
    text = json.dumps(certificate, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    write_bytes(path, text.encode("utf-8", "backslashreplace"))


def _document(
    analysis: Analysis,
    report: Mapping[str, Any],
    study: Study,
    referee: Referee,
    recalibrator: Path | str | None,
    despite_verdict: bool,
) -> dict[str, Any]:
    from referee_calib.reward import SemanticEvidenceReward, file_digests

    reward = SemanticEvidenceReward(referee, recalibrator=recalibrator)
    certificate = {
        "schema": CERTIFICATE_SCHEMA,
        "study": analysis.study,
        "simulated": analysis.n_simulated > 0,
        "warning": SIMULATED.format(n=analysis.n_simulated, of=analysis.n_ratings) if analysis.n_simulated else "",
        "verdict": _verdict(report["verdict"], despite_verdict),
        "report": {"schema": report["schema"], "seed": analysis.seed, "sha256": report_digest(report)},
        "inputs": report["inputs"],
        "counts": report["counts"],
        "limits": report["limits"],
        "reward": {"name": reward.__name__, "fingerprint": reward.fingerprint, "settings": reward.settings()},
        "referee": {
            "name": referee.name,
            "fingerprint": referee.fingerprint,
            "settings": referee.settings(),
            "description": analysis.description,
        },
        "rubric": _words(study.rubric),
        "recalibrators": _rows(recalibrator),
        "threshold_record": analysis.threshold_record.to_json() if analysis.threshold_record else None,
        "people_curve": _people_curve(report["robustness"]),
        "tolerances": _tolerances(report["robustness"]),
        "files": dict(file_digests()),
        "notes": list(NOTES),
        "versions": report["versions"],
    }
    plain: dict[str, Any] = json.loads(json.dumps(certificate, allow_nan=False))
    return plain | {"sha256": certificate_digest(plain)}


def _words(rubric: Rubric) -> dict[str, Any]:
    """Return a rubric with all its words; its language where it is not the default one, whose prompt is shipped."""
    language = {"language": rubric.language} if rubric != load() else {}
    return {"version": rubric.version, "scales": [asdict(scale) for scale in rubric.scales], **language}


def report_digest(report: Mapping[str, Any]) -> str:
    """Return the SHA-256 of report.json as ``referee-calib report`` writes it."""
    from referee_calib.report import dumps

    return hashlib.sha256(dumps(report).encode("utf-8")).hexdigest()


def _verdict(verdict: VerdictJson, despite: bool) -> dict[str, Any]:
    from referee_calib.report import checks

    keys = ("dimension", "threshold", "state", "value", "low", "high", "at_least", "at_most", "videos", "sentence")
    found = [{key: check[key] for key in keys} for check in checks(verdict)]  # type: ignore[literal-required]
    whole = ("state", "sentence", "gaps", "basis", "stated", "thresholds")
    kept = {key: verdict[key] for key in whole}  # type: ignore[literal-required]
    return {**kept, "despite_verdict": despite and verdict["state"] == "fail", "checks": found}


def _people_curve(run: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what people's ratings of perturbed claims say of the certified reward (H4); empty where there are none."""
    found = []
    for about in (run["summary"] or {"about": ()})["about"]:
        for verdict in about["verdicts"]:
            for part in verdict["parts"]:
                if part["hypothesis"] == "H4" and verdict["reward"] == run["reward"]:
                    people = {key: about["people"][key] for key in ("n_rated", "n_videos", "simulated", "kind")}
                    held = {key: part["measured"][key] for key in ("value", "low", "high", "reason")}
                    head = {"on": about["on"], "baseline": verdict["baseline"], "state": part["state"], "p": part["p"]}
                    found.append(head | held | people)
    return found


def _tolerances(run: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return down to which overlap the checks of robustness call a change small, and whose overlap that is."""
    about = (run["summary"] or {"about": ()})["about"]
    return [{"on": one["on"], **one["tolerance"]} for one in about if "tolerance" in one]


def _refuse_edited_words(study: Study) -> None:
    if not study.rubric.intact:
        why = "its words were changed in memory, and nobody rated under these"
        raise InputError(f"rubric {study.rubric.version} of study {study.folder}", why, "Open the study anew.")


def _refuse_stale_recalibrator(study: Study, referee: str | None, path: Path | str | None) -> None:
    """Refuse a recalibrator that was fitted on other ratings and scores than the study holds now."""
    from referee_calib.analysis import choose_referee, recalibration_data

    if path is None:
        return
    now = recalibration_data(study, choose_referee(study, referee, verb="certify"))
    stale = sorted(name for name, row in _rows(path).items() if row.get("data") != now.get(name))
    if stale:
        raise InputError(
            f"recalibrator {path}",
            f"it was fitted on other ratings or scores than the study holds now: {', '.join(stale)}",
            f"Fit it anew: referee-calib recalibrate {study.folder} --out {path}",
        )


def _rows(path: Path | str | None) -> dict[str, Any]:
    """Return the recalibrators of a file by dimension, as they stand in it, after they were read and checked."""
    from referee_calib.reward import read_recalibrators

    if path is None:
        return {}
    names = read_recalibrators(path)
    found = json.loads(Path(path).read_text(encoding="utf-8"))
    return {name: found["dimensions"][name] if "dimensions" in found else found for name in names}
