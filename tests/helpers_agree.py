"""``referee-calib agree`` as it is typed: what it prints, its JSON object, its one line of refusal."""

from __future__ import annotations

import json
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
