"""Agreement after recalibration in ``report.json``: dimensions and the composed score, beside the score as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from referee_calib.report.document.json_rows import plain
from referee_calib.report.schema.score_schema import RecalibratedAgreementJson, ScoreVariantJson
from referee_calib.thresholds import Thresholds
from referee_calib.verdict_state import VerdictState, decide

if TYPE_CHECKING:
    from agreement import Estimate
    from referee_calib.analysis import RecalibratedAgreement, RecalibrationResult, ScoreVariant

KAPPA = "cohen_kappa_quadratic"
COMPOSED = "composed"
TITLES = {"as it is": "As it is", "recalibrated": "Recalibrated"}
TOP = 4.0  # levels: leniency of a composed score is a share of the most it can be


def recalibrated_agreement_rows(
    found: RecalibrationResult | None, titles: Mapping[str, str], limits: Thresholds
) -> list[RecalibratedAgreementJson]:
    """Return what ``report.json`` says under ``recalibrated_agreement``, held to the study's own thresholds."""
    named = {**titles, COMPOSED: "Claim score, as the reward composes it"}
    return [_row(one, named.get(one.subject, one.subject), limits) for one in (found.agreement if found else ())]


def _row(found: RecalibratedAgreement, title: str, limits: Thresholds) -> RecalibratedAgreementJson:
    lenient = limits.leniency / (TOP if found.subject == COMPOSED else 1.0)
    enough = found.n_videos >= limits.videos  # nothing passes below, as in the verdict
    pairs = found.paired.differences if found.paired else ()
    kappa = next((one for one in pairs if one.measure == KAPPA), None)
    return {
        "subject": found.subject,
        "title": title,
        "kind": found.kind,
        "n_claims": found.n_claims,
        "n_videos": found.n_videos,
        "reason": found.reason,
        "variants": [_variant(one, limits.loss, lenient, enough=enough) for one in found.variants],
        "paired": None if kappa is None else plain(kappa.estimate),
        "paired_p": None if kappa is None else kappa.p_value,
    }


def _variant(one: ScoreVariant, loss: float, lenient: float, *, enough: bool) -> ScoreVariantJson:
    return {
        "name": one.name,
        "title": TITLES.get(one.name, one.name),
        "ceiling": plain(one.ceiling[KAPPA]),
        "referee": plain(one.referee[KAPPA]),
        "difference": plain(one.difference[KAPPA]),
        "leniency": plain(one.leniency),
        "loss_state": _state(one.difference[KAPPA], -loss, None, enough),
        "leniency_state": _state(one.leniency, -lenient, lenient, enough),
    }


def _state(found: Estimate, at_least: float | None, at_most: float | None, enough: bool) -> VerdictState:
    if found.low is None or found.high is None:
        return VerdictState.CANNOT_TELL
    state = decide(found.low, found.high, at_least, at_most)
    return VerdictState.CANNOT_TELL if state is VerdictState.PASS and not enough else state
