"""Published rows of V-STaR: whether the means they print can be those of the components they print."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from referee_calib.benchmark.statistics.figures import Figure
from referee_calib.benchmark.vstar.vstar_figures import M_AM, M_LGM
from referee_calib.errors import InputError
from referee_calib.rating_tables import read_content, text_of

COMPONENTS = ("acc", "tiou_1", "tiou_2", "viou_1", "viou_2")
MEANS = {"mam": M_AM, "mlgm": M_LGM}
ITEMS = 2094  # of the benchmark, for the sampling error of a row that does not state them
_WRITE = "Write a CSV with the columns system, acc, tiou_1, tiou_2, viou_1, viou_2, mam, mlgm, in percent."


@dataclass(frozen=True)
class Printed:
    """A number in percent as printed, and half a unit of its last digit."""

    value: float
    half: float


@dataclass(frozen=True)
class PublishedRow:
    """One row: the components that all must be there, and the means that may be."""

    system: str
    components: Mapping[str, Printed]
    means: Mapping[str, Printed]
    items: int = ITEMS


@dataclass(frozen=True)
class RecomputedMean:
    """A mean from the printed components, within what their rounding allows, beside the printed one; in percent."""

    key: str
    title: str
    value: float | None
    low: float | None
    high: float | None
    printed: float | None
    agrees: bool


@dataclass(frozen=True)
class RecomputedRow:
    """A published row recomputed.

    ``accuracy_error`` is the sampling error, in points, that mLGM has from Acc alone: the delta method's
    sqrt(a (1 − a) / n) / (3 (1 − a)); a lower limit of its error, as the IoUs are drawn too.
    """

    system: str
    means: tuple[RecomputedMean, ...]
    accuracy_error: float | None

    @property
    def agrees(self) -> bool:
        """Whether every printed mean can be that of the printed components."""
        return all(one.agrees for one in self.means)

    def to_json(self) -> dict[str, Any]:
        """Return plain values, in percent as the table prints them."""
        fields = ("value", "low", "high", "printed", "agrees")
        means = {one.key: {name: getattr(one, name) for name in fields} for one in self.means}
        return {"system": self.system, **means, "agrees": self.agrees, "mlgm_error_from_accuracy": self.accuracy_error}


def read_published_rows(path: Path) -> list[PublishedRow]:
    """Read a CSV of published rows, in percent; digits as printed, because rounding is judged by them."""
    text, _ = text_of(path, read_content(path))
    head = text.partition("\n")[0]
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count))
    names = [_plain(name) for name in next(lines, [])]
    missing = [name for name in ("system", *COMPONENTS) if name not in names]
    if missing:
        raise InputError(f"--recompute {path}", f"it has no column {', '.join(missing)}", _WRITE)
    if again := [name for name in (*COMPONENTS, *MEANS, "system") if names.count(name) > 1]:
        raise InputError(f"--recompute {path}", f"it has the column {again[0]} twice", _WRITE)
    rows = [_row(cells, names, f"{path} line {lines.line_num}") for cells in lines if any(map(str.strip, cells))]
    if not rows:
        raise InputError(f"--recompute {path}", "it has no rows", _WRITE)
    if all(one.value <= 1 for row in rows for one in row.components.values()):
        raise InputError(f"--recompute {path}", "no component is above 1, as if they were shares", _WRITE)
    return rows


def recompute(row: PublishedRow) -> RecomputedRow:
    """Compute the means of a row from its components; both grow with each, so limits go by the limits of rounding."""
    found = tuple(_mean(key, figure, row) for key, figure in MEANS.items())
    accuracy = row.components["acc"].value / 100
    error = math.sqrt(accuracy / ((1 - accuracy) * row.items)) / 3 if accuracy < 1 else None
    return RecomputedRow(row.system, found, None if error is None else 100 * error)


def recomputed_text(rows: Sequence[RecomputedRow]) -> str:
    """Return what is printed: each row's means beside the printed ones."""
    width = max(len(row.system) for row in rows)
    head = f"{'System':<{width}}  {'mean':<5}{'printed':>9}{'recomputed':>12}  within rounding"
    lines = ["Published rows of V-STaR, recomputed from their components, in percent", "", head, "-" * len(head)]
    for row in rows:
        for one in row.means:
            printed = "–" if one.printed is None else f"{one.printed:g}"
            if one.value is None or one.low is None or one.high is None:
                value, limits = "–", "not defined at a mean of 100"
            else:
                value, limits = f"{one.value:.2f}", f"{one.low:.2f} to {one.high:.2f}"
            verdict = "" if one.agrees else "  <- does not add up"
            lines.append(f"{row.system:<{width}}  {one.title:<5}{printed:>9}{value:>12}  {limits}{verdict}")
    errors = [row.accuracy_error for row in rows if row.accuracy_error is not None]
    if errors:
        lines += ["", f"Sampling error of mLGM from Acc alone: {min(errors):.2f} to {max(errors):.2f} points."]
    return "\n".join(lines)


def _mean(key: str, figure: Figure, row: PublishedRow) -> RecomputedMean:
    def at(move: Callable[[Printed], float]) -> float | None:
        shares = {name: np.array(min(max(move(one), 0.0), 100.0) / 100) for name, one in row.components.items()}
        found = float(figure.of(shares))
        return None if math.isnan(found) else 100 * found

    value, low, high = at(lambda p: p.value), at(lambda p: p.value - p.half), at(lambda p: p.value + p.half)
    said = row.means.get(key)
    meets = low is not None and (high is None or said is None or said.value - said.half <= high + 1e-9)
    agrees = said is None or (meets and low is not None and said.value + said.half >= low - 1e-9)
    return RecomputedMean(key, figure.title, value, low, high, None if said is None else said.value, agrees)


def _row(cells: Sequence[str], names: Sequence[str], where: str) -> PublishedRow:
    if len(cells) != len(names):
        raise InputError(where, f"it has {len(cells)} cells below {len(names)} column names", _WRITE)
    line = {name: cell.strip() for name, cell in zip(names, cells, strict=True)}
    components = {name: _printed(line[name], f"{where}: {name}", most=100) for name in COMPONENTS}
    means = {name: _printed(line[name], f"{where}: {name}") for name in MEANS if line.get(name)}
    items = line.get("items") or str(ITEMS)
    if not items.isdecimal() or not int(items):
        raise InputError(f"{where}: items", f"{items!r} is no number of items", _WRITE)
    return PublishedRow(line["system"] or where, components, means, int(items))


def _printed(text: str, where: str, *, most: float = math.inf) -> Printed:
    digits = text.removesuffix("%").strip()
    try:
        value = float(digits)
    except ValueError:
        raise InputError(where, f"{text!r} is no number", _WRITE) from None
    if not (math.isfinite(value) and 0 <= value <= most):
        raise InputError(where, f"{text} is no percentage", _WRITE)
    return Printed(value, 0.5 * 10.0 ** -len(digits.partition(".")[2]))


def _plain(name: str) -> str:
    return "_".join("".join(mark if mark.isalnum() else " " for mark in name.lower()).split())
