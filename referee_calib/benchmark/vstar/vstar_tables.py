"""A comparison on V-STaR as tables: headline, details, bins, differences, their parts, seeds, traps."""

from __future__ import annotations

from collections.abc import Iterator

from agreement import Estimate
from referee_calib.benchmark.statistics.figure_tables import differences_table, figures_table, transposed
from referee_calib.benchmark.statistics.paired_differences import PairedDifference
from referee_calib.benchmark.vstar.system_comparison import Figures, SystemResult, VstarComparison
from referee_calib.benchmark.vstar.traps.item_traps import trap_keys, trap_text
from referee_calib.benchmark.vstar.vstar_figures import DECOMPOSITION, DETAILS, HEADLINE, TESTED
from referee_calib.report import Column, Row, Table, TableCell, number

TRAPS = "vstar_traps"
"""Name of the table of traps, which is for those who made the files."""

_BINS = {"durations": "Video length", "domains": "Domain"}


def comparison_tables(found: VstarComparison, *, details: bool) -> Iterator[Table]:
    """Yield the tables; those of details and of domains only where asked for."""
    yield headline_table(found)
    if details:
        yield details_table(found)
    for kind in ("durations", *(["domains"] if details else [])):
        yield from _bin_tables(found, kind)
    yield from _difference_tables(found)
    yield from _seeds_table(found)
    yield from _traps_tables(found)


def headline_table(found: VstarComparison) -> Table:
    """Return the table of a paper: a row per system and a column per figure."""
    percent = f"{100 * _confidence(found):g}"
    caption = f"V-STaR by the rules of {found.rules.name}, in percent, with {percent} % intervals over videos."
    return figures_table("vstar", caption, HEADLINE, {one.name: _estimates(one.figures) for one in found.systems})


def details_table(found: VstarComparison) -> Table:
    """Return thresholds and joint figures, a row per figure."""
    rows = {one.name: _estimates(one.figures) for one in found.systems}
    caption = "Thresholds, joint figures and the judge's mean score (0 to 3)."
    return transposed(figures_table("vstar_details", caption, DETAILS, rows), "Figure")


def _bin_tables(found: VstarComparison, kind: str) -> Iterator[Table]:
    rows = {
        f"{label}, {one.name}" if len(found.systems) > 1 else label: _estimates(figures)
        for one in found.systems
        for label, figures in getattr(one, kind).items()
    }
    if rows:
        caption = f"By {_BINS[kind].lower()}: answered items only, so Acc has another denominator than above."
        yield figures_table(f"vstar_{kind}", caption, HEADLINE, rows, marked=False, head=_BINS[kind])


def _difference_tables(found: VstarComparison) -> Iterator[Table]:
    if found.differences:
        tests = " and ".join(dict.fromkeys(one.test for one in found.differences))
        said = [tests, f"Holm over all {_tested(found.differences)}", *_notes(found.differences)]
        caption = f"Differences over common items, in points; {'; '.join(said)}."
        yield differences_table("vstar_differences", caption, TESTED, found.differences)
        caption = "What the differences of mLGM and mAM are made of: the three parts add up to the whole."
        yield differences_table("vstar_parts", caption, DECOMPOSITION, found.decomposition)


def _seeds_table(found: VstarComparison) -> Iterator[Table]:
    several = [one for one in found.systems if len(one.runs) > 1]
    rows = [_seed_row(one, figure.key, figure.title, figure.group) for one in several for figure in HEADLINE]
    if rows:
        titles = {"seeds": "Seeds", "between": "SD between seeds", "within": "SE within a seed"}
        caption = "Seeds, in points: how far runs of a system lie apart, and the sampling error over videos of one run."
        yield Table("vstar_seeds", caption, "Figure", [Column(key, title) for key, title in titles.items()], rows)


def _seed_row(one: SystemResult, key: str, title: str, group: str) -> Row:
    found = one.figures[key]
    by_seed = " ".join(number(None if v is None else 100 * v, 1) for v in found.by_seed)
    spread = [None if v is None else 100 * v**0.5 for v in (found.between_variance, found.within_variance)]
    cells = [TableCell(by_seed), *(TableCell(number(v, 2), values={"value": v}) for v in spread)]
    return Row(f"{one.name}, {group} {title}".replace("  ", " "), {"system": one.name, "figure": key}, cells)


def _traps_tables(found: VstarComparison) -> Iterator[Table]:
    runs = [run for one in found.systems for run in one.runs]
    met = [key for key in trap_keys() if any(run.traps[key] for run in runs)]
    rows = [
        Row(trap_text(key), {"trap": key}, [_count(run.traps[key], len(run.values.items)) for run in runs])
        for key in met
    ]
    if rows:
        caption = "Traps, in items. None of them changes a figure above: those are the evaluator's."
        columns = [Column(run.name, run.name) for run in runs]
        yield Table(TRAPS, caption, "Items that …", columns, rows, across="run")
    if any(one.without_traps for one in found.systems):
        yield _without_traps_table(found)


def _without_traps_table(found: VstarComparison) -> Table:
    figures = {key: figure for one in found.systems for key, (figure, _) in one.without_traps.items()}
    rows = {
        one.name: {figure.key: estimate for figure, estimate in one.without_traps.values()} for one in found.systems
    }
    caption = "What figures would be without a trap that was met."
    return transposed(
        figures_table("vstar_without_traps", caption, list(figures.values()), rows, marked=False), "Figure"
    )


def _count(n: int, of: int) -> TableCell:
    return TableCell(f"{n:,} of {of:,}" if n else "0", values={"value": n})


def _estimates(figures: Figures) -> dict[str, Estimate]:
    return {key: one.estimate for key, one in figures.items()}


def _tested(differences: tuple[PairedDifference, ...]) -> int:
    return sum(one.p_value is not None for one in differences)


def _notes(differences: tuple[PairedDifference, ...]) -> list[str]:
    """Return what a reader has to know of the differences, once each, with the items that were left out."""
    left = {f"{one.second} − {one.first}": one.n_left_out for one in differences if one.n_left_out}
    notes = [f"{n:,} items that not every run of {pair} has are left out" for pair, n in left.items()]
    return [*dict.fromkeys(note for one in differences for note in one.estimate.notes), *notes]


def _confidence(found: VstarComparison) -> float:
    return found.systems[0].figures["accuracy"].estimate.confidence
