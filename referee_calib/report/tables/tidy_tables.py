"""Every table of a report in tidy form: one row per number or name, read from ``report.json`` alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from referee_calib.report.tables import exploit_tables as probes
from referee_calib.report.tables import reward_tables as more
from referee_calib.report.tables.reward_tables import estimate_row

Json = Mapping[str, Any]
Row = dict[str, Any]

_CURVE = (
    "scores", "fitted", "weight", "n_ratings", "confidence_low", "confidence_high", "consistency_low",
    "consistency_high",
)  # fmt: skip
_SIDES = ("people", "referee", "difference")


@dataclass(frozen=True, slots=True)
class Table:
    """A tidy table.

    Attributes
    ----------
    name : str
        Also the name of its file.
    columns : tuple of str
    rows : tuple of tuple
        Numbers, texts and None, in the order of the columns.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def tables(report: Json) -> list[Table]:
    """Return every table of a report; those without rows are left out.

    Parameters
    ----------
    report : dict
        The content of ``report.json``.

    Returns
    -------
    list of Table
        Pictures, model text and the rubric's words are not among them.
    """
    made = {name: list(rows(report)) for name, rows in _TABLES.items()}
    return [_table(name, rows) for name, rows in made.items() if rows]


def _table(name: str, rows: list[Row]) -> Table:
    columns = tuple(dict.fromkeys(key for row in rows for key in row))
    return Table(name, columns, tuple(tuple(row.get(column) for column in columns) for row in rows))


def _counts(report: Json) -> Iterator[Row]:
    for item in report["dimensions"]:
        yield from ({"dimension": item["dimension"], "what": what, "n": n} for what, n in item["counts"].items())


def _agreement(report: Json) -> Iterator[Row]:
    for item in report["dimensions"]:
        for row in item["coefficients"]:
            for side in _SIDES:
                p_value = row["p_value"] if side == "difference" else None
                yield {
                    "dimension": item["dimension"],
                    "coefficient": row["name"],
                    "side": side,
                    **estimate_row(row[side]),
                    "p_value": p_value,
                }


def _leave_one_out(report: Json) -> Iterator[Row]:
    for item in report["dimensions"]:
        for row in item["leave_one_out"]:
            yield {"dimension": item["dimension"], "rater": row["rater"], **estimate_row(row["estimate"])}


def _leniency(report: Json) -> Iterator[Row]:
    for item in report["dimensions"]:
        yield {"dimension": item["dimension"], "rater": None, **estimate_row(item["leniency"]["overall"])}
        for row in item["leniency"]["raters"]:
            yield {"dimension": item["dimension"], "rater": row["rater"], **estimate_row(row["estimate"])}


def _prevalence(report: Json) -> Iterator[Row]:
    for item in report["dimensions"]:
        for who, given in item["prevalence"].items():
            for level, n in enumerate(given["counts"]):
                share = given["shares"][level] if given["shares"] else None
                yield {"dimension": item["dimension"], "who": who, "level": level, "n": n, "share": share}


def _slices(report: Json) -> Iterator[Row]:
    for item in report["dimensions"]:
        for row in item["slices"]:
            where = {key: row[key] for key in ("by", "value", "n_claims", "n_videos")}
            where["slice"] = where.pop("value")
            for what in (*_SIDES, "leniency"):
                yield {"dimension": item["dimension"], **where, "what": what, **estimate_row(row[what])}


def _confusion(report: Json) -> Iterator[Row]:
    for item in report["dimensions"]:
        for person, row in enumerate(item["confusion"]["counts"]):
            for referee, pairs in enumerate(row):
                yield {"dimension": item["dimension"], "person": person, "referee": referee, "pairs": pairs}


def _calibration(report: Json) -> Iterator[Row]:
    for item in report["dimensions"]:
        for part, value in item["calibration"].items():
            if value is None or isinstance(value, (int, float)):
                reason = item["calibration"]["reason"] if value is None and part != "reason" else None
                if part != "reason":
                    yield {"dimension": item["dimension"], "part": part, "value": value, "reason": reason}


def _by_level(report: Json) -> Iterator[Row]:
    for item in report["dimensions"]:
        for row in item["by_level"]:
            yield {"dimension": item["dimension"], "measure": row["name"], **estimate_row(row["estimate"])}


def _curve(report: Json) -> Iterator[Row]:
    for item in report["dimensions"]:
        columns = [item["calibration"][key] for key in _CURVE]
        for values in zip(*columns, strict=True):
            yield {"dimension": item["dimension"], **dict(zip(("score", *_CURVE[1:]), values, strict=True))}


def _responses(report: Json) -> Iterator[Row]:
    for item in report["responses"]:
        for line in item["rewards"]:
            for i, delta in enumerate(item["deltas"]):
                told = {key: line[key][i] if line[key] else None for key in ("mean", "low", "high")}
                counts = {key: line[key][i] if line[key] else None for key in ("n_claims", "n_failed")}
                yield {"perturbation": item["key"], "reward": line["role"], "delta": delta, **told, **counts}


def _wrong(report: Json) -> Iterator[Row]:
    for item in report["responses"]:
        for line in item["rewards"]:
            for wrong in line["wrong"]:
                yield {
                    "perturbation": item["key"],
                    "reward": line["role"],
                    "kind": wrong["kind"],
                    "mean": wrong["mean"],
                }


def _rewards(report: Json) -> Iterable[Row]:
    return (dict(row) for row in report["rewards"]["rollouts"])


def _disagreements(report: Json) -> Iterator[Row]:
    for row in report["disagreements"]:
        kept = ("claim", "dimension", "video", "rollout", "time", "people_mean", "referee", "gap")
        yield {key: row[key] for key in kept}


def _losses(report: Json) -> Iterator[Row]:
    for loss in report["losses"]:
        for name in loss["names"]:
            yield {key: loss[key] for key in ("dimension", "what", "reason")} | {"name": name}


def _unread(report: Json) -> Iterable[Row]:
    return (dict(row) for row in report["unread"])


def _inputs(report: Json) -> Iterable[Row]:
    return (dict(row) for row in report["inputs"])


_TABLES = {
    "verdict": more.verdict,
    "counts": _counts,
    "agreement": _agreement,
    "prevalence": _prevalence,
    "leave_one_out": _leave_one_out,
    "leniency": _leniency,
    "slices": _slices,
    "confusion": _confusion,
    "calibration": _calibration,
    "by_level": _by_level,
    "calibration_curve": _curve,
    "robustness": more.robustness,
    "robustness_curves": more.robustness_curves,
    "robustness_verdicts": more.robustness_verdicts,
    "probes": probes.gains,
    "recalibration": more.recalibration,
    "rankings": more.rankings,
    "mean_score": more.mean_score,
    "referee_scores": more.referee_scores,
    "responses": _responses,
    "wrong_evidence": _wrong,
    "rewards": _rewards,
    "disagreements": _disagreements,
    "ablation": more.ablation,
    "ablation_values": more.ablation_values,
    "losses": _losses,
    "unread": _unread,
    "inputs": _inputs,
}
