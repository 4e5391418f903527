"""How fast overlaps and perturbations are.

    python benchmarks/perturb.py [--quick] [--peer-python OTHER/bin/python]

Prints one Markdown table: CPU seconds of one thread, best of several runs, and the ratio. Overlaps are held against a
loop over chunks of columns written here, without any check of its input, and against one call per pair of pycocotools
and of supervision. These two are asked in the environment that ``--peer-python`` names, where they are installed; their
values are compared, too. Lists are what COCO's own evaluation passes to pycocotools.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

sys.path[0] = str(Path(__file__).parent.parent)

from referee_calib import geometry  # noqa: E402
from referee_calib.perturbation import DELTAS, KINDS, claim_random  # noqa: E402
from referee_calib.perturbation.families import vectorized  # noqa: E402
from referee_calib.perturbation.families.edge_moves import EdgeMove  # noqa: E402
from referee_calib.records import Claim  # noqa: E402

Floats = NDArray[np.float64]
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
CHUNKS = (4096, 8192, 16384)
FAMILIES = (
    *("shift_x", "shift_y", "shift_diagonal", "shift_any", "edge_any", "jitter", "grow", "shrink", "aspect"),
    *("span_shift", "span_grow", "span_shrink"),
)
N_PEER = 2000
PEER = """
import json, sys, time
import numpy as np
a, b = np.load(sys.argv[1])
def cpu(call, n):
    start = time.process_time()
    values = [call(i) for i in range(n)]
    return (time.process_time() - start) / n, values
found = {}
try:
    from pycocotools import mask
    x, y = a.copy(), b.copy()
    x[:, 2:] -= x[:, :2]; y[:, 2:] -= y[:, :2]
    x, y = x[:, None], y[:, None]
    found["pycocotools, arrays"] = cpu(lambda i: float(mask.iou(x[i], y[i], [0])[0, 0]), len(a))
    x, y = x.tolist(), y.tolist()
    found["pycocotools, lists"] = cpu(lambda i: float(mask.iou(x[i], y[i], [0])[0, 0]), len(a))
except ImportError:
    pass
try:
    import supervision
    p, q = a[:, None], b[:, None]
    found["supervision"] = cpu(lambda i: float(supervision.box_iou_batch(p[i], q[i])[0, 0]), len(a))
except ImportError:
    pass
print(json.dumps(found))
"""


class Row(NamedTuple):
    """One line of the table."""

    what: str
    ours: float
    other: float
    name: str
    ratio: str


def cpu(call: Callable[[], Any], repeats: int) -> float:
    """Return the least CPU seconds of one call."""
    seconds = []
    for _ in range(repeats):
        start = time.process_time()
        call()
        seconds.append(time.process_time() - start)
    return min(seconds)


def pairs(n: int, seed: int = 0) -> tuple[Floats, Floats]:
    """Return simulated boxes and the same ones, jittered."""
    rng = np.random.default_rng(seed)
    low = rng.random((n, 2)) * 0.6
    a = np.concatenate([low, low + 0.05 + 0.3 * rng.random((n, 2))], axis=1)
    b = a + rng.normal(0, 0.03, a.shape)
    b[:, 2:] = np.maximum(b[:, 2:], b[:, :2] + 0.01)
    return a, b


def plain(a: Floats, b: Floats, chunk: int, kind: str) -> Floats:
    """Overlap by columns, as one writes it in a script."""
    out = np.empty(len(a))
    for start in range(0, len(a), chunk):
        part = slice(start, start + chunk)
        ax1, ay1, ax2, ay2 = a[part].T
        bx1, by1, bx2, by2 = b[part].T
        w = np.maximum(np.minimum(ax2, bx2) - np.maximum(ax1, bx1), 0)
        h = np.maximum(np.minimum(ay2, by2) - np.maximum(ay1, by1), 0)
        aw, ah, bw, bh = ax2 - ax1, ay2 - ay1, bx2 - bx1, by2 - by1
        union = aw * ah + bw * bh - w * h
        iou = w * h / union
        if kind != "iou":
            cw = np.maximum(ax2, bx2) - np.minimum(ax1, bx1)
            ch = np.maximum(ay2, by2) - np.minimum(ay1, by1)
        if kind == "giou":
            iou -= (cw * ch - union) / (cw * ch)
        if kind in ("diou", "ciou"):
            far = ((ax1 + ax2 - bx1 - bx2) ** 2 + (ay1 + ay2 - by1 - by2) ** 2) / 4
            away = far / (cw**2 + ch**2 + 1e-7)
            if kind == "ciou":
                v = 4 / np.pi**2 * (np.arctan(aw / ah) - np.arctan(bw / bh)) ** 2
                away += v * v / (1 - iou + v + 1e-7)
            iou -= away
        out[part] = iou
    return out


def overlap_rows(n: int, repeats: int) -> Iterator[Row]:
    """The family on `n` pairs against columns in the chunk that suits them best."""
    a, b = pairs(n)
    for kind in ("iou", "giou", "diou", "ciou"):
        ours = getattr(geometry, kind)
        if not np.allclose(ours(a, b), plain(a, b, CHUNKS[0], kind), atol=1e-12):
            raise SystemExit(f"{kind} differs from plain columns")
        mine = cpu(lambda: ours(a, b), repeats)  # noqa: B023
        best = min(cpu(lambda: plain(a, b, chunk, kind), repeats) for chunk in CHUNKS)  # noqa: B023
        yield Row(f"{kind}, {n:,} pairs", mine, best, "plain columns, unchecked", f"{mine / best:.2f} × its time")


def peer_rows(n: int, repeats: int, python: str) -> Iterator[Row]:
    """IoU of `n` pairs against one call per pair, timed on a few and scaled up."""
    a, b = pairs(n)
    with tempfile.TemporaryDirectory() as folder:
        np.save(f"{folder}/pairs.npy", np.stack([a[:N_PEER], b[:N_PEER]]))
        asked = [python, "-c", PEER, f"{folder}/pairs.npy"]
        found = json.loads(subprocess.run(asked, check=True, capture_output=True, text=True).stdout)
    mine = cpu(lambda: geometry.iou(a, b), repeats)
    for name, (seconds, values) in found.items():
        if not np.allclose(values, geometry.iou(a[:N_PEER], b[:N_PEER]), atol=1e-6):
            raise SystemExit(f"iou differs from {name}")
        yield Row(f"iou, {n:,} pairs", mine, seconds * n, f"{name}, per pair", f"{seconds * n / mine:,.0f} × faster")


def step_rows(n: int) -> Iterator[Row]:
    """The grid of perturbed boxes and spans: as arrays, against one call per claim."""
    claims, lengths = simulated(n), {f"v{i}.mp4": 60.0 for i in range(65)}

    def as_arrays() -> None:
        tables = {"boxes": vectorized.box_table(claims), "span": vectorized.span_table(claims, lengths)}
        for move in moves():
            drawn = vectorized.ways(move, claims, 0, lengths)
            for delta in DELTAS:
                vectorized.apply(replace(move, delta=delta), tables[move.on], drawn)

    def as_claims() -> None:
        for move in moves():
            for delta in DELTAS:
                vectorized.many(replace(move, delta=delta), claims, durations=lengths)

    def one_by_one(few: int) -> None:
        for move in moves():
            for delta in DELTAS:
                step = replace(move, delta=delta)
                for claim in claims[:few]:
                    step(claim, claim_random(0, step, claim), duration=60.0)

    few = max(1, n // 20)
    loop = cpu(lambda: one_by_one(few), 1) * n / few
    what = f"{n:,} claims × {len(FAMILIES)} families × {len(DELTAS)} magnitudes"
    for name, call in (("arrays", as_arrays), ("new claims", as_claims)):
        mine = cpu(call, 1)
        yield Row(f"{what}, as {name}", mine, loop, "one call per claim", f"{loop / mine:,.1f} × faster")


def moves() -> list[EdgeMove]:
    """Return the families that move edges."""
    return [kind for key in FAMILIES if isinstance(kind := KINDS[key], EdgeMove)]


def simulated(n: int, videos: int = 65) -> list[Claim]:
    """Return simulated claims with a box and a span, all true."""
    rng = np.random.default_rng(1)
    claims = []
    for i in range(n):
        w, h = rng.uniform(0.04, 0.3, 2)
        x, y, start = (float(rng.uniform(0, most)) for most in (1 - w, 1 - h, 4))
        box, span = (1.0 + start, x, y, float(x + w), float(y + h)), (start, start + 5)
        claims.append(
            Claim(
                video=f"v{i % videos}.mp4", question="Where?", object=("red ball", "blue star")[i % 2], boxes=(box,),
                span=span, index=i, reference_boxes=(box,), reference_span=span,
            )
        )  # fmt: skip
    return claims


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a tenth of the sizes")
    parser.add_argument("--peer-python", metavar="PATH", help="Python that has pycocotools and supervision")
    options = parser.parse_args()
    n, claims, repeats = (100_000, 100, 3) if options.quick else (1_000_000, 1_000, 7)
    rows = [*overlap_rows(n, repeats), *step_rows(claims)]
    if options.peer_python:
        rows += peer_rows(n, repeats, options.peer_python)
    print(f"Python {platform.python_version()}, numpy {np.__version__}, one thread of {platform.machine()}\n")
    print("| what | here, s | other, s | other | ratio |\n|---|---|---|---|---|")
    for row in rows:
        print(f"| {row.what} | {row.ours:.3g} | {row.other:.3g} | {row.name} | {row.ratio} |")


if __name__ == "__main__":
    if any(os.environ.get(name) != count for name, count in ONE_THREAD.items()):
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **ONE_THREAD})
    main()
