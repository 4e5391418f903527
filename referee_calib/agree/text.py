"""What ``agree`` prints: coefficients of people, people beside the referee, leniency, and the notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def render(
    data: Mapping[str, Any], titles: Mapping[str, str], referee: str | None, confidence: float, level: str | None
) -> str:
    """Write the table for people: coefficients, then people one by one, then the notes; level None: no categories."""
    n = data["n"]
    clusters = "" if n["clusters"] is None else f" in {n['clusters']} clusters"
    lines = [
        f"{n['units']} units{clusters}, {n['raters']} people, {n['ratings']} ratings"
        + (f"; referee {referee}: {n['referee_levels']} levels" if referee else ""),
        "",
        f"People with people ({confidence:.0%} intervals)",
    ]
    width = max(map(len, titles.values()))
    lines += [f"  {title:<{width}}  {_cell(data['humans'][name])}" for name, title in titles.items()]
    if data["difference"] is not None:
        if level is not None:
            width = max(len(titles[name]) for name in _shown(level))
            lines += _compared(data, titles, _shown(level), width)
        lines += _referee(data, width, "measurements" if level is None else "scale")
    lines += ["", *(f"Note: {note}" for note in data["notes"])] if data["notes"] else []
    return "\n".join(lines)


def _compared(data: Mapping[str, Any], titles: Mapping[str, str], shown: Sequence[str], width: int) -> list[str]:
    head = f"  {'':<{width}}  {'people with people':<22}  {'people with referee':<22}  difference"
    lines = ["", "People with the referee, both sides as means over pairs of raters", head]
    for name in shown:
        row = data["difference"][name]
        p = "" if row["p_value"] is None else f"  p = {row['p_value']:.3g}"
        sides = f"{_cell(data['ceiling'][name]):<22}  {_cell(data['referee'][name]):<22}"
        lines.append(f"  {titles[name]:<{width}}  {sides}  {_cell(row, sign=True)}{p}")
    return lines


def _referee(data: Mapping[str, Any], width: int, unit: str) -> list[str]:
    """Write what is about the referee alone: its correlation with people's mean, and its leniency."""
    noise = data["noise"]
    lines = [
        "",
        "Correlation of the referee with people's mean rating",
        f"  {'':<{width}}  raw, its ceiling, their ratio",
    ]
    for title, names in (
        ("Pearson's r", ("pearson", "rho_perfect", "disattenuated")),
        ("Spearman's rho", ("spearman", "spearman_brown", "spearman_disattenuated")),
    ):
        lines.append(f"  {title:<{width}}  " + "  ".join(f"{_cell(noise[name]):<22}" for name in names).rstrip())
    lines += ["", f"Leniency: referee minus person, in units of the {unit}"]
    lines.append(f"  {'all people':<{width}}  {_cell(data['leniency'], sign=True)}")
    for rater, row in data["raters"].items():
        lines.append(f"  {rater:<{width}}  {_cell(row['leniency'], sign=True)}")
    return lines


def _cell(row: Mapping[str, Any], *, sign: bool = False) -> str:
    if row["value"] is None:
        return f"undefined: {row['reason']}"
    form = "+.3f" if sign else ".3f"
    if row["low"] is None:
        return format(row["value"], form)
    return f"{row['value']:{form}} [{row['low']:{form}}, {row['high']:{form}}]"


def _shown(level: str) -> tuple[str, ...]:
    """Return the coefficients whose comparison the table prints; the others are in the JSON."""
    kappa, ac = ("cohen_kappa", "gwet_ac1") if level == "nominal" else ("cohen_kappa_quadratic", "gwet_ac2_quadratic")
    return "percent_agreement", kappa, f"krippendorff_alpha_{level}", ac
