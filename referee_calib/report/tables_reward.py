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
    for row in (report["verdict"] or {}).get("rows", ()):
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
