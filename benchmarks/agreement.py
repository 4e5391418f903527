"""How fast the agreement coefficients are, against the packages that people use today.

    python benchmarks/agreement.py [--quick]

Prints one Markdown table: CPU seconds of one thread, best of several runs, and the ratio. Every rival gets the input
that it reads without conversion. A loop of 1,000 resamples is timed on a few of them and scaled up; the table says so.
krippendorff, scikit-learn, statsmodels and evalica are compared where they are installed. Below the table stands
how long ordinal alpha takes over the least that anybody can do: making a key of each unit's ratings and counting keys.
"""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import sys
import time
import tracemalloc
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

sys.path[0] = str(Path(__file__).parent.parent)  # this file has the name of the package

import agreement  # noqa: E402
from agreement import Ratings  # noqa: E402

SCALE = (0, 1, 2, 3, 4)
RESAMPLES = 1000
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"), "1")
Floats = NDArray[np.float64]


class Row(NamedTuple):
    """One line of the table."""

    what: str
    ours: float
    rival: float
    name: str
    remark: str = ""


def cpu(call: Callable[[], Any], *, repeats: int, warm: bool = True) -> float:
    """Return the least CPU seconds of one call."""
    if warm:
        call()
    seconds = []
    for _ in range(repeats):
        start = time.process_time()
        call()
        seconds.append(time.process_time() - start)
    return min(seconds)


def table(n_units: int, n_raters: int, missing: float = 0.2, seed: int = 0) -> Floats:
    """Return simulated ratings 0 … 4."""
    rng = np.random.default_rng(seed)
    level = rng.integers(0, 5, (n_units, 1))
    x = np.where(rng.random((n_units, n_raters)) < 0.5, level, rng.integers(0, 5, (n_units, n_raters))).astype(float)
    x[rng.random(x.shape) < missing] = np.nan
    return x


def package(name: str) -> Any | None:
    """Return a rival package, None where it is not installed."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        print(f"{name} is not installed: its rows are left out", file=sys.stderr)
        return None


def alpha_rows(sizes: list[tuple[int, int]]) -> Iterator[Row]:
    """Ordinal alpha: the value, and 1,000-resample intervals of units and of 2,000 clusters."""
    rival = package("krippendorff")
    if rival is None:
        return
    for n_units, n_raters in sizes:
        x = table(n_units, n_raters)
        codes, name = Ratings.from_array(x, scale=SCALE), f"{n_units:,} × {n_raters}"
        matrix, few = np.ascontiguousarray(x.T), 3 if n_units >= 100_000 else 30

        def loop(matrix: Floats = matrix) -> float:
            return float(rival.alpha(matrix, level_of_measurement="ordinal", value_domain=SCALE))

        def resample(matrix: Floats = matrix, rng: np.random.Generator = np.random.default_rng(1)) -> float:  # noqa: B008
            return loop(matrix[:, rng.integers(0, matrix.shape[1], matrix.shape[1])])

        once, again = cpu(loop, repeats=few), cpu(resample, repeats=few)
        videos = Ratings.from_array(x, scale=SCALE, cluster=np.arange(n_units) % 2000)
        reused = "with jackknife-t, after any other coefficient of these ratings"
        for ours, remark in (
            (ours_alpha(codes, None, 20), "value, from int8 codes"),
            (ours_alpha(codes, "jackknife", 10), "with jackknife-t"),
            (ours_alpha(codes, "jackknife", 20, again=True), reused),
        ):
            yield Row(f"ordinal alpha, {name}", ours, once, "krippendorff", remark)
        for ratings, drawn in ((codes, "units"), (videos, f"{min(n_units, 2000):,} clusters")):
            ours = ours_alpha(ratings, "bootstrap", 3)
            remark = f"1,000 resamples of {drawn}; loop scaled up from {few}"
            yield Row(f"interval of alpha, {name}", ours, again * RESAMPLES, "krippendorff loop", remark)


def ours_alpha(ratings: Ratings, interval: Any, repeats: int, *, again: bool = False) -> float:
    """Return CPU seconds of ordinal alpha here, of ratings that nothing was counted of yet unless ``again``."""

    def alpha() -> Any:
        table = ratings if again else replace(ratings)  # forgets what was counted
        return agreement.krippendorff_alpha(table, interval=interval, n_resamples=RESAMPLES)

    return cpu(alpha, repeats=repeats)


def evalica_rows(n_units: int) -> Iterator[Row]:
    """Ordinal alpha and its bootstrap against evalica's compiled code."""
    rival = package("evalica")
    if rival is None:
        return
    import pandas as pd

    x = table(n_units, 5)
    frame, codes = pd.DataFrame(x.T), Ratings.from_array(x, scale=SCALE)
    theirs = cpu(lambda: rival.alpha(frame, distance="ordinal"), repeats=3)
    yield Row(f"ordinal alpha, {n_units:,} × 5", ours_alpha(codes, None, 20), theirs, "evalica", "value")


def kappa_rows(n_units: int) -> Iterator[Row]:
    """Quadratic kappa of two raters against scikit-learn, Fleiss' kappa against statsmodels."""
    x = table(n_units, 2, missing=0.0)
    first, second = x.astype(int).T.copy()
    codes = Ratings.from_array(x, scale=SCALE)
    if package("sklearn"):
        from sklearn.metrics import cohen_kappa_score

        def score() -> float:
            return float(cohen_kappa_score(first, second, labels=list(SCALE), weights="quadratic"))

        def ours(interval: Any) -> Any:
            return agreement.cohen_kappa(replace(codes), weights="quadratic", interval=interval, n_resamples=RESAMPLES)

        once, name = cpu(score, repeats=5), f"{n_units:,} × 2"
        yield Row(f"quadratic kappa, {name}", cpu(lambda: ours(None), repeats=20), once, "scikit-learn", "value")
        remark = "1,000 resamples; loop scaled up from 1, without drawing"
        loop = once * RESAMPLES
        yield Row(
            f"interval of kappa, {name}", cpu(lambda: ours("bootstrap"), repeats=5), loop, "scikit-learn loop", remark
        )
    if package("statsmodels"):
        from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

        whole = table(n_units, 5, missing=0.0)
        five, integers = Ratings.from_array(whole, scale=SCALE), whole.astype(int)
        theirs = cpu(lambda: fleiss_kappa(aggregate_raters(integers)[0]), repeats=3)
        mine = cpu(lambda: agreement.fleiss_kappa(replace(five), interval=None), repeats=5)
        yield Row(
            f"Fleiss' kappa, {n_units:,} × 5", mine, theirs, "statsmodels", "value; ours with five category kappas"
        )


def least_cost(n_units: int) -> tuple[float, float]:
    """Return CPU seconds of ordinal alpha, and of one ``np.bincount`` of the units' keys with making them."""
    x = table(n_units, 5)
    codes = Ratings.from_array(x, scale=SCALE)
    base = len(SCALE) + 1

    def keys_and_count() -> Any:
        key = np.zeros(n_units, dtype=np.int16)  # 6⁵ keys fit into 16 bits
        for column in codes.codes.T:
            key *= np.int16(base)
            key += column
            key += np.int16(1)
        return np.bincount(key, minlength=base**5)

    return ours_alpha(codes, None, 20), cpu(keys_and_count, repeats=20)


def compare_cost(n_units: int) -> float:
    """Return CPU milliseconds of a whole comparison of four people with a referee, 2,000 resamples of 200 videos."""
    x = table(n_units, 5)
    humans, referee, cluster = x[:, :4], np.nan_to_num(x[:, 4]), np.arange(n_units) % 200

    def whole() -> Any:
        return agreement.compare(humans, referee, scale=SCALE, cluster=cluster, interval="bootstrap", n_resamples=2000)

    return 1e3 * cpu(whole, repeats=5)


def memory(n_units: int) -> float:
    """Return the extra megabytes at the peak of one alpha with its interval."""
    ratings = Ratings.from_array(table(n_units, 5), scale=SCALE)
    agreement.krippendorff_alpha(ratings)
    tracemalloc.start()
    agreement.krippendorff_alpha(replace(ratings))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def versions() -> str:
    """Return what was compared, with versions."""
    parts = [f"Python {platform.python_version()}"]
    for name in ("numpy", "scipy", "krippendorff", "scikit-learn", "statsmodels", "evalica"):
        try:
            parts.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            continue
    return ", ".join(parts)


def line(row: Row) -> str:
    """Return a row of the Markdown table."""
    return (
        f"| {row.what} | {row.remark} | {row.ours * 1e3:.2f} | {row.name} | {row.rival * 1e3:,.1f} "
        f"| {row.rival / row.ours:,.0f} × |"
    )


def main() -> None:
    """Print the table, in a process whose libraries start one thread only."""
    if not ONE_THREAD.items() <= os.environ.items():
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **ONE_THREAD})
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small tables only")
    quick = parser.parse_args().quick
    warnings.simplefilter("ignore")  # of the rivals
    sizes = [(1_000, 3), (10_000, 5)] if quick else [(1_000, 3), (100_000, 5), (1_000_000, 5)]
    print(f"{versions()}; one thread of {platform.machine()}\n")
    print("| what | how | here, ms | against | ms | ratio |\n|---|---|---:|---|---:|---:|")
    large = 10_000 if quick else 100_000
    for rows in (alpha_rows(sizes), evalica_rows(large), kappa_rows(large)):
        for row in rows:
            print(line(row), flush=True)
    n_units = 100_000 if quick else 1_000_000
    alpha, least = least_cost(n_units)
    print(
        f"\nOrdinal alpha at {n_units:,} × 5: {1e3 * alpha:.2f} ms, {alpha / least:.2f} times the {1e3 * least:.2f} ms "
        "of making the keys of units and counting them (at most 1.8)"
    )
    print(f"\n`compare` on 2,000 claims × 4 + 1 raters, 2,000 resamples of 200 videos: {compare_cost(2000):.0f} ms")
    print(f"\nExtra memory of ordinal alpha with its jackknife interval at {n_units:,} × 5: {memory(n_units):.1f} MB")


if __name__ == "__main__":
    main()
