"""What ``report.json`` holds about perturbed evidence: the run's own summary, the verdicts in words, and its notes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from referee_calib.report.document.number_format import count
from referee_calib.report.document.perturbation_terms import EVIDENCE, PARTS, SAYS, family, labels_of

if TYPE_CHECKING:
    from referee_calib.analysis.reward_behaviour.last_run import LastRun

Json = Mapping[str, Any]
EMPTY: dict[str, Any] = {"note": "", "reward": "", "summary": None, "sentences": []}


def robustness(found: LastRun | None) -> dict[str, Any]:
    """Return what ``report.json`` says under ``robustness``.

    Parameters
    ----------
    found : LastRun or None
        None for an analysis that did not look.
    """
    if found is None or found.summary is None:
        return EMPTY | {"note": found.note if found else ""}
    said = [sentence(verdict, found.summary) for about in found.summary["about"] for verdict in about["verdicts"]]
    return {"note": found.note, "reward": found.reward, "summary": found.summary, "sentences": said}


def sentence(verdict: Json, summary: Json) -> dict[str, Any]:
    """Say one verdict in a sentence, with what stands in its way.

    Parameters
    ----------
    verdict : dict
        One of ``about[].verdicts`` of the summary.
    summary : dict
    """
    labels = labels_of(summary)
    reward, baseline = labels[verdict["reward"]], labels[verdict["baseline"]]
    claim = f"“{reward} is less sensitive to small slips than {baseline} and still catches what is wrong”"
    reason = verdict["reason"] or _in_the_way(verdict)
    size = f"{count(verdict['n_claims'], 'true claim')} in {count(verdict['n_videos'], 'video')}"
    return {
        "on": verdict["on"],
        "reward": verdict["reward"],
        "wording": verdict["wording"],
        "text": f"{claim}: {verdict['wording']}{f' ({reason})' if reason else ''}.",
        "basis": f"{EVIDENCE[verdict['on']]}: {size}. {SAYS[verdict['wording']]}",
    }


def _in_the_way(verdict: Json) -> str:
    """Name what fails, or else what is open."""
    for state, word in (("fail", "fails"), ("cannot tell", "open")):
        its = [part for part in verdict["parts"] if part["state"] == state and part["hypothesis"] != "H4"]
        if its:
            named = dict.fromkeys(_part(part) for part in its)
            shown = list(named)[:4]
            more = f" and {len(named) - 4} more" if len(named) > 4 else ""
            return f"{word}: {', '.join(shown)}{more}"
    return ""


def _part(part: Json) -> str:
    error = f" ({family(part['error'])})" if part["error"] else ""
    return f"{PARTS[part['what']]}{error}"
