"""What ``report.json`` holds about the last runs: their own summaries, what they say in words, short curves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from referee_calib.report.document.json_rows import described
from referee_calib.report.schema.report_schema import ResponseJson, ResponseLineJson, RunJson, Summary
from referee_calib.report.wording.human_curve_terms import people_sentences
from referee_calib.report.wording.method_notes import WRONG_TITLES, response_words, title_of
from referee_calib.report.wording.number_format import count, listed, signed
from referee_calib.report.wording.perturbation_terms import EVIDENCE, PARTS, SAYS, family_title, labels_of
from referee_calib.report.wording.tolerance_terms import tolerance_text

if TYPE_CHECKING:
    from referee_calib.analysis import LastRun, Response, ResponseLine

SMALL = 0.1  # the step at which a curve is read off in words, as a share of the object's size
_STATE_WORDS = {"fail": "fails", "cannot tell": "open"}
PROBED = {"boxes": "probes with boxes", "span": "probes with spans"}
MOST_NAMED = 6


def robustness(found: LastRun | None) -> RunJson:
    """Return what ``report.json`` says under ``robustness``; None for an analysis that did not look."""
    return run_document(found, _robustness_sentences)


def _robustness_sentences(run: Summary) -> list[dict[str, str]]:
    claims = [_at_tolerance(claim_sentence(item, run), about) for about in run["about"] for item in about["verdicts"]]
    return claims + people_sentences(run)


def _at_tolerance(sentence: dict[str, str], about: Summary) -> dict[str, str]:
    """Say what is small, where it is not what is assumed of every run."""
    measured = about.get("tolerance", {}).get("source", "assumed") != "assumed"
    return {**sentence, "basis": f"{sentence['basis']} {tolerance_text(about)}"} if measured else sentence


def run_document(found: LastRun | None, sentences: Callable[[Summary], list[dict[str, str]]]) -> RunJson:
    """Return a run's own summary with what `sentences` makes of it."""
    if found is None or found.summary is None:
        return {"note": found.note if found else "", "reward": "", "summary": None, "sentences": []}
    said = sentences(found.summary)
    return {"note": found.note, "reward": found.reward, "summary": found.summary, "sentences": said}


def claim_sentence(verdict: Summary, summary: Summary) -> dict[str, str]:
    """Say one verdict of the summary in a sentence, with what stands in its way."""
    labels = labels_of(summary)
    reward, baseline = labels[verdict["reward"]], labels[verdict["baseline"]]
    claim = f"“{reward} is less sensitive to small perturbations than {baseline} and still catches what is wrong”"
    reason = verdict["reason"] or _obstacles(verdict)
    size = f"{count(verdict['n_claims'], 'true claim')} in {count(verdict['n_videos'], 'video')}"
    return {
        "on": verdict["on"],
        "reward": verdict["reward"],
        "wording": verdict["wording"],
        "text": f"{claim}: {verdict['wording']}{f' ({reason})' if reason else ''}.",
        "basis": f"{EVIDENCE[verdict['on']]}: {size}. {SAYS[verdict['wording']]}",
    }


def _obstacles(verdict: Summary) -> str:
    """Name what fails, or else what is open."""
    its = [part for part in verdict["parts"] if part["hypothesis"] != "H4"]
    for word in ("fails", "open"):
        named = list(dict.fromkeys(_part_title(part) for part in its if _STATE_WORDS.get(part["state"]) == word))
        if named:
            more = f" and {len(named) - 4} more" if len(named) > 4 else ""
            return f"{word}: {', '.join(named[:4])}{more}"
    return ""


def _part_title(part: Mapping[str, str]) -> str:
    error = f" ({family_title(part['error'])})" if part["error"] else ""
    return f"{PARTS[part['what']]}{error}"


def exploits(found: LastRun | None) -> RunJson:
    """Return what ``report.json`` says under ``exploits``; None for an analysis that did not look."""
    return run_document(found, _sentences)


def _sentences(summary: Summary) -> list[dict[str, str]]:
    return [
        {"on": about["on"], "reward": row["name"], "text": exploit_sentence(summary, about, row)}
        for about in summary["about"]
        for row in about["rewards"]
    ]


def exploit_sentence(summary: Summary, about: Summary, row: Summary) -> str:
    """Say which probes one reward pays more than an honest claim, on one kind of evidence."""
    head = f"{labels_of(summary)[row['name']]}, {PROBED[about['on']]}"
    if row["refused"] and about["truth"]:
        return f"{head}: nothing can be measured, because {row['refused']}."
    titles = {one["key"]: one["title"] for one in summary["probes"]}
    hits = sorted((one for one in row["gains"] if one["state"] == "fail"), key=lambda one: -(one["gain"]["value"] or 0))
    named = [f"{titles[one['probe']]} ({signed(one['gain']['value'])})" for one in hits[:MOST_NAMED]]
    more = f" and {len(hits) - MOST_NAMED} more" if len(hits) > MOST_NAMED else ""
    tried = sum(one["state"] != "not applicable" for one in row["gains"])
    n_open = sum(one["state"] == "cannot tell" for one in row["gains"])
    which = f": {listed(named)}{more}" if hits else ""
    left = f"; {count(n_open, 'is', 'are')} open" if n_open else ""
    return f"{head}: pays {len(hits)} of {count(tried, 'probe')} more than an honest, mediocre claim{which}{left}."


def response_curve(item: Response) -> ResponseJson:
    """Return one of ``response_curves`` in ``report.json``."""
    title, x_label = response_words(item.key)
    lines = [_line(line, item.deltas) for line in item.lines]
    curve: ResponseJson = described(item, "lines", title=title, x_label=x_label, small=SMALL, rewards=lines)
    return curve


def _line(line: ResponseLine, deltas: tuple[float, ...]) -> ResponseLineJson:
    wrong = [{"kind": kind, "title": title_of(WRONG_TITLES, kind), "mean": mean} for kind, mean in line.wrong.items()]
    row: ResponseLineJson = described(line, wrong=wrong, retained=_retained(line.mean, deltas))
    return row


def _retained(mean: tuple[float | None, ...], deltas: tuple[float, ...]) -> float | None:
    """Share of what a reward pays for the truth that it still pays at a small step away from it."""
    if SMALL not in deltas:
        return None
    start, small = mean[0], mean[deltas.index(SMALL)]
    return small / start if start and small is not None else None
