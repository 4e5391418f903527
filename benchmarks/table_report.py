"""The whole report from two real tables beside `referee-calib agree` on one judge of the same table.

    python benchmarks/table_report.py [--pairs 3]

Prints Markdown. The tables are those of 3,017 videos rated by three people and scored by five judges
(``../shared/data/fetv`` beside the checkout), of which the dimension "alignment" is reported: verdict, agreement,
calibration, recalibration, five judges in all ten pairs, page, Markdown and report.json. `agree` measures the same
people with one of the judges, whose scores are in a unit of its own there too, and prints. Processes of both take
turns; medians of CPU time, with the start of the interpreter, are compared.
"""

from __future__ import annotations

import argparse
import csv
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
DATA = ROOT.parent / "shared" / "data" / "fetv"
CALL = "from referee_calib.cli.main import main; main()"
DIMENSION, JUDGE = "alignment", "Otter-VQA"


def agree_table(path: Path) -> Path:
    """Write people's levels and one judge's scores as rows of one table."""
    with (DATA / "ratings.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["dimension"] == DIMENSION]
    with (DATA / "metrics.csv").open(encoding="utf-8") as file:
        scored = [row for row in csv.DictReader(file) if row["referee"] == JUDGE]
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(("unit", "rater", "value", "prompt"))
        table.writerows((row["unit"], row["rater"], row["value"], row["prompt"]) for row in rows)
        table.writerows((row["unit"], JUDGE, row["score"], row["prompt"]) for row in scored)
    return path


def cpu_seconds(arguments: list[str]) -> float:
    """Run the command line in a process of its own and return its CPU time."""
    child = subprocess.Popen(
        [sys.executable, "-c", CALL, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    error = child.stderr.read() if child.stderr else b""
    _, status, usage = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{' '.join(arguments)} failed: {error.decode()[-2000:]}")
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Time both sides in turns, and print the medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=3)
    pairs = parser.parse_args().pairs
    with tempfile.TemporaryDirectory() as folder:
        table = agree_table(Path(folder) / "agree.csv")
        report = ["report", "--ratings", str(DATA / "ratings.csv"), "--scores", str(DATA / "metrics.csv"),
                  "--dimension", DIMENSION, "--cluster", "prompt", "--out", f"{folder}/report", "--quiet"]  # fmt: skip
        agree = ["agree", str(table), "--referee", JUDGE, "--scale", "1:5", "--cluster", "prompt"]
        cpu_seconds(agree)  # compiles what is not compiled yet
        times = [(cpu_seconds(report), cpu_seconds(agree)) for _ in range(pairs)]
    ours, theirs = (statistics.median(side) for side in zip(*times, strict=True))
    ratios = sorted(a / b for a, b in times)
    print("| | CPU time (s) |\n|---|---:|")
    print(f"| report, five judges | {ours:.2f} |\n| agree, one judge | {theirs:.2f} |")
    print(f"\nRatio {ours / theirs:.1f} (pairs {', '.join(f'{ratio:.1f}' for ratio in ratios)}).")


if __name__ == "__main__":
    main()
