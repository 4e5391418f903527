"""Claims as a Ray dataset: read from Parquet or JSON lines, checked, and brought together by video."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from referee_calib.errors import InputError
from referee_calib.records import Claim

ENDINGS = (".jsonl", ".parquet")
SHOWN = 5  # broken rows that a message names


def dataset(ray: Any, path: Path, *, blocks: int) -> Any:
    """Read claims from a file ending in ``.jsonl`` or ``.parquet``, or a folder of such files of one kind.

    The dataset has the columns ``video`` and ``record`` (a claim as JSON text), sorted by both. An InputError says that
    there is nothing to read, or names the first rows that are no claims.
    """
    found, ending = _files(path)
    names = [str(one) for one in found]
    if ending == ".parquet":
        rows = ray.data.read_parquet(names, include_paths=True)
        checked = rows.map(_from_columns)
    else:
        checked = ray.data.read_text(names, include_paths=True).map(_from_line)
    checked = checked.materialize()
    _refuse_broken(checked)
    wanted = max(blocks, checked.num_blocks())
    return checked.drop_columns(["problem"]).repartition(wanted).sort(["video", "record"])


def claim(record: str) -> Claim:
    """Read one claim from the ``record`` of a row."""
    return Claim.from_json(json.loads(record))


def _files(path: Path) -> tuple[list[Path], str]:
    if not path.exists():
        raise InputError(f"claims {path}", "there is no such file or folder")
    found = sorted(one for one in path.iterdir() if one.suffix in ENDINGS) if path.is_dir() else [path]
    endings = {one.suffix for one in found}
    if len(endings) != 1 or not endings <= set(ENDINGS):
        kinds = ", ".join(sorted(endings)) or "no such file"
        why = f"it holds {kinds}; claims come from files ending in {' or in '.join(ENDINGS)}"
        raise InputError(f"claims {path}", why, "A study writes them: referee-calib export STUDY --out DIR")
    return found, endings.pop()


def _from_line(row: dict[str, Any]) -> dict[str, str]:
    place = str(row["path"])
    try:
        data = json.loads(row["text"])
    except ValueError as error:
        return _row(problem=f"{place}: {row['text'][:60]!r} is no JSON ({error})")
    return _checked(data, place) if isinstance(data, dict) else _row(problem=f"{place}: {row['text'][:60]!r}")


def _from_columns(row: dict[str, Any]) -> dict[str, str]:
    place = str(row.pop("path"))
    data = {name: _listed(value) for name, value in row.items() if value is not None}
    return _checked(data, place)


def _checked(data: dict[str, Any], place: str) -> dict[str, str]:
    try:
        one = Claim.from_json(data)
    except InputError as error:
        return _row(problem=f"{place}: {error}")
    return _row(one.video, json.dumps(one.to_json(), ensure_ascii=False))


def _row(video: str = "", record: str = "", problem: str = "") -> dict[str, str]:
    return {"video": video, "record": record, "problem": problem}


def _listed(value: Any) -> Any:
    """Turn numpy arrays and numbers, as Parquet gives them, into plain lists and numbers."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    return [_listed(one) for one in value] if isinstance(value, (list, tuple)) else value


def _refuse_broken(rows: Any) -> None:
    broken = rows.map_batches(_broken, batch_format="numpy").materialize()
    count = broken.count()
    if count:
        first = "; ".join(str(row["problem"]) for row in broken.take(SHOWN))
        raise InputError(f"{count} rows that are no claims", f"the first: {first}", "Mend or remove them.")


def _broken(batch: dict[str, Any]) -> dict[str, Any]:
    return {"problem": batch["problem"][batch["problem"] != ""]}
