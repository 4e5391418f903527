"""Every benchmark by its name."""

from __future__ import annotations

from referee_calib.benchmark.catalogue.answer_benchmarks import ANSWERS
from referee_calib.benchmark.catalogue.benchmark_definition import Benchmark
from referee_calib.benchmark.catalogue.temporal_benchmarks import TEMPORAL
from referee_calib.benchmark.catalogue.tube_benchmarks import TUBES
from referee_calib.errors import InputError

BENCHMARKS: dict[str, Benchmark] = {one.name: one for one in (*TEMPORAL, *TUBES, *ANSWERS)}


def benchmark_named(name: str) -> Benchmark:
    """Return a benchmark, however its name is spelled.

    Raises
    ------
    InputError
        When none is called so.
    """
    plain = _plain(name)
    found = next((one for one in BENCHMARKS.values() if plain in (_plain(one.name), _plain(one.title))), None)
    if found is None:
        own = "V-STaR has a verb of its own: referee-calib vstar RESULT.json"
        raise InputError(f"no benchmark {name!r}", f"known are {', '.join(BENCHMARKS)}", own)
    return found


def _plain(name: str) -> str:
    return "".join(mark for mark in name.lower() if mark.isalnum())
