"""Run every block of a how-to page and write what is printed now into the page: python docs/renew_printed_blocks.py.

Sentences that cite numbers are left alone: read them against the blocks afterwards.
"""

from __future__ import annotations

import contextlib
import io
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from click.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parent.parent))

from referee_calib.cli.main import main

PAGE = Path(__file__).parent / "how_to" / "which_number_to_report.md"
BLOCK = re.compile(r"```(python|console|text)\n(.*?)```", re.DOTALL)
PROMPT = "$ referee-calib "


def renewed(text: str) -> str:
    """Return a page whose console and text blocks hold what the blocks print, from top to bottom."""
    names: dict[str, Any] = {}
    printed = ""

    def renew(block: re.Match[str]) -> str:
        nonlocal printed
        kind, body = block.groups()
        if kind == "python":
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                exec(body, names)  # noqa: S102 - the page is this project's own
            printed = out.getvalue()
            return block.group()
        if kind == "text":
            return f"```text\n{printed}```"
        command = body.partition("\n")[0]
        result = CliRunner().invoke(main, command.removeprefix(PROMPT).split(), catch_exceptions=False)
        if result.exit_code:
            raise SystemExit(f"{command}: {result.output}")
        return f"```console\n{command}\n{result.stdout}```"

    return BLOCK.sub(renew, text)


if __name__ == "__main__":
    with contextlib.chdir(tempfile.mkdtemp()):
        page = renewed(PAGE.read_text(encoding="utf-8"))
    PAGE.write_text(page, encoding="utf-8")
