"""`referee-calib import` of many rollouts beside `json.loads` of the same file, and its memory.

    python benchmarks/import_rollouts.py [--rollouts 20000 100000] [--without-truth] [--pairs 3] [--peer-tree FOLDER]

Prints Markdown. The replies are those of the sample study, each under many names; a third of the bytes is text of
models, the rest true boxes, which `--without-truth` leaves out. Every import is a process of its own into a new study
whose 48 videos are linked; time and peak memory are those of that process and of the workers that it starts (the
largest one's memory is added), its start and the check of the videos included. `json.loads` reads the file line by line
in this process. With `--peer-tree` the import of another checkout of this project takes turns with ours. Medians; on a
busy machine CPU time tells more than seconds by the clock.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "data/sample_study"
CALL = (
    "import resource, sys, time; began = time.perf_counter(); from referee_calib.cli.main import main\n"
    "main(['init', sys.argv[1]], standalone_mode=False)\n"
    "main(['import', sys.argv[1], sys.argv[2], '--media', sys.argv[3], '--link', '-q'], standalone_mode=False)\n"
    "wall = time.perf_counter() - began\n"
    "own, workers = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))\n"
    "cpu = own.ru_utime + own.ru_stime + workers.ru_utime + workers.ru_stime\n"
    "print(wall, cpu, (own.ru_maxrss + workers.ru_maxrss) / 1024)\n"
)


def write_rollouts(path: Path, count: int, *, truth: bool) -> None:
    """Write so many rollouts, the sample's replies over and over under names of their own."""
    sample = [json.loads(line) for line in (SAMPLE / "rollouts.jsonl").read_text(encoding="utf-8").splitlines()]
    with path.open("w", encoding="utf-8") as file:
        for k in range(count):
            row = sample[k % len(sample)] | {"rollout": f"r-{k}"}
            if not truth:
                row.pop("reference_boxes", None)
            file.write(json.dumps(row) + "\n")


def seconds_of_json(path: Path) -> float:
    """Return the CPU seconds of reading the file as JSON, line by line."""
    start = time.process_time()
    with path.open("rb") as file:
        for line in file:
            json.loads(line)
    return time.process_time() - start


def import_once(tree: Path, path: Path) -> tuple[float, float, float]:
    """Return the seconds by the clock and of the CPUs, and the peak memory in MB, of one import by a checkout."""
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        call = [sys.executable, "-c", CALL, f"{folder}/study", str(path), str(SAMPLE / "media")]
        environment = os.environ | {"PYTHONPATH": str(tree)}
        done = subprocess.run(call, capture_output=True, text=True, check=True, cwd=folder, env=environment)
    wall, seconds, megabytes = map(float, done.stdout.split()[-3:])
    return wall, seconds, megabytes


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rollouts", type=int, nargs="+", default=[20_000, 100_000])
    parser.add_argument("--without-truth", action="store_true")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--peer-tree", type=Path)
    given = parser.parse_args()
    trees = {"import": ROOT} | ({"import by the peer": given.peer_tree.resolve()} if given.peer_tree else {})
    print(f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores\n")
    print("| rollouts | MB of file | json.loads, s | what | seconds | CPU, s | times json.loads | peak memory, MB |")
    print("|---:|---:|---:|---|---:|---:|---:|---:|")
    for count in given.rollouts:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "rollouts.jsonl"
            write_rollouts(path, count, truth=not given.without_truth)
            plain = statistics.median(seconds_of_json(path) for _ in range(given.pairs))
            runs = [{name: import_once(tree, path) for name, tree in trees.items()} for _ in range(given.pairs)]
            for name in trees:
                wall, seconds, memory = (statistics.median(run[name][k] for run in runs) for k in range(3))
                size = path.stat().st_size / 1e6
                ratio = f"{wall:.1f} | {seconds:.1f} | {seconds / plain:.1f} | {memory:.0f}"
                print(f"| {count:,} | {size:.0f} | {plain:.2f} | {name} | {ratio} |")


if __name__ == "__main__":
    main()
