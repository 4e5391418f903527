"""Response to perturbation: small ones should cost little, wrong evidence all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from referee_calib.report.blocks import (
    Block,
    Bullets,
    Column,
    Figures,
    Item,
    Row,
    Section,
    Table,
    TableCell,
    Text,
    data_table,
    estimate_cell,
    number_cell,
)
from referee_calib.report.figures.response_figures import response_keys, reward_legend
from referee_calib.report.schema.report_schema import ReportJson, ResponseJson, RunJson, Summary
from referee_calib.report.sections.perturbation_tables import asymmetries, tolerances, wrong_evidence
from referee_calib.report.wording.number_format import count, listed
from referee_calib.report.wording.perturbation_terms import EVIDENCE, FIRST, MEASURES, labels_of, titles_of_families
from referee_calib.report.wording.tolerance_terms import tolerance_text


def perturbation(report: ReportJson) -> Section | None:
    """Build the section from the last ``perturb``, or from a short look at moved evidence; None without both."""
    run = report["robustness"]
    blocks: list[Block] = []
    if run["summary"]:
        blocks += _last_run(run, run["summary"])
    for item in report["response_curves"]:
        blocks += [Figures({f"response-{item['key']}": _response_caption(item)}), _response_table(item)]
    if not blocks:
        return None
    return Section(
        "perturbation",
        "Response to perturbation",
        "Does it forgive small perturbations and refuse wrong evidence? Insensitivity alone is worth nothing: "
        "a constant has it too.",
        [*blocks, data_table("response_curves", _points(report["response_curves"]))],
    )


def _last_run(run: RunJson, summary: Summary) -> Iterator[Block]:
    if run["note"]:
        yield Text(run["note"])
    yield Bullets([Item(f"{said['text']} {said['basis']}".strip()) for said in run["sentences"]])
    labels = labels_of(summary)
    yield Figures(response_keys(summary), legend=reward_legend(summary), small=True)
    for about in summary["about"]:
        beside = list(tolerances(about, labels))
        if not beside and (text := tolerance_text(about)):
            yield Text(f"{EVIDENCE[about['on']]}. {text}", "note")
        yield from beside
        yield from wrong_evidence(about, labels)
        yield _measures(about, labels)
    yield from (table for about in summary["about"] if (table := asymmetries(about, labels)))
    if summary["missing"]:
        missing = [Item(f"{titles_of_families(one['what'])}: {one['why']}.") for one in summary["missing"]]
        yield Bullets(missing, "What is missing, and why")
    yield Text(
        "Bands and intervals resample whole videos, the same ones for every reward. A mean over claims to which a step "
        "applies is shown as the truth’s mean plus their mean change. "
        "docs/explanation/robustness.md explains every measure.",
        "note",
    )
    yield data_table("robustness_measures", _all_measures(summary))
    yield data_table("robustness_curves", _curves(summary))
    yield data_table("robustness_verdicts", _verdict_parts(summary))
    yield data_table("robustness_people", _people(summary))


def _measures(about: Summary, labels: Mapping[str, str]) -> Table:
    rows = []
    for row in about["rewards"]:
        first = next((curve for curve in row["curves"] if curve["family"] == FIRST[about["on"]]), None)
        its = {**row["whole"], **({"plateau": first["metrics"]["plateau"]} if first else {})}
        cells = [estimate_cell(its[key], digits=3) if key in its else TableCell("–") for key in MEASURES]
        rows.append(Row(labels[row["name"]], {"on": about["on"], "reward": row["name"]}, cells))
    caption = (
        f"{EVIDENCE[about['on']]}: {count(about['n_claims'], 'true claim')} in {count(about['n_videos'], 'video')}, "
        f"{about['n_perturbed']:,} perturbed. Normalised: 1 is the truth, 0 the wrong place."
    )
    columns = [Column(key, title) for key, title in MEASURES.items()]
    return Table("robustness", caption, "Reward", columns, rows, across="measure")


def _all_measures(summary: Summary) -> Iterator[dict[str, Any]]:
    """Yield every number of a reward as a whole, also those that stand on no page."""
    for about in summary["about"]:
        for row in about["rewards"]:
            found = {"truth": row["truth"], "gap": row["gap"], **row["whole"], "people_error": row["people_error"]}
            found |= {f"zero_variance_{one['spread']:g}": one["estimate"] for one in row["zero_variance"]}
            measures = [(None, key, estimate) for key, estimate in found.items()]
            measures += [
                (curve["family"], key, estimate)
                for curve in row["curves"]
                for key, estimate in curve.get("metrics", {}).items()
                if isinstance(estimate, dict) and "value" in estimate
            ]
            for family, key, estimate in measures:
                head = {"on": about["on"], "reward": row["name"], "family": family, "measure": key}
                yield head | dict(estimate_cell(estimate).values)


def _curves(summary: Summary) -> Iterator[dict[str, Any]]:
    for about in summary["about"]:
        for row in about["rewards"]:
            for curve in row["curves"]:
                for i, delta in enumerate(curve["deltas"]):
                    point = {"on": about["on"], "reward": row["name"], "family": curve["family"], "delta": delta}
                    point |= {key: curve[key][i] for key in ("overlap", "n", "n_failed", "n_not_applicable")}
                    for kind in ("raw", "normal"):
                        band = curve[kind] or {}
                        point |= {f"{kind}_{key}": band[key][i] if band else None for key in ("mean", "low", "high")}
                    yield point


def _verdict_parts(summary: Summary) -> Iterator[dict[str, Any]]:
    for about in summary["about"]:
        for verdict in about["verdicts"]:
            head = {key: verdict[key] for key in ("on", "reward", "baseline", "wording")}
            for part in verdict["parts"]:
                held = {key: part[key] for key in ("hypothesis", "what", "error", "threshold", "p", "p_holm", "state")}
                yield head | held | dict(estimate_cell(part["measured"]).values)


def _people(summary: Summary) -> Iterator[dict[str, Any]]:
    """Yield people's curve over all families, as they would pay, by the overlap that is left."""
    for about in summary["about"]:
        pooled: dict[str, list[Any]] = (about["people"] or {}).get("pooled") or {"overlap": []}
        for i, overlap in enumerate(pooled["overlap"]):
            yield {"on": about["on"], "overlap": overlap} | {key: pooled[key][i] for key in ("mean", "low", "high")}


def _response_caption(item: ResponseJson) -> str:
    """Say what stands behind a response curve, and how much each reward keeps at a small step."""
    base = f"{count(item['n_claims'], 'claim')} in {count(item['n_videos'], 'video')}, bands over videos."
    left = [(line["label"], line["retained"]) for line in item["rewards"]]
    kept = [f"{label} keeps {100 * value:.0f} %" for label, value in left if value is not None]
    told = f" At {item['small']:g}, {listed(kept)} of what it pays for the truth." if kept else ""
    return " ".join([f"{base}{told}", *item["notes"]])


def _response_table(item: ResponseJson) -> Table:
    kinds = item["rewards"][0]["wrong"] if item["rewards"] else []
    columns = [Column(f"{delta:g}", f"{delta:g}") for delta in item["deltas"]]
    columns += [Column(kind["kind"], str(kind["title"])) for kind in kinds]
    rows = [
        Row(
            line["label"],
            {"perturbation": item["key"], "reward": line["role"]},
            [number_cell(value) for value in (*line["mean"], *(kind["mean"] for kind in line["wrong"]))],
        )
        for line in item["rewards"]
    ]
    caption = f"{item['title']}: mean reward by {item['x_label']}; the last column is wrong on purpose."
    return Table("responses", caption, "Reward", columns, rows, across="delta")


def _points(curves: list[ResponseJson]) -> Iterator[dict[str, Any]]:
    for item in curves:
        for line in item["rewards"]:
            for i, delta in enumerate(item["deltas"]):
                known = {key: line[key] for key in ("mean", "low", "high", "n_claims", "n_failed")}
                where = {"perturbation": item["key"], "reward": line["role"], "delta": delta}
                yield where | {key: values[i] if values else None for key, values in known.items()}
