"""Recompute how far two people's spans overlap in public data: what `perturb --tolerance charades` rests on.

The files are not part of this package. Each is a table with the columns unit, video, annotation, start, end, start and
end in percent of the clip, made of the five people's spans per query that belong to

    M. Otani, Y. Nakashima, E. Rahtu, J. Heikkilä, "Uncovering Hidden Challenges in Query-Based Video Moment Retrieval",
    BMVC 2020 (https://github.com/mayu-ot/hidden-challenges-MR, MIT).

    python benchmarks/span_tolerance.py charades.csv activitynet.csv

Printed are the mean tIoU of two people with its interval over videos, alpha beyond chance, the share of people's pairs
below tIoU 0.5, and whether the mean is the constant that the package holds under the file's name.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[:1] = [str(Path(__file__).parent.parent)]  # else `agreement` would be the benchmark of that name

from referee_calib.perturbation.harness.overlap_tolerance import PUBLISHED_SPANS  # noqa: E402
from referee_calib.table_agreement import MarksFile, agreement_of_marks  # noqa: E402

HEAD = ("file", "queries", "mean tIoU", "alpha, marginal", "alpha, placement", "pairs below 0.5", "constant")


def row_of(path: Path) -> tuple[str, ...]:
    """Return the line of one file."""
    found = agreement_of_marks(MarksFile(path=path, kind="spans", length="100", annotators="numbered")).agreement
    marginal, placement = (
        next(one.alpha for one in found.alphas if one.measure == "overlap" and one.chance == chance)
        for chance in ("marginal", "placement")
    )
    held = PUBLISHED_SPANS.get(path.stem)
    value = found.overlap.value or 0.0
    same = "none" if held is None else f"{held[0]} {'as here' if round(value, 3) == held[0] else 'NOT as here'}"
    numbers = (found.overlap, marginal, placement, found.rejected["0.5"])
    return (path.name, f"{found.overlap.n_units:,}", *map(str, numbers), same)


def main(paths: list[str]) -> int:
    """Print a line per file; 1 where one differs from the constant of its name, 2 without files."""
    if not paths:
        print(__doc__)
        return 2
    rows = [HEAD, *(row_of(Path(path)) for path in paths)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEAD))]
    for row in rows:
        print("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())
    return int(any("NOT" in row[-1] for row in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
