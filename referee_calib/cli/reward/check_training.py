"""``referee-calib check-training``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from referee_calib.cli import common
from referee_calib.errors import InputError

NAMES = ("completion", "response", "output", "completions")
_FILE = click.Path(path_type=Path)


@click.command(short_help="Look before a run whether its reward can pay.", context_settings={"show_default": True})
@click.argument("data", type=click.Path(path_type=Path))
@click.option("--reward", "reward_file", required=True, type=_FILE, help="reward.toml, or a certificate.")
@click.option("--completions", type=_FILE, help="Replies of the policy as it is, to the rows in order.")
@click.option("--rows", type=click.IntRange(min=1), default=512, help="Rows to look at, from the first on.")
@common.options("json")
def command(data: Path, reward_file: Path, completions: Path | None, rows: int, as_json: bool) -> None:
    """Look at a data set as training would meet it: columns, units, videos, completions, and what would be paid.

    DATA is JSON, JSON lines, CSV or Parquet with `video`, `question` and a unit in each row. Where it holds
    completions, or --completions names a file of them, they are read, too. Exit code 2 when something would make the
    run pay nothing, or by wrong numbers.

    \b
    Example:
      referee-calib check-training train.jsonl --reward reward.toml --completions warmup.jsonl
    """  # noqa: D301
    from referee_calib.reward import load_reward

    reward = load_reward(reward_file)
    listed = _rows(data)[:rows]
    replies = _completions(_rows(completions), completions) if completions else _completions(listed, None)
    found = reward.check(listed, replies, rows=rows)
    common.result(found.to_json(), str(found), as_json=as_json)
    if found.problems:
        raise InputError(
            f"{len(found.problems)} of {len(found.findings)} checks", "the run would pay nothing, or by wrong numbers"
        )


def _rows(path: Path) -> list[dict[str, Any]]:
    from referee_calib.rollout_files import file_rows

    rows = list(file_rows(path))
    for row in rows:
        if row.error is not None:
            raise row.error
    return [row.fields for row in rows]


def _completions(rows: list[dict[str, Any]], path: Path | None) -> list[Any] | None:
    name = next((name for name in NAMES if rows and name in rows[0]), None)
    if name is None and path is not None:
        raise InputError(f"{path}", f"it has none of the columns {', '.join(NAMES)}")
    return None if name is None else [row.get(name) for row in rows]
