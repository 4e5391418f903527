"""Two tables of a made-up study: people with a known noise, judges that are as good, useless, or a copy."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from click.testing import CliRunner, Result

from referee_calib.cli.main import main

PEOPLE = ("anna", "ben", "cem")


@dataclass(frozen=True)
class JudgedTables:
    """The two files, and what was planted in them."""

    ratings: Path
    scores: Path
    people: np.ndarray  # units × people, in the values of the scale
    judges: dict[str, np.ndarray]
    clusters: list[str]

    def report(self, out: Path, *options: str) -> list[str]:
        """Return the arguments of a report on them."""
        return ["report", "--ratings", f"{self.ratings}", "--scores", f"{self.scores}", "--out", f"{out}", *options]


def judged_tables(
    folder: Path,
    scale: Sequence[float] = (1, 2, 3, 4, 5),
    *,
    n_clusters: int = 60,
    per_cluster: int = 3,
    seed: int = 0,
    dimension: str = "alignment",
) -> JudgedTables:
    """
    Plant units whose quality lies on the scale, and judges of it.

    Everybody, the judge "peer" too, gives the quality plus normal noise of an eighth of the scale, at the nearest
    level: people with people and people with "peer" agree alike. "permuted" has the levels of "peer" on other units,
    "copy" gives what anna gives.
    """
    rng = np.random.default_rng(seed)
    n = n_clusters * per_cluster
    levels = np.array(scale, dtype=float)
    place = np.repeat(rng.uniform(0, 1, n_clusters), per_cluster) * 0.5 + rng.uniform(0, 1, n) * 0.5

    def judged() -> np.ndarray:
        noisy = np.clip(place + rng.normal(0, 0.125, n), 0, 1) * (len(levels) - 1)
        return levels[np.rint(noisy).astype(int)]

    people = np.stack([judged() for _ in PEOPLE], axis=1)
    peer = judged()
    judges = {"peer": peer, "permuted": rng.permutation(peer), "copy": people[:, 0]}
    clusters = [f"p{i // per_cluster}" for i in range(n)]
    folder.mkdir(parents=True, exist_ok=True)
    ratings, scores = folder / "ratings.csv", folder / "scores.csv"
    write_rows(
        ratings,
        ("unit", "rater", "dimension", "value", "prompt", "system", "url"),
        [
            (f"u{i}", who, dimension, f"{people[i, j]:g}", clusters[i], f"s{i % 3}", f"https://example.org/u{i}.mp4")
            for i in range(n)
            for j, who in enumerate(PEOPLE)
        ],
    )
    write_rows(
        scores,
        ("unit", "judge", "dimension", "score"),
        [(f"u{i}", name, dimension, f"{its[i]:g}") for name, its in judges.items() for i in range(n)],
    )
    return JudgedTables(ratings, scores, people, judges, clusters)


def write_rows(path: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> Path:
    """Write a CSV table."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def run(arguments: Sequence[str]) -> Result:
    """Run the command line."""
    return CliRunner().invoke(main, [str(one) for one in arguments])


def report_of(tables: JudgedTables, out: Path, *options: str) -> dict[str, Any]:
    """Report on two tables by the command line, and return report.json."""
    done = run(tables.report(out, "--quiet", *options))
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads((out / "report.json").read_text(encoding="utf-8"))
    return found
