"""The verdict in JSON and in plain words: what passes, what is missed, and what would be needed to tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from referee_calib.report.document.json_rows import described
from referee_calib.report.document.next_steps import named_checks, needed, next_steps
from referee_calib.report.schema.report_schema import CheckGroupJson, CheckJson, VerdictJson
from referee_calib.report.wording.number_format import count, listed, upper_first
from referee_calib.report.wording.perturbation_terms import family_title
from referee_calib.report.wording.verdict_terms import EVIDENCE, GROUPS, IN_SENTENCES, TERMS
from referee_calib.thresholds import REASONS
from referee_calib.verdict_state import VerdictState

if TYPE_CHECKING:
    from referee_calib.analysis import StudyVerdict, ThresholdCheck
    from referee_calib.threshold_record import ThresholdRecord

PLAINLY_NAMED = {"probe_gain", "slice_loss", "slice_leniency"}  # whose worst kind has no other title
_NOTE = (
    "A threshold is passed when the whole interval lies on its right side and missed when the whole interval lies on "
    "its wrong side. All have to be passed; every single miss counts, and one that is just reached is missed by chance "
    "in about 2.5 % of studies. “About so many videos” is a projection: the value stays, the interval shrinks with "
    "1/√videos. The interval of the annotator test runs from those the referee can replace, to those it does not "
    "certainly fall behind; that of miscalibration holds the explainable variance fixed. Confident errors are counted "
    "by video with exact limits, one-sided 95 % each; held are the claims at least three quarters of the scale from "
    "everybody, and no more of them than one more person would have. Kinds of claims are estimated together, each "
    "drawn towards the others (95 % intervals of a hierarchical model)."
)


def verdict_document(
    verdict: StudyVerdict | None,
    titles: Mapping[str, str],
    who: str,
    simulated: bool,
    *,
    record: ThresholdRecord | None = None,
) -> VerdictJson | None:
    """Return what ``report.json`` says under ``verdict``; None for an analysis that held no thresholds."""
    if verdict is None:
        return None
    groups = [group for key in GROUPS if (group := _group(key, verdict, titles, who))["rows"]]
    found = [check for group in groups for row in group["rows"] for check in row["checks"]]
    return {
        "state": verdict.state,
        "sentence": " ".join([_sentence(found, verdict), *verdict.gaps]),
        "beyond": verdict.beyond,
        "gaps": list(verdict.gaps),
        "simulated": simulated,
        "basis": _basis(verdict.thresholds.stated, tables=bool(verdict.beyond)),
        "stated": list(verdict.thresholds.stated),
        "thresholds": verdict.thresholds.to_json(),
        "threshold_record": None if record is None else record.to_json(),
        "groups": groups,
        "next_steps": next_steps(found, verdict.thresholds.videos, verdict.gaps),
        "note": _NOTE,
    }


def checks(verdict: VerdictJson | None, state: str = "") -> Iterator[CheckJson]:
    """Yield the checks of ``verdict`` in ``report.json`` in the order of the tables.

    Parameters
    ----------
    verdict : dict or None
        Nothing is yielded without one.
    state : str
        Only those of this state; all by default.
    """
    for group in verdict["groups"] if verdict else ():
        for row in group["rows"]:
            yield from (check for check in row["checks"] if state in ("", check["state"]))


def _group(key: str, verdict: StudyVerdict, titles: Mapping[str, str], who: str) -> CheckGroupJson:
    heading, terms = GROUPS[key]
    mine = [check for check in verdict.checks if check.threshold in terms]
    columns = {check.dimension: {**titles, **EVIDENCE}[check.dimension] for check in mine}
    limits = verdict.thresholds.to_json()
    return {
        "key": key,
        "title": heading,
        "columns": [{"dimension": dimension, "title": title} for dimension, title in columns.items()],
        "rows": [
            {
                "threshold": name,
                "title": words.title.format(who=who),
                "short": words.short,
                "limit": words.limit.format(who=who, **limits),
                "checks": [_check(check, titles, who) for check in mine if check.threshold == name],
            }
            for name, words in terms.items()
            if key == "agreement" or any(check.threshold == name for check in mine)
        ],
    }


def _basis(stated: Sequence[str], *, tables: bool) -> str:
    missing = [name for name in REASONS if name not in stated]
    if not missing:
        return "Thresholds as the study’s study.toml states them; the file does not prove when they were written."
    if len(missing) == len(REASONS) and tables:
        return (
            "These are the package’s default thresholds, which nobody chose before seeing the data. "
            "referee-calib init --from-tables makes a study that states its own."
        )
    if len(missing) == len(REASONS):
        return (
            "This study states no thresholds: these are the package’s defaults, which nobody chose before seeing the "
            "data. Write a table [thresholds] into study.toml before people rate."
        )
    return (
        f"Thresholds as study.toml states them; {listed(missing)} are the package’s defaults, which it does not state."
    )


def _sentence(found: Sequence[CheckJson], verdict: StudyVerdict) -> str:
    """Say the whole in one sentence, naming what is missed or open."""
    if verdict.state == VerdictState.PASS:
        held = "Every threshold that was held" if verdict.gaps or verdict.beyond else "Every threshold"
        return f"{held} is passed on every dimension."
    if not found:
        return "Nothing was rated, so no threshold can be held against anything."
    missed = [check for check in found if check["state"] == VerdictState.FAIL]
    n_open = sum(check["state"] == VerdictState.CANNOT_TELL for check in found)
    passed = len(found) - n_open - len(missed)
    if missed:
        rest = f"; on {n_open} more these data cannot tell" if n_open else ""
        return f"{count(len(missed), 'threshold is', 'thresholds are')} missed: {named_checks(missed)}{rest}."
    told = f"No threshold is missed, and {passed} of {len(found)} are passed"
    return f"{told}; on {n_open} these data cannot tell."


def _check(check: ThresholdCheck, titles: Mapping[str, str], who: str) -> CheckJson:
    title = {**titles, **EVIDENCE}[check.dimension]
    about = titles.get(check.dimension) or upper_first(IN_SENTENCES[check.dimension])
    row: CheckJson = described(
        check,
        "held_back",
        "unheld",
        dimension_title=title,
        sentence=f"{about}: {_explained(check, who)}",
        awaits_videos=check.held_back,
        not_run=check.unheld,
        needed=needed(check),
    )
    return row


def value_and_interval(check: ThresholdCheck | CheckJson) -> tuple[str, str]:
    """Write value and interval of a check as tables show them; both are empty where there is none."""
    threshold, value, low, high = (
        (check["threshold"], check["value"], check["low"], check["high"])
        if isinstance(check, dict)
        else (check.threshold, check.value, check.low, check.high)
    )
    write = TERMS[threshold].write
    if value is None:
        return "", ""
    if low is None or threshold == "videos":
        return write(value), ""
    return write(value), f"[{write(low)},\N{NO-BREAK SPACE}{write(high)}]"


def _explained(check: ThresholdCheck, who: str) -> str:
    subject = TERMS[check.threshold].subject.format(who=who)
    if check.unheld:
        return f"{subject} is not known. {check.reason}"
    if check.value is None:
        return f"{subject} is not defined ({check.reason})."
    held = f"{subject} is {' '.join(value_and_interval(check)).strip()} and has to be {_range(check)}"
    if check.incomplete:
        return f"{held}: on the scored claims it is, and {check.incomplete}."
    if check.held_back:
        return f"{held}: its interval is, and {check.reason}."
    if check.threshold == "videos" and check.state != VerdictState.PASS:
        return f"{held}."
    reason = f" No interval: {check.reason}." if check.reason and check.low is None else ""
    if check.worst:
        worst = check.worst if check.threshold in PLAINLY_NAMED else family_title(check.worst)
        reason += f" That is for the worst kind: {worst}."
    if check.remark:
        reason += f" {check.remark}"
    return f"{held}: {_end(check)}{reason}"


def _end(check: ThresholdCheck) -> str:
    """Say how it ended; where the interval alone would have said otherwise, why."""
    if check.reason and check.low is not None:
        return f"{check.reason}." if check.state == VerdictState.FAIL else f"these data cannot tell; {check.reason}."
    return {"pass": "it is.", "fail": "it is not.", "cannot tell": "these data cannot tell."}[check.state]


def _range(check: ThresholdCheck) -> str:
    low, high = (None if end is None else f"{end + 0.0:g}".replace("-", "−") for end in (check.at_least, check.at_most))
    if low is not None and high is not None:
        return f"between {low} and {high}"
    return f"at least {low}" if low is not None else f"at most {high}"
