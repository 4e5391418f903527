"""The verdict in JSON and in plain words: what passes, what is missed, and what would be needed to tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from referee_calib.report.document.number_format import count, listed, number, signed
from referee_calib.report.document.perturbation_terms import family
from referee_calib.thresholds import REASONS

if TYPE_CHECKING:
    from referee_calib.analysis.verdict import StudyVerdict, ThresholdCheck

SYMBOLS = {"pass": "✓", "fail": "✗", "cannot tell": "?"}

# In the order of the table: what is measured, and how its limit reads. Braces take numbers of the thresholds.
TITLES: dict[str, tuple[str, str]] = {
    "ceiling_alpha": ("The yardstick: {who} with each other, ordinal alpha", "at least {ceiling_alpha:g}"),
    "loss": ("Difference from that, quadratic kappa", "a loss of at most {loss:g}"),
    "alt_test": (
        "Stands up to a person, alternative annotator test",
        "with ε = {alt_test_epsilon:g}, {alt_test_winning_rate:g} or more of them",
    ),
    "miscalibration_share": (
        "Miscalibration, of what there is to explain",
        "at most {miscalibration_share:g}",
    ),
    "leniency": ("Leniency, levels", "within ±{leniency:g}"),
    "failure_rate": ("Claims left without a score", "at most {failure_rate:g}"),
    "videos": ("Videos", "at least {videos}"),
}
ROBUST: dict[str, tuple[str, str]] = {
    "robust_sensitivity": ("Small slips cost it less than overlap, by", "more than 0"),
    "robust_drop": ("Wrong evidence falls as far as under overlap, difference", "at least −{robust_drop:g}"),
    "robust_auc": ("Small slips earn more than wrong evidence", "at least {robust_auc:g} of pairs"),
    "robust_false_acceptance": (
        "Wrong evidence that is accepted",
        "at most {robust_false_acceptance:g}, of every kind",
    ),
    "robust_noise": ("Truth minus wrong evidence", "at least {robust_noise:g} retest standard deviations"),
    "robust_zero_variance": ("Groups of eight slips tied throughout", "at most {robust_zero_variance:g}"),
}
PROBED: dict[str, tuple[str, str]] = {
    "probe_gain": ("The best trick gains over an honest, mediocre claim", "at most {probe_gain:g}"),
    "probe_ruin": ("One true claim more changes a reply by", "at least −{probe_ruin:g}"),
}
EVIDENCE = {
    **{"boxes": "Boxes moved", "span": "Spans moved"},
    **{"exploits_boxes": "Tricks with boxes", "exploits_span": "Tricks with spans"},
}
_NOTES = (
    "A threshold is passed when the whole interval lies on its right side and missed when the whole interval lies on "
    "its wrong side. All have to be passed; every single miss counts, and one that is just reached is missed by chance "
    "in about 2.5 % of studies. “About so many videos” is a projection: the value stays, the interval shrinks with "
    "1/√videos. The interval of the annotator test runs from those the referee stands up to, to those it does not "
    "certainly fall behind; that of miscalibration holds what there is to explain fixed."
)


def document(
    verdict: StudyVerdict | None, titles: Mapping[str, str], who: str, simulated: bool
) -> dict[str, Any] | None:
    """Return what ``report.json`` says under ``verdict``.

    Parameters
    ----------
    verdict : Verdict or None
        None for an analysis that held no thresholds.
    titles : mapping
        From dimensions to the rubric's titles.
    who : str
        Who rated, as the sentences call them.
    simulated : bool
        Whether a program made some of the ratings.
    """
    if verdict is None:
        return None
    limits, named = verdict.thresholds.to_json(), {**titles, **EVIDENCE}
    rows, robust, tricks = (
        [
            {
                "threshold": name,
                "title": title.format(who=who),
                "limit": limit.format(**limits),
                "checks": [_check(check, named, who, _waiting(verdict, check)) for check in _of(verdict, name)],
            }
            for name, (title, limit) in table.items()
        ]
        for table in (TITLES, ROBUST, PROBED)
    )
    return {
        "state": verdict.state,
        "symbol": SYMBOLS[verdict.state],
        "sentence": " ".join([_sentence(verdict, named), *verdict.gaps]),
        "gaps": list(verdict.gaps),
        "simulated": simulated,
        "basis": _basis(verdict.thresholds.stated),
        "stated": list(verdict.thresholds.stated),
        "thresholds": limits,
        "rows": rows,
        "robustness": [row for row in robust if row["checks"]],
        "probes": [row for row in tricks if row["checks"]],
        "note": _NOTES,
    }


def _of(verdict: StudyVerdict, threshold: str) -> list[ThresholdCheck]:
    return [check for check in verdict.checks if check.threshold == threshold]


def _waiting(verdict: StudyVerdict, check: ThresholdCheck) -> int:
    """Count what would pass on this dimension with more videos."""
    return sum(other.held_back for other in verdict.checks if other.dimension == check.dimension)


def checks(verdict: Mapping[str, Any] | None, state: str) -> list[Mapping[str, Any]]:
    """Return the checks of one state from ``report.json``, in the order of the table."""
    rows = [] if verdict is None else [*verdict["rows"], *verdict["robustness"], *verdict["probes"]]
    return [check for row in rows for check in row["checks"] if check["state"] == state]


def _basis(stated: Sequence[str]) -> str:
    missing = [name for name in REASONS if name not in stated]
    if not missing:
        return "Thresholds as the study’s study.toml states them; the file does not prove when they were written."
    if len(missing) == len(REASONS):
        return (
            "This study states no thresholds: these are the package’s defaults, which nobody chose before seeing the "
            "data. Write a table [thresholds] into study.toml before people rate."
        )
    return (
        f"Thresholds as study.toml states them; {listed(missing)} are the package’s defaults, which it does not state."
    )


def _sentence(verdict: StudyVerdict, titles: Mapping[str, str]) -> str:
    """Say the whole in one sentence, naming what is missed or open."""
    if verdict.state == "pass":
        held = "Every threshold that was held" if verdict.gaps else "Every threshold"
        return f"{held} is passed on every dimension."
    if not verdict.checks:
        return "Nothing was rated, so no threshold can be held against anything."
    missed = [check for check in verdict.checks if check.state == "fail"]
    n_open = sum(check.state == "cannot tell" for check in verdict.checks)
    if missed:
        named = listed([f"{_SHORT[check.threshold]} on {titles[check.dimension].lower()}" for check in missed])
        rest = f" On {n_open} more these data cannot tell." if n_open else ""
        return f"{count(len(missed), 'threshold is', 'thresholds are')} missed: {named}.{rest}"
    passed = len(verdict.checks) - n_open
    told = f"No threshold is missed, and {passed} of {len(verdict.checks)} are passed"
    return f"{told}; on {n_open} these data cannot tell."


_SHORT = {
    "ceiling_alpha": "the yardstick",
    "loss": "the difference from the yardstick",
    "alt_test": "the annotator test",
    "miscalibration_share": "miscalibration",
    "leniency": "leniency",
    "failure_rate": "failed scores",
    "videos": "the number of videos",
    "robust_sensitivity": "what small slips cost",
    "robust_drop": "the fall under wrong evidence",
    "robust_auc": "the separation of slips from wrong evidence",
    "robust_false_acceptance": "accepted wrong evidence",
    "robust_noise": "the gap to wrong evidence",
    "robust_zero_variance": "groups without differences",
    "probe_gain": "what a trick gains",
    "probe_ruin": "what a true claim more costs",
}


def _check(check: ThresholdCheck, titles: Mapping[str, str], who: str, waiting: int) -> dict[str, Any]:
    title = titles[check.dimension]
    return {
        "dimension": check.dimension,
        "dimension_title": title,
        "threshold": check.threshold,
        "state": check.state,
        "symbol": SYMBOLS[check.state],
        "value": check.value,
        "low": check.low,
        "high": check.high,
        "at_least": check.at_least,
        "at_most": check.at_most,
        "shown": _shown(check),
        "sentence": f"{title}: {_told(check, who)}",
        "reason": check.reason,
        "videos": check.videos,
        "videos_needed": check.videos_needed,
        "held_back": check.held_back,
        "unheld": check.unheld,
        "need": _need(check, waiting),
    }


def _shown(check: ThresholdCheck) -> dict[str, str]:
    """Write value and interval as the table shows them; both are empty where there is none."""
    write = _WRITE.get(check.threshold, number)
    if check.value is None:
        return {"value": "", "interval": ""}
    if check.threshold == "videos":
        return {"value": f"{check.value:,.0f}", "interval": ""}
    bounds = f"[{write(check.low)},\N{NO-BREAK SPACE}{write(check.high)}]" if check.low is not None else ""
    return {"value": write(check.value), "interval": bounds}


_WRITE: dict[str, Callable[[float | None], str]] = {
    "loss": signed,
    "leniency": signed,
    "miscalibration_share": partial(number, digits=3),
    "failure_rate": partial(number, digits=3),
    "robust_sensitivity": partial(signed, digits=3),
    "robust_drop": partial(signed, digits=3),
    "probe_gain": partial(signed, digits=3),
    "probe_ruin": partial(signed, digits=3),
}


def _told(check: ThresholdCheck, who: str) -> str:
    subject = _SUBJECTS[check.threshold].format(who=who)
    if check.unheld:
        return f"{subject} is not known. {check.reason}"
    if check.value is None:
        return f"{subject} is not defined ({check.reason})."
    shown = _shown(check)
    value = f"{shown['value']} {shown['interval']}".strip()
    ends = {"pass": "it is.", "fail": "it is not.", "cannot tell": "these data cannot tell."}
    if check.held_back:
        return f"{subject} is {value} and has to be {_range(check)}: its interval is, and {check.reason}."
    if check.threshold == "videos" and check.state != "pass":
        return f"{subject} is {value} and has to be {_range(check)}."
    reason = f" No interval: {check.reason}." if check.reason and check.low is None else ""
    if check.threshold == "probe_gain" and check.worst:
        reason += f" That is for the worst trick: {check.worst}."
    if check.threshold in ROBUST and check.worst:
        reason += f" That is for the worst kind: {family(check.worst)}."
    return f"{subject} is {value} and has to be {_range(check)}: {ends[check.state]}{reason}"


_SUBJECTS = {
    "ceiling_alpha": "ordinal alpha of {who} with each other",
    "loss": "quadratic kappa with the referee minus that of {who} with each other",
    "alt_test": "the share of {who} that the referee stands up to",
    "miscalibration_share": "the share of what there is to explain that miscalibration takes",
    "leniency": "the mean of referee minus {who}, in levels,",
    "failure_rate": "the share of claims left without a score",
    "videos": "the number of videos that both judged",
    "robust_sensitivity": "what small slips cost under overlap, minus what they cost here,",
    "robust_drop": "how much further wrong evidence falls than under overlap",
    "robust_auc": "the share of pairs in which a small slip earns more than wrong evidence",
    "robust_false_acceptance": "the share of wrong evidence that is accepted",
    "robust_noise": "what the truth is paid beyond wrong evidence",
    "robust_zero_variance": "the share of groups of eight slips that are tied throughout",
    "probe_gain": "what the best trick gains over an honest, mediocre claim",
    "probe_ruin": "what one true claim more changes in a reply’s reward",
}


def _range(check: ThresholdCheck) -> str:
    low, high = (None if end is None else f"{end + 0.0:g}".replace("-", "−") for end in (check.at_least, check.at_most))
    if low is not None and high is not None:
        return f"between {low} and {high}"
    return f"at least {low}" if low is not None else f"at most {high}"


def _need(check: ThresholdCheck, waiting: int) -> str:
    """Say what would be needed to tell; empty where it is told."""
    if check.state != "cannot tell" or check.held_back or check.unheld:
        return ""  # the sentence says it
    if check.threshold == "videos":
        more = count((check.videos_needed or 0) - check.videos, "more video")
        told = count(waiting, "threshold has its interval", "thresholds have their intervals")
        return f"{more}." + (f" {told} on the right side, and nothing passes before." if waiting else "")
    if check.threshold in PROBED and check.videos_needed is None:
        return f"{check.reason[:1].upper()}{check.reason[1:]}."
    if check.threshold in ROBUST:
        return f"More videos, {check.videos:,} now: the test, corrected for all parts, does not reach its level."
    if check.videos_needed is not None:
        return f"About {check.videos_needed:,} videos, {check.videos:,} now: a projection."
    if check.value is None or check.low is None:
        return "A value with an interval."
    return "No number of videos can be projected: the value lies on the limit, or too near to it."
