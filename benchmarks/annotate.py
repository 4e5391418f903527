"""How many people can rate at once: the annotation app under raters who watch, rate, and wait for the next claim.

    python benchmarks/annotate.py [--raters 60] [--seconds 120] [--processes 1] [--database postgresql://…] [--kill]

Starts `referee-calib annotate` (`--processes` of them on one study, the raters spread over them; several need a
database), lets one rater work alone, then all of them, then one alone again, and prints for each load how long it took
from the key to the confirmation and to the next claim, the ratio to the rater alone, and what an act cost. Everything
runs on this machine, the raters, too. At the end every confirmed act must be in the database exactly once; exit code 1
otherwise. With `--kill` one process is killed in the middle (kill -9) and started again; the raters go on by
themselves. `--acts` ends the load after so many acts; `--think 0` makes an hour's acts pass in minutes, which says
whether memory stays flat: 60 raters who take 24 seconds for a claim do 9,000 acts an hour.

    python benchmarks/annotate.py --think 0 --acts 9000 --seconds 3600 --alone 20
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from annotate_memory import MemoryLog
from annotate_rater import Rater, Times
from annotate_server import AppServer
from annotate_study import make_study, problems

ALONE_THINK = 0.5  # seconds: the server is idle in between all the same
ARRIVAL = 0.4  # seconds from one rater's coming to the next one's; acts are counted once all are there


class Load(NamedTuple):
    """One phase: who rated for how long, and what it took."""

    raters: list[Rater]
    seconds: float
    server_cpu: float
    rater_cpu: float
    memory: MemoryLog
    there: float  # when all had come

    @property
    def times(self) -> list[Times]:
        """What every act took from when all had come."""
        return [one for rater in self.raters for one in rater.times if one.at >= self.there]


def main() -> None:
    options = _options()
    folder = Path(tempfile.mkdtemp(prefix="annotate-load-"))
    servers: list[AppServer] = []
    try:
        names = [f"rater {number:02d}" for number in range(options.raters)]
        codes = make_study(folder / "study", options.claims, [*names, "alone 1", "alone 2"], options.database)
        for number in range(options.processes):
            servers.append(AppServer(folder / "study", folder / f"server{number}.log").start())
        loads = asyncio.run(_loads(options, codes, servers, names))
        found = problems(folder / "study", [act for load in loads for one in load.raters for act in one.acts])
        _print(options, loads, found)
    finally:
        for server in servers:
            server.kill()
        shutil.rmtree(folder)
    sys.exit(1 if found else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--raters", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=120, help="of the load")
    parser.add_argument(
        "--alone", type=float, help="seconds of the rater alone, before and after; by default a third of --seconds"
    )
    parser.add_argument("--acts", type=int, default=0, help="end the load after so many acts; 0 for no limit")
    parser.add_argument("--think", type=float, default=9.0, help="seconds from a claim to its rating, on average")
    parser.add_argument("--claims", type=int, default=270)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--database", default="", help="URL of a PostgreSQL database; SQLite by default")
    parser.add_argument("--kill", action="store_true", help="kill one process in the middle, and start it again")
    return parser.parse_args()


async def _loads(
    options: argparse.Namespace, codes: dict[str, str], servers: list[AppServer], names: Sequence[str]
) -> list[Load]:
    alone = options.seconds / 3 if options.alone is None else options.alone
    before = await _load(codes, servers, ["alone 1"], ALONE_THINK, alone)
    kill = servers[0] if options.kill else None
    many = await _load(codes, servers, names, options.think, options.seconds, most=options.acts, kill=kill)
    after = await _load(codes, servers, ["alone 2"], ALONE_THINK, alone)
    return [before, many, after]


async def _load(
    codes: dict[str, str],
    servers: list[AppServer],
    names: Sequence[str],
    think: float,
    seconds: float,
    *,
    most: int = 0,
    kill: AppServer | None = None,
) -> Load:
    print(f"{len(names)} rating …", file=sys.stderr)
    raters = [Rater(servers[number % len(servers)].url, name, codes[name], number) for number, name in enumerate(names)]
    memory = MemoryLog()
    pause = min(think, ARRIVAL) if len(names) > 1 else 0.0  # people do not all come in the same moment
    there = time.perf_counter() + pause * len(names)
    spent: list[tuple[float, float, float]] = []

    def rated() -> int:
        return sum(len(one.acts) for one in raters)

    def go_on() -> bool:
        return time.perf_counter() - there < seconds and not (most and rated() >= most)

    async def count_from_now() -> None:
        await asyncio.sleep(pause * len(names))
        spent.append((time.perf_counter(), _cpu(servers), _own_cpu()))
        await _kill(kill, seconds / 2)

    counting, sampling = (asyncio.create_task(one) for one in (count_from_now(), memory.watch(servers, rated)))
    await asyncio.gather(*(one.work(go_on, think, pause * number) for number, one in enumerate(raters)))
    await counting
    sampling.cancel()
    began, cpu, own = spent[0]
    return Load(raters, time.perf_counter() - began, _cpu(servers) - cpu, _own_cpu() - own, memory, there)


async def _kill(server: AppServer | None, after: float) -> None:
    if server is not None:
        await asyncio.sleep(after)
        server.kill()
        await asyncio.to_thread(server.start)


def _cpu(servers: Sequence[AppServer]) -> float:
    return sum(one.cpu_seconds() for one in servers)


def _own_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _print(options: argparse.Namespace, loads: Sequence[Load], found: Sequence[str]) -> None:
    before, many, after = loads
    alone = [*before.times, *after.times]
    where = "PostgreSQL" if options.database else "SQLite"
    print(f"{options.processes} process(es), {where}, {options.claims} claims, think {options.think} s, ", end="")
    print(f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f} at the end\n")
    heads = (
        "acts",
        "acts/s",
        "key to saved p50",
        "p95",
        "key to next claim p50",
        "p95",
        "p99",
        "ratio",
        "CPU ms/act",
    )
    print(f"| raters | {' | '.join(heads)} |\n|---|{'---|' * len(heads)}")
    first = _quantile([one.shown for one in alone], 0.95)
    _row("1", alone, before.seconds + after.seconds, before.server_cpu + after.server_cpu, first)
    _row(str(len(many.raters)), many.times, many.seconds, many.server_cpu, first)
    if options.kill:
        calm = [one for one in many.times if not one.disturbed]
        _row(f"{len(many.raters)}, nothing sent again", calm, many.seconds, many.server_cpu, first)
    print(f"\n{many.memory.report()}\n")
    sent = sum(one.bytes for one in many.raters) / 1e6
    print(f"Sent to the raters: {sent:.0f} MB. CPU of the raters themselves: {many.rater_cpu:.0f} s.")
    troubles = [one for rater in many.raters for one in rater.troubles]
    print(f"Connections made anew: {len(troubles)}. {'; '.join(sorted(set(troubles))[:3])}")
    acts = sum(len(one.acts) for load in loads for one in load.raters)
    print(f"Of {acts} confirmed acts lost, doubled or changed: {len(found)}.")
    print("\n".join(found[:20]))


def _row(name: str, times: Sequence[Times], seconds: float, cpu: float, first: float) -> None:
    saved, shown = [one.saved for one in times], [one.shown for one in times]
    figures = [f"{len(times)}", f"{len(times) / seconds:.1f}"]
    figures += [f"{1000 * _quantile(saved, share):.0f} ms" for share in (0.5, 0.95)]
    figures += [f"{1000 * _quantile(shown, share):.0f} ms" for share in (0.5, 0.95, 0.99)]
    figures += [f"{_quantile(shown, 0.95) / first:.1f}", f"{1000 * cpu / len(times):.0f}"]
    print(f"| {name} | {' | '.join(figures)} |")


def _quantile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


if __name__ == "__main__":
    main()
