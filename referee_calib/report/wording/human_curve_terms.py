"""What people's response curve and H4 read as, the same on page, in Markdown, on the command line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from referee_calib.report.wording.number_format import count, interval, p_value, signed
from referee_calib.report.wording.perturbation_terms import EVIDENCE, labels_of

Summary = Mapping[str, Any]
OVERLAP = {"boxes": "IoU", "span": "tIoU"}
KINDS = {
    "tolerant": "people forgive more than {overlap}",
    "strict": "people forgive less than {overlap}",
    "like overlap": "people pay as {overlap} does, within 0.10",
    "cannot tell": "these ratings cannot tell whether people forgive more than {overlap} or less",
}
STATES = {"pass": "holds", "fail": "does not hold", "cannot tell": "cannot tell"}


def people_sentences(summary: Summary) -> list[dict[str, str]]:
    """Say what people's curve is and which rewards lie near it; empty where nobody rated perturbed claims."""
    return [said for about in summary["about"] if about["people"] for said in _about(summary, about)]


def _about(summary: Summary, about: Summary) -> Iterator[dict[str, str]]:
    people, on = about["people"], about["on"]
    yield {"on": on, "reward": "", "wording": people["kind"], "text": _curve(people, on), "basis": _basis(people, on)}
    for verdict in about["verdicts"]:
        for part in verdict["parts"]:
            if part["hypothesis"] == "H4":
                text = _nearness(part, verdict, labels_of(summary))
                wording = STATES[part["state"]]
                head = {"on": on, "reward": verdict["reward"], "hypothesis": part["hypothesis"]}
                yield head | {"wording": wording, "text": text, "basis": ""}


def _curve(people: Summary, on: str) -> str:
    if people["reason"]:
        return f"People’s response curve: none, because {people['reason']}."
    found = people["beyond_overlap"]
    told = KINDS[people["kind"]].format(overlap=OVERLAP[on])
    area = f"{signed(found['value'])} {interval(found)}".strip()
    return f"People’s response curve: {told}; on average over the overlap lost they pay {area} of the truth’s value."


def _basis(people: Summary, on: str) -> str:
    simulated = " Simulated ratings: they say nothing about people." if people["simulated"] else ""
    rated = f"{count(people['n_rated'], 'rated claim')} in {count(people['n_videos'], 'video')}"
    return f"{EVIDENCE[on]}: {rated}, all families on one curve.{simulated}"


def _nearness(part: Summary, verdict: Summary, labels: Mapping[str, str]) -> str:
    claim = f"“{labels[verdict['reward']]} lies nearer to people than {labels[verdict['baseline']]} does” (H4)"
    found = part["measured"]
    if found["value"] is None:
        return f"{claim}: not defined, because {found['reason']}."
    if found["low"] == found["high"] == 0:
        return f"{claim}: cannot tell (both lie exactly as far from people)."
    if part["p"] is None:
        return f"{claim}: cannot tell ({found['reason'] or 'no test is defined'})."
    size = f"squared distances differ by {signed(found['value'], 3)} {interval(found, 3)}, p = {p_value(part['p'])}"
    return f"{claim}: {STATES[part['state']]}; {size.replace('= <', '<')}."
