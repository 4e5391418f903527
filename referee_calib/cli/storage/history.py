"""``referee-calib history``."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from referee_calib.cli import common

if TYPE_CHECKING:
    from referee_calib.study import AuditEntry


@click.command(short_help="Print the audit trail of a study.")
@common.study_argument
@common.options("json")
def command(study: Path, as_json: bool) -> None:
    """Print what was decided about people and claims, when and by whom: the audit trail, oldest first.

    Ratings do not stand in it: they are their own trail, as none is ever changed (`export` writes every one).

    \b
    Example:
      referee-calib history mystudy
    """  # noqa: D301
    from referee_calib.study import Study, trail

    with Study.open(study) as opened:
        entries = trail(opened)
    text = "\n".join(map(_line, entries)) or "Nothing was decided yet."
    common.result({"study": str(study), "entries": [asdict(one) for one in entries]}, text, as_json=as_json)


def _line(one: AuditEntry) -> str:
    detail = json.dumps(one.detail, sort_keys=True) if one.detail else ""
    # JSON of the names: a rater's may hold signs that turn a terminal around
    subject = one.subject if one.subject.isascii() and one.subject.isprintable() else json.dumps(one.subject)
    return f"{one.time[:19].replace('T', ' ')}  {one.actor}: {one.action} {subject} {detail}".rstrip()
