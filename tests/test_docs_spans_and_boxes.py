"""Every command and code block of docs/how_to/agreement_on_spans_and_boxes.md runs, and prints what the page says."""

import contextlib
import io
import re
import shlex
from pathlib import Path

from click.testing import CliRunner

from referee_calib.cli.main import main
from referee_calib.perturbation.harness.overlap_tolerance import PUBLISHED_SPANS

DOCS = Path(__file__).parent.parent / "docs"
TEXT = (DOCS / "how_to/agreement_on_spans_and_boxes.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```(python|console|text)\n(.*?)```", re.DOTALL)


def test_the_page_runs_from_top_to_bottom(tmp_path):
    names, printed = {}, ""
    with contextlib.chdir(tmp_path):
        for kind, body in BLOCK.findall(TEXT):
            if kind == "python":
                with contextlib.redirect_stdout(io.StringIO()) as out:
                    exec(body, names)
                printed = out.getvalue()
            elif kind == "text":
                assert printed == body
            else:
                for line in body.splitlines():
                    done = CliRunner().invoke(main, shlex.split(line)[2:])
                    assert done.exit_code == 0, f"{line}\n{done.output}"


def test_the_explanation_holds_the_numbers_of_the_package():
    text = (DOCS / "explanation/agreement_on_where_and_when.md").read_text(encoding="utf-8")
    assert all(f"| {overlap} " in text for overlap, _ in PUBLISHED_SPANS.values())
