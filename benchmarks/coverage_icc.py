"""Coverage of the intervals of intraclass correlations with ratings missing, and the size of their F tests.

Raters and units are drawn anew in every simulated study: y = a_i + b_j + e_ij with variances units : raters : error, a
share of the ratings missing at random; the truth is the intraclass correlation of these variances, and of the
consistency forms without the raters'. Rows: what share of 95 % intervals held it, with the mean width in brackets, and
what share of tests of the true value (null=truth) gave p ≤ .05.

    python benchmarks/coverage_icc.py --simulations 1000 --seed 1
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

sys.path[0] = str(Path(__file__).parent.parent)  # beside this file lies one with the name of the package

from agreement import icc, icc_test  # noqa: E402
from agreement.arrays import Floats  # noqa: E402

FORMS = ("1,1", "2,1", "3,1")
DESIGNS = [
    (n, k, missing, ratio)
    for n in (20, 60)
    for k, missing in ((2, 0.1), (3, 0.1), (3, 0.3), (5, 0.3))
    for ratio in ((1.0, 0.3, 1.0), (1.0, 1.0, 1.0), (0.3, 0.1, 1.0), (3.0, 0.3, 1.0))
]


def studies(rng: np.random.Generator, design: tuple, times: int, *, raters: bool) -> Iterator[Floats]:
    n, k, missing, (units, rater, error) = design
    for _ in range(times):
        x = rng.normal(0, np.sqrt(units), (n, 1)) + rng.normal(0, np.sqrt(error), (n, k))
        if raters:
            x += rng.normal(0, np.sqrt(rater), k)
        x[rng.random(x.shape) < missing] = np.nan
        yield x


def row(design: tuple, form: str, times: int, seed: int) -> str:
    n, k, missing, (units, rater, error) = design
    raters = not form.startswith("1")  # the one-way model has no raters of its own
    truth = units / (units + error + (rater if form.startswith("2") else 0))
    rng = np.random.default_rng(seed)
    held, width, rejected, values, made = 0, 0.0, 0, [], 0
    for x in studies(rng, design, times, raters=raters):
        found = icc(x, form=form)
        if found.low is None or found.high is None:
            continue
        made += 1
        values.append(found.value)
        held += found.low <= truth <= found.high
        width += found.high - found.low
        p = icc_test(x, form=form, null=truth, alternative="two-sided").p_value
        rejected += p is not None and p <= 0.05
    cells = (
        f"{n} × {k}", f"{missing:.0%}", f"{units:g} : {rater:g} : {error:g}", form, f"{truth:.3f}",
        f"{np.mean(values):.3f}", f"{100 * held / made:.1f} ({width / made:.2f})", f"{100 * rejected / made:.1f}",
        str(made),
    )  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--simulations", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    started = time.process_time()
    print("| units × raters | missing | variances | form | truth | mean | covered (%) | p ≤ .05 (%) | studies |")
    print("|---|---|---|---|---:|---:|---:|---:|---:|")
    for number, design in enumerate(DESIGNS):
        for form in FORMS:
            print(row(design, form, options.simulations, options.seed + number), flush=True)
    print(f"\n{time.process_time() - started:.0f} s of CPU")


if __name__ == "__main__":
    main()
