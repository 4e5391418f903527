"""What a benchmark is here: a reader, a formula, its figures, and the public evaluators that it follows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from referee_calib.benchmark.benchmark_items import ReadItems
from referee_calib.benchmark.result_files.read_run import ReadOptions
from referee_calib.benchmark.statistics.figures import Figure
from referee_calib.errors import InputError

Columns = Mapping[str, Sequence[float | None]]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules of one public evaluator: its name, what is particular to it, and where it stands."""

    name: str
    says: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """A benchmark that is known.

    Attributes
    ----------
    name : str
        As it is typed.
    title : str
    asks : str
        What a model is asked for, in a few words.
    formulas : tuple of str
        Each figure's, in plain text.
    rules : tuple of RuleSet
        The first holds where none is named.
    files : str
        Which result files are read.
    truth : str
        Which file ``--truth`` is; "" where there is none.
    sizes : mapping of str to int
        Items of its splits, so that a run of another number is noticed.
    figures : tuple of Figure
        Columns of its table.
    read : callable
        Files of one run and options to items.
    measure : callable
        Items and the rules' name to columns of numbers; may add notes.
    """

    name: str
    title: str
    asks: str
    formulas: tuple[str, ...]
    rules: tuple[RuleSet, ...]
    files: str
    figures: tuple[Figure, ...]
    read: Callable[[Sequence[Path], ReadOptions], ReadItems[Any]]
    measure: Callable[[ReadItems[Any], str], Columns]
    truth: str = ""
    sizes: Mapping[str, int] = field(default_factory=dict)

    def rule_set(self, name: str | None) -> RuleSet:
        """Return the rules of a name, the first without one.

        Raises
        ------
        InputError
            When the benchmark has no such rules.
        """
        found = next((one for one in self.rules if name in (None, one.name)), None)
        if found is None:
            raise InputError(f"--rules {name}", f"{self.title} has {' and '.join(one.name for one in self.rules)}")
        return found

    def size_note(self, n_items: int) -> str:
        """Say which sizes its splits have where these items are another number, "" where they are not."""
        if not self.sizes or n_items in self.sizes.values():
            return ""
        known = ", ".join(f"{split} {size:,}" for split, size in self.sizes.items())
        return f"{n_items:,} items; {self.title} has {known}"
