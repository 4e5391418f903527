"""The whole process of `referee-calib report` beside that of the fastest comparable peer, and how it grows.

    python -m venv truescore && truescore/bin/pip install truescore==0.7.4
    python benchmarks/report.py --peer-python truescore/bin/python [--pairs 7] [--grow]

Prints Markdown. The data are simulated: 200 claims in 40 videos, each with a level by 3 raters and by one referee for
relevance. Our process opens the study's database, measures, and writes the page with its figures, the Markdown
text and report.json; it asks no reward, for which videos would be needed. The peer's is
`truescore audit`, which takes one row per rating and level, writes JSON, Markdown and HTML and draws nothing. It
measures agreement of two-valued verdicts only, so each level is handed over as 3 or more, or less; it also
needs claims that nobody rated, which it gets: 20 more, in videos of their own. Processes of both sides take turns and
the medians, with the start of the interpreter, are compared; CPU time tells more on a busy machine.

With `--grow` the same of 100,000 ratings: time and peak memory (of the child process) by resamples of the bands.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path[0] = str(ROOT)  # beside this file lies one with the name of the package

from referee_calib.records import Claim, Rating, RefereeScore  # noqa: E402
from referee_calib.study import Study  # noqa: E402

RATERS, PEER_EXTRA, ACCEPTABLE = 3, 20, 3
REFEREE = "b" * 16
GROWTH = (500, 1000, 2000, 4000)
PEER_CALL = "import sys; from truescore.cli import main; sys.exit(main())"
OUR_CALL = "from referee_calib.cli.main import main; main()"
MANY_CALL = (
    "import sys; from referee_calib.analysis import analyse; from referee_calib.report import build, write_report; "
    "from referee_calib.study import Study\n"
    "with Study.open(sys.argv[1]) as study:\n"
    "    report = build(analyse(study, rewards=False, n_resamples=int(sys.argv[3])), study.rubric)\n"
    "write_report(report, sys.argv[2])\n"
)


def simulated(claims: int, seed: int) -> tuple[list[Claim], np.ndarray, np.ndarray]:
    """Return claims of a span each, five to a video, people's levels (claims, 3) and the referee's expected ones."""
    rng = np.random.default_rng(seed)
    span = (1.0, 3.0)
    made = [Claim(video=f"v{i // 5}.mp4", question="When?", object=f"thing {i}", span=span) for i in range(claims)]
    truth = rng.integers(0, 5, claims)
    people = np.clip(truth[:, None] + rng.choice([-1, 0, 0, 0, 1], (claims, RATERS)), 0, 4)
    return made, people, np.clip(truth + rng.choice([-1, 0, 0, 0, 1], claims), 0, 4)


def make_study(folder: Path, claims: list[Claim], people: np.ndarray, referee: np.ndarray) -> Path:
    """Write the study; its ratings are simulated and say so."""
    with Study.create(folder, name="Benchmark", simulated_ratings=True) as study, study.transaction():
        study.add_claims(claims)
        for j in range(RATERS):
            study.add_rater(f"p{j}", "simulated")
        study.add_ratings([
            Rating(claim=c.id, rater=f"p{j}", dimension="relevance", level=int(v), origin="simulated",
                   nonce=f"{c.id}{j}")
            for c, row in zip(claims, people, strict=True)
            for j, v in enumerate(row)
        ])  # fmt: skip
        study.add_referee(REFEREE, {"name": "simulated"})
        study.add_scores([
            RefereeScore(claim=c.id, referee=REFEREE, dimension="relevance", level=int(v))
            for c, v in zip(claims, referee, strict=True)
        ])  # fmt: skip
    return folder


def write_peer(path: Path, claims: list[Claim], people: np.ndarray, referee: np.ndarray) -> None:
    """Write the same ratings as rows of the peer, and rows without a rating in videos of their own."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(("claim", "video", "judge", "gold"))
        for claim, given, level in zip(claims, people, referee, strict=True):
            rows.writerows((claim.id, claim.video, int(level >= ACCEPTABLE), int(one >= ACCEPTABLE)) for one in given)
        for i in range(PEER_EXTRA):
            rows.writerow((f"extra{i}", f"unrated{i // 5}", i % 2, ""))


def timed(command: list[str]) -> tuple[float, float, float]:
    """Run a process and return its wall and CPU time in seconds and its peak memory in MB."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=_environment())
    error = child.stderr.read() if child.stderr else b""
    _, status, usage = os.wait4(child.pid, 0)
    spent = time.perf_counter() - start
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1) or b"Traceback" in error:  # 1 is a finding of the peer
        raise SystemExit(f"{' '.join(command)[:200]} ended with {code}: {error.decode()[-2000:]}")
    cpu = usage.ru_utime + usage.ru_stime
    return spent, cpu, usage.ru_maxrss / (1 if sys.platform != "darwin" else 1024) / 1024


def _environment() -> dict[str, str]:
    """Return ours, in which both sides run compiled byte code, as installed packages do."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}


def beside_the_peer(peer: Path, pairs: int, folder: Path) -> None:
    """Print medians of alternating processes."""
    claims, people, referee = simulated(200, 1)
    study, rows = make_study(folder / "study", claims, people, referee), folder / "peer.csv"
    write_peer(rows, claims, people, referee)
    ours = [sys.executable, "-c", OUR_CALL, "report", str(study), "--no-rewards", "--out", str(folder / "out")]
    files = [f"--{kind}={folder / f'peer.{kind}'}" for kind in ("json", "markdown", "html")]
    columns = ["--judge=judge", "--gold=gold", "--cluster-column=video", "--id-column=claim"]
    theirs = [str(peer), "-c", PEER_CALL, "audit", str(rows), *columns, *files]
    for command in (ours, theirs):  # byte code is compiled and files are cached before anything is timed
        timed(command)
    if not (folder / "peer.html").is_file() or not (folder / "out" / "report.html").is_file():
        raise SystemExit("A side wrote no page.")
    times = [(timed(ours), timed(theirs)) for _ in range(pairs)]
    figures = (folder / "out" / "report.html").read_text(encoding="utf-8").count("<svg ")
    print(f"200 claims × {RATERS} raters × 1 referee, medians of {pairs} alternating processes:\n")
    print("| process | wall time (s) | CPU time (s) | peak memory (MB) | figures drawn |\n|---|---|---|---|---|")
    for side, (name, drawn) in enumerate((("referee-calib report", figures), ("truescore audit", 0))):
        wall, cpu, peak = (statistics.median(pair[side][i] for pair in times) for i in range(3))
        print(f"| {name} | {wall:.2f} | {cpu:.2f} | {peak:.0f} | {drawn} |")
    for i, what in enumerate(("wall", "CPU")):
        medians = [statistics.median(pair[side][i] for pair in times) for side in (0, 1)]
        single = sorted(one[i] / other[i] for one, other in times)
        told = f"{medians[0] / medians[1]:.2f} (single pairs {single[0]:.2f} to {single[-1]:.2f})"
        print(f"\nRatio of the medians, {what} time: {told}; aimed at 1.00.")
    print()


def growth(folder: Path, ratings: int) -> None:
    """Print time and peak memory of a large study's report by the number of resamples."""
    claims, people, referee = simulated(ratings // RATERS, 2)
    study = make_study(folder / "large", claims, people, referee)
    print(f"{people.size:,} ratings of {len(claims):,} claims in {len({c.video for c in claims}):,} videos:\n")
    print("| resamples | wall time (s) | CPU time (s) | peak memory (MB) | report.html (MB) |\n|---|---|---|---|---|")
    for resamples in GROWTH:
        out = folder / f"out{resamples}"
        spent, cpu, peak = timed([sys.executable, "-c", MANY_CALL, str(study), str(out), str(resamples)])
        size = (out / "report.html").stat().st_size / 1e6
        print(f"| {resamples:,} | {spent:.1f} | {cpu:.1f} | {peak:.0f} | {size:.2f} |")
    print()


def main() -> None:
    """Read the arguments and print what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer-python", type=Path, help="Python of an environment with truescore 0.7.4")
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--grow", action="store_true", help="a large study by resamples, too")
    parser.add_argument("--ratings", type=int, default=100_000, help="of the large study")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        if args.peer_python:
            found = subprocess.run(
                [str(args.peer_python), "-c", "import json, truescore as t; print(json.dumps(t.__version__))"],
                check=True, capture_output=True, text=True,
            )  # fmt: skip
            print(
                f"Python {platform.python_version()}, numpy {version('numpy')}; truescore {json.loads(found.stdout)}\n"
            )
            beside_the_peer(args.peer_python, args.pairs, Path(made))
        if args.grow:
            growth(Path(made), args.ratings)
        if not args.peer_python and not args.grow:
            parser.error("nothing to do: give --peer-python PATH or --grow")


if __name__ == "__main__":
    main()
