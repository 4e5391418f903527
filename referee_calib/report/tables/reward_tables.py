"""Tidy rows of what follows for a reward: verdict, recalibration, mean score, how it scores, referees side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]
Row = dict[str, Any]

_ESTIMATE = (
    "value", "low", "high", "confidence", "method", "n_units", "n_raters", "n_ratings", "n_clusters", "reason",
)  # fmt: skip


def estimate_row(estimate: Json) -> Row:
    """Return the columns of an estimate."""
    return {key: estimate[key] for key in _ESTIMATE}


def verdict(report: Json) -> Iterator[Row]:
    """Yield one row per threshold and dimension."""
    kept = (
        "dimension", "threshold", "state", "value", "low", "high", "at_least", "at_most", "videos", "videos_needed",
        "held_back", "reason",
    )  # fmt: skip
    found = report["verdict"] or {"rows": (), "robustness": (), "probes": ()}
    for row in (*found["rows"], *found["robustness"], *found["probes"]):
        for check in row["checks"]:
            yield {key: check[key] for key in kept}


def mean_score(report: Json) -> Iterator[Row]:
    """Yield the means of each dimension by people, by the referee and by both."""
    for item in report["mean_score"]["dimensions"]:
        for who in report["mean_score"]["titles"]:
            only = {key: item[key] if who == "both" else None for key in ("power", "saved")}
            yield {"dimension": item["dimension"], "who": who, **estimate_row(item[who]), **only}


def recalibration(report: Json) -> Iterator[Row]:
    """Yield one row per dimension and form."""
    for item in (report["recalibration"] or {}).get("dimensions", ()):
        for row in item["tried"]:
            errors = {key: row[key] for key in ("mse_raw", "mse", "rps_raw", "rps")}
            what = {"dimension": item["dimension"], "kind": row["kind"], "best": row["kind"] == item["best"]}
            yield what | errors | {f"gain_{key}": value for key, value in estimate_row(row["gain"]).items()}


def rankings(report: Json) -> Iterable[Row]:
    """Yield what each form changes inside groups of rollouts."""
    for row in (report["recalibration"] or {}).get("rankings", ()):
        yield {key: value for key, value in row.items() if key != "title"}


def referee_scores(report: Json) -> Iterator[Row]:
    """Yield how the referee scores on each dimension."""
    for item in report["referee"]["scores"]:
        told = {f"level_{level}": n for level, n in enumerate(item["levels"])}
        kept = ("modal_level", "modal_share", "entropy", "mass", "n_mass")
        rungs = {f"rung_{name}": share for name, share in item["rungs"].items()}
        yield {"dimension": item["dimension"], "n": item["n"], **told, **{key: item[key] for key in kept}, **rungs}


def ablation(report: Json) -> Iterator[Row]:
    """Yield the paired differences."""
    for item in (report.get("ablation") or {}).get("dimensions", ()):
        for row in item["differences"]:
            where = {key: row[key] for key in ("measure", "first", "second")}
            yield {
                "dimension": item["dimension"],
                **where,
                **estimate_row(row["estimate"]),
                "p_value": row["p_value"],
                "p_holm": row["p_holm"],
            }


def ablation_values(report: Json) -> Iterator[Row]:
    """Yield each referee's values."""
    for item in (report.get("ablation") or {}).get("dimensions", ()):
        for measure in item["measures"]:
            for referee, estimate in measure["values"].items():
                yield {
                    "dimension": item["dimension"],
                    "measure": measure["measure"],
                    "referee": referee,
                    **estimate_row(estimate),
                }


def robustness(report: Json) -> Iterator[Row]:
    """Yield every measure of the last perturbation that belongs to a reward as a whole, or to an error type."""
    for about, row in _rewards(report):
        where = {"on": about["on"], "reward": row["name"]}
        for what, estimate in {"truth": row["truth"], **row["whole"]}.items():
            yield where | {"what": what, "family": None, **estimate_row(estimate)}
        for one in (*row["wrong"], *row["exploits"]):
            its = {key: one[key] for key in ("mean", "normal", "false_acceptance", "auc") if key in one}
            yield from (where | {"what": w, "family": one["family"], **estimate_row(e)} for w, e in its.items())


def robustness_curves(report: Json) -> Iterator[Row]:
    """Yield every point of every response curve of the last perturbation, as paid and normalised."""
    for about, row in _rewards(report):
        for curve in row["curves"]:
            for i, delta in enumerate(curve["deltas"]):
                point = {"on": about["on"], "reward": row["name"], "family": curve["family"], "delta": delta}
                point |= {key: curve[key][i] for key in ("overlap", "n", "n_failed", "n_not_applicable")}
                for kind in ("raw", "normal"):
                    band = curve[kind] or {}
                    point |= {f"{kind}_{key}": band[key][i] if band else None for key in ("mean", "low", "high")}
                yield point


def robustness_verdicts(report: Json) -> Iterator[Row]:
    """Yield every part of every verdict of the last perturbation."""
    for about in (report["robustness"]["summary"] or {"about": ()})["about"]:
        for verdict in about["verdicts"]:
            head = {key: verdict[key] for key in ("on", "reward", "baseline", "wording")}
            for part in verdict["parts"]:
                held = {key: part[key] for key in ("hypothesis", "what", "error", "threshold", "p", "p_holm", "state")}
                yield head | held | estimate_row(part["measured"])


def _rewards(report: Json) -> Iterator[tuple[Json, Json]]:
    for about in (report["robustness"]["summary"] or {"about": ()})["about"]:
        yield from ((about, row) for row in about["rewards"])
