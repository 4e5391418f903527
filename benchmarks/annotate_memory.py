"""The resident memory of the app's processes while people rate: at regular marks, and how fast it still grows."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Callable, Sequence
from typing import NamedTuple

from annotate_server import AppServer

EVERY = 2.0  # seconds
MARKS = 10


class Sample(NamedTuple):
    """What all processes together held after so many acts."""

    acts: int
    megabytes: float


class MemoryLog:
    """Samples of one load."""

    def __init__(self) -> None:
        self.samples: list[Sample] = []

    async def watch(self, servers: Sequence[AppServer], acts: Callable[[], int]) -> None:
        """Take samples until this is cancelled."""
        while True:
            self.samples.append(Sample(acts(), sum(one.megabytes() for one in servers)))
            await asyncio.sleep(EVERY)

    def marks(self) -> list[Sample]:
        """Return the median of every tenth of the acts, under the number of acts at its end."""
        total = max(one.acts for one in self.samples)
        tenths: dict[int, list[float]] = {}
        for one in self.samples:
            tenths.setdefault(min(one.acts * MARKS // max(1, total), MARKS - 1), []).append(one.megabytes)
        return [Sample((n + 1) * total // MARKS, statistics.median(held)) for n, held in sorted(tenths.items())]

    def last_half(self) -> list[Sample]:
        """Return the samples of the second half of the acts."""
        total = max(one.acts for one in self.samples)
        return [one for one in self.samples if 2 * one.acts >= total]

    def growth(self) -> float | None:
        """Return the megabytes that a thousand acts add in the last half, by least squares; None without acts."""
        acts, held = zip(*self.last_half(), strict=True)
        return 1000 * statistics.linear_regression(acts, held).slope if len(set(acts)) > 1 else None

    def report(self) -> str:
        """Return the marks as a table, and a sentence on the last half."""
        marks, held = self.marks(), [one.megabytes for one in self.last_half()]
        table = [
            f"| acts | {' | '.join(f'{one.acts:,}' for one in marks)} |",
            f"|---|{'---|' * len(marks)}",
            f"| resident MB | {' | '.join(f'{one.megabytes:.0f}' for one in marks)} |",
        ]
        growth = self.growth()
        slope = "no slope: too few acts" if growth is None else f"{growth:+.1f} MB per 1,000 acts"
        return "\n".join([*table, "", f"In the last half {min(held):.0f} to {max(held):.0f} MB, {slope}."])
