"""Models that run in this process: which packages they need, and what names one model for good.

A path is no name: another checkpoint may lie there tomorrow, with the same configuration and the same
file sizes. So a folder is named by a digest of its small files and of the beginning of every weight
tensor. Training moves nearly every element of the tensors it trains, so this tells checkpoints apart
without reading gigabytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from referee_calib.errors import InputError, MissingExtra

SAMPLE = 4096  # bytes read of every tensor
_SMALL = {".json", ".jinja", ".txt", ".model"}  # configuration, tokenizer, processor, chat template
_WEIGHTS = {".safetensors", ".bin", ".pt", ".gguf"}
_BLOCKS = 256  # of a weight file whose tensors cannot be told apart
_LONGEST_HEADER = 100_000_000  # bytes; what the safetensors format allows


def needed(package: str, feature: str, extra: str) -> Any:
    """Import an optional package."""
    try:
        return import_module(package)
    except ModuleNotFoundError as error:
        raise MissingExtra(feature, extra) from error


def versions(*distributions: str) -> dict[str, str]:
    """Return the installed version of each distribution; "" for one that is not installed."""
    from importlib.metadata import PackageNotFoundError, version

    found = {}
    for name in distributions:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = ""
    return found


def identity(model: str, revision: str = "") -> dict[str, str]:
    """Return what names a model in a fingerprint: the digest of a folder's content, or a hub name and its revision.

    A branch moves, so only a commit pins a model of the hub.
    """
    folder = Path(model).expanduser()
    if not folder.is_dir():
        if model.startswith((".", "/", "~")):
            raise InputError(f"model {model}", "there is no such folder", "Name a model folder or a model's hub name.")
        return {"model": model, "revision": revision}
    if not (folder / "config.json").is_file():
        raise InputError(f"model folder {folder}", "it holds no config.json", "Name the folder that holds the weights.")
    if revision:
        raise InputError(f"revision {revision!r:.60} of {folder}", "a folder has no revisions; its content names it")
    return {"model": f"sha256:{_digest(folder.resolve(), _stamp(folder))}", "revision": ""}


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Return what changes when a file of the folder is written, so that a digest is taken once per state."""
    stats = [(path, path.stat()) for path in _files(folder)]
    return tuple((path.name, stat.st_size, stat.st_mtime_ns) for path, stat in stats)


def _files(folder: Path) -> list[Path]:
    kinds = _SMALL | _WEIGHTS
    return sorted(path for path in folder.iterdir() if path.suffix in kinds and path.is_file())


@lru_cache(maxsize=64)
def _digest(folder: Path, _: tuple[tuple[str, int, int], ...]) -> str:
    digest = hashlib.sha256()
    for path in _files(folder):
        digest.update(f"{path.name}\0{path.stat().st_size}\0".encode())
        if path.suffix in _SMALL:
            digest.update(path.read_bytes())
            continue
        with path.open("rb") as file:
            for offset in _samples(path):
                file.seek(offset)
                digest.update(file.read(SAMPLE))
    return digest.hexdigest()[:16]


def _samples(path: Path) -> Iterator[int]:
    """Yield where to read: the beginning of every tensor, or evenly where there is no table of them."""
    size = path.stat().st_size
    yield 0
    starts = _tensors(path, size) if path.suffix == ".safetensors" else []
    yield from starts or (size * block // _BLOCKS for block in range(1, _BLOCKS))


def _tensors(path: Path, size: int) -> list[int]:
    """Read a safetensors header: eight bytes of length, then JSON with the offsets of every tensor."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if not 0 < length <= min(size - 8, _LONGEST_HEADER):
            raise InputError(f"weights {path}", "its header is damaged", "Copy the model folder anew.")
        try:
            table = json.loads(file.read(length))
            return sorted(8 + length + int(t["data_offsets"][0]) for n, t in table.items() if n != "__metadata__")
        except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            raise InputError(f"weights {path}", "its header is damaged", "Copy the model folder anew.") from error
