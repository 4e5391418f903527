"""How much memory this process holds, what of it is in use, and by how much it grows from here to there.

A resident size alone cannot tell a leak from what the C library keeps of freed memory for later: short-lived threads
take their memory from one of several arenas, which stay as large as they once had to be. So malloc is asked how much is
in use and how much is kept, and the garbage collector how many objects live.
"""

from __future__ import annotations

import ctypes
import gc
import os
import statistics
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any


class _Mallinfo(ctypes.Structure):
    """What glibc's mallinfo2 returns, over all arenas."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in (
            "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost",
        )
    ]  # fmt: skip


def memory_use() -> dict[str, float | int | None]:
    """Return MB resident, in use by malloc and kept by it for later (None without glibc), and live objects."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    try:
        ask = ctypes.CDLL(None).mallinfo2
    except AttributeError:
        in_use = kept = None
    else:
        ask.restype = _Mallinfo
        found = ask()
        in_use, kept = _mb(found.uordblks + found.hblkhd), _mb(found.fordblks)
    return {
        "mb": _mb(pages * os.sysconf("SC_PAGE_SIZE")),
        "in_use_mb": in_use,
        "kept_mb": kept,
        "objects": len(gc.get_objects()),
    }


def _mb(size: int) -> float:
    return round(size / 1e6, 2)


def growth(rows: Sequence[dict[str, Any]], name: str, steps: int) -> dict[str, float] | None:
    """Return by how much a number grows over so many steps, with its 95 % interval; None where it is not known.

    That is the mean of the increments between samples that are equally far apart, by Student's t: right where they are
    independent, as of a random walk, and too wide where the number varies around a level.
    """
    from scipy.stats import t

    values = [row[name] for row in rows]
    if len(values) < 3 or None in values:
        return None
    changes = [later - earlier for earlier, later in pairwise(values)]
    factor = steps / (rows[1]["steps"] - rows[0]["steps"])
    reach = float(t.ppf(0.975, len(changes) - 1)) * statistics.stdev(changes) / len(changes) ** 0.5
    middle = statistics.mean(changes)
    return {"value": round(factor * middle, 3), "low": round(factor * (middle - reach), 3),
            "high": round(factor * (middle + reach), 3)}  # fmt: skip
