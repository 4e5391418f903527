"""Scores as Parquet files that many processes write and nobody changes.

A file is written whole or not at all, under a name of its own, so that any number of writers, on any number of machines
that share the folder, cannot harm each other. What is done is what the files say: a run that was killed at any moment
goes on where its files end.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from referee_calib.errors import InputError, MissingExtra
from referee_calib.io import write_bytes
from referee_calib.records import DIMENSIONS, WORTH_ANOTHER_TRY, RefereeScore
from referee_calib.referee import Ask

if TYPE_CHECKING:
    import numpy as np

COLUMNS = tuple(field.name for field in fields(RefereeScore))


class StoredScores:
    """Which scores of one referee are there, held in eight bytes a score.

    `keys` are sorted claim numbers (:func:`number`) by dimension and sample.
    """

    def __init__(self, keys: Mapping[tuple[str, int], np.ndarray]) -> None:
        self._keys = dict(keys)

    def __len__(self) -> int:
        return sum(len(numbers) for numbers in self._keys.values())

    def __contains__(self, ask: Ask) -> bool:
        return self.has(ask.claim.id, ask.dimension, ask.sample)

    def has(self, claim: str, dimension: str, sample: int) -> bool:
        """Return whether the score of a claim, by its id, on a dimension is there."""
        import numpy as np

        numbers = self._keys.get((dimension, sample))
        if numbers is None:
            return False
        wanted = np.uint64(number(claim))
        place = int(np.searchsorted(numbers, wanted))
        return place < len(numbers) and bool(numbers[place] == wanted)


def number(claim: str) -> int:
    """Return a claim's id as a number: its fifteen hexadecimal digits."""
    return int(claim[1:], 16)


def write(scores: Sequence[RefereeScore], folder: Path) -> Path:
    """Write scores of one referee, at least one, as one new file ``<fingerprint>-<unique>.parquet``.

    A StudyError says that the folder cannot be written; no half file stays behind.
    """
    pa, pq = _arrow()
    rows = [one.to_json() for one in scores]
    table = pa.Table.from_pydict({name: [row[name] for row in rows] for name in COLUMNS}, schema=_schema(pa))
    packed = pa.BufferOutputStream()
    pq.write_table(table, packed, compression="zstd")
    path = folder / f"{scores[0].referee}-{uuid.uuid4().hex}.parquet"
    write_bytes(path, packed.getvalue().to_pybytes())
    return path


def done(folder: Path, fingerprint: str, *, retry_failed: bool = False) -> StoredScores:
    """Find out which scores of a referee a folder holds; an InputError names a file that is no file of scores.

    With `retry_failed` an error, a refusal or an unreadable reply does not count as done.
    """
    import numpy as np

    found: dict[tuple[str, int], list[np.ndarray]] = {}
    for path in files(folder, fingerprint):
        table = _read(path, ["claim", "dimension", "sample", "status"])
        numbers = np.array([number(claim) for claim in table["claim"].to_pylist()], dtype=np.uint64)
        keep = np.ones(len(numbers), bool)
        if retry_failed:
            keep = ~np.isin(np.array(table["status"].to_pylist(), dtype=object), list(WORTH_ANOTHER_TRY))
        dimensions = np.array(table["dimension"].to_pylist(), dtype=object)
        samples = table["sample"].to_numpy()
        for dimension in DIMENSIONS:
            for sample in np.unique(samples[dimensions == dimension]):
                rows = keep & (dimensions == dimension) & (samples == sample)
                found.setdefault((dimension, int(sample)), []).append(numbers[rows])
    return StoredScores({key: np.unique(np.concatenate(arrays)) for key, arrays in found.items()})


def scores(folder: Path, fingerprint: str = "") -> Iterator[RefereeScore]:
    """Read the scores of a folder, of one referee or of all, each once; failures that nothing replaced come last.

    Where one was asked again, a level comes before a failure.
    """
    levels: set[tuple[str, str, str, int]] = set()
    failed: dict[tuple[str, str, str, int], RefereeScore] = {}
    for path in files(folder, fingerprint):
        for row in _read(path, list(COLUMNS)).to_pylist():
            one = RefereeScore.from_json(row)
            key = (one.claim, one.referee, one.dimension, one.sample)
            if one.status != "ok":
                failed[key] = one
            elif key not in levels:
                levels.add(key)
                yield one
    yield from (one for key, one in failed.items() if key not in levels)


def files(folder: Path, fingerprint: str = "") -> list[Path]:
    """List the files of scores in a folder, in the order of their names."""
    return sorted(folder.glob(f"{fingerprint or '*'}-*.parquet"))


def _read(path: Path, columns: list[str]) -> Any:
    pa, pq = _arrow()
    try:
        return pq.read_table(path, columns=columns, partitioning=None)
    except (OSError, pa.ArrowInvalid, KeyError) as error:
        why = " ".join(str(error).split())[:200]
        raise InputError(f"scores {path}", f"it is no file of scores: {why}", "Move it out of the folder.") from error


def _schema(pa: Any) -> Any:
    text, real = pa.string(), pa.float64()
    kinds = {"level": pa.int8(), "expected": real, "distribution": pa.list_(real), "sample": pa.int32()}
    kinds |= {"seconds": real, "tokens": pa.int64(), "mass": real}
    return pa.schema([(name, kinds.get(name, text)) for name in COLUMNS])


def _arrow() -> tuple[Any, Any]:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise MissingExtra("scoring from and to Parquet", "ray") from error
    return pa, pq
