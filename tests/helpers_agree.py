"""``referee-calib agree`` as it is typed: what it prints, its JSON object, its one line of refusal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from referee_calib.cli.main import main


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["agree", *map(str, arguments)])


def asked(*arguments: object) -> dict[str, Any]:
    """Return the JSON object."""
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def said(result: Result) -> str:
    """Return the one line of a refusal."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    return line


def write(path: Path, values: Iterable[Sequence[object]], raters: Sequence[str] = (), **columns: Any) -> Path:
    """Write units × raters as a long table, with further columns of units; empty cells where nobody rated."""
    lines = [",".join(("unit", "rater", "value", *columns))]
    for u, row in enumerate(values):
        more = [str(column[u]) for column in columns.values()]
        for name, value in zip(raters or [f"r{j}" for j in range(len(row))], row, strict=True):
            lines.append(",".join((f"u{u}", name, "" if value != value else str(value), *more)))
    path.write_text("\n".join(lines), encoding="utf-8")
    return path
